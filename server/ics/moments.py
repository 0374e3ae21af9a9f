"""Dates and times of content lines to and from the domain (RFC 5545 3.3.4, 3.3.5, 3.3.6)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar.prop import vDuration

from server.domain.errors import MalformedCalendarData
from server.domain.when import (
    MASTER,
    AllDay,
    EndBeforeStart,
    Recurrence,
    RecurrenceKey,
    Timed,
    When,
    later,
    moved_to,
    resized,
    start_of,
)
from server.ics.lines import Line, name_of, split
from server.ics.own_lines import top_level
from server.ics.zones import is_iana, is_iana_name

_MOMENT = re.compile(r"([0-9]{8})(?:T([0-9]{6})(Z?))?")
UTC_ZONE = ZoneInfo("UTC")
_EARLIEST = datetime(1, 1, 2)  # noqa: DTZ001 - wall time; a day earlier there is no UTC
TIME_NAMES = frozenset({"DTSTART", "DTEND", "DURATION"})
RECURRENCE_NAMES = frozenset({"RRULE", "RDATE", "EXDATE", "EXRULE"})

_WITH_ZONE = frozenset({"DTSTART", "DTEND", "RDATE", "EXDATE", "RECURRENCE-ID"})

ZoneOf = Callable[[str], ZoneInfo]
"""Gives the zone of a TZID; the empty one stands for floating times."""

Moment = datetime | date


def read_moment(value: str, tzid: str, zone_of: ZoneOf) -> Moment:
    """Return a date, or an aware datetime; floating times are in the zone of the empty TZID.

    Raises MalformedCalendarData.
    """
    match = _MOMENT.fullmatch(value.strip())
    if match is None:
        raise MalformedCalendarData("A date or time cannot be read.")
    day, time, utc = match.groups()
    try:
        if time is None:
            return datetime.strptime(day, "%Y%m%d").date()  # noqa: DTZ007 - a day has no zone
        seconds = "59" if time[4:] == "60" else time[4:]
        wall = datetime.strptime(day + time[:4] + seconds, "%Y%m%d%H%M%S")  # noqa: DTZ007
    except ValueError as error:
        raise MalformedCalendarData("A date or time does not exist.") from error
    if wall < _EARLIEST:
        raise MalformedCalendarData("A date or time does not exist.")
    zone = UTC_ZONE if utc else zone_of(tzid)
    moment = wall.replace(tzinfo=zone)
    # A zone that only the object defines has no name to be kept by (M9).
    return moment if is_iana(zone) else later(moment, timedelta(), zone_of(""))


def read_moments(line: Line, zone_of: ZoneOf) -> list[Moment | Timed]:
    """Return the values of an EXDATE or RDATE line; a PERIOD becomes a Timed."""
    tzid = line.params.get("TZID", "")
    values: list[Moment | Timed] = []
    for word in line.value.split(","):
        first, slash, last = word.partition("/")
        start = read_moment(first, tzid, zone_of)
        if slash and isinstance(start, datetime):
            values.append(_period(start, last, tzid, zone_of))
        else:
            values.append(start)
    return values


def _period(start: datetime, last: str, tzid: str, zone_of: ZoneOf) -> Timed:
    if last.strip().upper().startswith(("P", "+P")):
        end = resized(Timed(start, start), read_duration(last))
        return end if isinstance(end, Timed) else Timed(start, start)
    stop = read_moment(last, tzid, zone_of)
    if not isinstance(stop, datetime):
        raise MalformedCalendarData("A PERIOD ends with a date.")
    return Timed(start, stop)


def read_duration(value: str) -> timedelta:
    """Return a DURATION value; raises MalformedCalendarData."""
    try:
        duration: timedelta = vDuration.from_ical(value.strip().upper())  # type: ignore[no-untyped-call]  # the library's
    except (ValueError, OverflowError) as error:
        raise MalformedCalendarData("A DURATION cannot be read.") from error
    return duration


def when_of(start: Line, end: Line | None, duration: Line | None, zone_of: ZoneOf) -> When:
    """Return when a component happens; raises MalformedCalendarData, EndBeforeStart.

    Without DTEND and DURATION a day lasts one day, a moment no time (RFC 5545 3.6.1).
    """
    first = read_moment(start.value, start.params.get("TZID", ""), zone_of)
    length = read_duration(duration.value) if duration is not None and end is None else None
    if not isinstance(first, datetime):
        return _days(first, end, length, zone_of)
    if end is None:
        return resized(Timed(first, first), length) if length else Timed(first, first)
    last = read_moment(end.value, end.params.get("TZID", ""), zone_of)
    if not isinstance(last, datetime):
        last = datetime.combine(last, datetime.min.time(), first.tzinfo)
    return _span(first, last)


def _span(first: datetime, last: datetime) -> Timed:
    """From one moment to another; a start that the clocks skip is later than it is written."""
    try:
        return Timed(first, last)
    except EndBeforeStart:
        if first.tzinfo is not last.tzinfo or last < first:
            raise
    return Timed(first, later(first, last - first))


def _days(first: date, end: Line | None, length: timedelta | None, zone_of: ZoneOf) -> AllDay:
    if length is not None:
        return AllDay(first, max(1, -(-length // timedelta(days=1))))
    if end is None:
        return AllDay(first)
    last = read_moment(end.value, end.params.get("TZID", ""), zone_of)
    day = last.date() if isinstance(last, datetime) else last
    # Several apps write DTEND equal to DTSTART for one whole day.
    return AllDay(first, 1 if day == first else (day - first).days)


def moment_line(name: str, moment: Moment) -> str:
    """Return a line such as ``DTSTART;TZID=Europe/Berlin:20260601T090000``."""
    params, value = _form(moment)
    return f"{name}{params}:{value}"


def _form(moment: Moment) -> tuple[str, str]:
    if not isinstance(moment, datetime):
        return ";VALUE=DATE", moment.strftime("%Y%m%d").zfill(8)
    wall = f"{moment.year:04d}{moment:%m%dT%H%M%S}"
    if moment.tzinfo in (UTC, UTC_ZONE):
        return "", wall + "Z"
    zone = moment.tzinfo
    return (f";TZID={zone.key}" if isinstance(zone, ZoneInfo) else ""), wall


def when_lines(when: When) -> list[str]:
    """Return DTSTART and DTEND; no DTEND for a moment without length."""
    match when:
        case AllDay():
            return [moment_line("DTSTART", when.first), moment_line("DTEND", when.end)]
        case Timed():
            lines = [moment_line("DTSTART", when.start)]
            if when.end != when.start:
                lines.append(moment_line("DTEND", when.end))
            return lines


def recurrence_lines(recurrence: Recurrence | None) -> list[str]:
    """Return RRULE, RDATE and EXDATE lines, one value each."""
    if recurrence is None:
        return []
    lines = [f"RRULE:{rule}" for rule in recurrence.rrules]
    for added in recurrence.rdates:
        if isinstance(added, Timed):
            params, start = _form(added.start)
            _, end = _form(later(added.end, timedelta(), added.start.tzinfo))
            lines.append(f"RDATE;VALUE=PERIOD{params}:{start}/{end}")
        else:
            lines.append(moment_line("RDATE", added))
    return lines + [moment_line("EXDATE", gone) for gone in recurrence.exdates]


def key_moment(key: RecurrenceKey, like: When) -> Moment:
    """Return the original start that a key names, in the zone of the series."""
    start = start_of(key)
    if isinstance(start, datetime) and isinstance(like, Timed):
        return later(start, timedelta(), like.zone_info)
    return start


def are_zoned(lines: Iterable[str], definitions: Iterable[str]) -> bool:
    """Whether no time of a component floats or stands in a zone that nobody defines (M9).

    ``definitions`` are the content lines of VTIMEZONEs that go with the component.
    """
    defined = {split(raw).value.strip('"') for raw in definitions if name_of(raw) == "TZID"}
    for line in (split(raw) for raw in lines if name_of(raw) in _WITH_ZONE):
        tzid = line.params.get("TZID", "").strip('"')
        floats = "T" in line.value and not line.value.rstrip().endswith("Z")
        if floats and tzid not in defined and not is_iana_name(tzid):
            return False
    return True


def natural(series: When, key: RecurrenceKey) -> When:
    """Return when an occurrence happens that has no time of its own."""
    return moved_to(series, key_moment(key, series))


def with_times(
    lines: Iterable[str],
    when: When,
    recurrence: Recurrence | None,
    key: RecurrenceKey = MASTER,
) -> tuple[str, ...]:
    """Return a component's lines with its times written anew."""
    gone = TIME_NAMES | RECURRENCE_NAMES | {"RECURRENCE-ID"}
    # An alarm that repeats has a DURATION of its own.
    kept = [raw for raw, is_nested in top_level(lines) if is_nested or name_of(raw) not in gone]
    own = when_lines(when)
    if key:
        own.insert(0, moment_line("RECURRENCE-ID", key_moment(key, when)))
    return (*own, *recurrence_lines(recurrence), *kept)
