"""A month with the days on which something is free, and the times of one day."""

from __future__ import annotations

import calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final, NamedTuple

from server.domain.ids import LocationKey
from server.usecases.free_slots import Slot
from server.web.pages.choice import Choice, Start
from server.web.pages.dates import Words, zones_by_region
from server.web.pages.strings import Strings

_AFTERNOON: Final = 12
_EVENING: Final = 17


class DayShown(NamedTuple):
    """One field of a month; number 0 for one that is empty, no link where nothing is free."""

    number: int
    link: str = ""
    label: str = ""
    chosen: bool = False


class MonthShown(NamedTuple):
    """A month; ``before`` and ``after`` lead to others in which something may be free."""

    name: str
    weekdays: Sequence[str]
    weeks: Sequence[Sequence[DayShown]]
    before: str
    after: str


class TimeShown(NamedTuple):
    """A time that can be taken."""

    link: str
    said: str
    more: str


class Part(NamedTuple):
    """A part of a day."""

    name: str
    times: Sequence[TimeShown]


class TimesShown(NamedTuple):
    """The free times of a day."""

    name: str
    parts: Sequence[Part]


class ZonesShown(NamedTuple):
    """The zones that times can be shown in; ``kept`` is what else the form says."""

    zone: str
    key: str
    zones: Sequence[tuple[str, Sequence[tuple[str, str]]]]
    kept: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Diary:
    """What is free, and how it is shown; ``address`` is that of the page.

    ``places`` are names of locations, where there is more than one to choose from.
    """

    slots: Sequence[Slot]
    words: Words
    address: str
    choice: Choice
    places: Mapping[LocationKey, str]
    shared: bool = False

    def shown(self) -> dict[str, object]:
        """Return what the templates show: the month, the day (None: nothing), the zones."""
        free = self._by_day()
        if not free:
            return {"month": None, "day": None, "zones": None}
        month = self._month(free)
        day = self.choice.day
        if day is None or day not in free or _first(day) != month:
            day = min((one for one in free if _first(one) == month), default=None)
        return {
            "month": self._month_shown(free, month, day),
            "day": self._day_shown(day, free[day]) if day else None,
            "zones": self._zones(free[day][0] if day else self.slots[0]),
        }

    def _by_day(self) -> dict[date, list[Slot]]:
        """Return the slots by day; of those at the same time and place, one."""
        found: dict[date, dict[Start, Slot]] = {}
        for slot in self.slots:
            day = slot.start.astimezone(self.words.zone).date()
            found.setdefault(day, {}).setdefault(Start.of(slot), slot)
        return {day: list(slots.values()) for day, slots in found.items()}

    def _month(self, free: Mapping[date, object]) -> date:
        first, last = _first(min(free)), _first(max(free))
        asked = self.choice.month or (_first(self.choice.day) if self.choice.day else first)
        return min(max(asked, first), last)

    def _month_shown(
        self, free: Mapping[date, Sequence[Slot]], month: date, chosen: date | None
    ) -> MonthShown:
        say = self.words.say
        begins = calendar.SUNDAY if say.sunday_first else calendar.MONDAY
        weeks = calendar.Calendar(begins).monthdatescalendar(month.year, month.month)
        before, after = month - timedelta(days=1), month + timedelta(days=31)
        return MonthShown(
            self.words.month(month),
            [say.weekdays[day.weekday()] for day in weeks[0]],
            [[self._field(free, month, day, chosen) for day in week] for week in weeks],
            self._month_link(_first(before)) if month > _first(min(free)) else "",
            self._month_link(_first(after)) if month < _first(max(free)) else "",
        )

    def _month_link(self, month: date) -> str:
        return self.choice.of_month(month).at(self.address)

    def _field(
        self,
        free: Mapping[date, Sequence[Slot]],
        month: date,
        day: date,
        chosen: date | None,
    ) -> DayShown:
        if _first(day) != month:
            return DayShown(0)
        if day not in free:
            return DayShown(day.day)
        label = self.words.day(day)
        count = self.words.say.count("free", len(free[day]))
        link = f"{self.choice.on(day).at(self.address)}#times"
        return DayShown(day.day, link, f"{label}: {count}", day == chosen)

    def _day_shown(self, day: date, slots: Sequence[Slot]) -> TimesShown:
        say = self.words.say
        parts: dict[str, list[TimeShown]] = {}
        for slot in slots:
            hour = slot.start.astimezone(self.words.zone).hour
            parts.setdefault(_part_of(hour), []).append(self._time(slot, say))
        shown = [Part(say(name), times) for name, times in parts.items()]
        return TimesShown(self.words.day(day), shown)

    def _time(self, slot: Slot, say: Strings) -> TimeShown:
        more = [self.places[slot.location]] if slot.location in self.places else []
        if self.shared:
            more.append(say.count("places_left", slot.left))
        link = self.choice.starting(Start.of(slot)).at(self.address)
        return TimeShown(link, self.words.time(slot.start), ", ".join(more))

    def _zones(self, slot: Slot) -> ZonesShown:
        kept = replace(self.choice, zone="").said()
        zone = self.words.zone
        return ZonesShown(self.words.zone_at(slot.start), zone.key, zones_by_region(), kept)


def _first(day: date) -> date:
    return day.replace(day=1)


def _part_of(hour: int) -> str:
    if hour < _AFTERNOON:
        return "morning"
    return "afternoon" if hour < _EVENING else "evening"
