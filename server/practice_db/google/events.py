"""Pairs of events in Google and here, and what waits on both sides, in the database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import starmap
from typing import Final

from sqlalchemy import Boolean, String, bindparam, delete, or_

from server.domain.google import Conflict, DirtyAppointment, EventMap, StagedEvent
from server.domain.ids import AppointmentId, GoogleLinkId, UserName
from server.practice_db.columns import Instant
from server.practice_db.google import whole_link
from server.practice_db.google.rows import records_of, row_of
from server.practice_db.statement import PRACTICE, Statement, upsert
from server.practice_db.tables.google import (
    google_conflict,
    google_dirty,
    google_event,
    google_staged,
)
from server.practice_db.transaction import Transaction
from server.usecases.ports.google import Tally

_e, _s, _d, _f = google_event.c, google_staged.c, google_dirty.c, google_conflict.c
_LINK: Final = bindparam("link", type_=String)
_CALENDAR: Final = bindparam("calendar", type_=String)
_AT: Final = bindparam("moment", type_=Instant)
_PAIRS: Final = records_of(google_event).where(_e.link_id == _LINK)
_OF_EVENT: Final = Statement(
    _PAIRS.where(_e.calendar == _CALENDAR, _e.event == bindparam("event"))
)
_OF_APPOINTMENT: Final = Statement(
    _PAIRS.where(_e.appointment_id == bindparam("appointment")).order_by(_e.key, _e.event)
)
_OF_SERIES: Final = Statement(
    _PAIRS.where(_e.calendar == _CALENDAR, _e.series == bindparam("series")).order_by(_e.event)
)
_ALL: Final = Statement(_PAIRS.order_by(_e.calendar, _e.event))
_OF_CALENDAR: Final = Statement(_PAIRS.where(_e.calendar == _CALENDAR).order_by(_e.event))
_UNSEEN: Final = Statement(
    _PAIRS.where(_e.calendar == _CALENDAR, _e.epoch < bindparam("since_epoch")).order_by(
        _e.event
    )
)
_PUT: Final = upsert(google_event)
_REMOVE: Final = Statement(
    delete(google_event).where(
        _e.practice_id == PRACTICE,
        _e.link_id == _LINK,
        _e.calendar == _CALENDAR,
        _e.event == bindparam("event"),
    )
)
_STAGE: Final = upsert(google_staged)
_STAGED: Final = Statement(
    records_of(google_staged)
    .where(_s.link_id == _LINK, _s.calendar == _CALENDAR)
    .order_by(_s.number)
    .limit(bindparam("at_most"))
)
_DROP_STAGED: Final = Statement(
    delete(google_staged).where(
        _s.practice_id == PRACTICE,
        _s.link_id == _LINK,
        _s.calendar == _CALENDAR,
        _s.number <= bindparam("up_to"),
    )
)
_DIRTY: Final = Statement(
    records_of(google_dirty)
    .where(_d.link_id == _LINK, _d.due_at <= _AT)
    .order_by(_d.due_at, _d.appointment_id)
    .limit(bindparam("at_most"))
)
_PUT_DIRTY: Final = upsert(google_dirty)
_CLEAR: Final = Statement(
    delete(google_dirty).where(
        _d.practice_id == PRACTICE,
        _d.link_id == _LINK,
        _d.appointment_id == bindparam("appointment"),
        _d.revision == bindparam("its_revision"),
    )
)
_PUT_CONFLICT: Final = upsert(google_conflict)
_CONFLICTS: Final = Statement(
    records_of(google_conflict)
    .where(
        or_(bindparam("any_link", type_=Boolean), _f.link_id == _LINK),
        or_(_f.at >= _AT, _f.settled_at.is_(None)),
        or_(bindparam("settled_too", type_=Boolean), _f.settled_at.is_(None)),
    )
    .order_by(_f.at, _f.id)
)
_PRUNE: Final = Statement(
    delete(google_conflict).where(
        _f.practice_id == PRACTICE, _f.at < _AT, _f.settled_at.is_not(None)
    )
)


class SqlGoogleEvents:
    """Implements server.usecases.ports.GoogleEvents."""

    __slots__ = ("_transaction",)

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def of_event(self, link: GoogleLinkId, calendar: str, event: str) -> EventMap | None:
        row = self._transaction.first(_OF_EVENT, link=link, calendar=calendar, event=event)
        return None if row is None else EventMap(*row)

    def of_appointment(
        self, link: GoogleLinkId, appointment: AppointmentId
    ) -> Sequence[EventMap]:
        rows = self._transaction.all(_OF_APPOINTMENT, link=link, appointment=appointment)
        return list(starmap(EventMap, rows))

    def of_series(self, link: GoogleLinkId, calendar: str, series: str) -> Sequence[EventMap]:
        rows = self._transaction.all(_OF_SERIES, link=link, calendar=calendar, series=series)
        return list(starmap(EventMap, rows))

    def all(self, link: GoogleLinkId, calendar: str | None = None) -> Sequence[EventMap]:
        if calendar is None:
            return list(starmap(EventMap, self._transaction.all(_ALL, link=link)))
        rows = self._transaction.all(_OF_CALENDAR, link=link, calendar=calendar)
        return list(starmap(EventMap, rows))

    def unseen(self, link: GoogleLinkId, calendar: str, epoch: int) -> Sequence[EventMap]:
        rows = self._transaction.all(_UNSEEN, link=link, calendar=calendar, since_epoch=epoch)
        return list(starmap(EventMap, rows))

    def save(self, pair: EventMap) -> None:
        self._transaction.add(_PUT, row_of(google_event, pair))

    def remove(self, pair: EventMap) -> None:
        self._transaction.run(_REMOVE, link=pair.link, calendar=pair.calendar, event=pair.event)

    def tally(self, link: GoogleLinkId) -> Tally:
        return whole_link.tally(self._transaction, link)

    def mark_all(
        self, link: GoogleLinkId, user: UserName, since: datetime, due_at: datetime
    ) -> int:
        return whole_link.mark_all(self._transaction, (link, user), since, due_at)

    def clear(self, link: GoogleLinkId) -> None:
        whole_link.clear(self._transaction, link)

    def stage(self, rows: Iterable[StagedEvent]) -> None:
        self._transaction.add_all(_STAGE, [row_of(google_staged, row) for row in rows])

    def staged(self, link: GoogleLinkId, calendar: str, at_most: int) -> Sequence[StagedEvent]:
        rows = self._transaction.all(_STAGED, link=link, calendar=calendar, at_most=at_most)
        return list(starmap(StagedEvent, rows))

    def drop_staged(self, link: GoogleLinkId, calendar: str, up_to: int) -> None:
        self._transaction.run(_DROP_STAGED, link=link, calendar=calendar, up_to=up_to)

    def dirty(
        self, link: GoogleLinkId, due_by: datetime, at_most: int
    ) -> Sequence[DirtyAppointment]:
        rows = self._transaction.all(_DIRTY, link=link, moment=due_by, at_most=at_most)
        return list(starmap(DirtyAppointment, rows))

    def save_dirty(self, dirty: DirtyAppointment) -> None:
        self._transaction.add(_PUT_DIRTY, row_of(google_dirty, dirty))

    def clear_dirty(self, dirty: DirtyAppointment) -> bool:
        cleared = self._transaction.run(
            _CLEAR, link=dirty.link, appointment=dirty.appointment, its_revision=dirty.revision
        )
        return bool(cleared)

    def add_conflict(self, conflict: Conflict) -> None:
        self.save_conflict(conflict)

    def conflicts(
        self, link: GoogleLinkId | None, *, since: datetime, settled: bool = False
    ) -> Sequence[Conflict]:
        rows = self._transaction.all(
            _CONFLICTS,
            link=link or "",
            any_link=link is None,
            moment=since,
            settled_too=settled,
        )
        return list(starmap(Conflict, rows))

    def save_conflict(self, conflict: Conflict) -> None:
        self._transaction.add(_PUT_CONFLICT, row_of(google_conflict, conflict))

    def prune(self, before: datetime) -> int:
        return self._transaction.run(_PRUNE, moment=before)
