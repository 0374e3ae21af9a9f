"""The statements that find the objects of a range of time, built once."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    Integer,
    and_,
    bindparam,
    case,
    func,
    literal_column,
    or_,
    select,
    true,
    union_all,
)

from server.domain.vocabulary import Status
from server.practice_db.object_statements import columns_of
from server.practice_db.ranges import CLASSES, overlaps_in
from server.practice_db.statement import PRACTICE, Statement
from server.practice_db.tables.appointments import appointment, occurrence
from server.practice_db.tables.calendars import calendar_object

_CALENDAR: Final[BindParameter[str]] = bindparam("calendar")
_START: Final = bindparam("range_start", type_=BigInteger)
_END: Final = bindparam("range_end", type_=BigInteger)
_a = appointment.c
_o = calendar_object.c

GOES_ON_AFTER: Final = and_(
    _a.practice_id == PRACTICE,
    _a.unindexed_after.is_not(None),
    _a.unindexed_after < _END,
    or_(_a.last_end.is_(None), _a.last_end > _START),
)
BEGAN_BEFORE: Final = and_(
    _a.practice_id == PRACTICE,
    _a.unindexed_before.is_not(None),
    _a.unindexed_before > _START,
    or_(_a.first_start.is_(None), _a.first_start < _END),
)

_CANCELLED: Final = or_(
    *(occurrence.c.status == status for status in Status if status.is_cancelled)
)
_OCCURS: Final = literal_column("0", Integer)
_MAY_OCCUR: Final = literal_column("1", Integer)
# A cancelled occurrence of a series is usually not shown: its text has to be looked at.
_HOW: Final = case((and_(occurrence.c.pinned, _CANCELLED), _MAY_OCCUR), else_=_OCCURS)
_OCCURRING: Final = [
    select(occurrence.c.appointment_id.label("id"), _HOW.label("how")).where(
        occurrence.c.practice_id == PRACTICE,
        occurrence.c.calendar_id == _CALENDAR,
        overlaps_in(number),
    )
    for number in CLASSES
]
_BEYOND: Final = [
    select(_a.id, _MAY_OCCUR).where(condition, _a.calendar_id == _CALENDAR)
    for condition in (GOES_ON_AFTER, BEGAN_BEFORE)
]
_EACH: Final = union_all(*_OCCURRING, *_BEYOND).subquery("each")
# A series that occurs ten times in the range is one object, and its text is read once.
_FOUND: Final = (
    select(_EACH.c.id, func.min(_EACH.c.how).label("how"))
    .group_by(_EACH.c.id)
    .subquery("found")
)
_THIS_OBJECT: Final = (
    _o.practice_id == PRACTICE,
    _o.appointment_id == _FOUND.c.id,
    _o.calendar_id == _CALENDAR,
)
_TIMELESS: Final = (
    _o.practice_id == PRACTICE,
    _o.appointment_id.is_(None),
    _o.calendar_id == _CALENDAR,
)


def _in_range(*columns: ColumnElement[Any]) -> Statement:
    # Each engine has to be told to go from what was found to its objects, by their index: as
    # inner joins these would be a walk over all objects of the calendar.
    joined = _FOUND.outerjoin(calendar_object, and_(*_THIS_OBJECT))
    one = select(*columns).where(*_THIS_OBJECT).limit(1).lateral("one")
    timeless = select(_MAY_OCCUR, *columns).where(*_TIMELESS)
    return Statement(
        union_all(select(_FOUND.c.how, *columns).select_from(joined), timeless),
        union_all(
            select(_FOUND.c.how, *one.c).select_from(_FOUND.outerjoin(one, true())), timeless
        ),
    )


IN_RANGE: Final = _in_range(_o.href)
"""How it occurs (0 surely, 1 perhaps) and the href: None where the object is hidden."""


@cache
def rows_in_range(fields: tuple[str, ...]) -> Statement:
    """Return the statement that gives these columns behind how an object occurs."""
    return _in_range(*columns_of(fields))
