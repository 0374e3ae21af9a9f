"""What a time range holds of a generated calendar, worked out from plans, never from text."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from random import Random
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

from bench.workload import FIRST_DAY, QUIET_WEEK, WEEKS, ZONE, Plan, utc_stamp

_PRACTICE_ZONE: Final = ZoneInfo(ZONE)
_MONTHS: Final = 59

Span = tuple[datetime, datetime]
Spans = tuple[Span, ...]

# DTSTART, DTEND and RECURRENCE-ID ("" where it has none), as an expanded object writes them.
Instance = tuple[str, str, str]

Answer = TypeVar("Answer")


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
        self._rows = [(plan, _readings(plan)) for plan in plans]
        self._known: dict[tuple[str, Window], object] = {}

    def within(self, window: Window) -> Hits:
        """The hrefs with an occurrence that overlaps the window (RFC 4791 9.9)."""
        return self._once("within", window, self._within)

    def instances(self, window: Window) -> dict[str, frozenset[Instance]]:
        """What each href that may be listed becomes when it is expanded (RFC 4791 9.6.5)."""
        return self._once("instances", window, self._instances)

    def busy(self, window: Window) -> tuple[Spans, ...]:
        """The busy time inside the window, coalesced (RFC 4791 7.10); one of these is right."""
        return self._once("busy", window, self._busy)

    def _once(
        self, question: str, window: Window, work_out: Callable[[Window], Answer]
    ) -> Answer:
        # Every round asks the same of every target.
        key = (question, window)
        if key not in self._known:
            self._known[key] = work_out(window)
        return self._known[key]  # type: ignore[return-value]  # as worked out for this question

    def _within(self, window: Window) -> Hits:
        must, may = set(), set()
        for plan, readings in self._rows:
            hits = [any(_overlaps(span, window) for span in spans) for spans in readings]
            if all(hits):
                must.add(plan.href)
            elif any(hits):
                may.add(plan.href)
        return Hits(frozenset(must), frozenset(may))

    def _instances(self, window: Window) -> dict[str, frozenset[Instance]]:
        hits = self.within(window)
        listed = hits.must | hits.may
        plans = (plan for plan, _ in self._rows if plan.href in listed)
        return {plan.href: frozenset(_instances(plan, window)) for plan in plans}

    def _busy(self, window: Window) -> tuple[Spans, ...]:
        # A server reads all its whole days in one zone: in the practice's, or in UTC.
        opaque = [readings for plan, readings in self._rows if not plan.is_transparent]
        found = (
            coalesced((span for readings in opaque for span in readings[zone]), window)
            for zone in (0, -1)
        )
        return tuple(dict.fromkeys(found))


def spans(plan: Plan, floating_zone: tzinfo = _PRACTICE_ZONE) -> Spans:
    """Start and end in UTC of each occurrence; whole days are read in `floating_zone`."""
    if plan.at is None:
        return (_day_span(plan, floating_zone),)
    return tuple(span for _, span in _slots(plan, plan.at))


def coalesced(found: Iterable[Span], window: Window) -> Spans:
    """Spans cut to the window, in order, those that overlap or touch made one."""
    merged: list[Span] = []
    for span in sorted(found):
        if not _overlaps(span, window):
            continue
        start, end = max(span[0], window.start), min(span[1], window.end)
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return tuple(merged)


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


def _readings(plan: Plan) -> tuple[Spans, ...]:
    # RFC 4791 9.9: a date floats until the server gives it a zone; UTC and the practice's are
    # both right.
    practice = spans(plan)
    return (practice,) if plan.at is not None else (practice, spans(plan, UTC))


def _slots(plan: Plan, at: time) -> Iterator[tuple[datetime, Span]]:
    """The original start as wall time, and the span, of each occurrence of a timed event."""
    moved = dict(plan.moved)
    for index in range(plan.repeats):
        if index not in plan.dropped:
            original = datetime.combine(plan.first + timedelta(weeks=index), at)
            yield original, _timed_span(moved.get(index, original), plan.length)


def _instances(plan: Plan, window: Window) -> Iterator[Instance]:
    if plan.at is None:
        yield f"{plan.first:%Y%m%d}", f"{plan.first + plan.length:%Y%m%d}", ""
        return
    for original, span in _slots(plan, plan.at):
        if _overlaps(span, window):
            key = utc_stamp(original.replace(tzinfo=_PRACTICE_ZONE)) if plan.repeats > 1 else ""
            yield utc_stamp(span[0]), utc_stamp(span[1]), key


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
