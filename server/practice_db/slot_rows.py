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
from server.practice_db.transaction import Transaction
from server.usecases.ports.booking_rules import HoursRow, SlotRow

_c = occurrence.c
_p = appointment_part.c
_THEIRS: Final = (_c.practice_id == PRACTICE, one_of(_c.practitioner, "practitioners"))


def _bare(column: ColumnElement[object], name: str) -> ColumnElement[int]:
    """Return an instant as it is stored: whole seconds since 1970."""
    return type_coerce(column, BigInteger).label(name)


_HOURS_OF: Final = select(
    _c.appointment_id,
    _c.key,
    _c.practitioner,
    _bare(_c.start_at, "start_at"),
    _bare(_c.end_at, "end_at"),
).where(
    *_THEIRS,
    _c.calendar_id.in_(
        select(calendar.c.id).where(
            calendar.c.practice_id == PRACTICE, calendar.c.kind == CalendarKind.AVAILABILITY
        )
    ),
    *(_c.status != status for status in Status if status.is_cancelled),
)
_TAKEN: Final = (
    _c.appointment_id,
    _c.key,
    _c.practitioner,
    _bare(_c.busy_from, "busy_from"),
    _bare(_c.start_at, "start_at"),
    _bare(_c.end_at, "end_at"),
    _c.room_key,
)
# The override speaks for an occurrence that has one, else the master, whose key is empty.
_SPEAKS: Final = and_(
    _p.practice_id == PRACTICE,
    _p.appointment_id == _c.appointment_id,
    _p.key == case((_c.pinned, _c.key), else_=""),
)


def _of_each_class(rows: Select[*tuple[Any, ...]]) -> Statement:
    return Statement(union_all(*(rows.where(overlaps_in(number)) for number in CLASSES)))


_HOURS: Final = _of_each_class(_HOURS_OF)
_TAKEN_OF: Final = _of_each_class(select(*_TAKEN).where(*_THEIRS, _c.blocks))
_TAKEN_WITH_TYPES: Final = _of_each_class(
    select(*_TAKEN, _p.session_type_id, _p.location_key)
    .join_from(occurrence, appointment_part, _SPEAKS)
    .where(*_THEIRS, _c.blocks)
)


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
        return [HoursRow(*row) for row in rows]

    def taken(
        self,
        practitioners: Iterable[UserName],
        start: datetime,
        end: datetime,
        *,
        with_types: bool,
    ) -> Sequence[SlotRow]:
        statement = _TAKEN_WITH_TYPES if with_types else _TAKEN_OF
        values = range_values(start, end)
        rows = self._transaction.all(statement, practitioners=list(practitioners), **values)
        return [SlotRow(*row) for row in rows]
