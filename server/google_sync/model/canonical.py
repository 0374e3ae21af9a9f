"""What is compared of an event: its times, a hash of its title, and how it takes time.

Two events that mean the same have the same projection, however Google writes them: instants in
UTC where there is no rule, wall time and an IANA zone where there is one, days for whole days,
rules with their parts in one order, dates added and taken out as sorted sets.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from server.domain.when import (
    AllDay,
    Recurrence,
    RecurrenceKey,
    Timed,
    When,
    key_of,
)
from server.google_sync.model.recurrence_lines import canonical_rule, excluded_keys
from server.ics.moments import UTC_ZONE, natural

_WALL: Final = "%Y%m%dT%H%M%S"
_DAY_DIGITS: Final = 8


@dataclass(frozen=True, slots=True)
class Times:
    """When an event is, in one way of writing.

    ``start`` and ``end`` are UTC moments, days, or wall times in ``zone`` where there is a
    recurrence. ``added`` and ``gone`` are keys of occurrences.
    """

    start: str
    end: str
    zone: str = ""
    rules: tuple[str, ...] = ()
    added: tuple[RecurrenceKey, ...] = ()
    gone: tuple[RecurrenceKey, ...] = ()

    @property
    def repeats(self) -> bool:
        """Whether it is a series."""
        return bool(self.rules or self.added)

    @property
    def is_days(self) -> bool:
        """Whether it takes whole days."""
        return len(self.start) == _DAY_DIGITS

    @property
    def usual(self) -> Times:
        """The same without the dates taken out, which are compared one by one."""
        return replace(self, gone=()) if self.gone else self


@dataclass(frozen=True, slots=True)
class Projection:
    """What is compared of an event; ``title`` is a keyed hash."""

    times: Times
    title: str = ""
    opaque: bool = True
    tentative: bool = False
    private: bool = True


@dataclass(frozen=True, slots=True)
class Base:
    """On what both sides last agreed: as the practice meant it, and as Google then had it.

    They differ where Google writes a thing in its own way. ``guests`` says that somebody was
    invited in Google.
    """

    ours: Projection
    theirs: Projection
    guests: bool = False


def times_of(when: When, recurrence: Recurrence | None = None) -> Times:
    """Return the canonical times of an appointment, a block or one of its occurrences."""
    repeats = recurrence is not None and (recurrence.repeats or bool(recurrence.exdates))
    if isinstance(when, AllDay):
        bounds = _day(when.first), _day(when.end)
        zone = ""
    elif repeats:
        bounds, zone = _walls(when), when.zone
    else:
        return Times(_utc(when.start_utc), _utc(when.end_utc))
    if recurrence is None:
        return Times(*bounds, zone)
    return Times(
        *bounds,
        zone,
        rules=tuple(sorted(canonical_rule(rule, when) for rule in recurrence.rrules)),
        added=tuple(sorted({_added_key(one) for one in recurrence.rdates})),
        gone=tuple(sorted(excluded_keys(when, recurrence))),
    )


def when_of(times: Times, zone: ZoneInfo) -> When:
    """Return when it is; a moment that has no zone of its own is given this one."""
    if times.is_days:
        first, end = date.fromisoformat(times.start), date.fromisoformat(times.end)
        return AllDay(first, max(1, (end - first).days))
    if times.zone:
        own = ZoneInfo(times.zone)
        start, end = (_wall(text, own) for text in (times.start, times.end))
        return Timed(start, end) if end >= start else Timed(start, start)
    start, end = (_moment(text).astimezone(zone) for text in (times.start, times.end))
    return Timed(start, end)


def base_text(base: Base | None) -> str:
    """Return a base as it is stored, "" for none."""
    if base is None:
        return ""
    if base.ours == base.theirs:
        said: dict[str, Any] = {"both": asdict(base.ours)}
    else:
        said = {"ours": asdict(base.ours), "theirs": asdict(base.theirs)}
    if base.guests:
        said["guests"] = True
    return json.dumps(said, separators=(",", ":"))


def read_base(text: str) -> Base | None:
    """Return a stored base, None where there is none."""
    if not text:
        return None
    said: dict[str, Any] = json.loads(text)
    ours = projection_from(said.get("both") or said["ours"])
    theirs = projection_from(said.get("both") or said["theirs"])
    return Base(ours, theirs, guests=bool(said.get("guests")))


def projection_from(said: dict[str, Any]) -> Projection:
    """Return a projection as it was stored."""
    times = said["times"]
    lists = {name: tuple(times[name]) for name in ("rules", "added", "gone")}
    return Projection(
        Times(times["start"], times["end"], times["zone"], **lists),
        said["title"],
        said["opaque"],
        said["tentative"],
        said["private"],
    )


def natural_times(times: Times, key: RecurrenceKey) -> Times:
    """Return when an occurrence of a series is that has no time of its own."""
    return times_of(natural(when_of(times, UTC_ZONE), key))


def _walls(when: Timed) -> tuple[str, str]:
    end = when.end.astimezone(when.zone_info)
    return when.start.strftime(_WALL), end.strftime(_WALL)


def _wall(text: str, zone: ZoneInfo) -> datetime:
    return datetime.strptime(text, _WALL).replace(tzinfo=zone)


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime(f"{_WALL}Z")


def _moment(text: str) -> datetime:
    return datetime.strptime(text, f"{_WALL}Z").replace(tzinfo=UTC)


def _day(day: date) -> str:
    return day.strftime("%Y%m%d").zfill(_DAY_DIGITS)


def _added_key(added: datetime | date | Timed) -> RecurrenceKey:
    return key_of(added.start if isinstance(added, Timed) else added)
