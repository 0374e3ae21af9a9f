"""Who is told of what by webhook, and what is still to be told, in the database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from server.domain.ids import AppointmentId, EndpointId, WebhookEventId
from server.domain.webhooks import (
    Closed,
    Delivery,
    DeliveryState,
    Endpoint,
    EventType,
    Subject,
    WebhookEvent,
)
from server.domain.when import RecurrenceKey
from server.practice_db import webhook_statements as statements
from server.practice_db.catalogue import CatalogueReader
from server.practice_db.configuration import count_up_catalogue
from server.practice_db.statement import AnyRow
from server.practice_db.transaction import Transaction
from server.usecases.ports.webhooks import DeliveryFilter


class SqlWebhooks:
    """Implements server.usecases.ports.Webhooks."""

    __slots__ = ("_reader", "_transaction")

    def __init__(self, transaction: Transaction, reader: CatalogueReader) -> None:
        self._transaction = transaction
        self._reader = reader

    def wanting(self, kind: EventType) -> Sequence[EndpointId]:
        listeners = self._reader.configured().listeners
        return [each.endpoint for each in listeners if not each.events or kind in each.events]

    def endpoints(self) -> Sequence[Endpoint]:
        return [_endpoint(row) for row in self._transaction.all(statements.ENDPOINTS)]

    def save_endpoint(self, endpoint: Endpoint) -> None:
        self._transaction.add(
            statements.PUT_ENDPOINT,
            {
                "id": endpoint.id,
                "url": endpoint.url,
                "secret": endpoint.secret,
                "made_at": endpoint.made_at,
                "events": endpoint.events,
                "old_secret": endpoint.old_secret,
                "old_until": endpoint.old_until,
                "closed": endpoint.closed,
                "failures": endpoint.failures,
                "rests_until": endpoint.rests_until,
            },
        )
        # Who listens is read with the catalogue, so that telling nobody costs nothing.
        count_up_catalogue(self._transaction, self._reader)

    def close(self, endpoint: EndpointId, why: Closed) -> None:
        self._transaction.run(statements.CLOSE, endpoint=endpoint, why=why)
        count_up_catalogue(self._transaction, self._reader)

    def remove_endpoint(self, endpoint: EndpointId) -> bool:
        gone = self._transaction.run(statements.REMOVE_ENDPOINT, endpoint=endpoint) > 0
        count_up_catalogue(self._transaction, self._reader)
        return gone

    def hold(self, event: WebhookEvent, due_at: datetime) -> None:
        self._add(event, due_at)

    def held(self, due_before: datetime) -> Sequence[tuple[AppointmentId, RecurrenceKey]]:
        return [tuple(row) for row in self._transaction.all(statements.HELD, now=due_before)]

    def held_of(
        self, appointment: AppointmentId, key: RecurrenceKey
    ) -> Sequence[tuple[WebhookEvent, datetime]]:
        rows = self._transaction.all(
            statements.HELD_OF, appointment=appointment, occurrence=key
        )
        return [(_event(row), row.held_until) for row in rows]

    def drop(self, event: WebhookEventId) -> None:
        self._transaction.run(statements.DROP, event=event)

    def release(
        self, event: WebhookEventId, endpoints: Iterable[EndpointId], due_at: datetime
    ) -> None:
        self._transaction.run(statements.RELEASE, event=event)
        row = self._transaction.first(statements.NUMBER_OF, event=event)
        if row is not None:
            self._deliver(event, row[0], endpoints, due_at)

    def tell(
        self, event: WebhookEvent, endpoints: Iterable[EndpointId], due_at: datetime
    ) -> None:
        self._deliver(event.id, self._add(event, None), endpoints, due_at)

    def due(self, now: datetime) -> Sequence[EndpointId]:
        return [row[0] for row in self._transaction.all(statements.DUE, now=now)]

    def claim(
        self, endpoint: EndpointId, now: datetime, until: datetime
    ) -> tuple[Delivery, WebhookEvent] | None:
        row = self._transaction.first(statements.NEXT, endpoint=endpoint, now=now)
        if row is None:
            return None
        attempts = row.attempts + 1
        self._transaction.run(
            statements.CLAIM,
            event=row.id,
            endpoint=endpoint,
            new_due_at=until,
            new_attempts=attempts,
        )
        waiting = DeliveryState.WAITING
        return (
            Delivery(row.id, row.kind, endpoint, waiting, until, attempts, row.result),
            _event(row),
        )

    def save_delivery(self, delivery: Delivery) -> bool:
        touched = self._transaction.run(
            statements.SAVE_DELIVERY,
            event=delivery.event,
            endpoint=delivery.endpoint,
            attempts=delivery.attempts,
            new_state=delivery.state,
            new_due_at=delivery.due_at,
            new_result=delivery.result,
            new_ended_at=delivery.ended_at,
        )
        return touched > 0

    def hurry(self, endpoint: EndpointId, now: datetime) -> None:
        self._transaction.run(statements.HURRY, endpoint=endpoint, now=now)

    def note_health(self, endpoint: Endpoint) -> None:
        self._transaction.run(
            statements.HEALTH,
            endpoint=endpoint.id,
            new_failures=endpoint.failures,
            new_rests_until=endpoint.rests_until,
        )

    def deliveries(self, wanted: DeliveryFilter) -> Sequence[Delivery]:
        rows = self._transaction.all(
            statements.DELIVERIES,
            endpoint=wanted.endpoint,
            state=wanted.state,
            event=wanted.event,
            at_most=wanted.at_most,
        )
        return [Delivery(*row) for row in rows]

    def revive(self, delivery: Delivery, due_at: datetime) -> bool:
        touched = self._transaction.run(
            statements.REVIVE,
            event=delivery.event,
            endpoint=delivery.endpoint,
            new_due_at=due_at,
        )
        return touched > 0

    def prune(self, before: datetime) -> int:
        gone = self._transaction.run(statements.PRUNE_DELIVERIES, before=before)
        self._transaction.run(statements.PRUNE_EVENTS, before=before)
        return gone

    def _add(self, event: WebhookEvent, held_until: datetime | None) -> int:
        last = self._transaction.first(statements.LAST_NUMBER)
        number = (last[0] if last else 0) + 1
        about = event.subject
        self._transaction.add(
            statements.ADD_EVENT,
            {
                "id": event.id,
                "number": number,
                "kind": event.kind,
                "at": event.at,
                "data": event.data,
                "appointment_id": about.appointment if about else None,
                "key": about.key if about else None,
                "revision": about.revision if about else None,
                "held_until": held_until,
            },
        )
        return int(number)

    def _deliver(
        self,
        event: WebhookEventId,
        number: int,
        endpoints: Iterable[EndpointId],
        due_at: datetime,
    ) -> None:
        rows: list[dict[str, object]] = [
            {
                "event_id": event,
                "endpoint_id": endpoint,
                "number": number,
                "state": DeliveryState.WAITING,
                "due_at": due_at,
                "attempts": 0,
                "result": "",
                "ended_at": None,
            }
            for endpoint in endpoints
        ]
        self._transaction.add_all(statements.ADD_DELIVERY, rows)


def _endpoint(row: AnyRow) -> Endpoint:
    return Endpoint(
        id=row.id,
        url=row.url,
        secret=row.secret,
        made_at=row.made_at,
        events=tuple(EventType(name) for name in row.events),
        old_secret=row.old_secret,
        old_until=row.old_until,
        closed=row.closed,
        failures=row.failures,
        rests_until=row.rests_until,
    )


def _event(row: AnyRow) -> WebhookEvent:
    about = row.appointment_id
    subject = None if about is None else Subject(about, RecurrenceKey(row.key), row.revision)
    return WebhookEvent(row.id, row.kind, row.at, row.data, subject)
