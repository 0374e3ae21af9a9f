"""Webhooks: what is told, to whom, and what became of it. Ids and money, never names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from server.domain.ids import AppointmentId, EndpointId, WebhookEventId
from server.domain.when import RecurrenceKey


class EventType(StrEnum):
    """What can be told; an endpoint asks for some of these, or for all but the last."""

    CHARGE_POSTED = "charge.posted"
    CHARGE_REVERSED = "charge.reversed"
    BILL_OPENED = "bill.opened"
    BILL_PAID = "bill.paid"
    BILL_CANCELLED = "bill.cancelled"
    PAYMENT_RECORDED = "payment.recorded"
    PAYMENT_REFUNDED = "payment.refunded"
    PAYMENT_REMOVED = "payment.removed"
    APPOINTMENT_BOOKED = "appointment.booked"
    APPOINTMENT_MOVED = "appointment.moved"
    APPOINTMENT_ARRIVED = "appointment.arrived"
    APPOINTMENT_COMPLETED = "appointment.completed"
    APPOINTMENT_NO_SHOW = "appointment.no_show"
    APPOINTMENT_CANCELLED = "appointment.cancelled"
    NOTE_SIGNED = "note.signed"
    NOTE_UNLOCKED = "note.unlocked"
    TEST = "webhook.test"


CHOOSABLE = tuple(kind for kind in EventType if kind is not EventType.TEST)
"""The types that an endpoint may ask for; a test is sent to whoever is tested."""


class Closed(StrEnum):
    """Why an endpoint is told nothing."""

    BY_HAND = "by-hand"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An address that is told of events; ``events`` empty asks for every type.

    ``secret`` signs what is sent; ``old_secret`` does so too until ``old_until``. After
    ``failures`` in a row nothing is sent before ``rests_until``. Instants are UTC.
    """

    id: EndpointId
    url: str
    secret: str = field(repr=False)
    made_at: datetime
    events: tuple[EventType, ...] = ()
    old_secret: str | None = field(default=None, repr=False)
    old_until: datetime | None = None
    closed: Closed | None = None
    failures: int = 0
    rests_until: datetime | None = None

    def wants(self, kind: EventType) -> bool:
        """Whether it asks for events of a type."""
        return not self.events or kind in self.events

    def secrets_at(self, now: datetime) -> tuple[str, ...]:
        """Return the secrets that sign at this moment, the newest first."""
        if self.old_secret is None or self.old_until is None or self.old_until <= now:
            return (self.secret,)
        return (self.secret, self.old_secret)


@dataclass(frozen=True, slots=True)
class Subject:
    """The appointment of an event, the occurrence (empty: the whole) and the revision."""

    appointment: AppointmentId
    key: RecurrenceKey
    revision: int


@dataclass(frozen=True, slots=True)
class WebhookEvent:
    """Something to tell. ``at`` is when it happened (UTC); ``data`` is told as it is.

    With a ``subject`` it is an event of an appointment, which may still be undone: it is told
    only if it stands when it is due.
    """

    id: WebhookEventId
    kind: EventType
    at: datetime
    data: Mapping[str, object]
    subject: Subject | None = None


class DeliveryState(StrEnum):
    """Where the telling of one event to one endpoint stands."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event for one endpoint; ``result`` is what came of the last attempt, a short word.

    While it is being sent ``due_at`` is when somebody else may take it over.
    """

    event: WebhookEventId
    kind: EventType
    endpoint: EndpointId
    state: DeliveryState
    due_at: datetime
    attempts: int = 0
    result: str = ""
    ended_at: datetime | None = None
