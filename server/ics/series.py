"""One series in its own terms: timed in a zone, or all-day in the calendar's zone.

Both kinds speak of wall times (naive), and of beginnings: naive UTC for a timed series,
midnight of the day for an all-day one. Beginnings are what UNTIL and EXDATE speak about.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple, Protocol
from zoneinfo import ZoneInfo

from typing_extensions import override

from server.domain.when import (
    AllDay,
    Length,
    Recurrence,
    RecurrenceKey,
    Timed,
    When,
    instant,
    key_of,
    later,
    length_of,
    midnight_utc,
    utc_key,
)
from server.ics.rule_walk import FIRST_WALL, LAST_WALL

_DAY = timedelta(days=1)
_NONE = timedelta(0)
_LAST_DATE = date.max - _DAY  # the day after it is a date as well
_UTC_ZONES = (UTC, ZoneInfo("UTC"))


class Occurrence(NamedTuple):
    """One occurrence: which one it is, and when."""

    key: RecurrenceKey
    when: When


class Placed(NamedTuple):
    """An occurrence with its naive UTC start and end."""

    start: datetime
    end: datetime
    occurrence: Occurrence


class Series(Protocol):
    """What expansion needs to know of either kind."""

    first: datetime
    """Wall time of DTSTART."""
    longest: timedelta
    """No occurrence of a rule is longer, clock changes included."""
    added: Sequence[datetime]
    """Wall times of RDATE."""

    def begins(self, wall: datetime) -> datetime:
        """Return the beginning of the occurrence at that wall time."""
        ...

    def bound(self, until: date | datetime) -> datetime:
        """Return the last beginning that UNTIL admits."""
        ...

    def meant(self, exdate: date | datetime) -> datetime | date:
        """Return the beginning that an EXDATE names, or a whole day of a timed series."""
        ...

    def is_excluded(self, wall: datetime, begins: datetime) -> bool:
        """Say whether an EXDATE takes the occurrence out."""
        ...

    def placed(self, wall: datetime, begins: datetime) -> Placed:
        """Return the occurrence at that wall time."""
        ...


def series_of(first: When, recurrence: Recurrence, zone: ZoneInfo) -> Series:
    """Return the series; `zone` is the calendar's and rules all-day events only."""
    match first:
        case Timed():
            return TimedSeries(first, recurrence)
        case AllDay():
            return DaySeries(first, recurrence, zone)


def earlier(moment: datetime, by: timedelta) -> datetime:
    """Return the naive moment that lies `by` before, at least the first that there is."""
    return moment - by if moment - FIRST_WALL > by else FIRST_WALL


def further(moment: datetime, by: timedelta) -> datetime:
    """Return the naive moment that lies `by` after, at most the last that there is."""
    return moment + by if LAST_WALL - moment > by else LAST_WALL


def naive_utc(moment: datetime) -> datetime:
    """Return an aware moment as naive UTC."""
    return instant(moment).replace(tzinfo=None)


class TimedSeries(Series):
    """A series of moments in one zone, kept on wall time over every clock change."""

    def __init__(self, first: Timed, recurrence: Recurrence) -> None:
        self._zone = first.zone_info
        self._end_zone = first.end.tzinfo
        self._length = length_of(first)
        self._anchor = first.start
        self.first = first.start.replace(tzinfo=None)
        self.longest = self._length.span + _DAY
        self._periods: dict[datetime, Length] = {}
        self.added = [self._rdate(value) for value in recurrence.rdates]
        out = {self.meant(value) for value in recurrence.exdates}
        self._out = {value for value in out if isinstance(value, datetime)}
        self._out_days = out - self._out

    def _aware(self, moment: datetime) -> datetime:
        return moment if moment.tzinfo else moment.replace(tzinfo=self._zone)

    def _rdate(self, value: datetime | date | Timed) -> datetime:
        if isinstance(value, Timed):
            wall = self._wall(value.start)
            self._periods[self.begins(wall)] = length_of(value)
            return wall
        if isinstance(value, datetime):
            return self._wall(self._aware(value))
        # A day beside a timed DTSTART has no time of its own: it takes DTSTART's.
        return datetime.combine(value, self.first.time())

    def _wall(self, moment: datetime) -> datetime:
        same = moment if moment.tzinfo is self._zone else moment.astimezone(self._zone)
        return same.replace(tzinfo=None)

    def _start(self, wall: datetime) -> datetime:
        if wall.fold:
            return wall.replace(tzinfo=self._zone)
        # The same, several times as fast: most of an expansion's time would go here.
        return self._anchor + (wall - self.first)

    @override
    def begins(self, wall: datetime) -> datetime:
        offset = self._start(wall).utcoffset() or _NONE
        try:
            return wall - offset
        except OverflowError:
            return naive_utc(wall.replace(tzinfo=self._zone))

    @override
    def bound(self, until: date | datetime) -> datetime:
        if isinstance(until, datetime):
            # RFC 5545 3.3.10 wants UTC here; without its Z the series' own zone is meant.
            return naive_utc(self._aware(until))
        # A day where a moment belongs means "that day still": ical4android and others agree.
        return naive_utc(datetime.combine(until, time(23, 59, 59), tzinfo=self._zone))

    @override
    def meant(self, exdate: date | datetime) -> datetime | date:
        return naive_utc(self._aware(exdate)) if isinstance(exdate, datetime) else exdate

    @override
    def is_excluded(self, wall: datetime, begins: datetime) -> bool:
        if begins in self._out:
            return True
        return bool(self._out_days) and wall.date() in self._out_days

    @override
    def placed(self, wall: datetime, begins: datetime) -> Placed:
        start = self._start(wall)
        length = self._periods.get(begins, self._length) if self._periods else self._length
        end = length.end_of(start)
        ends = further(begins, length.span)
        if length.nominal:
            ends += (start.utcoffset() or _NONE) - (end.utcoffset() or _NONE)
        if self._end_zone is not self._zone:
            end = later(end, _NONE, self._end_zone)
        return Placed(begins, ends, Occurrence(utc_key(begins), Timed(start, end)))


class DaySeries(Series):
    """A series of whole days."""

    def __init__(self, first: AllDay, recurrence: Recurrence, zone: ZoneInfo) -> None:
        self._zone = zone
        self._days = first.days
        self.first = datetime.combine(first.first, time.min)
        self.longest = first.days * _DAY
        self.added = [self.bound(_start(value)) for value in recurrence.rdates]
        self._out = {self.meant(value) for value in recurrence.exdates}

    @override
    def begins(self, wall: datetime) -> datetime:
        return datetime.combine(min(wall.date(), _LAST_DATE), time.min)

    @override
    def bound(self, until: date | datetime) -> datetime:
        """Return midnight of the day meant, also where a client wrote a moment."""
        if not isinstance(until, datetime):
            return datetime.combine(until, time.min)
        if until.tzinfo in _UTC_ZONES and until.time() != time.min:
            until = until.astimezone(self._zone)
        return datetime.combine(until.date(), time.min)

    @override
    def meant(self, exdate: date | datetime) -> datetime | date:
        return self.bound(exdate)

    @override
    def is_excluded(self, wall: datetime, begins: datetime) -> bool:
        return begins in self._out

    @override
    def placed(self, wall: datetime, begins: datetime) -> Placed:
        day = begins.date()
        when = AllDay(day, min(self._days, (date.max - day).days))
        return Placed(
            midnight_utc(when.first, self._zone).replace(tzinfo=None),
            midnight_utc(when.end, self._zone).replace(tzinfo=None),
            Occurrence(key_of(when.first), when),
        )


def _start(value: datetime | date | Timed) -> datetime | date:
    return value.start if isinstance(value, Timed) else value
