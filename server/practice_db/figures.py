"""What is counted over a whole practice for monitoring, in the database."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, bindparam, case, func, select, type_coerce

from server.domain.google import LinkState
from server.practice_db.columns import Instant
from server.practice_db.statement import PRACTICE, Statement
from server.practice_db.tables.billing import bill_run
from server.practice_db.tables.bookings import booking_attempt, mail
from server.practice_db.tables.google import (
    google_calendar,
    google_channel,
    google_compared,
    google_conflict,
    google_dirty,
    google_event,
    google_link,
    google_staged,
)
from server.practice_db.tables.webhooks import webhook_delivery, webhook_event
from server.practice_db.transaction import Transaction
from server.usecases.ports.figures import CalendarFigures, Figures, Waiting

_NOW: Final = bindparam("now", type_=Instant)
_HOUR: Final = timedelta(hours=1)
_g, _c, _k = google_link.c, google_calendar.c, google_compared.c
_h, _d, _m = google_channel.c, google_dirty.c, mail.c
_w, _v = webhook_delivery.c, webhook_event.c


def _first(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return the earliest of some instants."""
    return type_coerce(func.min(column), Instant)


def _those(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """Return how many rows are so."""
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


_LINKS: Final = Statement(
    select(_g.state, func.count()).where(_g.practice_id == PRACTICE).group_by(_g.state)
)
_EVENTS: Final = Statement(
    select(google_event.c.state, func.count())
    .where(google_event.c.practice_id == PRACTICE)
    .group_by(google_event.c.state)
)
_OF_LINK: Final = and_(_g.practice_id == _c.practice_id, _g.id == _c.link_id)
_OF_CALENDAR: Final = and_(
    _k.practice_id == _c.practice_id, _k.link_id == _c.link_id, _k.calendar == _c.id
)
_CALENDARS: Final = Statement(
    select(
        func.count(),
        _first(_c.read_at),
        _those(_c.unknown_since.is_not(None)),
        _those(_k.compared_at.is_not(None)),
        _first(_k.compared_at),
        _those(_k.differs_since.is_not(None)),
        func.coalesce(func.sum(_k.differed), 0),
    )
    .select_from(
        google_calendar.join(google_link, _OF_LINK).outerjoin(google_compared, _OF_CALENDAR)
    )
    .where(_c.practice_id == PRACTICE, _g.state == LinkState.CONNECTED)
)
_CHANGES: Final = Statement(
    select(func.count(), _first(_d.due_at)).where(_d.practice_id == PRACTICE, _d.due_at <= _NOW)
)
_STAGED: Final = Statement(select(func.count()).where(google_staged.c.practice_id == PRACTICE))
_CONFLICTS: Final = Statement(
    select(func.count()).where(
        google_conflict.c.practice_id == PRACTICE, google_conflict.c.settled_at.is_(None)
    )
)
_CHANNELS: Final = Statement(
    select(func.count(), _those(_h.silent)).where(
        _h.practice_id == PRACTICE, _h.expires_at > _NOW, _h.closing.is_(False)
    )
)
_WEBHOOKS: Final = Statement(
    select(func.count(), _first(_v.at))
    .select_from(
        webhook_delivery.join(
            webhook_event,
            and_(_v.practice_id == _w.practice_id, _v.id == _w.event_id),
        )
    )
    .where(_w.practice_id == PRACTICE, _w.ended_at.is_(None))
)
_MAILS: Final = Statement(
    select(func.count(), _first(_m.due_at), _those(_m.attempts > 0)).where(
        _m.practice_id == PRACTICE, _m.settled_at.is_(None), _m.due_at <= _NOW
    )
)
_ATTEMPTS: Final = Statement(
    select(func.coalesce(func.sum(booking_attempt.c.times), 0)).where(
        booking_attempt.c.practice_id == PRACTICE,
        booking_attempt.c.at > bindparam("since", type_=Instant),
    )
)
_BILLED: Final = Statement(
    select(func.max(bill_run.c.until)).where(
        bill_run.c.practice_id == PRACTICE, bill_run.c.finished_at.is_not(None)
    )
)


class SqlFigures:
    """Implements server.usecases.ports.PracticeFigures."""

    __slots__ = ("_transaction",)

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def gather(self, now: datetime) -> Figures:
        channels, silent = self._one(_CHANNELS, now=now)
        mails, oldest, retried = self._one(_MAILS, now=now)
        return Figures(
            links=self._by_state(_LINKS),
            events=self._by_state(_EVENTS),
            calendars=CalendarFigures(*self._one(_CALENDARS)),
            changes=Waiting(*self._one(_CHANGES, now=now)),
            staged=self._one(_STAGED)[0],
            open_conflicts=self._one(_CONFLICTS)[0],
            channels=channels,
            silent=silent,
            webhooks=Waiting(*self._one(_WEBHOOKS)),
            mails=Waiting(mails, oldest),
            retried_mails=retried,
            attempts=int(self._one(_ATTEMPTS, since=now - _HOUR)[0]),
            billed_until=self._one(_BILLED)[0],
        )

    def _by_state(self, statement: Statement) -> dict[str, int]:
        return {row[0].value: row[1] for row in self._transaction.all(statement)}

    def _one(self, statement: Statement, **values: object) -> tuple[Any, ...]:
        row = self._transaction.first(statement, **values)
        return tuple(row) if row is not None else ()
