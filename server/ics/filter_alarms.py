"""When an alarm rings, and whether it does so in a range (RFC 5545 3.6.6, RFC 4791 9.9)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from server.ics.filter_instances import Instance, Span, Times
from server.ics.lines import Component
from server.ics.moments import read_duration
from server.ics.rule_walk import FIRST_WALL, LAST_WALL
from server.ics.series import naive_utc

_REPEAT = re.compile(r"[0-9]{1,9}")
_MOMENT = re.compile(r"\s*[0-9]{8}")
_NONE = timedelta(0)
_DAY = timedelta(days=1)
_EVER = LAST_WALL - FIRST_WALL
_HOLDERS = frozenset({"VEVENT", "VTODO"})


class _Ringing(NamedTuple):
    """How often an alarm rings again, and after what time each."""

    times: int
    every: timedelta

    @property
    def reach(self) -> timedelta:
        """How long after the first ring the last one is."""
        try:
            return min(self.times * self.every, _EVER)
        except OverflowError:
            return _EVER

    def meets(self, first: datetime, span: Span) -> bool:
        """Whether any ring lies in the span, of an alarm that rings first at that moment."""
        lo, hi = span
        if first >= lo or not self.times:
            return lo <= first < hi
        number = -((first - lo) // self.every)
        return number <= self.times and number * self.every < hi - first


def rings_within(span: Span, alarm: Component, holder: Component, times: Times) -> bool:
    """Whether an alarm of an event or to-do rings in the span, in a series for any instance.

    Raises as `Times` does.
    """
    trigger = alarm.first("TRIGGER")
    if trigger is None:
        return False
    ringing = _ringing(alarm)
    if _MOMENT.match(trigger.value):
        return ringing.meets(times.instant(trigger), span)
    if holder.name not in _HOLDERS:
        return False
    after = read_duration(trigger.value)
    near = _moved(span[0], -after, -ringing.reach), _moved(span[1], -after)
    at_end = trigger.params.get("RELATED", "").strip().upper() == "END"
    return any(
        ringing.meets(_later(one.end if at_end else one.start, after, one.zone), span)
        for one in _instances(holder, near, times)
    )


def _ringing(alarm: Component) -> _Ringing:
    repeat, every = alarm.first("REPEAT"), alarm.first("DURATION")
    if repeat is None or every is None or not _REPEAT.fullmatch(repeat.value.strip()):
        return _Ringing(0, _NONE)
    length = read_duration(every.value)
    return _Ringing(int(repeat.value) if length > _NONE else 0, length)


def _instances(holder: Component, near: Span, times: Times) -> Iterator[Instance]:
    due = holder.first("DUE")
    if holder.name == "VTODO" and due is not None and "DTSTART" not in holder.names:
        # RFC 5545 3.8.6.3 wants a DTSTART here; apps that set none mean the moment it is due.
        at = times.instant(due)
        yield Instance(at, at, times.zone)
    else:
        yield from times.instances(holder, near)


def _later(moment: datetime, by: timedelta, zone: ZoneInfo) -> datetime:
    """Return the moment that lies a span later: exact time, or whole days of wall time."""
    if by % _DAY:
        return _moved(moment, by)
    wall = moment.replace(tzinfo=UTC).astimezone(zone)
    return naive_utc(wall + by)


def _moved(moment: datetime, *by: timedelta) -> datetime:
    """Return the moment moved, at most to the ends of the calendar."""
    for one in by:
        try:
            moment += one
        except OverflowError:
            moment = LAST_WALL if one > _NONE else FIRST_WALL
    return moment
