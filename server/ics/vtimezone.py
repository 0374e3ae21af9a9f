"""A VTIMEZONE for an IANA zone: short, and right for the years asked for (RFC 5545 3.6.5)."""

from __future__ import annotations

from calendar import monthrange
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import pairwise, takewhile
from typing import NamedTuple
from zoneinfo import ZoneInfo

from server.ics.recurrence_rule import WEEKDAYS

_EARLIEST_YEAR = 1900
# Rules announced for single years (Morocco's Ramadan) end by 2087; 28 years later every
# weekday has met every day of the year, so what then still holds is the rule for ever.
_HORIZON = 2116
_STEP = timedelta(days=3)  # Gaza will change its clocks twice within nine days in 2054
_SECOND = timedelta(seconds=1)
_NONE = timedelta(0)
_CUSTOMARY_START = datetime(1970, 1, 1)  # noqa: DTZ001 - wall time
_WEEK = 7
_YEARS_FOR_A_RULE = 3


class _Observance(NamedTuple):
    """What stays the same from one year's change of the clock to the next one's."""

    is_daylight: bool
    before: timedelta
    after: timedelta
    name: str


class _Run(NamedTuple):
    """Onsets (naive wall time) that one yearly rule gives; without a rule, each by itself."""

    walls: list[datetime]
    rule: str


def vtimezone(zone_key: str, first_year: int = 2000, last_year: int | None = None) -> list[str]:
    """Return the VTIMEZONE's content lines, BEGIN to END, right from `first_year` on.

    `last_year` shortens the definition of a zone that announces each year by itself. Raises
    ZoneInfoNotFoundError for a name that IANA does not know.
    """
    last = _HORIZON if last_year is None else min(max(last_year, first_year) + 1, _HORIZON)
    return list(_lines(zone_key, min(max(first_year, _EARLIEST_YEAR), _HORIZON), last))


@lru_cache(maxsize=256)
def _lines(zone_key: str, first_year: int, last_year: int) -> tuple[str, ...]:
    zone = ZoneInfo(zone_key)
    written = ["BEGIN:VTIMEZONE", f"TZID:{zone_key}"]
    onsets: dict[_Observance, list[datetime]] = defaultdict(list)
    start = datetime(first_year - 1, 1, 1, tzinfo=UTC)
    for onset, observance in _changes(zone, start):
        onsets[observance].append(onset)
    earliest = min((walls[0] for walls in onsets.values()), default=None)
    if earliest is None or earliest.year >= first_year:
        written += _always(zone, start)
    for observance, walls in onsets.items():
        for run in _runs(walls):
            if run.walls[0].year <= last_year:
                written += _block(observance, run, last_year)
    return (*written, "END:VTIMEZONE")


def _changes(zone: ZoneInfo, start: datetime) -> Iterator[tuple[datetime, _Observance]]:
    """Yield the naive wall time, in the offset before, of each change of offset or name."""
    at, told = start, _told(start, zone)
    while at.year <= _HORIZON:
        following = at + _STEP
        told_then = _told(following, zone)
        if told != told_then:
            yield _change(*_narrowed(at, following, zone), zone)
        at, told = following, told_then


def _told(moment: datetime, zone: ZoneInfo) -> tuple[timedelta | None, str | None]:
    local = moment.astimezone(zone)
    return local.utcoffset(), local.tzname()


def _narrowed(before: datetime, after: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    old = _told(before, zone)
    while after - before > _SECOND:
        middle = (before + (after - before) / 2).replace(microsecond=0)
        if _told(middle, zone) == old:
            before = middle
        else:
            after = middle
    return before, after


def _change(last: datetime, first: datetime, zone: ZoneInfo) -> tuple[datetime, _Observance]:
    old, new = last.astimezone(zone), first.astimezone(zone)
    before, after = old.utcoffset() or _NONE, new.utcoffset() or _NONE
    # Ireland's law calls summer the standard; clients expect DAYLIGHT to be the later clock.
    is_daylight = after > before and bool(old.dst() or new.dst())
    wall = first.replace(tzinfo=None) + before
    return wall, _Observance(is_daylight, before, after, new.tzname() or "")


def _runs(walls: Sequence[datetime]) -> Iterator[_Run]:
    """Cut an observance's onsets into yearly rules; one run holds all that follow none."""
    alone: list[datetime] = []
    at = 0
    while at < len(walls):
        following = walls[at : at + _consecutive(walls[at:])]
        run = max((read(following) for read in _READINGS), key=lambda run: len(run.walls))
        if len(run.walls) < _YEARS_FOR_A_RULE:
            run = _Run([walls[at]], "")
            alone += run.walls
        else:
            yield run
        at += len(run.walls)
    if alone:
        yield _Run(alone, "")


def _consecutive(walls: Sequence[datetime]) -> int:
    """Return how many onsets come a year after another, in one month at one time of day."""
    for number, (one, following) in enumerate(pairwise(walls), 1):
        same = one.month == following.month and one.time() == following.time()
        if not same or following.year != one.year + 1:
            return number
    return len(walls)


def _while_same(walls: Sequence[datetime], key: Callable[[datetime], object]) -> list[datetime]:
    first = key(walls[0])
    return list(takewhile(lambda wall: key(wall) == first, walls))


def _on_last_weekday(walls: Sequence[datetime]) -> _Run:
    def key(wall: datetime) -> tuple[int, bool]:
        return wall.weekday(), wall.day + _WEEK > monthrange(wall.year, wall.month)[1]

    is_last = key(walls[0])[1]
    text = f"BYDAY=-1{WEEKDAYS[walls[0].weekday()]}"
    return _Run(_while_same(walls, key) if is_last else [], text)


def _on_nth_weekday(walls: Sequence[datetime]) -> _Run:
    def key(wall: datetime) -> tuple[int, int]:
        return wall.weekday(), (wall.day - 1) // _WEEK

    weekday, before = key(walls[0])
    return _Run(_while_same(walls, key), f"BYDAY={before + 1}{WEEKDAYS[weekday]}")


def _on_date(walls: Sequence[datetime]) -> _Run:
    return _Run(_while_same(walls, lambda wall: wall.day), f"BYMONTHDAY={walls[0].day}")


def _on_weekday_from_date(walls: Sequence[datetime]) -> _Run:
    """Read "the Sunday on or after the 2nd": one weekday among seven days of the month."""
    run: list[datetime] = []
    for wall in _while_same(walls, datetime.weekday):
        days = [wall.day, *(earlier.day for earlier in run)]
        if max(days) - min(days) >= _WEEK:
            break
        run.append(wall)
    days = [wall.day for wall in run]
    among = ",".join(str(day) for day in range(min(days), max(days) + 1))
    return _Run(run, f"BYMONTHDAY={among};BYDAY={WEEKDAYS[walls[0].weekday()]}")


_READINGS = (_on_last_weekday, _on_nth_weekday, _on_date, _on_weekday_from_date)


def _always(zone: ZoneInfo, start: datetime) -> list[str]:
    """Return the observance that holds before any change that is told."""
    local = start.astimezone(zone)
    offset = local.utcoffset() or _NONE
    wall = min(local.replace(tzinfo=None), _CUSTOMARY_START)
    observance = _Observance(
        is_daylight=False, before=offset, after=offset, name=local.tzname() or ""
    )
    return _block(observance, _Run([wall], ""), wall.year)


def _block(observance: _Observance, run: _Run, last_year: int) -> list[str]:
    kind = "DAYLIGHT" if observance.is_daylight else "STANDARD"
    lines = [
        f"BEGIN:{kind}",
        f"DTSTART:{_moment(run.walls[0])}",
        f"TZOFFSETFROM:{_offset(observance.before)}",
        f"TZOFFSETTO:{_offset(observance.after)}",
    ]
    if observance.name:
        lines.append(f"TZNAME:{observance.name}")
    if run.rule:
        lines.append(f"RRULE:FREQ=YEARLY;BYMONTH={run.walls[0].month};{run.rule}")
        if run.walls[-1].year < _HORIZON - 1:
            lines[-1] += f";UNTIL={_moment(run.walls[-1] - observance.before)}Z"
    else:
        lines += [f"RDATE:{_moment(w)}" for w in run.walls[1:] if w.year <= last_year]
    return [*lines, f"END:{kind}"]


def _moment(wall: datetime) -> str:
    return f"{wall:%Y%m%dT%H%M%S}"


def _offset(offset: timedelta) -> str:
    sign = "-" if offset < _NONE else "+"
    minutes, seconds = divmod(int(abs(offset).total_seconds()), 60)
    return f"{sign}{minutes // 60:02d}{minutes % 60:02d}" + (
        f"{seconds:02d}" if seconds else ""
    )
