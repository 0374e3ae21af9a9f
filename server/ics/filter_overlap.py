"""Whether a component or a date of it lies in a range: the tables of RFC 4791 9.9.

Where the rows of an event speak of a length, a DTEND that equals DTSTART is none, and of an
all-day event one day, just as in the occurrence index.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime

from server.domain.errors import MalformedCalendarData, PracticeError
from server.domain.when import Timed
from server.ics.filter_alarms import rings_within
from server.ics.filter_instances import Instance, Span, Times, repeats
from server.ics.filters import TimeRange
from server.ics.lines import Component, Line
from server.ics.moments import read_moments
from server.ics.series import naive_utc

# A property that stands for another and a length, by the component that may lack it.
_EFFECTIVE = {("VEVENT", "DTEND"), ("VTODO", "DUE")}
_OF_INSTANCES = frozenset({"DTSTART", "DTEND", "DUE"})


def overlaps(asked: TimeRange, part: Component, holder: Component, times: Times) -> bool:
    """Whether a component, or one instance of it, overlaps the range; `holder` contains it.

    Raises as `Times` does; of components without a meaning here it is never true.
    """
    span = asked.bounds
    match part.name:
        case "VEVENT" | "VJOURNAL":
            found = any(_happens(one, span) for one in times.instances(part, span))
        case "VTODO":
            found = _todo(part, span, times)
        case "VFREEBUSY":
            found = _free_busy(part, span, times)
        case "VALARM":
            found = rings_within(span, part, holder, times)
        case "VCALENDAR":
            found = any(_is_within(asked, child, part, times) for child in part.children)
        case _:
            found = False
    return found


def _is_within(asked: TimeRange, part: Component, holder: Component, times: Times) -> bool:
    """Whether one of several components overlaps; what cannot be read does not."""
    with suppress(PracticeError, OverflowError):
        return overlaps(asked, part, holder, times)
    return False


def date_overlaps(
    asked: TimeRange, lines: Sequence[Line], part: Component, times: Times
) -> bool:
    """Whether a date of these lines lies in the range, in a series that of any instance."""
    lo, hi = span = asked.bounds
    if lines and lines[0].name in _OF_INSTANCES and repeats(part):
        is_start = lines[0].name == "DTSTART"
        found = times.instances(part, span)
        return any(lo <= (one.start if is_start else one.end) < hi for one in found)
    return any(lo <= moment < hi for moment in _instants(lines, times))


def _instants(lines: Iterable[Line], times: Times) -> Iterator[datetime]:
    for line in lines:
        # One that cannot be read does not take the others away.
        with suppress(MalformedCalendarData):
            yield times.instant(line)


def effective_date_overlaps(asked: TimeRange, name: str, part: Component, times: Times) -> bool:
    """Whether the end that only DURATION tells of lies in the range (RFC 4791 9.9)."""
    told = {"DTSTART", "DURATION"} <= set(part.names)
    if (part.name, name) not in _EFFECTIVE or not told:
        return False
    lo, hi = span = asked.bounds
    return any(lo <= one.end < hi for one in times.instances(part, span))


def _happens(one: Instance, span: Span) -> bool:
    lo, hi = span
    return one.start < hi and (lo < one.end or lo <= one.start == one.end)


def _todo(part: Component, span: Span, times: Times) -> bool:
    names = part.names
    if "DTSTART" not in names:
        return _todo_without_start(part, span, times)
    found = times.instances(part, span)
    if "DUE" in names:
        return any(_is_due(one, span) for one in found)
    lo, hi = span
    if "DURATION" in names:
        return any(lo <= one.end and (hi > one.start or hi >= one.end) for one in found)
    return any(lo <= one.start < hi for one in found)


def _is_due(one: Instance, span: Span) -> bool:
    lo, hi = span
    return (lo < one.end or lo <= one.start) and (hi > one.start or hi >= one.end)


def _todo_without_start(part: Component, span: Span, times: Times) -> bool:
    lo, hi = span
    due, completed, created = (
        None if line is None else times.instant(line)
        for line in map(part.first, ("DUE", "COMPLETED", "CREATED"))
    )
    if due is not None:
        return lo < due <= hi
    if completed is not None:
        first = min(completed, created or completed)
        last = max(completed, created or completed)
        return lo <= last and hi >= first
    return created is None or hi > created


def _free_busy(part: Component, span: Span, times: Times) -> bool:
    lo, hi = span
    start, end = part.first("DTSTART"), part.first("DTEND")
    if start is not None and end is not None:
        return lo <= times.instant(end) and hi > times.instant(start)
    periods = _periods(part, times)
    return any(lo < until and hi > since for since, until in periods)


def _periods(part: Component, times: Times) -> Iterator[Span]:
    for line in part.all("FREEBUSY"):
        with suppress(PracticeError):
            for period in read_moments(line, times.zone_of):
                if isinstance(period, Timed):
                    yield naive_utc(period.start), naive_utc(period.end)
