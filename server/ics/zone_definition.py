"""A VTIMEZONE that a client sent, read into a zone (RFC 5545 3.6.5)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from io import BytesIO
from struct import pack
from typing import NamedTuple
from zoneinfo import ZoneInfo

from server.domain.errors import MalformedCalendarData
from server.ics.lines import Component, parse_lines
from server.ics.recurrence_rule import parse_rule
from server.ics.rule_walk import Steps, TooManyOccurrences, starts_after_first

_OFFSET = re.compile(r"([+-])(\d{2}):?(\d{2}):?(\d{2})?")
_ONSET = re.compile(r"\d{8}T\d{6}")
_NAMES = ("X-LIC-LOCATION", "X-TZINFO", "TZID-ALIAS-OF")
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - naive UTC
_SPAN = datetime(1960, 1, 1), datetime(2100, 1, 1)  # noqa: DTZ001 - onsets are wall times
_ONSETS_AT_MOST = 1000  # 140 years with seven changes each
_OFFSET_AT_MOST = timedelta(hours=24)


class _Change(NamedTuple):
    """When (seconds since 1970, UTC) an offset comes to hold; both offsets in seconds."""

    at: int
    before: int
    after: int
    is_daylight: bool


def names_within(lines: Sequence[str]) -> Iterator[str]:
    """Yield the names by which a VTIMEZONE says itself which zone it copies."""
    for component in _components(lines):
        for name in _NAMES:
            line = component.first(name)
            if line is not None:
                yield line.value


def defined_zone(lines: Sequence[str]) -> ZoneInfo | None:
    """Return a nameless zone made of the VTIMEZONE, exact to 2100; None without definition."""
    found = [
        change
        for component in _components(lines)
        for observance in component.children
        for change in _changes(observance)
    ]
    if not found:
        return None
    by_moment = {change.at: change for change in sorted(found)}
    return ZoneInfo.from_file(BytesIO(_as_tzif(list(by_moment.values()))))


def _components(lines: Sequence[str]) -> list[Component]:
    try:
        return parse_lines(lines)
    except MalformedCalendarData:
        return []


def _changes(observance: Component) -> Iterator[_Change]:
    before = _seconds(observance, "TZOFFSETFROM")
    after = _seconds(observance, "TZOFFSETTO")
    if before is None or after is None:
        return
    for onset in _onsets(observance, timedelta(seconds=before)):
        at = int((onset - _EPOCH).total_seconds()) - before
        yield _Change(at, before, after, observance.name == "DAYLIGHT")


def _seconds(observance: Component, name: str) -> int | None:
    line = observance.first(name)
    match = _OFFSET.fullmatch(line.value.strip()) if line is not None else None
    if match is None:
        return None
    hours, minutes, seconds = (int(text or 0) for text in match.groups()[1:])
    offset = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    if offset >= _OFFSET_AT_MOST:
        return None
    return int(offset.total_seconds()) * (-1 if match[1] == "-" else 1)


def _onsets(observance: Component, offset: timedelta) -> list[datetime]:
    """Return the wall times of DTSTART, RDATE and RRULE; what cannot be read is left out."""
    start = observance.first("DTSTART")
    first = _wall(start.value) if start is not None else None
    if first is None:
        return []
    found = [first]
    for line in observance.all("RDATE"):
        found += filter(None, map(_wall, line.value.split(",")))
    for line in observance.all("RRULE"):
        try:
            found += _of_rule(line.value, first, offset)
        except (MalformedCalendarData, TooManyOccurrences):
            continue  # a definition that cannot be followed is known by its DTSTART alone
    return found


def _of_rule(value: str, first: datetime, offset: timedelta) -> list[datetime]:
    rule = parse_rule(value)
    last = _SPAN[1] if rule.until is None else _last_wall(rule.until, offset)
    found: list[datetime] = []
    for wall in starts_after_first(rule, first, _SPAN, Steps()):
        if wall > last:
            break
        if len(found) == _ONSETS_AT_MOST:
            raise TooManyOccurrences("changes of the clock", _ONSETS_AT_MOST)
        found.append(wall)
    return found


def _last_wall(until: date | datetime, offset: timedelta) -> datetime:
    if not isinstance(until, datetime):
        return datetime.combine(until, time(23, 59, 59))
    # RFC 5545 3.6.5: UNTIL is UTC, DTSTART and RDATE are wall time in TZOFFSETFROM.
    return until.replace(tzinfo=None) + (offset if until.tzinfo else timedelta(0))


def _wall(value: str) -> datetime | None:
    match = _ONSET.match(value.strip())
    if match is None:
        return None
    try:
        return datetime.strptime(match[0], "%Y%m%dT%H%M%S")  # noqa: DTZ007 - wall time
    except ValueError:
        return None


def _as_tzif(changes: Sequence[_Change]) -> bytes:
    """Return the changes in the form of RFC 8536, which Python reads into a zone."""
    earliest = (changes[0].before, False)
    kinds = [earliest, *sorted({(c.after, c.is_daylight) for c in changes} - {earliest})]
    places = [kinds.index((change.after, change.is_daylight)) for change in changes]
    name = b"own\0"
    header = pack(">4sc15x", b"TZif", b"2")
    counts = (0, 0, 0, len(changes), len(kinds), len(name))
    return b"".join(
        [
            header + pack(">6L", 0, 0, 0, 0, 1, 1) + pack(">lBB", 0, 0, 0) + b"\0",
            header + pack(">6L", *counts),
            pack(f">{len(changes)}q", *(change.at for change in changes)),
            bytes(places),
            *(pack(">lBB", offset, is_daylight, 0) for offset, is_daylight in kinds),
            name + b"\n\n",
        ]
    )
