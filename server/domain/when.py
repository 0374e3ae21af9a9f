"""When something happens: a timed span in a zone, or whole days; and how it repeats."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import NewType, cast
from zoneinfo import ZoneInfo

from server.domain.errors import Invalid

RecurrenceKey = NewType("RecurrenceKey", str)
"""Which occurrence of a series: its original start, "" for the master itself."""

MASTER = RecurrenceKey("")
_DAY = timedelta(days=1)
_EARLIEST = datetime.min.replace(tzinfo=UTC)
_LATEST = datetime.max.replace(tzinfo=UTC, microsecond=0)
_DATE_DIGITS = 8
_MOMENT_DIGITS = len("20261124T140000Z")


class EndBeforeStart(Invalid):
    """A span would end before it starts (RFC 5545 3.8.2.2)."""

    def __init__(self) -> None:
        super().__init__("end", "it lies before the start")


class BeyondCalendar(Invalid):
    """A span would leave the years 1 to 9999."""

    def __init__(self) -> None:
        super().__init__("end", "it lies beyond the year 9999")


class WrongKindOfStart(Invalid):
    """A day was given where a moment is needed, or a moment where a day is."""

    def __init__(self, why: str) -> None:
        super().__init__("start", why)


class MalformedKey(Invalid):
    """A recurrence key names neither a UTC moment nor a day."""

    def __init__(self) -> None:
        super().__init__("occurrence", "the key names neither a UTC moment nor a day")


@dataclass(frozen=True, slots=True)
class Timed:
    """From one moment to another; wall time in an IANA zone rules, not the instant."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        for moment in (self.start, self.end):
            if not isinstance(moment.tzinfo, ZoneInfo):
                raise WrongKindOfStart("a timed span needs moments in an IANA zone")
        # Two moments of one zone compare by wall time; only a suspect pair costs more.
        # Offsets differ also where the start is in an hour that the clocks skip.
        is_suspect = (
            self.end <= self.start
            or self.start.fold
            or self.start.utcoffset() != self.end.utcoffset()
        )
        if is_suspect and self.end_utc < self.start_utc:
            raise EndBeforeStart

    @property
    def start_utc(self) -> datetime:
        return instant(self.start)

    @property
    def end_utc(self) -> datetime:
        return instant(self.end)

    @property
    def duration(self) -> timedelta:
        """The time that really passes, also over a clock change."""
        return self.end_utc - self.start_utc

    @property
    def zone_info(self) -> ZoneInfo:
        return cast("ZoneInfo", self.start.tzinfo)  # __post_init__ has seen to it

    @property
    def zone(self) -> str:
        """The IANA name of the start's zone."""
        return self.zone_info.key


@dataclass(frozen=True, slots=True)
class AllDay:
    """Whole days; in iCalendar the exclusive DTEND;VALUE=DATE is `first + days`."""

    first: date
    days: int = 1

    def __post_init__(self) -> None:
        if isinstance(self.first, datetime):
            raise WrongKindOfStart("an all-day span starts on a day, not at a moment")
        if self.days < 1:
            raise EndBeforeStart
        if self.days > (date.max - self.first).days:
            raise BeyondCalendar

    @property
    def end(self) -> date:
        """The day after the last one."""
        return self.first + timedelta(days=self.days)


When = Timed | AllDay


@dataclass(frozen=True, slots=True)
class Length:
    """How long a timed span lasts: exact time, or whole days of wall time (`nominal`)."""

    span: timedelta
    nominal: bool

    def end_of(self, start: datetime) -> datetime:
        """The end of a span that starts at `start`, in the same zone."""
        try:
            end = start + self.span
        except OverflowError:
            return datetime.max.replace(tzinfo=start.tzinfo, microsecond=0)
        if self.nominal or end.utcoffset() == start.utcoffset():
            return end
        return later(start, self.span)


@dataclass(frozen=True, slots=True)
class Recurrence:
    """How a series repeats: rules as the client wrote them, dates added, dates taken out."""

    rrules: tuple[str, ...] = ()
    rdates: tuple[datetime | date | Timed, ...] = ()
    exdates: tuple[datetime | date, ...] = ()

    @property
    def rrule(self) -> str | None:
        """The rule, or the first of several."""
        return self.rrules[0] if self.rrules else None

    @property
    def repeats(self) -> bool:
        """A rule or an added date is there."""
        return bool(self.rrules or self.rdates)


def instant(moment: datetime) -> datetime:
    """The moment in UTC; beyond the years 1 to 9999 the nearest one that can be written."""
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        middle = 5000
        return _LATEST if moment.year > middle else _EARLIEST


def later(start: datetime, span: timedelta, zone: tzinfo | None = None) -> datetime:
    """The moment that comes `span` of real time after `start`, in its or another zone."""
    zone = zone or start.tzinfo
    try:
        return (instant(start) + span).astimezone(zone)
    except OverflowError:
        return datetime.max.replace(tzinfo=zone, microsecond=0)


def beside(moment: datetime, span: timedelta) -> datetime:
    """The UTC moment that lies `span` after another, or before; never beyond the years."""
    try:
        return moment + span
    except OverflowError:
        return _LATEST if span > timedelta(0) else _EARLIEST


def midnight_utc(day: date, zone: ZoneInfo) -> datetime:
    """The instant at which the day begins in the zone."""
    return instant(datetime.combine(day, time.min, tzinfo=zone))


def span_utc(when: When, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Start and end in UTC; all-day is midnight to midnight in `zone`, the calendar's."""
    match when:
        case Timed():
            return when.start_utc, when.end_utc
        case AllDay():
            return midnight_utc(when.first, zone), midnight_utc(when.end, zone)


def length_of(when: Timed) -> Length:
    """Exact length, but days of wall time where the span is a whole number of them.

    RFC 5545 3.8.5.3 gives every member of a series the exact duration of the first. A span
    from noon to noon is read as days: it ends at noon also when the clocks change between.
    """
    if when.start.tzinfo is when.end.tzinfo:
        wall = when.end - when.start
        if wall > timedelta(0) and not wall % _DAY:
            return Length(wall, nominal=True)
    return Length(when.duration, nominal=False)


def shift(when: When, delta: timedelta) -> When:
    """Moved by `delta` of wall time, as long as before; all-day moves by whole days only."""
    if isinstance(when, AllDay) and delta % _DAY:
        raise WrongKindOfStart("an all-day span moves by whole days")
    start = when.start if isinstance(when, Timed) else when.first
    try:
        return moved_to(when, start + delta)
    except OverflowError as error:
        raise BeyondCalendar from error


def moved_to(when: When, start: datetime | date) -> When:
    """The same length from another start; a naive moment is meant in the span's zone.

    Raises WrongKindOfStart where a day is given for a timed span or a moment for days.
    """
    match when:
        case Timed():
            if not isinstance(start, datetime):
                raise WrongKindOfStart("a timed span needs a moment to start at")
            begins = start if start.tzinfo else start.replace(tzinfo=when.zone_info)
            return _of_length(begins, when)
        case AllDay():
            if isinstance(start, datetime):
                raise WrongKindOfStart("an all-day span needs a day to start on")
            return replace(when, first=start)


def _of_length(start: datetime, like: Timed) -> Timed:
    end = length_of(like).end_of(start)
    same_zones = like.start.tzinfo is like.end.tzinfo
    return Timed(start, end if same_zones else later(end, timedelta(0), like.end.tzinfo))


def resized(when: When, length: timedelta) -> When:
    """The same start with another length: whole days are wall time, all else exact."""
    match when:
        case Timed():
            nominal = length > timedelta(0) and not length % _DAY
            return Timed(when.start, Length(length, nominal=nominal).end_of(when.start))
        case AllDay():
            if length % _DAY:
                raise WrongKindOfStart("an all-day span lasts whole days")
            return replace(when, days=length // _DAY)


def key_of(start: datetime | date) -> RecurrenceKey:
    """The key of the occurrence whose original start this is: UTC moment, or day."""
    if isinstance(start, datetime):
        if start.tzinfo is None:
            raise WrongKindOfStart("the key of a moment needs its zone")
        return utc_key(instant(start).replace(tzinfo=None, microsecond=0))
    return RecurrenceKey(start.isoformat().replace("-", ""))


def utc_key(naive_utc: datetime) -> RecurrenceKey:
    """The key of a start that is given as a naive UTC moment of whole seconds."""
    return RecurrenceKey(naive_utc.isoformat().replace("-", "").replace(":", "") + "Z")


def start_of(key: RecurrenceKey) -> datetime | date:
    """The original start that a key names: an aware UTC moment, or a day.

    Raises MalformedKey, also for the master's empty key.
    """
    try:
        if len(key) == _MOMENT_DIGITS:
            return datetime.strptime(key, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        if len(key) == _DATE_DIGITS and key.isdecimal():
            return date.fromisoformat(key)
    except ValueError as error:
        raise MalformedKey from error
    raise MalformedKey
