"""What the calendar text of an answer says: instances of an expanded object, busy time."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from bench.expansion import Instance, Span

_TIMES: Final = ("DTSTART", "DTEND", "RECURRENCE-ID")
_REPEATING: Final = frozenset({"RRULE", "RDATE", "EXRULE", "EXDATE"})
_STAMP: Final = "%Y%m%dT%H%M%SZ"
_DURATION: Final = re.compile(
    r"P(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+)S)?)?"
)


class NotAsAsked(Exception):
    """The text is not what was asked for; the message says in a few words why."""


def instances(text: str) -> list[Instance]:
    """The events of an expanded object; NotAsAsked for what RFC 4791 9.6.5 forbids."""
    if "BEGIN:VTIMEZONE" in text:
        raise NotAsAsked("an expanded object keeps its VTIMEZONE")
    found: list[Instance] = []
    event: dict[str, str] = {}
    for name, _, value in _lines(text):
        if name in _REPEATING:
            raise NotAsAsked(f"an expanded object keeps its {name}")
        if (name, value) == ("BEGIN", "VEVENT"):
            event = {}
        elif (name, value) == ("END", "VEVENT"):
            start, end, original = (event.get(each, "") for each in _TIMES)
            found.append((start, end, original))
        elif name in _TIMES:
            event[name] = value
    return found


def busy_spans(text: str) -> list[Span]:
    """The busy periods of a VFREEBUSY; NotAsAsked where there is none, or no period."""
    if "BEGIN:VFREEBUSY" not in text:
        raise NotAsAsked("the answer is no VFREEBUSY")
    return [
        _span(period)
        for name, parameters, value in _lines(text)
        if name == "FREEBUSY" and "FBTYPE=FREE" not in parameters
        for period in value.split(",")
    ]


def _lines(text: str) -> Iterator[tuple[str, str, str]]:
    """Name, parameters and value of each unfolded line, name and parameters in capitals."""
    unfolded = text.replace("\r\n", "\n").replace("\n ", "").replace("\n\t", "")
    for line in unfolded.split("\n"):
        left, _, value = line.partition(":")
        name, _, parameters = left.upper().partition(";")
        yield name, parameters, value


def _span(period: str) -> Span:
    start, _, end = period.partition("/")
    try:
        begins = _moment(start)
        return begins, begins + _length(end) if end.startswith("P") else _moment(end)
    except ValueError:
        raise NotAsAsked(f"{period} is no period in UTC") from None


def _moment(stamp: str) -> datetime:
    return datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC)


def _length(duration: str) -> timedelta:
    match = _DURATION.fullmatch(duration)
    if match is None:
        raise ValueError(duration)
    return timedelta(**{unit: int(number or 0) for unit, number in match.groupdict().items()})
