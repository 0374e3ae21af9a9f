"""The instances of a stored event as VCALENDAR text (RFC 4791 9.6.5), from its index rows.

An event's text is cut at its component lines and never read as a whole: what a report costs
is a join per instance. Text in an unusual form is read properly, once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from server.domain.when import MASTER, RecurrenceKey, key_of
from server.ics.lines import fold, name_of, parse
from server.ics.moments import RECURRENCE_NAMES, TIME_NAMES, UTC_ZONE
from server.ics.own_lines import top_level
from server.ics.reader import read_object
from server.ics.utc_text import day_text, utc_text
from server.ics.zones import is_iana_name, local_to_utc

Row = tuple[RecurrenceKey, int, int, bool, bool]
"""One instance of the index: its key, start and end in epoch seconds, all-day, pinned."""

_GONE = TIME_NAMES | RECURRENCE_NAMES | {"RECURRENCE-ID"}
_TIMES = re.compile(
    r"\n[DRE](?:TSTART|TEND|URATION|RULE|DATE|XDATE|XRULE|ECURRENCE-ID)[;:][^\n]*"
    r"(?:\n[ \t][^\n]*)*"
)
# A name not all upper case, or folded, or an empty line; names in X- rule nothing here.
_ODD_LINE = re.compile(r"\n(?:[A-WYZa-wyz][A-Z-]*+[^:;]|\r|\n)")
# After a nested component comes another one, or the end of what holds it.
_ODD_NESTING = re.compile(r"\nEND:[^\n]*\n(?!BEGIN:|END:)")
_IDENTITY = re.compile(
    r"\nRECURRENCE-ID(?:;VALUE=DATE(?:-TIME)?)?(?:;TZID=(?P<zone>[\w+/-]+))?"
    r":(?P<day>[0-9]{8})(?P<time>T[0-9]{6})?(?P<utc>Z)?\r\n(?![ \t])"
)
_START = re.compile(r"\nDTSTART(?:;[^:\"\r]*)?:[0-9]{8}(?P<time>T?)")
_END = "\nEND:VEVENT"
_END_OF_ALL = "\r\nEND:VCALENDAR\r\n"
_DATE_DIGITS = 8


class _Odd(Exception):
    """The text is not in the form that can be cut without reading it."""


class _Body(NamedTuple):
    """A VEVENT after its times, END included; ``has_end`` if it said when it ends."""

    text: str
    has_end: bool


@dataclass(slots=True)
class Pieces:
    """An object's text, cut where times come in; may be kept as long as the text stays.

    Overrides are told apart when the first one is asked for: most months have none.
    """

    head: str
    master: _Body | None
    zone: ZoneInfo
    _text: str
    _overrides: Mapping[RecurrenceKey, str] | None = None

    def override(self, key: RecurrenceKey) -> _Body | None:
        """Return what an override says, None where the text has none for the key."""
        if self._overrides is None:
            self._overrides = _overrides(self._text, self.zone)
        block = self._overrides.get(key)
        return None if block is None else _body(block)


def prepared(text: str, zone: ZoneInfo) -> Pieces:
    """Return the pieces of a stored object with events; floating times are in ``zone``.

    Raises MalformedCalendarData, InvalidCalendarObject, UnsupportedComponent, as reading does.
    """
    try:
        return _cut(text, zone)
    except _Odd:
        return _read(text, zone)


def expanded(pieces: Pieces, rows: Iterable[Row]) -> str:
    """Return VCALENDAR with one VEVENT per row: no zones, no rules, times in UTC.

    A row whose component the text does not show is left out.
    """
    events = [pieces.head]
    master, zone = pieces.master, pieces.zone
    for key, start, end, all_day, pinned in rows:
        body = pieces.override(key) if pinned else master
        if body is None:
            continue
        times = _days(start, end, body, zone) if all_day else _moments(start, end)
        events.append(f"BEGIN:VEVENT\r\n{times}{_identity(key)}{body.text}")
    events.append("END:VCALENDAR\r\n")
    return "".join(events)


def _moments(start: int, end: int) -> str:
    last = f"DTEND:{utc_text(end)}\r\n" if end > start else ""
    return f"DTSTART:{utc_text(start)}\r\n{last}"


def _days(start: int, end: int, body: _Body, zone: ZoneInfo) -> str:
    # Without DTEND a day lasts one day (RFC 5545 3.6.1), as the row says too.
    last = f"DTEND;VALUE=DATE:{_day_in(end, zone)}\r\n" if body.has_end else ""
    return f"DTSTART;VALUE=DATE:{_day_in(start, zone)}\r\n{last}"


def _identity(key: RecurrenceKey) -> str:
    if not key:
        return ""
    kind = ";VALUE=DATE" if len(key) == _DATE_DIGITS else ""
    return f"RECURRENCE-ID{kind}:{key}\r\n"


@lru_cache(maxsize=4096)
def _day_in(epoch: int, zone: ZoneInfo) -> str:
    return day_text(datetime.fromtimestamp(epoch, zone).date())


def _cut(text: str, zone: ZoneInfo) -> Pieces:
    """Cut text of the usual form; raises _Odd for any other."""
    before, *blocks = _blocks(text)
    masters = [block for block in blocks if "\nRECURRENCE-ID" not in block]
    if len(masters) != 1 or not text.endswith(_END_OF_ALL):
        raise _Odd
    _check(masters[0])
    return Pieces(_head(before), _body(masters[0]), zone, text)


def _blocks(text: str) -> list[str]:
    """Return what stands before the first VEVENT, and each from behind BEGIN to END."""
    return text.removesuffix(_END_OF_ALL).split("\r\nBEGIN:VEVENT")


def _head(before: str) -> str:
    """Return the calendar's own lines, without the zones that stand below them."""
    head, begin, zones = before.partition("\r\nBEGIN:")
    if not head.startswith("BEGIN:VCALENDAR\r\n") or _is_odd(head):
        raise _Odd
    if begin:
        followed = zones.count("\r\nEND:VTIMEZONE\r\nBEGIN:VTIMEZONE\r\n")
        ended = zones.count("\nEND:VTIMEZONE")
        is_whole = zones.startswith("VTIMEZONE\r\n") and zones.endswith("\r\nEND:VTIMEZONE")
        if ended != followed + 1 or not is_whole:
            raise _Odd
    return f"{head}\r\n"


def _is_odd(own: str) -> bool:
    return _ODD_LINE.search(own) is not None or "\nBEGIN:" in own


def _check(block: str) -> None:
    """Raise _Odd for a block that is more, less or written otherwise than one VEVENT."""
    own, begin, nested = block.partition("\r\nBEGIN:")
    if own[:2] != "\r\n" or block.find(_END) != len(block) - len(_END) or _is_odd(own):
        raise _Odd
    if begin and (
        _ODD_NESTING.search(nested) or nested.count("\nBEGIN:") + 2 != nested.count("\nEND:")
    ):
        raise _Odd


def _overrides(text: str, zone: ZoneInfo) -> Mapping[RecurrenceKey, str]:
    """Return the overrides by key, times still in; of two with the same, the last one."""
    try:
        return _keyed(text, zone)
    except (_Odd, ValueError, OverflowError):
        return _read_blocks(text, zone)


def _keyed(text: str, zone: ZoneInfo) -> dict[RecurrenceKey, str]:
    _, *blocks = _blocks(text)
    if text.count("\nRECURRENCE-ID") >= len(blocks):
        raise _Odd
    keyed: dict[RecurrenceKey, str] = {}
    forms: set[bool] = set()
    for block in blocks:
        at = block.find("\nRECURRENCE-ID")
        identity = _START.search(block) if at < 0 else _IDENTITY.match(block, at)
        if identity is None:
            raise _Odd
        forms.add(bool(identity["time"]))
        if at >= 0:
            _check(block)
            tzid, day, time, utc = identity.group("zone", "day", "time", "utc")
            keyed[_key(tzid, day, time, UTC_ZONE if utc else zone)] = block
    if len(forms) > 1:
        # A date among moments, or the other way round, takes its form from the series.
        raise _Odd
    return keyed


@lru_cache(maxsize=8192)
def _key(tzid: str | None, day: str, time: str | None, zone: ZoneInfo) -> RecurrenceKey:
    if not time:
        return key_of(date.fromisoformat(day))
    if tzid is not None and not is_iana_name(tzid):
        raise _Odd
    meant = ZoneInfo(tzid) if tzid is not None else zone
    return key_of(local_to_utc(datetime.fromisoformat(day + time), meant))


def _body(block: str) -> _Body:
    """Return a block, from behind BEGIN to END, without its own times."""
    own, nested, below = block.partition("\r\nBEGIN:")
    has_end = "\nDTEND" in own or "\nDURATION" in own
    kept = _TIMES.sub("", own)[2:]
    return _Body(f"{kept}{nested}{below}\r\n", has_end)


def _read(text: str, zone: ZoneInfo) -> Pieces:
    """Return the pieces of an object in whatever form, as the same pieces."""
    head = fold(["BEGIN:VCALENDAR", *parse(text).lines])
    blocks = _read_blocks(text, zone)
    master = blocks.pop(MASTER, None)
    return Pieces(head, _body(master) if master is not None else None, zone, text, blocks)


def _read_blocks(text: str, zone: ZoneInfo) -> dict[RecurrenceKey, str]:
    return {event.key: _usual(event.lines) for event in read_object(text, zone).events}


def _usual(lines: Iterable[str]) -> str:
    """Return content lines as a block; of its own times only that there is an end."""
    own = [raw for raw, is_nested in top_level(lines) if not is_nested]
    kept = [raw for raw in own if name_of(raw) not in _GONE]
    if any(name_of(raw) in ("DTEND", "DURATION") for raw in own):
        kept.append("DTEND:")
    nested = [raw for raw, is_nested in top_level(lines) if is_nested]
    return "\r\n" + fold([*kept, *nested, "END:VEVENT"]).removesuffix("\r\n")
