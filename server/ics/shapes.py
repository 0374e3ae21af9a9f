"""What a client wants of an object: some components, some properties, some overrides.

RFC 4791 9.6.1 to 9.6.4, 9.6.6, 9.6.7. Lines that stay are left as they are folded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from server.domain.errors import Invalid, MalformedCalendarData
from server.ics.free_busy import period
from server.ics.lines import Component, fold, name_of, parse, split
from server.ics.spans import Range, Spanned, original, spans

# What a line begins with that goes on with the one before it, or is empty.
_BLANKS = ("", " ", "\t")
_BEFORE_VALUE = re.compile(r'[^":]*(?:"[^"]*"[^":]*)*:')


@dataclass(frozen=True, slots=True)
class CompShape:
    """Which properties and components of a component are wanted; None stands for all.

    A property that is False is wanted without its value.
    """

    props: Mapping[str, bool] | None = None
    comps: Mapping[str, CompShape] | None = None

    def within(self, name: str) -> CompShape | None:
        """Return what is wanted of a component inside of this one."""
        return _WHOLE if self.comps is None else self.comps.get(name)

    def has(self, name: str) -> bool:
        """Whether a property is wanted at all."""
        return self.props is None or name in self.props

    def said(self, name: str, line: str) -> str:
        """Return as much of a property's line as is wanted."""
        if self.props is None or self.props[name]:
            return line
        head = _BEFORE_VALUE.match(line)
        return head[0] if head else f"{name}:"


_WHOLE = CompShape()
_IN_CALENDAR = 2
"""How deep the components of a calendar stand."""
_EVER_BEFORE = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Wanted:
    """How calendar data are to be shaped; what is None is not asked for.

    ``calendar`` is the shape of VCALENDAR, the ranges are those of the limits.
    """

    calendar: CompShape | None = None
    recurrence_set: Range | None = None
    free_busy_set: Range | None = None


def shaped(text: str, wanted: Wanted, zone: ZoneInfo) -> str:
    """Return what is wanted of an object; floating times are in ``zone``.

    An object whose times cannot be read is not limited. Raises MalformedCalendarData for
    text that is no iCalendar at all.
    """
    if wanted.recurrence_set is not None:
        text = _with_overrides_in(text, wanted.recurrence_set, zone)
    if wanted.free_busy_set is not None:
        text = _with_periods_in(text, wanted.free_busy_set, zone)
    return text if wanted.calendar is None else _selected(text, wanted.calendar)


def _selected(text: str, calendar: CompShape) -> str:
    if _names_valueless(calendar):
        # Where a value begins can only be seen in a whole line.
        return fold(_kept(list(parse(text).written()), calendar))
    try:
        lines = _kept(text.replace("\r\n", "\n").split("\n"), calendar)
    except _Folded:
        lines = _kept(fold(parse(text).written()).split("\r\n"), calendar)
    return "\r\n".join([*lines, ""])


class _Folded(Exception):
    """The name of a property or component goes over two lines."""


def _names_valueless(shape: CompShape) -> bool:
    return False in (shape.props or {}).values() or any(
        _names_valueless(inner) for inner in (shape.comps or {}).values()
    )


def _kept(lines: list[str], calendar: CompShape) -> list[str]:
    """Return the lines that are wanted; raises _Folded."""
    stack: list[CompShape | None] = [CompShape({}, {"VCALENDAR": calendar})]
    kept: list[str] = []
    keeps = is_boundary = False
    for line in lines:
        if line[:1] in _BLANKS:
            if is_boundary and line.strip():
                raise _Folded
            kept += [line] if keeps and line else []
            continue
        name = _name(line)
        is_boundary = name in ("BEGIN", "END")
        if name == "BEGIN":
            stack.append(_begun(stack[-1], line))
        shape = stack[-1]
        keeps = shape is not None and (is_boundary or shape.has(name))
        if keeps and shape is not None:
            kept.append(line if is_boundary else shape.said(name, line))
        if name == "END" and len(stack) > 1:
            stack.pop()
    return kept


def _name(line: str) -> str:
    head, colon, _ = line.partition(":")
    name, semicolon, _ = head.partition(";")
    if not (colon or semicolon):
        raise _Folded
    return name.upper()


def _begun(around: CompShape | None, line: str) -> CompShape | None:
    name = line.partition(":")[2].strip().upper()
    return None if around is None else around.within(name)


def _with_overrides_in(text: str, window: Range, zone: ZoneInfo) -> str:
    """Return the object with the overrides that are, or stood, within the range."""
    if "RECURRENCE-ID" not in text.upper():
        return text
    calendar = parse(text)
    try:
        outside = _outside(spans(calendar, zone), window, zone)
    except (MalformedCalendarData, Invalid):
        return text
    kept = [id(child) not in outside for child in calendar.children]
    try:
        return _picked(text, kept)
    except _Folded:
        children = [
            child for child, stays in zip(calendar.children, kept, strict=True) if stays
        ]
        return fold(Component(calendar.name, calendar.lines, children).written())


def _picked(text: str, kept: list[bool]) -> str:
    """Return the text with those of the calendar's components that stay; raises _Folded."""
    lines: list[str] = []
    stays, depth = iter(kept), 0
    inside = True
    for line in text.split("\n"):
        word = line[:6].upper()
        if word == "BEGIN:":
            depth += 1
            inside = next(stays, True) if depth == _IN_CALENDAR else inside
        if inside or depth < _IN_CALENDAR:
            lines.append(line)
        depth -= word.startswith("END:")
    if depth or next(stays, None) is not None:
        raise _Folded
    return "\n".join(lines)


def _outside(found: list[Spanned], window: Range, zone: ZoneInfo) -> set[int]:
    """Return the identities of the overrides that the range does not touch."""
    series = next((one for one in found if not one.key), None)
    return {
        id(one.part)
        for one in found
        if one.key and not _touches(one, original(series, one), window, zone)
    }


def _touches(override: Spanned, stood: Spanned, window: Range, zone: ZoneInfo) -> bool:
    if override.following:
        # It speaks for all that come after it as well (RFC 5545 3.2.13).
        window = _EVER_BEFORE, window[1]
    return override.overlaps(window, zone) or stood.overlaps(window, zone)


def _with_periods_in(text: str, window: Range, zone: ZoneInfo) -> str:
    """Return the object with the FREEBUSY values that overlap the range."""
    if "FREEBUSY" not in text.upper():
        return text
    calendar = parse(text)
    children = [
        _limited(child, window, zone) if child.name == "VFREEBUSY" else child
        for child in calendar.children
    ]
    return fold(Component(calendar.name, calendar.lines, children).written())


def _limited(component: Component, window: Range, zone: ZoneInfo) -> Component:
    lines: list[str] = []
    for raw in component.lines:
        if name_of(raw) == "FREEBUSY":
            lines += _periods(raw, window, zone)
        else:
            lines.append(raw)
    return Component(component.name, lines, component.children)


def _periods(raw: str, window: Range, zone: ZoneInfo) -> Iterator[str]:
    line = split(raw)
    spans_of = ((word, period(line, word, zone)) for word in line.value.split(","))
    kept = [
        word
        for word, span in spans_of
        if span is not None and span.start_utc < window[1] and span.end_utc > window[0]
    ]
    if kept:
        yield raw.removesuffix(line.value) + ",".join(kept)
