"""The statements that read the occurrence index, one for each set of fields asked for."""

from __future__ import annotations

from functools import cache
from typing import Final

from sqlalchemy import ColumnElement, bindparam, select, union_all

from server.practice_db.ranges import CLASSES, OVERLAPS, overlaps_in
from server.practice_db.statement import PRACTICE, Statement
from server.practice_db.tables.appointments import occurrence
from server.practice_db.tables.calendars import calendar

_c = occurrence.c
FIELDS: Final = {
    "practitioner": _c.practitioner,
    "client": _c.client_number,
    "appointment": _c.appointment_id,
    "calendar": _c.calendar_id,
}
"""The fields of OccurrenceFilter that name something, and their columns."""

_FEW: Final = frozenset({"client", "appointment"})
"""Fields that leave few rows by themselves: their own index serves, whatever the range."""

EVERY: Final = select(
    _c.appointment_id,
    _c.key,
    _c.calendar_id,
    _c.start_at,
    _c.end_at,
    _c.busy_from,
    _c.all_day,
    _c.kind,
    _c.status,
    _c.blocks,
    _c.practitioner,
    _c.client_number,
    _c.room_key,
    _c.group_id,
    _c.pinned,
).where(_c.practice_id == PRACTICE)
"""The columns of Occurrence, in its order."""

_IN_ORDER: Final = ("start_at", "end_at", "appointment_id", "key")


@cache
def overlapping(
    fields: frozenset[str],
) -> Statement:
    """Return the statement that finds overlapping occurrences with these fields given."""
    conditions: list[ColumnElement[bool]] = [
        FIELDS[name] == bindparam(name) for name in sorted(fields)
    ]
    if fields & _FEW:
        few = EVERY.where(*conditions, OVERLAPS)
        return Statement(few.order_by(*(_c[name] for name in _IN_ORDER)))
    if not fields:
        # Calendars are few, and the index by calendar then serves for the whole practice.
        every = select(calendar.c.id).where(calendar.c.practice_id == PRACTICE)
        conditions.append(_c.calendar_id.in_(every))
    found = union_all(*(EVERY.where(*conditions, overlaps_in(number)) for number in CLASSES))
    return Statement(found.order_by(*_IN_ORDER))
