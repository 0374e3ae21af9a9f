"""Whether a calendar object is what a filter asks for (RFC 4791 9.7)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from zoneinfo import ZoneInfo

from server.domain.errors import MalformedCalendarData, PracticeError
from server.ics.filter_instances import Times
from server.ics.filter_overlap import date_overlaps, effective_date_overlaps, overlaps
from server.ics.filter_texts import says, value_of
from server.ics.filters import CompFilter, ParamFilter, PropFilter, TimeRange
from server.ics.lines import Component, Line, name_of, split

# An odd line is no error of whoever asks: what it belongs to does not match. Dates at the very
# ends of the calendar may leave it.
_ODD = (PracticeError, OverflowError)


def matches(wanted: CompFilter, calendar: Component, zone: ZoneInfo) -> bool:
    """Whether a parsed VCALENDAR of one object is what the filter asks for.

    ``zone`` is that of floating times and whole days. Never raises for what the object holds:
    where a date cannot be read, or a rule costs too much, its component does not match.
    """
    if wanted.is_not_defined or wanted.name != calendar.name:
        return wanted.is_not_defined and wanted.name != calendar.name
    return _holds(wanted, calendar, calendar, Times(calendar, zone))


def _matches_within(wanted: CompFilter, holder: Component, times: Times) -> bool:
    found = [part for part in holder.children if part.name == wanted.name]
    if wanted.is_not_defined:
        return not found
    return any(_holds(wanted, part, holder, times) for part in found)


def _holds(wanted: CompFilter, part: Component, holder: Component, times: Times) -> bool:
    """Whether all that is asked holds for this one component; what costs least comes first."""
    return (
        all(_property(one, part, times) for one in wanted.props)
        and _happens(wanted, part, holder, times)
        and all(_matches_within(one, part, times) for one in wanted.comps)
    )


def _happens(wanted: CompFilter, part: Component, holder: Component, times: Times) -> bool:
    if wanted.time is None:
        return True
    try:
        return overlaps(wanted.time, part, holder, times)
    except _ODD:
        return False


def _property(wanted: PropFilter, part: Component, times: Times) -> bool:
    is_there = wanted.name in part.names
    if wanted.is_not_defined:
        return not is_there
    if wanted.time is not None:
        return _dated(wanted, wanted.time, part, times)
    if wanted.text is None and not wanted.params:
        return is_there
    text = wanted.text
    return any(text is None or says(text, value_of(line)) for line in _lines(wanted, part))


def _lines(wanted: PropFilter, part: Component) -> Iterator[Line]:
    """Yield the lines of the property whose parameters are as asked."""
    for line in _readable(part, wanted.name):
        if all(_parameter(one, line) for one in wanted.params):
            yield line


def _readable(part: Component, name: str) -> list[Line]:
    """Return the lines of the property, without those that cannot be taken apart."""
    try:
        return part.all(name)
    except MalformedCalendarData:
        return list(_one_by_one(part, name))


def _one_by_one(part: Component, name: str) -> Iterator[Line]:
    for raw in part.lines:
        if name_of(raw) == name:
            with suppress(MalformedCalendarData):
                yield split(raw)


def _parameter(wanted: ParamFilter, line: Line) -> bool:
    value = line.params.get(wanted.name)
    if value is None or wanted.is_not_defined:
        return wanted.is_not_defined and value is None
    return wanted.text is None or says(wanted.text, value)


def _dated(wanted: PropFilter, asked: TimeRange, part: Component, times: Times) -> bool:
    try:
        if wanted.name in part.names:
            return date_overlaps(asked, list(_lines(wanted, part)), part, times)
        return not wanted.params and effective_date_overlaps(asked, wanted.name, part, times)
    except _ODD:
        return False
