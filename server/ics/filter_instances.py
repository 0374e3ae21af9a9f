"""When the components of one object happen: instances near a range, one after the other.

Instances are worked out lazily, so that whoever looks for one of them stops at the first.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import chain
from typing import NamedTuple
from zoneinfo import ZoneInfo

from server.domain.errors import MalformedCalendarData
from server.domain.when import (
    AllDay,
    Recurrence,
    RecurrenceKey,
    Timed,
    When,
    key_of,
    midnight_utc,
    span_utc,
)
from server.ics.lines import Component, Line
from server.ics.moments import (
    UTC_ZONE,
    Moment,
    read_moment,
    read_moments,
    when_of,
)
from server.ics.reader import in_form_of
from server.ics.recurrence_rule import Freq, Rule, parse_rule
from server.ics.rule_walk import FIRST_WALL, Steps, starts_after_first
from server.ics.series import Placed, Series, earlier, further, naive_utc, series_of
from server.ics.zones import is_iana, is_iana_name, resolve

Span = tuple[datetime, datetime]
"""Two moments of naive UTC."""

# Offsets from UTC reach 14 hours, clock changes one day (a zone that skips a date).
_SLACK = timedelta(days=2)
_REPEATING = ("RRULE", "RDATE", "EXDATE")
_ENDS = {"VEVENT": "DTEND", "VTODO": "DUE"}


class Instance(NamedTuple):
    """When a component happens once, naive UTC, and the zone that its days are those of."""

    start: datetime
    end: datetime
    zone: ZoneInfo


class Times:
    """What the dates and times of one calendar object mean.

    ``zone`` is that of floating times and whole days. What cannot be read raises
    MalformedCalendarData or Invalid; a rule that costs too much raises TooManyOccurrences.
    """

    def __init__(self, calendar: Component, zone: ZoneInfo) -> None:
        self.zone = zone
        self._calendar = calendar
        self._zones: dict[str, ZoneInfo] = {"": zone}

    def zone_of(self, tzid: str) -> ZoneInfo:
        """Return the zone that a TZID means within this object."""
        known = self._zones.get(tzid)
        if known is None:
            known = self._zones[tzid] = self._resolved(tzid.strip('"'))
        return known

    def _resolved(self, tzid: str) -> ZoneInfo:
        default = self.zone if is_iana(self.zone) else UTC_ZONE
        if is_iana_name(tzid):
            return resolve(tzid, None, default)
        for part in self._calendar.children:
            named = part.first("TZID") if part.name == "VTIMEZONE" else None
            if named is not None and named.value.strip('"') == tzid:
                return resolve(tzid, list(part.written()), default)
        return resolve(tzid, None, default)

    def moment(self, line: Line) -> Moment:
        """Return the moment or day that a property names."""
        return read_moment(line.value, line.params.get("TZID", ""), self.zone_of)

    def instant(self, line: Line) -> datetime:
        """Return the instant that a property names, naive UTC; a day is its beginning."""
        return self.beginning(self.moment(line))

    def beginning(self, moment: Moment) -> datetime:
        """Return a moment, or the midnight that a day begins with, as naive UTC."""
        if isinstance(moment, datetime):
            return naive_utc(moment)
        return midnight_utc(moment, self.zone).replace(tzinfo=None)

    def instances(self, part: Component, span: Span) -> Iterator[Instance]:
        """Yield instances of an event, to-do or journal: all that touch the span, and others.

        An override is an instance of its own, which its series then lacks.
        """
        when = self._when(part)
        zone = when.zone_info if isinstance(when, Timed) else self.zone
        is_point = isinstance(when, AllDay) and self._is_due_at_once(part)
        for start, end in self._spans(part, when, span):
            yield Instance(start, start if is_point else end, zone)

    def _spans(self, part: Component, when: When, span: Span) -> Iterator[Span]:
        if not repeats(part):
            start, end = span_utc(when, self.zone)
            yield start.replace(tzinfo=None), end.replace(tzinfo=None)
            return
        recurrence = self._recurrence(part)
        gone = self._overridden(part, when)
        for placed in _placed(series_of(when, recurrence, self.zone), recurrence, span):
            if placed.occurrence.key not in gone:
                yield placed.start, placed.end

    def _when(self, part: Component) -> When:
        start = part.first("DTSTART")
        if start is None:
            raise MalformedCalendarData("A component has no DTSTART.")
        name = _ENDS.get(part.name)
        if name is None:
            return when_of(start, None, None, self.zone_of)
        return when_of(start, part.first(name), part.first("DURATION"), self.zone_of)

    def _is_due_at_once(self, part: Component) -> bool:
        """Whether a to-do is due on the day it starts with: it takes no time then."""
        start, due = part.first("DTSTART"), part.first("DUE")
        if part.name != "VTODO" or start is None or due is None:
            return False
        return self.moment(start) == self.moment(due)

    def _recurrence(self, part: Component) -> Recurrence:
        rules = tuple(line.value.strip() for line in part.all("RRULE"))
        added = [value for line in part.all("RDATE") for value in self._moments(line)]
        gone = [value for line in part.all("EXDATE") for value in self._moments(line)]
        bare = (value.start if isinstance(value, Timed) else value for value in gone)
        return Recurrence(rules, tuple(added), tuple(bare))

    def _moments(self, line: Line) -> list[Moment | Timed]:
        return read_moments(line, self.zone_of)

    def _overridden(self, part: Component, series: When) -> set[RecurrenceKey]:
        """Return the keys of the instances that have a component of their own."""
        keys: set[RecurrenceKey] = set()
        for other in self._calendar.children:
            if other.name == part.name and "RECURRENCE-ID" in other.names:
                # One that names no instance takes none away.
                with suppress(MalformedCalendarData):
                    identity = other.first("RECURRENCE-ID")
                    if identity is not None:
                        keys.add(key_of(in_form_of(series, self.moment(identity))))
        return keys


def repeats(part: Component) -> bool:
    """Whether a component stands for a series; an override never does."""
    names = part.names
    return "RECURRENCE-ID" not in names and any(name in names for name in _REPEATING)


def _placed(series: Series, recurrence: Recurrence, span: Span) -> Iterator[Placed]:
    """Yield what the rules and the added dates place in or near the span, as `expand` does.

    Of a dense rule some may come twice. Raises TooManyOccurrences when the walk costs too much.
    """
    rules = [parse_rule(text) for text in recurrence.rrules]
    steps = Steps()
    for wall in chain(
        _first(series, rules),
        series.added,
        *(_of_rule(series, rule, span, steps) for rule in rules if rule.expandable),
    ):
        begins = series.begins(wall)
        if not series.is_excluded(wall, begins):
            yield series.placed(wall, begins)


def _first(series: Series, rules: list[Rule]) -> Iterator[datetime]:
    """Yield DTSTART, unless each rule ends before it: such a series is a husk."""
    begins = series.begins(series.first)
    if not rules or any(r.until is None or begins <= series.bound(r.until) for r in rules):
        yield series.first


def _of_rule(series: Series, rule: Rule, span: Span, steps: Steps) -> Iterator[datetime]:
    bound = None if rule.until is None else series.bound(rule.until)
    for near in _near(series, rule, span):
        # UNTIL is an instant (RFC 5545 3.3.10): wall time only roughly tells what is before.
        stop = near[1] if bound is None else min(near[1], further(bound, _SLACK))
        for wall in starts_after_first(rule, series.first, (near[0], stop), steps):
            if bound is None or series.begins(wall) <= bound:
                yield wall


def _near(series: Series, rule: Rule, span: Span) -> Iterator[Span]:
    """Yield the wall times to walk through for what touches a span of UTC."""
    lo = span[0]
    near = earlier(lo, series.longest + _SLACK), further(span[1], _SLACK)
    if rule.freq >= Freq.MINUTELY and near[0] > FIRST_WALL:
        # What is dense is likely found right there, and days before it would cost too much.
        yield lo + (lo - series.begins(lo)), near[1]
    yield near
