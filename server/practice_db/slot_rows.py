"""What free slots are worked out from, in one statement for any number of practitioners."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    and_,
    case,
    select,
    type_coerce,
    union_all,
)

from server.domain.ids import UserName
from server.domain.vocabulary import CalendarKind, Status
from server.practice_db.one_of import one_of
from server.practice_db.ranges import CLASSES, overlaps_in, range_values
from server.practice_db.statement import PRACTICE, Statement
from server.practice_db.tables.appointments import appointment_part, occurrence
from server.practice_db.tables.calendars import calendar
from server.practice_db.tables.practice import app_user
from server.practice_db.transaction import Transaction
from server.usecases.ports.booking_rules import HoursRow, SlotRow

_c = occurrence.c
_p = appointment_part.c


def _bare(column: ColumnElement[object], name: str) -> ColumnElement[int]:
    """Return an instant as it is stored: whole seconds since 1970."""
    return type_coerce(column, BigInteger).label(name)


_NOT_CANCELLED: Final = tuple(_c.status != status for status in Status if status.is_cancelled)
# The override speaks for an occurrence that has one, else the master, whose key is empty.
SPEAKS: Final = and_(
    _p.practice_id == PRACTICE,
    _p.appointment_id == _c.appointment_id,
    _p.key == case((_c.pinned, _c.key), else_=""),
)
_HOURS_OF: Final = (
    _c.appointment_id,
    _c.key,
    _c.practitioner,
    _bare(_c.start_at, "start_at"),
    _bare(_c.end_at, "end_at"),
)
_TAKEN_OF: Final = (
    _c.appointment_id,
    _c.key,
    _c.practitioner,
    _bare(_c.busy_from, "busy_from"),
    _bare(_c.start_at, "start_at"),
    _bare(_c.end_at, "end_at"),
    _c.room_key,
)


# Outer joins, so that SQLite goes from people to their occurrences by the index: as inner ones
# it would walk over all occurrences of the practice. Who has none is a row of nothing.
def _hours_in(number: int) -> Select[*tuple[Any, ...]]:
    theirs = and_(
        _c.practice_id == PRACTICE,
        _c.calendar_id == calendar.c.id,
        overlaps_in(number),
        *_NOT_CANCELLED,
    )
    return (
        select(*_HOURS_OF)
        .select_from(calendar.outerjoin(occurrence, theirs))
        .where(
            calendar.c.practice_id == PRACTICE,
            calendar.c.kind == CalendarKind.AVAILABILITY,
            one_of(calendar.c.owner, "practitioners"),
        )
    )


def _taken_in(number: int, *, with_types: bool) -> Select[*tuple[Any, ...]]:
    theirs = and_(
        _c.practice_id == PRACTICE,
        _c.practitioner == app_user.c.name,
        _c.blocks,
        overlaps_in(number),
    )
    joined = app_user.outerjoin(occurrence, theirs)
    if with_types:
        joined = joined.outerjoin(appointment_part, SPEAKS)
    types = (_p.session_type_id, _p.location_key) if with_types else ()
    return (
        select(*_TAKEN_OF, *types)
        .select_from(joined)
        .where(app_user.c.practice_id == PRACTICE, one_of(app_user.c.name, "practitioners"))
    )


_HOURS: Final = Statement(union_all(*map(_hours_in, CLASSES)))
_TAKEN: Final = {
    with_types: Statement(
        union_all(*(_taken_in(number, with_types=with_types) for number in CLASSES))
    )
    for with_types in (False, True)
}


class SqlBookable:
    """Implements server.usecases.ports.Bookable."""

    __slots__ = ("_transaction",)

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def hours(
        self, practitioners: Iterable[UserName], start: datetime, end: datetime
    ) -> Sequence[HoursRow]:
        values = range_values(start, end)
        rows = self._transaction.all(_HOURS, practitioners=list(practitioners), **values)
        return [HoursRow(*row) for row in rows if row[0] is not None]

    def taken(
        self,
        practitioners: Iterable[UserName],
        start: datetime,
        end: datetime,
        *,
        with_types: bool,
    ) -> Sequence[SlotRow]:
        statement = _TAKEN[with_types]
        values = range_values(start, end)
        rows = self._transaction.all(statement, practitioners=list(practitioners), **values)
        return [SlotRow(*row) for row in rows if row[0] is not None]
