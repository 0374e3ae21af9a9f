"""Days, times and zones as people write them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from server.web.pages.strings import Strings

_NOON: Final = 12
_REGIONS: Final = (
    "Africa",
    "America",
    "Antarctica",
    "Arctic",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
)


@dataclass(frozen=True, slots=True)
class Words:
    """Writes moments in one language and one zone; ``now`` (aware) says which year it is."""

    say: Strings
    zone: ZoneInfo
    now: datetime

    def day(self, day: date | datetime) -> str:
        """Return such as "Tuesday, 24 November", with the year where it is another one."""
        local = day.astimezone(self.zone).date() if isinstance(day, datetime) else day
        same_year = local.year == self.now.astimezone(self.zone).year
        return self.say(
            "day" if same_year else "day_year",
            weekday=self.say.weekdays[local.weekday()],
            day=local.day,
            month=self.say.months[local.month - 1],
            year=local.year,
        )

    def month(self, month: date) -> str:
        """Return such as "November 2026"."""
        return self.say("month", month=self.say.months[month.month - 1], year=month.year)

    def time(self, moment: datetime) -> str:
        """Return such as "9:00 am"."""
        local = moment.astimezone(self.zone)
        if local.minute == 0 and local.hour % _NOON == 0:
            return self.say("noon" if local.hour else "midnight")
        half = self.say("am" if local.hour < _NOON else "pm")
        hour = (local.hour + _NOON - 1) % _NOON + 1
        return self.say("time", hour=hour, minute=local.minute, half=half)

    def moment(self, moment: datetime) -> str:
        """Return such as "Tuesday, 24 November, 9:00 am"."""
        return f"{self.day(moment)}, {self.time(moment)}"

    def span(self, start: datetime, end: datetime) -> str:
        """Return such as "Tuesday, 24 November, 9:00 am to 9:50 am"."""
        times = self.say("from_to", start=self.time(start), end=self.time(end))
        return f"{self.day(start)}, {times}"

    def zone_at(self, moment: datetime) -> str:
        """Return such as "New York time (EST)": what the zone is called at that moment."""
        local = moment.astimezone(self.zone)
        short = local.tzname() or ""
        if not short.isalpha():
            short = _offset(local)
        if self.zone.key == "UTC":
            return short
        return self.say("zone", city=city_of(self.zone.key), short=short)


def city_of(key: str) -> str:
    """Return the last part of a zone's name, as people write it."""
    return key.rpartition("/")[2].replace("_", " ")


def _offset(local: datetime) -> str:
    """Return such as "UTC+5:30", for zones whose short names are numbers."""
    offset = local.utcoffset()
    minutes = int(offset.total_seconds() // 60) if offset is not None else 0
    hours, rest = divmod(abs(minutes), 60)
    sign = "+" if minutes >= 0 else "\N{MINUS SIGN}"
    return f"UTC{sign}{hours}:{rest:02d}" if rest else f"UTC{sign}{hours}"


@lru_cache(maxsize=1)
def zones_by_region() -> Sequence[tuple[str, Sequence[tuple[str, str]]]]:
    """Return the zones that can be chosen, by region: the key and the place of each.

    Old names are among them: a browser may still know its zone by one.
    """
    found: dict[str, list[tuple[str, str]]] = {region: [] for region in _REGIONS}
    for key in sorted(available_timezones()):
        region, _, place = key.partition("/")
        if place and region in found:
            found[region].append((key, place.replace("_", " ").replace("/", ", ")))
    return [*found.items(), ("UTC", [("UTC", "UTC")])]
