"""What is told by webhook: events of money and of appointments, in ids and never in names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from server.domain.appointment import Appointment
from server.domain.ids import WebhookEventId, new_ulid
from server.domain.vocabulary import Fact
from server.domain.webhooks import EventType, Subject, WebhookEvent
from server.usecases.compare import Change
from server.usecases.context import Context
from server.usecases.ports import UnitOfWork

__all__ = ["EventType", "announce", "announce_changes"]

_TYPES: Final[Mapping[Fact, EventType]] = {
    Fact.BOOKED: EventType.APPOINTMENT_BOOKED,
    Fact.RESTORED: EventType.APPOINTMENT_BOOKED,
    Fact.UNDONE: EventType.APPOINTMENT_BOOKED,
    Fact.MOVED: EventType.APPOINTMENT_MOVED,
    Fact.ARRIVED: EventType.APPOINTMENT_ARRIVED,
    Fact.COMPLETED: EventType.APPOINTMENT_COMPLETED,
    Fact.NO_SHOW: EventType.APPOINTMENT_NO_SHOW,
    Fact.CANCELLED: EventType.APPOINTMENT_CANCELLED,
    Fact.LATE_CANCELLED: EventType.APPOINTMENT_CANCELLED,
    Fact.DELETED: EventType.APPOINTMENT_CANCELLED,
}
"""The facts that are told; whoever must know more reads the appointment."""


def announce(
    uow: UnitOfWork, context: Context, kind: EventType, data: Mapping[str, object]
) -> None:
    """Write down, in the transaction of what happened, that it is to be told at once.

    ``data`` is told as it is: ids, and amounts in minor units with their currency. Writes
    nothing where nobody asks for such events.
    """
    endpoints = uow.webhooks.wanting(kind)
    if endpoints:
        event = WebhookEvent(_new_id(context), kind, context.now, data)
        uow.webhooks.tell(event, endpoints, context.now)


def announce_changes(
    uow: UnitOfWork, context: Context, after: Appointment, changes: Sequence[Change]
) -> None:
    """Write down what happened to an appointment, to be told after the outbox's delay.

    What is undone until then is not told (M18): see server/relay/settling.py.
    """
    due = context.now + context.rules.outbox_delay
    for change in changes:
        for kind in _told(change):
            if uow.webhooks.wanting(kind):
                about = Subject(after.id, change.key, after.revision)
                data = _data(after, about)
                event = WebhookEvent(_new_id(context), kind, context.now, data, about)
                uow.webhooks.hold(event, due)


def _told(change: Change) -> Iterator[EventType]:
    return (_TYPES[fact] for fact in change.facts if fact in _TYPES)


def _data(after: Appointment, about: Subject) -> dict[str, object]:
    part = after.part(about.key)
    return {
        "appointment": about.appointment,
        "occurrence": about.key,
        "revision": about.revision,
        "client": part.details.client if part is not None else None,
    }


def _new_id(context: Context) -> WebhookEventId:
    return WebhookEventId(new_ulid(context.now))
