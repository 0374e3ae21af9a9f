"""The occurrence index as bare rows."""

from __future__ import annotations

import json
from collections.abc import Callable, Container, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, TypeAlias

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Integer,
    Select,
    String,
    Text,
    bindparam,
    case,
    func,
    literal_column,
    or_,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator
from typing_extensions import override

from server.domain.ids import CalendarId, SessionTypeId
from server.domain.when import beside
from server.practice_db.one_of import one_of
from server.practice_db.ranges import CLASSES, overlaps_in, range_values
from server.practice_db.slot_rows import SPEAKS
from server.practice_db.statement import PRACTICE, Statement
from server.practice_db.tables.appointments import appointment_part, occurrence
from server.practice_db.transaction import Transaction
from server.usecases.free_busy import TENTATIVE
from server.usecases.ports.instances import BusyRow, InstanceRow, SessionsRow, TakenRow

_c = occurrence.c
_CALENDAR: Final[BindParameter[str]] = bindparam("calendar")
_LONGEST_TRAVEL: Final = timedelta(days=1)
"""How long before its start an occurrence may be busy already."""


class _Numbers(TypeDecorator[list[int]]):
    """A JSON array of numbers, made by a query."""

    impl = Text
    cache_ok = True

    @override
    def result_processor(
        self, dialect: Dialect, coltype: object
    ) -> Callable[[list[int] | str], list[int]]:
        return _numbers


def _numbers(found: list[int] | str) -> list[int]:
    # The driver of PostgreSQL has read the JSON already.
    return json.loads(found) if isinstance(found, str) else found


def _bare(column: ColumnElement[object]) -> ColumnElement[int]:
    """Return an instant as it is stored: whole seconds since 1970."""
    return type_coerce(column, BigInteger)


def _overlapping(*columns: ColumnElement[Any]) -> Select[*tuple[Any, ...]]:
    return select(*columns).where(_c.practice_id == PRACTICE, _c.calendar_id == _CALENDAR)


_ROWS: Final = _overlapping(
    _c.appointment_id,
    _c.key,
    _bare(_c.start_at).label("start_at"),
    _bare(_c.end_at),
    _c.all_day,
    _c.pinned,
)
_OF_CALENDAR: Final = Statement(
    union_all(*(_ROWS.where(overlaps_in(number)) for number in CLASSES)).order_by(
        "appointment_id", "start_at", "key"
    )
)
_BUSY_FROM: Final = bindparam("busy_after", type_=BigInteger)
_BUSY_UNTIL: Final = bindparam("busy_before", type_=BigInteger)
_TIMES: Final = _overlapping(
    _bare(_c.busy_from).label("busy_from"),
    _bare(_c.end_at).label("end_at"),
    type_coerce(_c.kind, String),
    type_coerce(_c.status, String),
).where(
    _c.blocks,
    type_coerce(_c.end_at, Integer) > _BUSY_FROM,
    type_coerce(_c.busy_from, Integer) < _BUSY_UNTIL,
)
_YES: Final = literal_column("1", Integer)
_NO: Final = literal_column("0", Integer)
_IS_TENTATIVE: Final = or_(
    *(type_coerce(each, String) == word for word in TENTATIVE for each in (_c.kind, _c.status))
)


_Listed: TypeAlias = Callable[[ColumnElement[Any]], ColumnElement[Any]]
_BLOCKING: Final = (
    _c.practice_id == PRACTICE,
    one_of(_c.calendar_id, "calendars"),
    _c.blocks,
    type_coerce(_c.end_at, Integer) > _BUSY_FROM,
    type_coerce(_c.busy_from, Integer) < _BUSY_UNTIL,
)


def _columns(listed: _Listed) -> list[ColumnElement[Any]]:
    """Return what is taken as lists.

    To hand out ten thousand rows takes the driver longer than the database to find them.
    """
    each = (_bare(_c.busy_from), _bare(_c.end_at), case((_IS_TENTATIVE, _YES), else_=_NO))
    return [type_coerce(listed(one), _Numbers()) for one in each]


def _taken(listed: _Listed) -> CompoundSelect[Any]:
    """Return one row for each calendar and length."""
    rows = select(_c.calendar_id, *_columns(listed)).where(*_BLOCKING).group_by(_c.calendar_id)
    return union_all(*(rows.where(overlaps_in(number)) for number in CLASSES))


_TYPE: Final = appointment_part.c.session_type_id


def _sessions(listed: _Listed) -> CompoundSelect[Any]:
    """Return one row for each calendar, session type and length.

    All types are listed: to look for some of them would let the engine begin at the parts, and
    walk over all that ever was of a type.
    """
    rows = (
        select(_c.calendar_id, _TYPE, *_columns(listed))
        .select_from(occurrence.outerjoin(appointment_part, SPEAKS))
        .where(*_BLOCKING)
        .group_by(_c.calendar_id, _TYPE)
    )
    return union_all(*(rows.where(overlaps_in(number)) for number in CLASSES))


_TAKEN: Final = Statement(_taken(func.json_group_array), _taken(func.json_agg))
_SESSIONS: Final = Statement(_sessions(func.json_group_array), _sessions(func.json_agg))
_BUSY: Final = Statement(
    union_all(*(_TIMES.where(overlaps_in(number)) for number in CLASSES)).order_by(
        "busy_from", "end_at"
    )
)


class SqlInstances:
    """Implements server.usecases.ports.Instances."""

    __slots__ = ("_transaction",)

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def of_calendar(
        self, calendar: CalendarId, start: datetime | None, end: datetime | None
    ) -> Sequence[InstanceRow]:
        values = range_values(start, end)
        rows = self._transaction.all(_OF_CALENDAR, calendar=calendar, **values)
        return [InstanceRow(*row) for row in rows]

    def busy(
        self, calendar: CalendarId, start: datetime | None, end: datetime | None
    ) -> Sequence[BusyRow]:
        rows = self._transaction.all(_BUSY, calendar=calendar, **_busy_values(start, end))
        return [BusyRow(*row) for row in rows]

    def taken(
        self, calendars: Iterable[CalendarId], start: datetime, end: datetime
    ) -> Sequence[TakenRow]:
        return self._transaction.all(
            _TAKEN, calendars=list(calendars), **_busy_values(start, end)
        )

    def sessions(
        self,
        calendars: Iterable[CalendarId],
        types: Container[SessionTypeId],
        start: datetime,
        end: datetime,
    ) -> Sequence[SessionsRow]:
        values = _busy_values(start, end)
        rows = self._transaction.all(_SESSIONS, calendars=list(calendars), **values)
        return [row for row in rows if row[1] in types]


def _busy_values(start: datetime | None, end: datetime | None) -> dict[str, int]:
    asked = range_values(start, end)
    # What begins after the range may be busy inside of it: somebody is on the way.
    reached = None if end is None else beside(end, _LONGEST_TRAVEL)
    edges = {"busy_after": asked["range_start"], "busy_before": asked["range_end"]}
    return edges | range_values(start, reached)
