"""The statements of webhooks: endpoints, events that are held, deliveries that wait."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    String,
    bindparam,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)

from server.domain.webhooks import Closed, DeliveryState
from server.practice_db.columns import Choice, Instant
from server.practice_db.statement import PRACTICE, Statement, upsert
from server.practice_db.tables.webhooks import (
    webhook_delivery,
    webhook_endpoint,
    webhook_event,
)

_p = webhook_endpoint.c
_e = webhook_event.c
_d = webhook_delivery.c

_NOW: Final[BindParameter[Any]] = bindparam("now", type_=Instant)
_BEFORE: Final[BindParameter[Any]] = bindparam("before", type_=Instant)
_NEW_DUE: Final[BindParameter[Any]] = bindparam("new_due_at", type_=Instant)
_EVENT: Final[BindParameter[Any]] = bindparam("event", type_=String)
_ENDPOINT: Final[BindParameter[Any]] = bindparam("endpoint", type_=String)
_WAITS: Final = _d.ended_at.is_(None)
_THIS_DELIVERY: Final = (
    _d.practice_id == PRACTICE,
    _d.event_id == _EVENT,
    _d.endpoint_id == _ENDPOINT,
)
_THIS_EVENT: Final = (_e.practice_id == PRACTICE, _e.id == _EVENT)

ENDPOINTS: Final = Statement(
    select(webhook_endpoint).where(_p.practice_id == PRACTICE).order_by(_p.made_at, _p.id),
    named=True,
)
PUT_ENDPOINT: Final = upsert(webhook_endpoint)
REMOVE_ENDPOINT: Final = Statement(
    delete(webhook_endpoint).where(_p.practice_id == PRACTICE, _p.id == _ENDPOINT)
)
HEALTH: Final = Statement(
    update(webhook_endpoint)
    .where(_p.practice_id == PRACTICE, _p.id == _ENDPOINT)
    .values(
        failures=bindparam("new_failures"),
        rests_until=bindparam("new_rests_until", type_=Instant),
    )
)

CLOSE: Final = Statement(
    update(webhook_endpoint)
    .where(_p.practice_id == PRACTICE, _p.id == _ENDPOINT)
    .values(closed=bindparam("why", type_=Choice(Closed)))
)

ADD_EVENT: Final = Statement(insert(webhook_event))
LAST_NUMBER: Final = Statement(
    select(func.coalesce(func.max(_e.number), 0)).where(_e.practice_id == PRACTICE)
)
NUMBER_OF: Final = Statement(select(_e.number).where(*_THIS_EVENT))
HELD: Final = Statement(
    select(_e.appointment_id, _e.key)
    .where(_e.practice_id == PRACTICE, _e.held_until <= _NOW)
    .group_by(_e.appointment_id, _e.key)
    .order_by(func.min(_e.number))
)
# Another worker that decides on the same occurrence has to wait, and then finds nothing held.
HELD_OF: Final = Statement(
    select(webhook_event)
    .where(
        _e.practice_id == PRACTICE,
        _e.appointment_id == bindparam("appointment"),
        _e.key == bindparam("occurrence"),
        _e.held_until.is_not(None),
    )
    .order_by(_e.number, _e.id)
    .with_for_update(),
    named=True,
)
DROP: Final = Statement(delete(webhook_event).where(*_THIS_EVENT, _e.held_until.is_not(None)))
RELEASE: Final = Statement(update(webhook_event).where(*_THIS_EVENT).values(held_until=None))

ADD_DELIVERY: Final = Statement(insert(webhook_delivery))
DUE: Final = Statement(
    select(_p.id)
    .where(
        _p.practice_id == PRACTICE,
        _p.closed.is_(None),
        or_(_p.rests_until.is_(None), _p.rests_until <= _NOW),
        exists().where(
            _d.practice_id == PRACTICE, _d.endpoint_id == _p.id, _WAITS, _d.due_at <= _NOW
        ),
    )
    .order_by(_p.failures, _p.id)
)
# Several workers share the work: a row that one is about to take is passed over by the others.
NEXT: Final = Statement(
    select(webhook_event, _d.attempts, _d.result)
    .join_from(
        webhook_delivery,
        webhook_event,
        (_e.practice_id == _d.practice_id) & (_e.id == _d.event_id),
    )
    .where(_d.practice_id == PRACTICE, _d.endpoint_id == _ENDPOINT, _WAITS, _d.due_at <= _NOW)
    .order_by(_d.number, _d.event_id)
    .limit(1)
    .with_for_update(skip_locked=True, of=webhook_delivery),
    named=True,
)
CLAIM: Final = Statement(
    update(webhook_delivery)
    .where(*_THIS_DELIVERY)
    .values(due_at=_NEW_DUE, attempts=bindparam("new_attempts"))
)
SAVE_DELIVERY: Final = Statement(
    update(webhook_delivery)
    .where(*_THIS_DELIVERY, _WAITS, _d.attempts == bindparam("attempts", type_=Integer))
    .values(
        state=bindparam("new_state", type_=Choice(DeliveryState)),
        due_at=_NEW_DUE,
        result=bindparam("new_result"),
        ended_at=bindparam("new_ended_at", type_=Instant),
    )
)
HURRY: Final = Statement(
    update(webhook_delivery)
    .where(_d.practice_id == PRACTICE, _d.endpoint_id == _ENDPOINT, _WAITS, _d.due_at > _NOW)
    .values(due_at=_NOW)
)
REVIVE: Final = Statement(
    update(webhook_delivery)
    .where(*_THIS_DELIVERY, _d.state == DeliveryState.DEAD)
    .values(state=DeliveryState.WAITING, due_at=_NEW_DUE, attempts=0, ended_at=None)
)


def _narrowed(column: ColumnElement[Any], parameter: BindParameter[Any]) -> ColumnElement[bool]:
    return column == func.coalesce(parameter, column)


DELIVERIES: Final = Statement(
    select(
        _d.event_id,
        _e.kind,
        _d.endpoint_id,
        _d.state,
        _d.due_at,
        _d.attempts,
        _d.result,
        _d.ended_at,
    )
    .join_from(
        webhook_delivery,
        webhook_event,
        (_e.practice_id == _d.practice_id) & (_e.id == _d.event_id),
    )
    .where(
        _d.practice_id == PRACTICE,
        _narrowed(_d.endpoint_id, _ENDPOINT),
        _narrowed(_d.state, bindparam("state", type_=Choice(DeliveryState))),
        _narrowed(_d.event_id, _EVENT),
    )
    .order_by(_d.number.desc(), _d.event_id, _d.endpoint_id)
    .limit(bindparam("at_most", type_=Integer))
)
"""The columns of Delivery, in its order."""
PRUNE_DELIVERIES: Final = Statement(
    delete(webhook_delivery).where(_d.practice_id == PRACTICE, _d.ended_at < _BEFORE)
)
PRUNE_EVENTS: Final = Statement(
    delete(webhook_event).where(
        _e.practice_id == PRACTICE,
        _e.at < _BEFORE,
        _e.held_until.is_(None),
        ~exists().where(_d.practice_id == PRACTICE, _d.event_id == _e.id),
    )
)
