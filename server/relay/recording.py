"""What is written before and after an attempt, each in a short transaction of its own.

An attempt is counted when it is taken, before it is made: a process that dies in between leaves
a delivery that is due again a little later, under the same ``webhook-id`` (at least once).
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from server.domain.ids import EndpointId
from server.domain.webhooks import Closed, Delivery, DeliveryState, Endpoint, WebhookEvent
from server.relay.schedule import rest_after, retry_after
from server.relay.sending import Outcome, Verdict
from server.usecases.ports import Database, UnitOfWork

log = logging.getLogger(__name__)

_LEASE: Final = timedelta(seconds=60)
"""How long nobody else takes a delivery that is being sent; it may take a quarter of that."""
_KEPT: Final = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Task:
    """One attempt to make: which event to tell whom."""

    endpoint: Endpoint
    delivery: Delivery
    event: WebhookEvent


def take(database: Database, endpoint: EndpointId, now: datetime) -> Task | None:
    """Take the next delivery for an endpoint; None where nothing is due or it is closed."""
    with database.writing() as uow:
        known = _open(uow, endpoint)
        taken = known and uow.webhooks.claim(endpoint, now, now + _LEASE)
        return Task(known, *taken) if known and taken else None


def note(
    database: Database, task: Task, outcome: Outcome, *, now: datetime, chance: float
) -> None:
    """Store what came of an attempt; ``chance`` (0 to 1) spreads the next one."""
    delivery = _after(task.delivery, outcome, now, chance)
    with database.writing() as uow:
        if uow.webhooks.save_delivery(delivery):
            _note_health(uow, task.endpoint.id, outcome.verdict, now)
    log.info(
        "webhook event=%s endpoint=%s attempt=%d state=%s result=%s",
        *(delivery.event, delivery.endpoint, delivery.attempts),
        *(delivery.state, delivery.result),
    )


def due(database: Database, now: datetime) -> list[EndpointId]:
    """Return the endpoints for which something can be sent."""
    with database.reading() as uow:
        return list(uow.webhooks.due(now))


def prune(database: Database, now: datetime) -> int:
    """Clear away what ended long ago, delivered or dead; return how many deliveries."""
    with database.writing() as uow:
        return uow.webhooks.prune(now - _KEPT)


def _after(delivery: Delivery, outcome: Outcome, now: datetime, chance: float) -> Delivery:
    delivery = replace(delivery, result=outcome.result)
    if outcome.verdict is Verdict.TAKEN:
        return replace(delivery, state=DeliveryState.DELIVERED, ended_at=now)
    again = retry_after(delivery.attempts, chance)
    if again is None or outcome.verdict is Verdict.GONE:
        return replace(delivery, state=DeliveryState.DEAD, ended_at=now)
    return replace(delivery, due_at=now + again)


def _note_health(
    uow: UnitOfWork, endpoint: EndpointId, verdict: Verdict, now: datetime
) -> None:
    known = _open(uow, endpoint)
    if known is None:
        return
    match verdict:
        case Verdict.GONE:
            # Nothing else of it: somebody may be giving it a new secret at this moment.
            uow.webhooks.close(endpoint, Closed.GONE)
        case Verdict.DOWN:
            failures = known.failures + 1
            rest = now + rest_after(failures)
            uow.webhooks.note_health(replace(known, failures=failures, rests_until=rest))
        case Verdict.TAKEN | Verdict.REFUSED if known.failures:
            uow.webhooks.note_health(replace(known, failures=0, rests_until=None))
            # It answers again: what has waited for it does so no longer.
            uow.webhooks.hurry(endpoint, now)
        case Verdict.TAKEN | Verdict.REFUSED:
            pass


def _open(uow: UnitOfWork, endpoint: EndpointId) -> Endpoint | None:
    found = (one for one in uow.webhooks.endpoints() if one.id == endpoint)
    return next((one for one in found if one.closed is None), None)
