"""The moments a rule yields, as wall time, in order and at a bounded cost.

dateutil's evaluator is not used: it looks at its end only when it has found something, so
a rule that never matches walks to the year 9999 (4.5 s for FREQ=DAILY on 30 February).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import islice, product
from typing import Protocol

from server.domain.errors import TooManyInstances
from server.ics.recurrence_rule import Freq, Rule
from server.ics.rule_days import LAST_DAY, day_test, days_in_period, filled, period_of

STEPS_AT_MOST = 30_000  # some 30 ms
FIRST_WALL = datetime.min  # noqa: DTZ901 - wall time has no zone
LAST_WALL = datetime.max.replace(microsecond=0)  # noqa: DTZ901 - as above
_DAY = 86_400
_UNIT = {Freq.HOURLY: 3600, Freq.MINUTELY: 60, Freq.SECONDLY: 1}


class TooManyOccurrences(TooManyInstances):
    """A series has, or costs, more than is worked out; `what` was counted up to `limit`."""

    def __init__(self, what: str, limit: int) -> None:
        super().__init__(f"The recurrence rule yields more than {limit} {what}.")
        self.what = what
        self.limit = limit


class Steps:
    """What one expansion may cost: candidates looked at, whether they match or not."""

    __slots__ = ("_left",)

    def __init__(self, at_most: int = STEPS_AT_MOST) -> None:
        self._left = at_most

    def spend(self, steps: int) -> None:
        """Take steps; raises TooManyOccurrences when they are used up."""
        self._left -= steps
        if self._left < 0:
            raise TooManyOccurrences("candidates", STEPS_AT_MOST)


class Cycles(Protocol):
    """A rule's periods, counted from that of DTSTART, and the moments in them."""

    evenly: int | None
    """How many moments every period has, if all have equally many."""

    def at(self, moment: datetime) -> int:
        """Return the index of the period that holds the moment, or of one before it."""
        ...

    def moments(self, index: int, stop: datetime, steps: Steps) -> Iterator[datetime]:
        """Yield the moments from that period on, at least up to `stop`."""
        ...


def starts_after_first(
    rule: Rule, first: datetime, span: tuple[datetime, datetime], steps: Steps
) -> Iterator[datetime]:
    """Yield the naive wall times after DTSTART that lie in the half-open span, in order.

    COUNT is kept, with DTSTART counted as the first (RFC 5545 3.3.10); UNTIL is not, as it
    is an instant. Raises TooManyOccurrences when the walk costs too much.
    """
    lo, hi = span
    cycles = _cycles(filled(rule, first.date()), first)
    index = max(0, cycles.at(lo))
    left = None
    if rule.count is not None:
        left = rule.count - 1
        index, left = _counted_to(cycles, first, index, left)
    for moment in cycles.moments(index, hi, steps):
        if moment <= first:
            continue
        if moment >= hi or left == 0:
            return
        if left is not None:
            left -= 1
        if moment >= lo:
            yield moment


def yields_first(rule: Rule, first: datetime) -> bool:
    """Whether a rule has DTSTART itself among its moments; raises TooManyOccurrences.

    RFC 5545 3.8.5.3 leaves undefined what a rule means where it has not.
    """
    cycles = _cycles(filled(rule, first.date()), first)
    for moment in cycles.moments(0, first + timedelta(seconds=1), Steps()):
        if moment >= first:
            return moment == first
    return False


def _counted_to(cycles: Cycles, first: datetime, index: int, left: int) -> tuple[int, int]:
    """Return the period to walk from, and how many moments are left from there on."""
    if cycles.evenly is None or index == 0:
        return 0, left
    first_period = islice(cycles.moments(0, first, Steps()), cycles.evenly)
    after_first = sum(moment > first for moment in first_period)
    return index, max(0, left - after_first - (index - 1) * cycles.evenly)


def _cycles(rule: Rule, first: datetime) -> Cycles:
    return DayCycles(rule, first) if rule.freq < Freq.HOURLY else ClockCycles(rule, first)


class DayCycles:
    """The periods of a yearly, monthly, weekly or daily rule."""

    def __init__(self, rule: Rule, first: datetime) -> None:
        self._rule = rule
        self._base = period_of(rule, first.toordinal())
        self._days_in, even = days_in_period(rule)
        self._times = [
            time(hour, minute, second)
            for hour, minute, second in product(
                rule.by_hour or (first.hour,),
                rule.by_minute or (first.minute,),
                rule.by_second or (first.second,),
            )
        ]
        self.evenly = None
        if even and not rule.by_set_pos:
            self.evenly = max(1, len(rule.by_day)) * len(self._times)

    def at(self, moment: datetime) -> int:
        return (period_of(self._rule, moment.toordinal()) - self._base) // self._rule.interval

    def moments(self, index: int, stop: datetime, steps: Steps) -> Iterator[datetime]:
        interval, times = self._rule.interval, self._times
        last = period_of(self._rule, min(stop.toordinal(), LAST_DAY))
        for period in range(self._base + index * interval, last + 1, interval):
            days = self._days_in(period, steps.spend)
            if self._rule.by_set_pos:
                steps.spend(1 + len(days))
                yield from self._chosen(days)
                continue
            steps.spend(1 + len(days) * len(times))
            for day in days:
                on = date.fromordinal(day)
                for at in times:
                    yield datetime.combine(on, at)

    def _chosen(self, days: Sequence[int]) -> list[datetime]:
        """Return what BYSETPOS picks out of the whole period's moments."""
        each = len(self._times)
        picked = _picked(self._rule.by_set_pos, len(days) * each)
        return [
            datetime.combine(date.fromordinal(days[at // each]), self._times[at % each])
            for at in picked
        ]


def _picked(positions: Sequence[int], size: int) -> list[int]:
    found = {position - 1 if position > 0 else size + position for position in positions}
    return sorted(at for at in found if 0 <= at < size)


class ClockCycles:
    """The hours, minutes or seconds of a rule that is more frequent than daily.

    Like every rule it runs on wall time; moments are seconds since the day 0 at midnight.
    """

    def __init__(self, rule: Rule, first: datetime) -> None:
        self._rule = rule
        unit = _UNIT[rule.freq]
        self._step = rule.interval * unit
        since = _seconds(first)
        self._base = since - since % unit
        self._within = _within(rule, first)
        self._admits_day = day_test(rule)
        limited = rule.by_month or rule.by_week_no or rule.by_year_day or rule.by_month_day
        self._is_free = not (limited or rule.by_day or _clock_limits(rule))
        self.evenly = len(self._within) if self._is_free else None

    def at(self, moment: datetime) -> int:
        return (_seconds(moment) - self._base) // self._step

    def moments(self, index: int, stop: datetime, steps: Steps) -> Iterator[datetime]:
        at = self._base + index * self._step
        end = min(_seconds(stop), LAST_DAY * _DAY + _DAY - 1)
        while at <= end:
            steps.spend(1)
            admitted = at if self._is_free else self._next_admitted(at)
            if admitted > at:
                at += -(-(admitted - at) // self._step) * self._step
                continue
            for offset in self._within:
                yield FIRST_WALL + timedelta(seconds=at + offset - _DAY)
            at += self._step

    def _next_admitted(self, at: int) -> int:
        """Return `at` if the rule admits it, else the next second that it could admit."""
        day, second = divmod(at, _DAY)
        if not self._admits_day(day):
            return (day + 1) * _DAY
        for wanted, size, whole in _clock_limits(self._rule):
            value = second % whole // size
            if value not in wanted:
                following = next((n for n in wanted if n > value), whole // size)
                return at - second % whole + following * size
        return at


def _seconds(moment: datetime) -> int:
    clock = moment.hour * 3600 + moment.minute * 60 + moment.second
    return moment.toordinal() * _DAY + clock


def _clock_limits(rule: Rule) -> list[tuple[tuple[int, ...], int, int]]:
    """Return what limits a period's clock time: numbers, seconds of one, and of their round."""
    limits = [(rule.by_hour, 3600, _DAY)]
    if rule.freq >= Freq.MINUTELY:
        limits.append((rule.by_minute, 60, 3600))
    if rule.freq is Freq.SECONDLY:
        limits.append((rule.by_second, 1, 60))
    return [limit for limit in limits if limit[0]]


def _within(rule: Rule, first: datetime) -> list[int]:
    """Return the seconds after a period's beginning at which its moments lie."""
    minutes: Sequence[int] = (0,)
    seconds: Sequence[int] = (0,)
    if rule.freq is Freq.HOURLY:
        minutes = rule.by_minute or (first.minute,)
    if rule.freq <= Freq.MINUTELY:
        seconds = rule.by_second or (first.second,)
    offsets = [minute * 60 + second for minute, second in product(minutes, seconds)]
    if rule.by_set_pos:
        return [offsets[at] for at in _picked(rule.by_set_pos, len(offsets))]
    return offsets
