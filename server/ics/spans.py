"""When each component of an object happens: events, to-dos and journal entries alike.

Objects whose times are in no index are read here, with the overlap rules of RFC 4791 9.9.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from server.domain.errors import Invalid, MalformedCalendarData
from server.domain.when import (
    MASTER,
    AllDay,
    Length,
    Recurrence,
    RecurrenceKey,
    Timed,
    When,
    beside,
    instant,
    key_of,
    later,
    length_of,
    midnight_utc,
    start_of,
)
from server.ics.lines import Component
from server.ics.moments import (
    Moment,
    ZoneOf,
    natural,
    read_duration,
    read_moment,
    read_moments,
    when_of,
)
from server.ics.reader import in_form_of
from server.ics.zones import resolve

Range = tuple[datetime, datetime]
"""A half-open range of UTC instants."""

_DAY = timedelta(days=1)
_NO_TIME = timedelta(0)


@dataclass(frozen=True, slots=True)
class Spanned:
    """A component, or one instance of it, and when it happens.

    ``end`` is that of DTEND, DUE or DURATION; a to-do may have only that, or no time at all.
    """

    part: Component
    key: RecurrenceKey
    start: Moment | None
    end: Moment | None
    recurrence: Recurrence | None = None
    following: bool = False

    @property
    def anchor(self) -> Moment | None:
        """What a series of it counts from."""
        return self.end if self.start is None else self.start

    @property
    def when(self) -> When | None:
        """The span from which a series is worked out."""
        anchor, end = self.anchor, self.end
        if anchor is None:
            return None
        end = anchor if end is None else end
        if not isinstance(anchor, datetime):
            # A to-do may be due on the day it starts, which no event ends on.
            return AllDay(anchor, max(1, (_day(end) - anchor).days))
        if not isinstance(end, datetime):
            end = datetime.combine(end, time.min, anchor.tzinfo)
        return Timed(anchor, end if instant(end) >= instant(anchor) else anchor)

    def moved(self, to: When, key: RecurrenceKey) -> Spanned:
        """Return the instance that happens then; ``to`` is one of the series of ``when``."""
        start = to.start if isinstance(to, Timed) else to.first
        if self.start is None:
            return replace(self, key=key, end=start)
        if self.part.name == "VEVENT":
            return replace(self, key=key, start=start, end=to.end)
        end = None if self.end is None else _carried(self.end, self.start, start)
        return replace(self, key=key, start=start, end=end)

    def overlaps(self, window: Range, zone: ZoneInfo) -> bool:
        """Whether it happens within the range; what has no time always does."""
        start = None if self.start is None else utc_of(self.start, zone)
        end = None if self.end is None else utc_of(self.end, zone)
        if self.part.name == "VTODO":
            return _overlaps_todo(
                start, end, window, has_due=self.part.first("DUE") is not None
            )
        if start is None:
            return True
        if end is None and not isinstance(self.start, datetime):
            end = beside(start, _DAY)
        return start < window[1] and (start >= window[0] or (end or start) > window[0])


def _carried(moment: Moment, anchor: Moment, to: Moment) -> Moment:
    """Return the moment as far from ``to`` as it is from the anchor."""
    if (
        isinstance(moment, datetime)
        and isinstance(anchor, datetime)
        and isinstance(to, datetime)
    ):
        apart = instant(moment) - instant(anchor)
        if apart < _NO_TIME:
            return later(to, apart)
        return length_of(Timed(anchor, moment)).end_of(to)
    try:
        return moment + (_day(to) - _day(anchor))
    except OverflowError:
        return moment


def _day(moment: Moment) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def utc_of(moment: Moment, zone: ZoneInfo) -> datetime:
    """Return the instant of a moment, of a day its beginning in the zone."""
    return instant(moment) if isinstance(moment, datetime) else midnight_utc(moment, zone)


def _overlaps_todo(
    start: datetime | None, due: datetime | None, window: Range, *, has_due: bool
) -> bool:
    lo, hi = window
    if start is None:
        return due is None or (lo < due and hi >= due)
    if due is None:
        return lo <= start < hi
    ends_after = lo < due or lo <= start if has_due else lo <= due
    return ends_after and (hi > start or hi >= due)


def spans(calendar: Component, zone: ZoneInfo) -> list[Spanned]:
    """Return the components of an object with their times, the master first.

    Floating times are in ``zone``. Raises MalformedCalendarData.
    """
    zone_of = zones_of(calendar, zone)
    parts = [part for part in calendar.children if part.name != "VTIMEZONE"]
    masters = [part for part in parts if part.first("RECURRENCE-ID") is None]
    try:
        found = [_spanned(part, None, zone_of) for part in masters]
        series = found[0].when if found else None
        found += [_spanned(part, series, zone_of) for part in parts if part not in masters]
    except Invalid as error:
        raise MalformedCalendarData(f"{error}.") from error
    return found


def zones_of(calendar: Component, zone: ZoneInfo) -> ZoneOf:
    """Return how TZIDs are read in an object; floating times are in ``zone``."""
    defined: dict[str, list[str]] = {}
    for child in calendar.children:
        tzid = child.first("TZID") if child.name == "VTIMEZONE" else None
        if tzid is not None:
            defined[tzid.value.strip('"')] = list(child.written())

    def zone_of(tzid: str) -> ZoneInfo:
        name = tzid.strip('"')
        return resolve(name, defined.get(name), zone) if name else zone

    return zone_of


def _spanned(part: Component, series: When | None, zone_of: ZoneOf) -> Spanned:
    identity = part.first("RECURRENCE-ID")
    start, end = _times(part, zone_of)
    if identity is None:
        return Spanned(part, MASTER, start, end, _recurrence(part, zone_of))
    moment = read_moment(identity.value, identity.params.get("TZID", ""), zone_of)
    key = key_of(moment if series is None else in_form_of(series, moment))
    following = identity.params.get("RANGE", "").upper() == "THISANDFUTURE"
    return Spanned(part, key, start, end, following=following)


def _times(part: Component, zone_of: ZoneOf) -> tuple[Moment | None, Moment | None]:
    start, duration = part.first("DTSTART"), part.first("DURATION")
    if part.name == "VEVENT" and start is not None:
        when = when_of(start, part.first("DTEND"), duration, zone_of)
        return (when.start, when.end) if isinstance(when, Timed) else (when.first, when.end)
    begins = _moment(part, "DTSTART", zone_of)
    if part.name != "VTODO":
        return begins, None
    due = _moment(part, "DUE", zone_of)
    if due is None and begins is not None and duration is not None:
        due = _after(begins, read_duration(duration.value))
    return begins, due


def _moment(part: Component, name: str, zone_of: ZoneOf) -> Moment | None:
    line = part.first(name)
    if line is None:
        return None
    return read_moment(line.value, line.params.get("TZID", ""), zone_of)


def _after(start: Moment, length: timedelta) -> Moment:
    if isinstance(start, datetime):
        return Length(length, nominal=not length % _DAY).end_of(start)
    try:
        return start + -(-length // _DAY) * _DAY
    except OverflowError:
        return date.max


def _recurrence(part: Component, zone_of: ZoneOf) -> Recurrence | None:
    rules = tuple(line.value.strip() for line in part.all("RRULE"))
    added = [value for line in part.all("RDATE") for value in read_moments(line, zone_of)]
    gone = [value for line in part.all("EXDATE") for value in read_moments(line, zone_of)]
    starts = (value.start if isinstance(value, Timed) else value for value in gone)
    recurrence = Recurrence(rules, tuple(added), tuple(starts))
    return recurrence if recurrence.repeats else None


def original(series: Spanned | None, override: Spanned) -> Spanned:
    """Return what an override stands for, as it would happen if there were none."""
    when = None if series is None else series.when
    if series is None or when is None:
        start = start_of(override.key)
        return replace(override, start=start, end=start)
    return series.moved(natural(when, override.key), override.key)
