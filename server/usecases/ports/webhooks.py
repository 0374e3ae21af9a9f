"""Who is told of what by webhook, and what is still to be told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from server.domain.ids import AppointmentId, EndpointId, WebhookEventId
from server.domain.webhooks import (
    Closed,
    Delivery,
    DeliveryState,
    Endpoint,
    EventType,
    WebhookEvent,
)
from server.domain.when import RecurrenceKey


@dataclass(frozen=True, slots=True)
class DeliveryFilter:
    """Which deliveries are wanted; None does not narrow."""

    endpoint: EndpointId | None = None
    state: DeliveryState | None = None
    event: WebhookEventId | None = None
    at_most: int = 1000


class Webhooks(Protocol):
    """Endpoints, events and their deliveries; all instants are UTC."""

    def wanting(self, kind: EventType) -> Sequence[EndpointId]:
        """Return the open endpoints that ask for a type; read with the catalogue."""
        ...

    def endpoints(self) -> Sequence[Endpoint]:
        """Return all endpoints, in the order in which they were made."""
        ...

    def save_endpoint(self, endpoint: Endpoint) -> None: ...
    def close(self, endpoint: EndpointId, why: Closed) -> None:
        """Tell an endpoint nothing any more, and change nothing else of it."""
        ...

    def remove_endpoint(self, endpoint: EndpointId) -> bool:
        """Remove an endpoint with its deliveries; False if there is none."""
        ...

    def hold(self, event: WebhookEvent, due_at: datetime) -> None:
        """Keep an event of an appointment until it is due, and may still be undone."""
        ...

    def held(self, due_before: datetime) -> Sequence[tuple[AppointmentId, RecurrenceKey]]:
        """Return the occurrences of which something held is due."""
        ...

    def held_of(
        self, appointment: AppointmentId, key: RecurrenceKey
    ) -> Sequence[tuple[WebhookEvent, datetime]]:
        """Return what is held of an occurrence and when it is due, in order of happening.

        The rows stay locked until the transaction ends.
        """
        ...

    def drop(self, event: WebhookEventId) -> None:
        """Forget an event that was undone."""
        ...

    def release(
        self, event: WebhookEventId, endpoints: Iterable[EndpointId], due_at: datetime
    ) -> None:
        """Write a delivery for each endpoint of an event that was held, and hold it no more."""
        ...

    def tell(
        self, event: WebhookEvent, endpoints: Iterable[EndpointId], due_at: datetime
    ) -> None:
        """Write an event with a delivery for each endpoint."""
        ...

    def due(self, now: datetime) -> Sequence[EndpointId]:
        """Return the open endpoints to send to, those that answered last time first."""
        ...

    def claim(
        self, endpoint: EndpointId, now: datetime, until: datetime
    ) -> tuple[Delivery, WebhookEvent] | None:
        """Take the oldest due delivery, and count the attempt; None if there is none.

        Nobody else gets it before ``until``, and then as if the attempt had failed.
        """
        ...

    def save_delivery(self, delivery: Delivery) -> bool:
        """Store what came of the attempt that ``delivery`` counts.

        False where it has ended already, or was attempted again by somebody else.
        """
        ...

    def hurry(self, endpoint: EndpointId, now: datetime) -> None:
        """Make everything that waits for an endpoint due."""
        ...

    def note_health(self, endpoint: Endpoint) -> None:
        """Store an endpoint's failures, until when it rests, and nothing else."""
        ...

    def deliveries(self, wanted: DeliveryFilter) -> Sequence[Delivery]:
        """Return deliveries, the newest event first."""
        ...

    def revive(self, delivery: Delivery, due_at: datetime) -> bool:
        """Let a dead delivery wait again from its first attempt; False if it is not dead."""
        ...

    def prune(self, before: datetime) -> int:
        """Remove deliveries that ended before, and events nobody waits for; return how many."""
        ...
