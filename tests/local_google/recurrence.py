"""Recurrence lines: read with dateutil on wall time, and rewritten as Google rewrites them.

Independent of the server's own reading on purpose: the two are held against each other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from dateutil.rrule import rruleset, rrulestr

from tests.local_google.refusals import Refused, invalid
from tests.local_google.times import Json, is_day, wall, zone

_LINE = re.compile(r"(RRULE|EXRULE|RDATE|EXDATE)((?:;[^:;]+)*):(\S+)", re.IGNORECASE)
_ORDER = ("FREQ", "WKST", "UNTIL", "COUNT", "INTERVAL")
_DAYS = {"0": "SU", "1": "MO", "6": "SA"}
"""What the setting weekStart says, as RFC 5545 names the day."""


@dataclass(frozen=True)
class Line:
    """One line: its name, its parameters and its value."""

    name: str
    parameters: dict[str, str]
    value: str

    def parts(self) -> dict[str, str]:
        """Return the parts of a rule."""
        pairs = (part.partition("=") for part in self.value.upper().split(";") if part)
        return {name: value for name, _, value in pairs}


def wrong_rule() -> Refused:
    """The lines cannot be understood."""
    return invalid("Invalid recurrence rule.", "recurrence")


def parsed(lines: list[str]) -> list[Line]:
    """Read lines; raises Refused for one that is none."""
    return [_parsed(text) for text in lines]


def _parsed(text: str) -> Line:
    found = _LINE.fullmatch(text.strip())
    if found is None:
        raise wrong_rule()
    pairs = (part.partition("=") for part in found[2].split(";") if part)
    parameters = {name.upper(): value for name, _, value in pairs}
    return Line(found[1].upper(), parameters, found[3])


def dates(line: Line, start: Json) -> list[datetime]:
    """Return the dates of an RDATE or EXDATE line as wall time in the zone of the start."""
    try:
        return [_on_wall(text, line, start) for text in line.value.split(",")]
    except ValueError as error:
        raise wrong_rule() from error


def _on_wall(text: str, line: Line, start: Json) -> datetime:
    if "T" not in text:
        return datetime.strptime(text, "%Y%m%d")  # noqa: DTZ007  # a day has no zone
    at = datetime.strptime(text.rstrip("Z"), "%Y%m%dT%H%M%S")  # noqa: DTZ007  # wall time
    if is_day(start):
        return at.replace(hour=0, minute=0, second=0)
    here = ZoneInfo(start["timeZone"])
    if text.endswith("Z"):
        return at.replace(tzinfo=UTC).astimezone(here).replace(tzinfo=None)
    if "TZID" in line.parameters:
        there = zone(line.parameters["TZID"])
        return at.replace(tzinfo=there).astimezone(here).replace(tzinfo=None)
    return at


def occurrence_set(start: Json, lines: list[str]) -> rruleset:
    """Return the starts of all occurrences, as wall time; raises Refused."""
    found = rruleset()
    lines_read = parsed(lines)
    for line in lines_read:
        _add(found, line, start)
    if not any(line.name == "RRULE" for line in lines_read):
        found.rdate(wall(start))
    return found


def _add(found: rruleset, line: Line, start: Json) -> None:
    match line.name:
        case "RRULE":
            found.rrule(_rule(line, start))
        case "EXRULE":
            found.exrule(_rule(line, start))
        case "RDATE":
            for at in dates(line, start):
                found.rdate(at)
        case _:
            for at in dates(line, start):
                found.exdate(at)


def _rule(line: Line, start: Json) -> object:
    parts = line.parts()
    if "UNTIL" in parts and "COUNT" in parts:
        raise wrong_rule()
    try:
        if "UNTIL" in parts:
            parts["UNTIL"] = _last_wall(parts["UNTIL"], start)
        text = ";".join(f"{name}={value}" for name, value in parts.items())
        return rrulestr(text, dtstart=wall(start))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise wrong_rule() from error


def _last_wall(until: str, start: Json) -> str:
    at = _on_wall(until, Line("UNTIL", {}, until), start)
    if "T" not in until and not is_day(start):
        at += timedelta(days=1, seconds=-1)
    return at.strftime("%Y%m%dT%H%M%S")


def is_bounded(lines: list[str]) -> bool:
    """Whether every rule ends by itself."""
    rules = [line.parts() for line in parsed(lines) if line.name == "RRULE"]
    return all("UNTIL" in parts or "COUNT" in parts for parts in rules)


def dates_listed(lines: list[str]) -> int:
    """Return how many dates the RDATE and EXDATE lines hold."""
    held = [line for line in parsed(lines) if line.name in {"RDATE", "EXDATE"}]
    return sum(line.value.count(",") + 1 for line in held)


def rewritten_rules(lines: list[str], week_start: str) -> list[str]:
    """Return the lines with rules in Google's order of parts, and with WKST."""
    return [_rewritten_rule(text, week_start) for text in lines]


def _rewritten_rule(text: str, week_start: str) -> str:
    line = _parsed(text)
    if line.name not in {"RRULE", "EXRULE"}:
        return text
    parts = line.parts()
    if parts.get("FREQ") == "WEEKLY":
        parts.setdefault("WKST", _DAYS[week_start])
    names = [
        *(name for name in _ORDER if name in parts),
        *(n for n in parts if n not in _ORDER),
    ]
    return f"{line.name}:" + ";".join(f"{name}={parts[name]}" for name in names)


def rewritten_dates(lines: list[str], start: Json) -> list[str]:
    """Return the lines with RDATE and EXDATE as wall time in the event's zone, joined."""
    collected: dict[str, list[datetime]] = {}
    others = []
    for text in lines:
        line = _parsed(text)
        if line.name in {"RDATE", "EXDATE"}:
            collected.setdefault(line.name, []).extend(dates(line, start))
        else:
            others.append(text)
    written = [_dates_line(name, sorted(set(at)), start) for name, at in collected.items()]
    return [*others, *written]


def _dates_line(name: str, at: list[datetime], start: Json) -> str:
    if is_day(start):
        return f"{name};VALUE=DATE:" + ",".join(one.strftime("%Y%m%d") for one in at)
    values = ",".join(one.strftime("%Y%m%dT%H%M%S") for one in at)
    return f"{name};TZID={start['timeZone']}:{values}"


def cut_before(lines: list[str], start: Json, cut: datetime) -> list[str]:
    """Return the lines of a series that ends before a time on the wall of its start."""
    return [_cut(text, start, cut) for text in lines]


def _cut(text: str, start: Json, cut: datetime) -> str:
    line = _parsed(text)
    if line.name != "RRULE":
        return text
    parts = {name: value for name, value in line.parts().items() if name != "COUNT"}
    parts["UNTIL"] = _just_before(cut, start)
    return "RRULE:" + ";".join(f"{name}={value}" for name, value in parts.items())


def _just_before(cut: datetime, start: Json) -> str:
    if is_day(start):
        return (cut - timedelta(days=1)).strftime("%Y%m%d")
    at = cut.replace(tzinfo=ZoneInfo(start["timeZone"])).astimezone(UTC) - timedelta(seconds=1)
    return at.strftime("%Y%m%dT%H%M%SZ")


def continued_from(lines: list[str], start: Json, cut: datetime) -> list[str]:
    """Return the lines of what is left of a series from a time on: COUNT counts the rest."""
    return [_continued(text, start, cut) for text in lines]


def _continued(text: str, start: Json, cut: datetime) -> str:
    line = _parsed(text)
    parts = line.parts()
    if line.name != "RRULE" or "COUNT" not in parts:
        return text
    whole = occurrence_set(start, [text])
    gone = sum(1 for at in whole if at < cut)
    parts["COUNT"] = str(max(int(parts["COUNT"]) - gone, 1))
    return "RRULE:" + ";".join(f"{name}={value}" for name, value in parts.items())
