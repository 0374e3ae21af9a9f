"""A recurrence rule as a value, read from the text a client wrote (RFC 5545 3.3.10)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import IntEnum
from functools import lru_cache, partial
from typing import TypeVar

from server.domain.errors import MalformedCalendarData

Read = TypeVar("Read")

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_DAY_OF_WEEK = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_NUMBER = re.compile(r"[+-]?\d{1,3}")
_COUNT = re.compile(r"\d{1,10}")
_NTH_AT_MOST = 53
_LEAP_SECOND = 60
_LONGEST = 8192  # characters; every number of every part fits

# The span a part's numbers may have; below zero they count from the end, and 0 is none.
_NUMBERS = {
    "BYMONTH": (1, 12),
    "BYWEEKNO": (-53, 53),
    "BYYEARDAY": (-366, 366),
    "BYMONTHDAY": (-31, 31),
    "BYSETPOS": (-366, 366),
    "BYHOUR": (0, 23),
    "BYMINUTE": (0, 59),
    "BYSECOND": (0, 60),
}
_KNOWN = {*_NUMBERS, "FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "WKST", "RSCALE", "SKIP"}


class BadRecurrence(MalformedCalendarData):
    """A recurrence rule cannot be read; `what` names the part at fault."""

    def __init__(self, what: str) -> None:
        super().__init__(f"The recurrence rule cannot be read: {what}.")
        self.what = what


class Freq(IntEnum):
    """How often, from rare to frequent."""

    YEARLY = 0
    MONTHLY = 1
    WEEKLY = 2
    DAILY = 3
    HOURLY = 4
    MINUTELY = 5
    SECONDLY = 6


@dataclass(frozen=True, slots=True)
class NthDay:
    """A weekday (Monday is 0); `nth` of its month or year, negative from the end, 0 for all."""

    weekday: int
    nth: int = 0


@dataclass(frozen=True, slots=True)
class Rule:
    """The parts of one rule; numbers as the RFC counts them, weekdays from Monday = 0.

    A rule that is not `expandable` (RFC 7529 with another calendar than the Gregorian, or
    with SKIP) is kept as it came, and only its DTSTART occurs.
    """

    freq: Freq
    interval: int = 1
    count: int | None = None
    until: date | datetime | None = None
    by_month: tuple[int, ...] = ()
    by_week_no: tuple[int, ...] = ()
    by_year_day: tuple[int, ...] = ()
    by_month_day: tuple[int, ...] = ()
    by_day: tuple[NthDay, ...] = ()
    by_hour: tuple[int, ...] = ()
    by_minute: tuple[int, ...] = ()
    by_second: tuple[int, ...] = ()
    by_set_pos: tuple[int, ...] = ()
    week_start: int = 0
    expandable: bool = True


@lru_cache(maxsize=2048)
def parse_rule(value: str) -> Rule:
    """Read an RRULE value, in any case of letters; raises BadRecurrence naming the part."""
    parts = _parts(value)
    if "COUNT" in parts and "UNTIL" in parts:
        raise BadRecurrence("COUNT and UNTIL exclude each other")
    if not _is_gregorian(parts):
        return Rule(_freq(parts), expandable=False)
    if "BYSETPOS" in parts and not any(
        name.startswith("BY") and name != "BYSETPOS" for name in parts
    ):
        raise BadRecurrence("BYSETPOS needs another BY part to choose from")
    numbers = partial(_numbers, parts)
    return Rule(
        freq=_freq(parts),
        interval=_optional(parts, "INTERVAL", partial(_count, "INTERVAL")) or 1,
        count=_optional(parts, "COUNT", partial(_count, "COUNT")),
        until=_optional(parts, "UNTIL", _until),
        by_month=numbers("BYMONTH"),
        by_week_no=numbers("BYWEEKNO"),
        by_year_day=numbers("BYYEARDAY"),
        by_month_day=numbers("BYMONTHDAY"),
        by_day=_optional(parts, "BYDAY", _by_day) or (),
        by_hour=numbers("BYHOUR"),
        by_minute=numbers("BYMINUTE"),
        # RFC 5545 3.3.12: without leap seconds the 60th second is the 59th.
        by_second=tuple(sorted({min(n, _LEAP_SECOND - 1) for n in numbers("BYSECOND")})),
        by_set_pos=numbers("BYSETPOS"),
        week_start=_optional(parts, "WKST", _weekday) or 0,
    )


def with_bounds(value: str, *, until: str | None = None, count: int | None = None) -> str:
    """Return the rule's text with its COUNT and UNTIL replaced, all else as it was written."""
    kept = [
        part
        for part in value.split(";")
        if part.strip() and part.partition("=")[0].strip().upper() not in {"COUNT", "UNTIL"}
    ]
    if until is not None:
        kept.append(f"UNTIL={until}")
    if count is not None:
        kept.append(f"COUNT={count}")
    return ";".join(kept)


def _parts(value: str) -> Mapping[str, str]:
    if len(value) > _LONGEST:
        raise BadRecurrence("it is too long")
    parts: dict[str, str] = {}
    for part in value.upper().split(";"):
        name, equals, text = (piece.strip() for piece in part.partition("="))
        if not name and not equals:
            continue  # a trailing semicolon is common and harmless
        if not (name and equals and text):
            raise BadRecurrence(f"{name[:20] or 'a part'} has no value")
        if name in parts:
            raise BadRecurrence(f"{name[:20]} stands twice")
        if name not in _KNOWN and not name.startswith("X-"):
            raise BadRecurrence(f"{name[:20]} is unknown")
        parts[name] = text
    return parts


def _is_gregorian(parts: Mapping[str, str]) -> bool:
    # RFC 7529 4.1: SKIP stands with RSCALE only; OMIT is what RFC 5545 does anyway.
    return (
        parts.get("RSCALE", "GREGORIAN") == "GREGORIAN" and parts.get("SKIP", "OMIT") == "OMIT"
    )


def _optional(parts: Mapping[str, str], name: str, read: Callable[[str], Read]) -> Read | None:
    text = parts.get(name)
    return None if text is None else read(text)


def _freq(parts: Mapping[str, str]) -> Freq:
    text = parts.get("FREQ")
    if text is None:
        raise BadRecurrence("FREQ is missing")
    if text not in Freq.__members__:
        raise BadRecurrence("FREQ is unknown")
    return Freq[text]


def _count(name: str, text: str) -> int:
    if not _COUNT.fullmatch(text) or int(text) < 1:
        raise BadRecurrence(f"{name} is no whole number above 0")
    return int(text)


def _numbers(parts: Mapping[str, str], name: str) -> tuple[int, ...]:
    text = parts.get(name)
    if text is None:
        return ()
    lowest, highest = _NUMBERS[name]
    found: set[int] = set()
    for item in text.split(","):
        if not _NUMBER.fullmatch(item.strip()):
            raise BadRecurrence(f"{name} holds something that is no number")
        number = int(item)
        if not lowest <= number <= highest or (lowest < 0 and number == 0):
            raise BadRecurrence(f"{name} holds a number that is out of range")
        found.add(number)
    return tuple(sorted(found))


def _by_day(text: str) -> tuple[NthDay, ...]:
    found: set[NthDay] = set()
    for item in text.split(","):
        match = _DAY_OF_WEEK.fullmatch(item.strip())
        if match is None:
            raise BadRecurrence("BYDAY holds something that is no weekday")
        nth = int(match[1] or 0)
        if abs(nth) > _NTH_AT_MOST or (match[1] and nth == 0):
            raise BadRecurrence("BYDAY holds a number that is out of range")
        found.add(NthDay(WEEKDAYS.index(match[2]), nth))
    return tuple(sorted(found, key=lambda day: (day.weekday, day.nth)))


def _weekday(text: str) -> int:
    if text not in WEEKDAYS:
        raise BadRecurrence("WKST is no weekday")
    return WEEKDAYS.index(text)


def _until(text: str) -> date | datetime:
    for form, length in (("%Y%m%d", 8), ("%Y%m%dT%H%M%S", 15), ("%Y%m%dT%H%M%SZ", 16)):
        if len(text) == length:
            return _moment(text, form)
    raise BadRecurrence("UNTIL is neither a date nor a moment")


def _moment(text: str, form: str) -> date | datetime:
    try:
        moment = datetime.strptime(text, form)  # noqa: DTZ007 - a floating UNTIL has no zone
    except ValueError as error:
        raise BadRecurrence("UNTIL is neither a date nor a moment") from error
    if form == "%Y%m%d":
        return moment.date()
    return moment.replace(tzinfo=UTC) if form.endswith("Z") else moment
