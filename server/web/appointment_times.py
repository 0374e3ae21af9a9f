"""When an appointment is, as a request says it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field

from server.domain.errors import Invalid
from server.domain.when import AllDay, Timed, When, later, moved_to, resized
from server.usecases.repeat_presets import Repeat, Repetition
from server.web.messages import Said

_MINUTES_AT_MOST = 14 * 24 * 60


class TimesSaid(Said):
    """A span of time, or whole days. A moment without an offset is meant in ``zone``."""

    start: datetime | None = Field(default=None, examples=["2026-11-24T14:00"])
    end: datetime | None = Field(default=None, description="Instead of `minutes`.")
    minutes: Annotated[int, Field(ge=0, le=_MINUTES_AT_MOST)] | None = None
    zone: str | None = Field(default=None, description="IANA name; else the practice's.")
    day: date | None = Field(
        default=None, description="The first of whole days, instead of `start`."
    )
    days: Annotated[int, Field(ge=1, le=3660)] | None = None

    @property
    def is_open(self) -> bool:
        """Whether nothing is said of the time."""
        said = (self.start, self.end, self.minutes, self.day, self.days)
        return all(one is None for one in said)

    def new(self, practice_zone: ZoneInfo, usual: timedelta | None) -> When:
        """Return the span, of the usual length where none is said; raises Invalid."""
        if self.day is not None:
            return self._days(self.day, 1)
        if self.start is None:
            raise Invalid("start", "say when it starts, or `day`")
        zone = self._zone(practice_zone)
        begins = _moment(self.start, zone)
        length = usual if self.minutes is None else timedelta(minutes=self.minutes)
        if self.end is not None:
            return Timed(begins, self._end(self.end, zone))
        if length is None:
            raise Invalid("end", "say `end` or `minutes`")
        return Timed(begins, later(begins, length))

    def changed(self, before: When, practice_zone: ZoneInfo) -> When | None:
        """Return the span that comes of one before, None where nothing is said of it.

        What is said of neither start nor length stays. Raises Invalid.
        """
        if self.is_open:
            return None
        if self.day is not None or self.days is not None:
            first = self.day or (before.first if isinstance(before, AllDay) else None)
            if first is None:
                raise Invalid("day", "say the first of the days")
            return self._days(first, before.days if isinstance(before, AllDay) else 1)
        if isinstance(before, AllDay):
            return self.new(practice_zone, None)
        zone = self._zone(before.zone_info)
        moved = before if self.start is None else moved_to(before, _moment(self.start, zone))
        return self._of_length(moved, zone)

    def _of_length(self, moved: When, zone: ZoneInfo) -> When:
        if self.end is not None and isinstance(moved, Timed):
            return Timed(moved.start, self._end(self.end, zone))
        return (
            moved if self.minutes is None else resized(moved, timedelta(minutes=self.minutes))
        )

    def _days(self, first: date, usual: int) -> AllDay:
        if self.start or self.end or self.minutes is not None:
            raise Invalid("day", "whole days have neither start, end nor minutes")
        return AllDay(first, self.days or usual)

    def _end(self, end: datetime, zone: ZoneInfo) -> datetime:
        if self.minutes is not None:
            raise Invalid("end", "say `end` or `minutes`, not both")
        return _moment(end, zone)

    def _zone(self, usual: ZoneInfo) -> ZoneInfo:
        if not self.zone:
            return usual
        try:
            return ZoneInfo(self.zone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise Invalid("zone", "not a time zone such as America/New_York") from error


def _moment(said: datetime, zone: ZoneInfo) -> datetime:
    whole = said.replace(microsecond=0)
    return (
        whole.replace(tzinfo=zone) if said.tzinfo is None else later(whole, timedelta(), zone)
    )


class RepeatSaid(Said):
    """How an appointment repeats."""

    how: Repeat | None = Field(default=None, description="Weekly where only `on` is said.")
    on: list[str] = Field(default_factory=list, description="Weekdays such as `MO`.")
    until: date | None = Field(default=None, description="The last day.")
    times: int | None = Field(default=None, description="Instead of `until`.")

    def repetition(self) -> Repetition:
        """Return what is said, for the use case."""
        return Repetition(self.how, tuple(self.on), self.until, self.times)
