"""VAVAILABILITY: bookable hours as one component (RFC 7953 3.1)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

from server.domain.appointment import Appointment, Part
from server.domain.when import (
    MASTER,
    AllDay,
    Recurrence,
    RecurrenceKey,
    Timed,
    When,
    instant,
    midnight_utc,
    start_of,
)
from server.ics.lines import fold, text_line
from server.ics.moments import UTC_ZONE, moment_line, recurrence_lines, when_lines
from server.ics.recurrence_rule import BadRecurrence, parse_rule, with_bounds
from server.ics.utc_text import utc_text
from server.ics.vtimezone import vtimezone
from server.ics.writer import PRODUCT

_SUMMARY: Final = "Bookable hours"
_Moment: TypeAlias = datetime | date


def availability_text(
    uid: str, hours: Iterable[Appointment], zone: ZoneInfo, stamp: datetime
) -> str:
    """Return a VCALENDAR with one VAVAILABILITY that has no beginning and no end.

    Each part of these hours is an AVAILABLE of it. There every time is a moment (RFC 7953 3.1):
    whole days begin at midnight in ``zone``, the practice's. Where nothing is available all of
    the time is taken. ``stamp`` (UTC) is when the hours were changed last.
    """
    shown = sorted(hours, key=lambda one: (one.uid, one.id))
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{PRODUCT}",
        *_zones(shown, zone),
        "BEGIN:VAVAILABILITY",
        f"UID:{uid}",
        f"DTSTAMP:{_utc(stamp)}",
        text_line("SUMMARY", _SUMMARY),
        *(line for one in shown for line in _Hours(one, zone).lines(stamp)),
        "END:VAVAILABILITY",
        "END:VCALENDAR",
    ]
    return fold(lines)


def _utc(moment: datetime) -> str:
    return utc_text(int(moment.timestamp()))


class _Hours:
    """One series of hours, or hours of one day, with all that is different about some days."""

    def __init__(self, hours: Appointment, zone: ZoneInfo) -> None:
        self._hours = hours
        self._zone = zone
        master = hours.master
        self._starts = master.when.start if master and isinstance(master.when, Timed) else None

    def lines(self, stamp: datetime) -> Iterator[str]:
        """Yield an AVAILABLE for each part that takes place."""
        stamped = f"DTSTAMP:{_utc(self._hours.modified_at or stamp)}"
        for key, part in self._parts():
            yield from ("BEGIN:AVAILABLE", f"UID:{self._hours.uid}", stamped)
            yield from self._times(key, part)
            yield from _words(part)
            yield "END:AVAILABLE"

    def _parts(self) -> Iterator[tuple[RecurrenceKey, Part]]:
        master = self._hours.master
        if master is not None and _takes_place(master):
            yield MASTER, master
        for key, part in sorted(self._hours.overrides.items()):
            if _takes_place(part):
                yield key, part

    def _times(self, key: RecurrenceKey, part: Part) -> Iterator[str]:
        if key:
            yield moment_line("RECURRENCE-ID", self._moment(start_of(key)))
        match part.when:
            case Timed():
                yield from when_lines(part.when)
            case AllDay():
                # Days, and not hours: one on which the clocks change has another number.
                yield moment_line("DTSTART", self._moment(part.when.first))
                yield f"DURATION:P{part.when.days}D"
        if not key:
            yield from recurrence_lines(self._recurrence())

    def _recurrence(self) -> Recurrence | None:
        """Return how it repeats, without what is cancelled: AVAILABLE has no STATUS."""
        said = self._hours.recurrence
        if said is None:
            return None
        gone = [start_of(key) for key, one in self._hours.overrides.items() if not _stays(one)]
        return Recurrence(
            tuple(map(self._rule, said.rrules)),
            tuple(one if isinstance(one, Timed) else self._moment(one) for one in said.rdates),
            tuple(dict.fromkeys(map(self._moment, (*said.exdates, *gone)))),
        )

    def _rule(self, rule: str) -> str:
        """Return a rule whose last day is the moment at which that day begins."""
        try:
            until = parse_rule(rule).until
        except BadRecurrence:
            return rule
        if self._starts is not None or until is None or isinstance(until, datetime):
            return rule
        return with_bounds(rule, until=_utc(midnight_utc(until, self._zone)))

    def _moment(self, said: _Moment) -> datetime:
        """Return a moment in the zone of the series; a day is its start on that day."""
        starts = self._starts
        zone = starts.tzinfo if starts is not None else self._zone
        if isinstance(said, datetime):
            return instant(said).astimezone(zone)
        wall = starts.time() if starts is not None else time.min
        return datetime.combine(said, wall, zone)


def _stays(part: Part) -> bool:
    return not part.deleted and not part.details.status.is_cancelled


def _takes_place(part: Part) -> bool:
    """Whether a part is there at all: hours without length are none (RFC 7953 3.1)."""
    when = part.when
    return _stays(part) and (isinstance(when, AllDay) or when.end_utc > when.start_utc)


def _words(part: Part) -> Iterator[str]:
    """Yield what the hours are for, as their owner wrote it."""
    details = part.details
    if details.title:
        yield text_line("SUMMARY", details.title)
    if details.place:
        yield text_line("LOCATION", details.place)
    yield from part.lines


def _zones(hours: Sequence[Appointment], zone: ZoneInfo) -> Iterator[str]:
    """Yield the definitions of the zones that the times are in, from the first year on."""
    first_years: dict[str, int] = {}
    for when in _whens(hours):
        for key, year in _named(when, zone):
            first_years[key] = min(year, first_years.get(key, year))
    for key in sorted(first_years.keys() - {UTC_ZONE.key}):
        yield from vtimezone(key, first_years[key] - 1)


def _whens(hours: Sequence[Appointment]) -> Iterator[When]:
    for one in hours:
        if one.master is not None:
            yield one.master.when
        yield from (part.when for part in one.overrides.values())


def _named(when: When, zone: ZoneInfo) -> Iterator[tuple[str, int]]:
    """Yield the zones of a time, and the year in which it is."""
    match when:
        case Timed():
            for moment in (when.start, when.end):
                if isinstance(moment.tzinfo, ZoneInfo):
                    yield moment.tzinfo.key, moment.year
        case AllDay():
            yield zone.key, when.first.year
