"""One line of the demo practice's book: who, what, when, and what becomes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from server.domain.ids import UserName
from server.domain.vocabulary import Status
from server.domain.when import AllDay, Timed, When, later
from server.usecases.describe_appointment import Wanted
from server.usecases.repeat_presets import Repeat, Repetition

MON, TUE, WED, THU, FRI, SAT, SUN = range(7)
WEEK = 7
FIRST_WEEK = -3
WEEKS = range(FIRST_WEEK, 3)
"""The six weeks of the book, counted from the present one."""

_WEEKEND = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of an appointment; ``fee`` is an amount, "0" waives it.

    ``moved`` is by how many days and to which time of day; ``following`` moves all later ones
    too.
    """

    status: Status | None = None
    fee: str = ""
    moved: tuple[int, str] | None = None
    following: bool = False
    deleted: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """One appointment or series; ``day`` counts from the Monday of the present week.

    ``at`` is the time of day, "" for whole days; ``length`` is in minutes or in days.
    ``every`` is how many weeks lie between two occurrences, 0 for a single one; ``times`` how
    many there are, 0 for no end. ``fates`` are by week. ``zone`` is another one than the
    practice's. ``online`` is what the client wrote who booked or asked on the booking page,
    None for what the front desk wrote into the book.
    """

    owner: UserName
    day: int
    at: str
    length: int
    wanted: Wanted
    every: int = 0
    times: int = 0
    weekdays: tuple[str, ...] = ()
    fates: Mapping[int, Fate] = field(default_factory=dict)
    zone: str = ""
    online: str | None = None

    @property
    def week(self) -> int:
        """The week of the first occurrence."""
        return self.day // WEEK

    def weeks(self) -> list[int]:
        """Return the weeks of the book that have an occurrence."""
        if not self.every:
            return [self.week]
        last = self.week + self.every * (self.times - 1) if self.times else WEEKS[-1]
        return [week for week in range(self.week, last + 1, self.every) if week in WEEKS]

    def repetition(self) -> Repetition:
        """Return how it repeats."""
        if not self.every:
            return Repetition()
        preset = Repeat.WEEKLY if self.every == 1 else Repeat.EVERY_OTHER_WEEK
        return Repetition(preset, self.weekdays, times=self.times or None)


@dataclass(frozen=True, slots=True)
class Today:
    """The present moment (UTC) in the practice's zone."""

    now: datetime
    zone: ZoneInfo

    @property
    def monday(self) -> date:
        """The Monday of the present week; at a weekend of the one that comes."""
        day = (self.now.astimezone(self.zone) + _WEEKEND).date()
        return day - timedelta(days=day.weekday())

    def when(self, entry: Entry) -> When:
        """Return when an entry happens first."""
        day = self.monday + timedelta(days=entry.day)
        if not entry.at:
            return AllDay(day, entry.length)
        start = self.moment(entry, day)
        return Timed(start, later(start, timedelta(minutes=entry.length)))

    def moment(self, entry: Entry, day: date) -> datetime:
        """Return the time of day of an entry on some day."""
        zone = ZoneInfo(entry.zone) if entry.zone else self.zone
        return datetime.combine(day, time.fromisoformat(entry.at), zone)

    def start(self, entry: Entry, week: int) -> datetime:
        """Return the instant (UTC) at which the occurrence of a week begins."""
        day = self.monday + timedelta(days=entry.day + WEEK * (week - entry.week))
        shown = entry if entry.at else replace(entry, at="00:00")
        return self.moment(shown, day).astimezone(UTC)
