"""Values of properties as JSON and back (RFC 7265 3.4 to 3.6, 4.3, 5.1).

A value that is not in the form of its type goes as a string, just as it is written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from server.domain.errors import MalformedCalendarData
from server.ics.lines import escape, unescape

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]

UNKNOWN: Final = "unknown"
"""The type of a property of which nobody says what it holds."""

_DEFAULTS: Final = {
    "text": "CALSCALE METHOD PRODID VERSION CATEGORIES CLASS COMMENT DESCRIPTION LOCATION"
    " RESOURCES STATUS SUMMARY TRANSP TZID TZNAME CONTACT RELATED-TO UID ACTION NAME COLOR"
    " REQUEST-STATUS LOCATION-TYPE PARTICIPANT-TYPE RESOURCE-TYPE PROXIMITY BUSYTYPE",
    "date-time": "COMPLETED DTEND DUE DTSTART RECURRENCE-ID EXDATE RDATE CREATED DTSTAMP"
    " LAST-MODIFIED ACKNOWLEDGED TZUNTIL",
    "uri": "TZURL TZID-ALIAS-OF ATTACH URL",
    "cal-address": "ATTENDEE ORGANIZER CALENDAR-ADDRESS",
    "integer": "PERCENT-COMPLETE PRIORITY SEQUENCE REPEAT",
    "float": "GEO",
    "period": "FREEBUSY",
    "duration": "DURATION TRIGGER",
    "recur": "RRULE EXRULE",
    "utc-offset": "TZOFFSETFROM TZOFFSETTO",
}
_TYPE_OF: Final = {name: kind for kind, names in _DEFAULTS.items() for name in names.split()}
_SEVERAL: Final = frozenset({"CATEGORIES", "RESOURCES", "EXDATE", "RDATE", "FREEBUSY"})
_STRUCTURED: Final = frozenset({"GEO", "REQUEST-STATUS"})

_COMMA: Final = re.compile(r"(?:[^\\,]|\\.|\\$)*", re.DOTALL)
_SEMICOLON: Final = re.compile(r"(?:[^\\;]|\\.|\\$)*", re.DOTALL)
_DATE: Final = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_DATE_TIME: Final = re.compile(_DATE.pattern + r"T([0-9]{2})([0-9]{2})([0-9]{2})(Z?)")
_TIME: Final = re.compile(r"([0-9]{2})([0-9]{2})([0-9]{2})(Z?)")
_OFFSET: Final = re.compile(r"([+-][0-9]{2})([0-9]{2})([0-9]{2})?")
_DURATION: Final = re.compile(r"[+-]?P[0-9DHMSTW]+")
_INTEGER: Final = re.compile(r"[+-]?[0-9]{1,15}")
_FLOAT: Final = re.compile(r"[+-]?[0-9]{1,15}(?:\.[0-9]{1,15})?")
_DASHED: Final = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:(T[0-9]{2}):([0-9]{2}):([0-9]{2}Z?))?"
)
_WITH_COLONS: Final = re.compile(r"([+-]?[0-9]{2}):([0-9]{2})(?::([0-9]{2}Z?))?")


class Odd(Exception):
    """A value is not in the form of its type."""


def default_type(name: str) -> str:
    """Return the type of a property that says none."""
    return _TYPE_OF.get(name, UNKNOWN)


def to_json(name: str, kind: str, value: str) -> list[Json]:
    """Return the values of a property, by its upper-case name; raises Odd."""
    if name in _STRUCTURED:
        return [[_single(kind, word) for word in _words(_SEMICOLON, value)]]
    if name in _SEVERAL or (kind == "text" and name not in _TYPE_OF):
        return [_single(kind, word) for word in _words(_COMMA, value)]
    return [_single(kind, value)]


def _words(pattern: re.Pattern[str], value: str) -> list[str]:
    """Return what stands between separators that no backslash escapes."""
    words, at = [], 0
    while True:
        found = pattern.match(value, at)
        end = found.end() if found else len(value)
        words.append(value[at:end])
        if end >= len(value):
            return words
        at = end + 1


def _single(kind: str, value: str) -> Json:
    change = _CHANGES.get(kind)
    return value if change is None else change(value)


def _date(value: str) -> str:
    return "-".join(_matched(_DATE, value).groups())


def date_time(value: str) -> str:
    """Return a DATE-TIME in the longer form; raises Odd."""
    year, month, day, hour, minute, second, utc = _matched(_DATE_TIME, value).groups()
    return f"{year}-{month}-{day}T{hour}:{minute}:{second}{utc}"


def _time(value: str) -> str:
    hour, minute, second, utc = _matched(_TIME, value).groups()
    return f"{hour}:{minute}:{second}{utc}"


def _offset(value: str) -> str:
    return ":".join(filter(None, _matched(_OFFSET, value).groups()))


def _duration(value: str) -> str:
    return _matched(_DURATION, value.upper())[0]


def _integer(value: str) -> int:
    return int(_matched(_INTEGER, value)[0])


def _float(value: str) -> float:
    return float(_matched(_FLOAT, value)[0])


def _boolean(value: str) -> bool:
    if value.upper() not in ("TRUE", "FALSE"):
        raise Odd
    return value.upper() == "TRUE"


def _period(value: str) -> list[Json]:
    start, slash, last = value.partition("/")
    if not slash:
        raise Odd
    return [date_time(start), date_time(last) if last[:1].isdigit() else last]


def _recur(value: str) -> dict[str, Json]:
    rule: dict[str, Json] = {}
    for part in value.split(";"):
        name, equals, held = part.partition("=")
        key = name.strip().lower()
        if not equals or not key or key in rule:
            raise Odd
        values = [_part(key, word) for word in held.split(",")]
        rule[key] = values[0] if len(values) == 1 else values
    return rule


def _part(key: str, word: str) -> Json:
    if key == "until":
        return date_time(word) if "T" in word else _date(word)
    return int(word) if _INTEGER.fullmatch(word) and not key.startswith("x-") else word


def _matched(pattern: re.Pattern[str], value: str) -> re.Match[str]:
    found = pattern.fullmatch(value)
    if found is None:
        raise Odd
    return found


_CHANGES: Final[Mapping[str, Callable[[str], Json]]] = {
    "text": unescape,
    "date": _date,
    "date-time": date_time,
    "time": _time,
    "utc-offset": _offset,
    "duration": _duration,
    "integer": _integer,
    "float": _float,
    "boolean": _boolean,
    "period": _period,
    "recur": _recur,
}


def from_json(kind: str, values: list[Json]) -> str:
    """Return the value of a property as it is written; raises MalformedCalendarData."""
    return ",".join(_written(kind, value) for value in values)


def _written(kind: str, value: Json) -> str:
    match value:
        case dict():
            return ";".join(_rule_part(name, held) for name, held in value.items())
        case list():
            return ("/" if kind == "period" else ";").join(_word(kind, one) for one in value)
        case _:
            return _word(kind, value)


def _rule_part(name: str, held: Json) -> str:
    values = held if isinstance(held, list) else [held]
    return f"{name.upper()}={','.join(_word('date-time', one) for one in values)}"


def _word(kind: str, value: Json) -> str:
    match value:
        case bool():
            return str(value).upper()
        case int():
            return str(value)
        case float():
            return f"{value:.15f}".rstrip("0").removesuffix(".")
        case str():
            return escape(value) if kind == "text" else _shortened(kind, value)
        case _:
            raise MalformedCalendarData("A jCal value is of a kind that no property has.")


def _shortened(kind: str, value: str) -> str:
    if kind in ("date", "date-time", "period", "recur"):
        found = _DASHED.fullmatch(value)
    else:
        found = _WITH_COLONS.fullmatch(value) if kind in ("time", "utc-offset") else None
    return value if found is None else "".join(filter(None, found.groups()))
