"""Finding what overlaps a range of time, without walking over all that came before it.

An occurrence overlaps [start, end) if it begins before the end and ends after the start, and
one of no length if it begins inside (RFC 4791 9.9). An index by start alone would be walked
from the beginning of the calendar, since anything might be long; so occurrences lie in classes
by length, and each is walked from the earliest start that can still reach into the range.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import BigInteger, ColumnElement, bindparam, or_

from server.practice_db.columns import EARLIEST, LATEST, epoch
from server.practice_db.tables.appointments import occurrence

_DAY: Final = 86_400
_LONGEST: Final = (2 * _DAY, 32 * _DAY, LATEST - EARLIEST)
"""The greatest length of each class, in seconds: visits and days, journeys, anything."""
CLASSES: Final = range(len(_LONGEST))

_START: Final = bindparam("range_start", type_=BigInteger)
_END: Final = bindparam("range_end", type_=BigInteger)

OVERLAPS: Final[ColumnElement[bool]] = (occurrence.c.start_at < _END) & or_(
    occurrence.c.end_at > _START, occurrence.c.start_at >= _START
)


def length_class(start: datetime, end: datetime) -> int:
    """Return the class of an occurrence by its length."""
    seconds = (end - start) // timedelta(seconds=1)
    return next(number for number in CLASSES if seconds <= _LONGEST[number])


def overlaps_in(number: int) -> ColumnElement[bool]:
    """Return the condition that finds the overlapping ones of a class through an index."""
    reaching = bindparam(f"reaching_{number}", type_=BigInteger)
    return (
        (occurrence.c.length_class == number) & (occurrence.c.start_at >= reaching) & OVERLAPS
    )


def range_values(start: datetime | None, end: datetime | None) -> dict[str, int]:
    """Return the values of the parameters above; None leaves a side open."""
    first = EARLIEST if start is None else epoch(start)
    last = LATEST + 1 if end is None else epoch(end)
    reaching = {f"reaching_{number}": first - _LONGEST[number] for number in CLASSES}
    return {"range_start": first, "range_end": last, **reaching}
