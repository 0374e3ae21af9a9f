"""Which generated events a time range holds, worked out from plans, never from text."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

from bench.workload import FIRST_DAY, QUIET_WEEK, WEEKS, ZONE, Plan

_PRACTICE_ZONE: Final = ZoneInfo(ZONE)
_MONTHS: Final = 59

Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Window:
    """A half-open time range in UTC."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Hits:
    """Hrefs that a range must give; those it may, as the server's zone for whole days rules."""

    must: frozenset[str]
    may: frozenset[str]


class Occurrences:
    """Every occurrence of a calendar, ready to be asked for time ranges."""

    def __init__(self, plans: Iterable[Plan]) -> None:
        self._rows = [(plan.href, _readings(plan)) for plan in plans]

    def within(self, window: Window) -> Hits:
        """The hrefs with an occurrence that overlaps the window (RFC 4791 9.9)."""
        must, may = set(), set()
        for href, readings in self._rows:
            hits = [any(_overlaps(span, window) for span in spans) for spans in readings]
            if all(hits):
                must.add(href)
            elif any(hits):
                may.add(href)
        return Hits(frozenset(must), frozenset(may))


def spans(plan: Plan, floating_zone: tzinfo = _PRACTICE_ZONE) -> tuple[Span, ...]:
    """Start and end in UTC of each occurrence; whole days are read in `floating_zone`."""
    if plan.at is None:
        return (_day_span(plan, floating_zone),)
    moved = dict(plan.moved)
    starts = [
        moved.get(index) or datetime.combine(plan.first + timedelta(weeks=index), plan.at)
        for index in range(plan.repeats)
        if index not in plan.dropped
    ]
    return tuple(_timed_span(start, plan.length) for start in starts)


def weeks(count: int, seed: int) -> tuple[Window, ...]:
    """Weeks of New York, Monday to Monday, chosen over the five years."""
    chosen = Random(f"weeks/{seed}").sample(range(1, WEEKS - 1), count)  # noqa: S311  # test data
    return tuple(_week(FIRST_DAY + timedelta(weeks=number)) for number in chosen)


def months(count: int, seed: int) -> tuple[Window, ...]:
    """Calendar months of New York, chosen over the five years."""
    chosen = Random(f"months/{seed}").sample(range(_MONTHS), count)  # noqa: S311  # test data
    return tuple(_days(_month_start(number), _month_start(number + 1)) for number in chosen)


def quiet_week() -> Window:
    """The week that holds the same few events in a calendar of any size."""
    return _week(QUIET_WEEK)


def _readings(plan: Plan) -> tuple[tuple[Span, ...], ...]:
    # RFC 4791 9.9: a date floats until the server gives it a zone; UTC and the practice's are
    # both right.
    practice = spans(plan)
    return (practice,) if plan.at is not None else (practice, spans(plan, UTC))


def _overlaps(span: Span, window: Window) -> bool:
    return span[0] < window.end and span[1] > window.start


def _timed_span(wall: datetime, length: timedelta) -> Span:
    start = wall.replace(tzinfo=_PRACTICE_ZONE).astimezone(UTC)
    end = (wall + length).replace(tzinfo=_PRACTICE_ZONE).astimezone(UTC)
    return start, end


def _day_span(plan: Plan, zone: tzinfo) -> Span:
    return _midnight(plan.first, zone), _midnight(plan.first + plan.length, zone)


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)


def _week(monday: date) -> Window:
    return _days(monday, monday + timedelta(weeks=1))


def _days(first: date, after_last: date) -> Window:
    return Window(_midnight(first, _PRACTICE_ZONE), _midnight(after_last, _PRACTICE_ZONE))


def _month_start(number: int) -> date:
    return date(FIRST_DAY.year + number // 12, number % 12 + 1, 1)
