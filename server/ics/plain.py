"""An object in plain words, for a reader that one odd line would make stumble.

People's apps write what the standard does not foresee, and it is kept as it came. Who only
works out when something happens is given the same times in the usual forms, and what cannot be
read is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from server.domain.errors import MalformedCalendarData
from server.domain.when import Recurrence, Timed, When
from server.ics.event import Event
from server.ics.lines import Component, fold, name_of, parse, split
from server.ics.moments import Moment, read_duration, read_moment, with_times
from server.ics.reader import in_form_of, read_object
from server.ics.zones import is_iana_name, vtimezone

_NAME = re.compile(r"[A-Za-z0-9_-]+")
_MOMENTS = frozenset({"DTSTAMP", "CREATED", "LAST-MODIFIED", "COMPLETED", "DUE", "DTSTART"})
_ONCE = _MOMENTS | {
    "UID", "SUMMARY", "DESCRIPTION", "LOCATION", "CLASS", "GEO", "ORGANIZER", "PRIORITY",
    "SEQUENCE", "STATUS", "TRANSP", "URL", "PERCENT-COMPLETE", "ACTION", "TRIGGER", "DURATION",
    "REPEAT",
}  # fmt: skip
_DURATIONS = frozenset({"DURATION"})
_TZID = re.compile(r"[^:]*;TZID=\"?([^;:\"]+)", re.IGNORECASE)


def plain(text: str, zone: ZoneInfo) -> str:
    """Return a stored object with every time in its usual form; floating ones are in ``zone``.

    Raises MalformedCalendarData, InvalidCalendarObject, UnsupportedComponent, as reading does.
    """
    parts = [part for part in parse(text).children if part.name != "VTIMEZONE"]
    masters = [part for part in parts if part.first("RECURRENCE-ID") is None]
    events = read_object(text, zone).events
    if events:
        parts = masters + [part for part in parts if part not in masters]
        series = events[0].when
        written = [_event(*pair, series, zone) for pair in zip(parts, events, strict=True)]
    else:
        written = [_readable(part, zone) for part in parts]
    lines = [raw for part in written for raw in part.written()]
    zones = [raw for tzid in _tzids(lines) for raw in vtimezone(tzid, _year(events))]
    return fold(["BEGIN:VCALENDAR", "VERSION:2.0", *zones, *lines, "END:VCALENDAR"])


def _event(part: Component, event: Event, series: When, zone: ZoneInfo) -> Component:
    kept = _readable(part, zone)
    lines = with_times(kept.lines, event.when, _usual(event.recurrence, series), event.key)
    if part.first("DTEND") is not None:
        return replace(kept, lines=list(lines))
    # Queries may ask for events that have no end, or a length in its stead.
    length = [raw for raw in kept.lines if name_of(raw) == "DURATION"]
    endless = [raw for raw in lines if name_of(raw) != "DTEND"]
    return replace(kept, lines=[*endless, *length])


def _usual(recurrence: Recurrence | None, series: When) -> Recurrence | None:
    """Return the dates added and taken out in the form of the series, without lengths."""
    if recurrence is None:
        return None
    added = (_start(value) for value in recurrence.rdates)
    return replace(
        recurrence,
        rdates=tuple(in_form_of(series, moment) for moment in added),
        exdates=tuple(in_form_of(series, moment) for moment in recurrence.exdates),
    )


def _start(value: datetime | date | Timed) -> Moment:
    return value.start if isinstance(value, Timed) else value


def _readable(part: Component, zone: ZoneInfo) -> Component:
    """Return a component without lines, and without alarms, that cannot be read."""
    lines = _once([raw for raw in part.lines if _is_readable(raw, zone)])
    children = [_readable(child, zone) for child in part.children if _rings(child, zone)]
    return Component(part.name, lines, children)


def _once(lines: list[str]) -> list[str]:
    """Return the lines with the last one of what may stand once only (RFC 5545 3.6.1)."""
    last = {name_of(raw): at for at, raw in enumerate(lines)}
    return [
        raw
        for at, raw in enumerate(lines)
        if name_of(raw) not in _ONCE or last[name_of(raw)] == at
    ]


def _rings(alarm: Component, zone: ZoneInfo) -> bool:
    trigger = alarm.first("TRIGGER")
    if alarm.name != "VALARM" or trigger is None:
        return True
    return _is_moment(trigger.value, zone) or _is_duration(trigger.value)


def _is_readable(raw: str, zone: ZoneInfo) -> bool:
    name = name_of(raw)
    if not _NAME.fullmatch(name):
        return False
    try:
        line = split(raw)
    except MalformedCalendarData:
        return False
    if name in _DURATIONS:
        return _is_duration(line.value)
    return name not in _MOMENTS or _is_moment(line.value, zone)


def _is_moment(value: str, zone: ZoneInfo) -> bool:
    try:
        read_moment(value, "", lambda _: zone)
    except MalformedCalendarData:
        return False
    return True


def _is_duration(value: str) -> bool:
    try:
        read_duration(value)
    except MalformedCalendarData:
        return False
    return True


def _tzids(lines: Iterable[str]) -> Iterator[str]:
    named = (_TZID.match(raw) for raw in lines)
    for tzid in dict.fromkeys(match[1] for match in named if match):
        if is_iana_name(tzid):
            yield tzid


def _year(events: tuple[Event, ...]) -> int:
    """Return the year before the first event, from which its zones are described."""
    starts = [
        _start(one.when if isinstance(one.when, Timed) else one.when.first) for one in events
    ]
    return min((start.year for start in starts), default=1971) - 1
