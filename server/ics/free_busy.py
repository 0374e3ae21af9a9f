"""VFREEBUSY: when somebody is busy, and nothing else (RFC 4791 7.10, RFC 5545 3.6.4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from server.domain.errors import Invalid, MalformedCalendarData
from server.domain.when import Timed
from server.ics.lines import Component, Line, fold, parse
from server.ics.moments import UTC_ZONE, read_moments
from server.ics.spans import Range
from server.ics.utc_text import DAY, utc_day, utc_text, utc_time
from server.ics.writer import PRODUCT


class Busy(StrEnum):
    """How a time is taken (RFC 5545 3.2.9)."""

    BUSY = "BUSY"
    TENTATIVE = "BUSY-TENTATIVE"
    UNAVAILABLE = "BUSY-UNAVAILABLE"


BusyRow = tuple[int, int, Busy]
"""A time that is taken: start and end in epoch seconds, and how."""

_FREE = "FREE"
_KINDS = {kind.value: kind for kind in Busy}


def free_busy(rows: Iterable[BusyRow], window: Range, stamp: datetime, uid: str) -> str:
    """Return VCALENDAR with one VFREEBUSY: the rows within the range, joined and sorted.

    Times that overlap or touch become one; a time taken in two ways is said in both.
    """
    return _written(rows, window, stamp, (f"UID:{uid}",))


def free_busy_reply(
    rows: Iterable[BusyRow], window: Range, stamp: datetime, asked: Iterable[str]
) -> str:
    """Return the same as an answer (RFC 5546 3.3.3).

    ``asked`` are the lines of the request that come back: UID, ORGANIZER and one ATTENDEE.
    """
    return _written(rows, window, stamp, asked, "METHOD:REPLY\r\n")


def _written(
    rows: Iterable[BusyRow],
    window: Range,
    stamp: datetime,
    own: Iterable[str],
    method: str = "",
) -> str:
    lo, hi = _epoch(window[0]), _epoch(window[1])
    head = (
        f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:{PRODUCT}\r\n{method}"
        f"BEGIN:VFREEBUSY\r\n{fold(own)}DTSTAMP:{utc_text(_epoch(stamp))}\r\n"
        f"DTSTART:{utc_text(lo)}\r\nDTEND:{utc_text(hi)}\r\n"
    )
    lines = [
        f"FREEBUSY;FBTYPE={kind}:{utc_day(start // DAY)}{utc_time(start % DAY)}"
        f"/{utc_day(end // DAY)}{utc_time(end % DAY)}\r\n"
        for start, end, kind in joined(rows, lo, hi)
    ]
    return f"{head}{''.join(lines)}END:VFREEBUSY\r\nEND:VCALENDAR\r\n"


def _epoch(moment: datetime) -> int:
    return int(moment.timestamp())


def joined(rows: Iterable[BusyRow], lo: int, hi: int) -> list[tuple[int, int, str]]:
    """Return the times within a range (epoch seconds), joined and sorted, with their FBTYPE."""
    within = [row for row in rows if row[0] < hi and row[1] > lo]
    within.sort()
    joined: list[tuple[int, int, str]] = []
    for kind in Busy:
        # The hash of an enum is slow, who it is is not.
        joined += _coalesced([row for row in within if row[2] is kind], (lo, hi), kind.value)
    joined.sort()
    return joined


def _coalesced(
    rows: list[BusyRow], bounds: tuple[int, int], kind: str
) -> Iterator[tuple[int, int, str]]:
    lo, hi = bounds
    first = last = lo
    for start, end, _ in rows:
        if start > last:
            if last > first:
                yield first, last, kind
            first, last = start, end
        elif end > last:
            last = end
    if last > first:
        yield first, min(last, hi), kind


def busy_rows(text: str, zone: ZoneInfo) -> list[BusyRow]:
    """Return what the VFREEBUSY components of an object say is taken.

    Free times are left out, and what cannot be read. Raises MalformedCalendarData.
    """
    return [
        row
        for child in parse(text).children
        if child.name == "VFREEBUSY"
        for row in _rows_of(child, zone)
    ]


def _rows_of(component: Component, zone: ZoneInfo) -> Iterator[BusyRow]:
    for line in component.all("FREEBUSY"):
        said = line.params.get("FBTYPE", Busy.BUSY).upper()
        # RFC 5545 3.2.9: a type that nobody knows is to be taken as BUSY.
        kind = _KINDS.get(said, Busy.BUSY)
        for word in line.value.split(",") if said != _FREE else ():
            span = period(line, word, zone)
            if span is not None:
                yield _epoch(span.start_utc), _epoch(span.end_utc), kind


def period(line: Line, word: str, zone: ZoneInfo) -> Timed | None:
    """Return one period of a FREEBUSY line, None if it cannot be read."""
    try:
        (span,) = read_moments(
            line._replace(value=word), lambda tzid: UTC_ZONE if tzid else zone
        )
    except (MalformedCalendarData, Invalid):
        return None
    return span if isinstance(span, Timed) else None
