"""How a series repeats, to and from the lines that Google keeps (RFC 5545 3.8.5, in UTC)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from server.domain.errors import MalformedCalendarData
from server.domain.when import (
    AllDay,
    Recurrence,
    RecurrenceKey,
    Timed,
    When,
    key_of,
    midnight_utc,
    start_of,
)
from server.ics.lines import split
from server.ics.moments import UTC_ZONE, read_moments
from server.ics.recurrence import TooManyOccurrences, expand, parse_rule
from server.ics.recurrence_rule import WEEKDAYS, Freq, Rule, with_bounds
from server.ics.rule_walk import LAST_WALL, Steps, starts_after_first, yields_first
from server.ics.series import series_of
from server.ics.zones import resolve

EXDATES_AT_MOST: Final = 100
"""Beyond so many dates taken out Google may refuse an event for its size."""
_ONE_DAY_AT_MOST: Final = 100
_DAY: Final = timedelta(days=1)
_WALL: Final = "%Y%m%dT%H%M%SZ"
_PARTS: Final = (
    ("BYSETPOS", "by_set_pos"),
    ("BYMONTH", "by_month"),
    ("BYWEEKNO", "by_week_no"),
    ("BYYEARDAY", "by_year_day"),
    ("BYMONTHDAY", "by_month_day"),
    ("BYHOUR", "by_hour"),
    ("BYMINUTE", "by_minute"),
    ("BYSECOND", "by_second"),
)


class NotOneRule(Exception):
    """How the series repeats cannot be kept as one rule; the text says why, with no content."""


def check_writable(recurrence: Recurrence) -> None:
    """Raise NotOneRule where Google could not be told how a series repeats."""
    if len(recurrence.rrules) > 1:
        raise NotOneRule("several rules")
    if any(isinstance(one, Timed) for one in recurrence.rdates):
        raise NotOneRule("added periods")
    for rule in map(parse_rule, recurrence.rrules):
        if not rule.expandable:
            raise NotOneRule("another calendar system")
        if rule.freq > Freq.DAILY:
            raise NotOneRule("more often than daily")


def lines_for(when: When, recurrence: Recurrence, gone: Iterable[RecurrenceKey]) -> list[str]:
    """Return the lines of a series: moments in UTC, days as days, one date each.

    ``gone`` are the occurrences that are taken out. Raises NotOneRule.
    """
    check_writable(recurrence)
    lines = [f"RRULE:{canonical_rule(rule, when)}" for rule in recurrence.rrules]
    added = sorted({key_of(one) for one in recurrence.rdates if not isinstance(one, Timed)})
    lines += [_date_line("RDATE", key) for key in added]
    return lines + [_date_line("EXDATE", key) for key in sorted(gone)]


def still_taken_out(gone: Iterable[RecurrenceKey], now: datetime) -> frozenset[RecurrenceKey]:
    """Return which dates taken out are told: of very many only those ahead (UTC)."""
    told = frozenset(gone)
    if len(told) <= EXDATES_AT_MOST:
        return told
    return frozenset(key for key in told if _moment_of(key) >= now)


def told_in_lines(gone: Iterable[RecurrenceKey], now: datetime) -> list[RecurrenceKey]:
    """Return which dates a rule is written without: the next ones, as many as there may be.

    The others are taken out one by one.
    """
    return sorted(still_taken_out(gone, now))[:EXDATES_AT_MOST]


def in_step(when: When, recurrence: Recurrence) -> Recurrence:
    """Return how a series repeats so that everybody reads the same in it.

    Where a series starts off its rule, some leave the start out, some have it besides what
    COUNT says, and here it counts as the first (RFC 5545 3.8.5.3 leaves it open). Then the
    start is named as a date, and the rule ends by its last occurrence.
    """
    if len(recurrence.rrules) != 1 or _is_in_step(when, recurrence.rrules[0]):
        return recurrence
    rule, start = recurrence.rrules[0], _wall_of(when)
    count = parse_rule(rule).count
    if count is not None:
        span = (start, LAST_WALL)
        *_, last = start, *starts_after_first(parse_rule(rule), start, span, Steps())
        rule = with_bounds(rule, until=_bound_of(when, last))
    first = when.start if isinstance(when, Timed) else when.first
    return replace(recurrence, rrules=(rule,), rdates=(first, *recurrence.rdates))


def _is_in_step(when: When, text: str) -> bool:
    rule = parse_rule(text)
    try:
        return not rule.expandable or yields_first(rule, _wall_of(when))
    except TooManyOccurrences:
        return True


def _is_read_alike(when: When, recurrence: Recurrence) -> bool:
    """Whether everybody reads the same in how a series repeats; see ``in_step``."""
    if not all(_is_in_step(when, rule) for rule in recurrence.rrules):
        first = key_of(when.start if isinstance(when, Timed) else when.first)
        named = {key_of(one) for one in recurrence.rdates if not isinstance(one, Timed)}
        return first in named and parse_rule(recurrence.rrules[0]).count is None
    return True


def _wall_of(when: When) -> datetime:
    if isinstance(when, Timed):
        return when.start.replace(tzinfo=None)
    return datetime.combine(when.first, datetime.min.time())


def _bound_of(when: When, last: datetime) -> str:
    if isinstance(when, Timed):
        return key_of(last.replace(tzinfo=when.zone_info))
    return key_of(last.date())


def read_lines(lines: Sequence[str], when: When) -> Recurrence:
    """Return how an event of Google repeats; raises NotOneRule for what we do not keep.

    Zones are named in any way that calendar apps know, Windows names included.
    """
    zone_of = _zones_for(when)
    rules: list[str] = []
    dates: dict[str, list[datetime | date | Timed]] = {"RDATE": [], "EXDATE": []}
    try:
        for line in map(split, lines):
            if line.name == "RRULE":
                rules.append(line.value)
            elif line.name in dates:
                dates[line.name] += _alike(read_moments(line, zone_of), when)
            else:
                raise NotOneRule("a line that is no RRULE, RDATE or EXDATE")
        recurrence = Recurrence(
            tuple(rules),
            tuple(dates["RDATE"]),
            tuple(one for one in dates["EXDATE"] if not isinstance(one, Timed)),
        )
        check_writable(recurrence)
        if not _is_read_alike(when, recurrence):
            raise NotOneRule("it starts off its rule")
    except MalformedCalendarData as error:
        raise NotOneRule("a line that cannot be read") from error
    return recurrence


def canonical_rule(text: str, when: When) -> str:
    """Return a rule with its parts in one order, without those that say nothing."""
    rule = parse_rule(text)
    if not rule.expandable:
        return text.upper()
    parts = [f"FREQ={rule.freq.name}"]
    if rule.interval != 1:
        parts.append(f"INTERVAL={rule.interval}")
    if rule.count is not None:
        parts.append(f"COUNT={rule.count}")
    if rule.until is not None:
        parts.append(f"UNTIL={_until(rule.until, when)}")
    for name, field in _PARTS:
        numbers: tuple[int, ...] = getattr(rule, field)
        if numbers and not _is_implied(rule, field, when):
            parts.append(f"{name}={','.join(map(str, numbers))}")
    parts += _days_of(rule, when)
    return ";".join(parts)


def excluded_keys(when: When, recurrence: Recurrence) -> frozenset[RecurrenceKey]:
    """Return which occurrences are taken out; a day takes out all that start on it."""
    keys: set[RecurrenceKey] = set()
    for gone in recurrence.exdates:
        if isinstance(when, Timed) and not isinstance(gone, datetime):
            keys |= _on_day(when, recurrence, gone)
        elif isinstance(when, AllDay) and isinstance(gone, datetime):
            keys.add(key_of(gone.date()))
        else:
            keys.add(key_of(gone))
    return frozenset(keys)


def _on_day(when: Timed, recurrence: Recurrence, day: date) -> set[RecurrenceKey]:
    whole = Recurrence(recurrence.rrules, recurrence.rdates)
    begin = midnight_utc(day, when.zone_info)
    window = (begin - _DAY, begin + 2 * _DAY)
    try:
        found = expand(when, whole, window, when.zone_info, _ONE_DAY_AT_MOST)
    except TooManyOccurrences:
        return set()
    starts = [one.when.start for one in found if isinstance(one.when, Timed)]
    return {key_of(start) for start in starts if start.date() == day}


def _days_of(rule: Rule, when: When) -> list[str]:
    parts = []
    if rule.by_day and not _is_implied(rule, "by_day", when):
        days = (f"{day.nth or ''}{WEEKDAYS[day.weekday]}" for day in rule.by_day)
        parts.append(f"BYDAY={','.join(days)}")
    # RFC 5545 3.3.10: the week's start matters for these rules only.
    matters = bool(rule.by_week_no) or (rule.freq is Freq.WEEKLY and rule.interval > 1)
    if rule.week_start and matters and (rule.by_day or rule.by_week_no):
        parts.append(f"WKST={WEEKDAYS[rule.week_start]}")
    return parts


def _is_implied(rule: Rule, field: str, when: When) -> bool:
    """Whether a part says only what DTSTART says already (RFC 5545 3.3.10)."""
    if rule.by_set_pos:
        return False
    first = when.start.date() if isinstance(when, Timed) else when.first
    others = [name for _, name in _PARTS if name != field and getattr(rule, name)]
    if others:
        return False
    if field == "by_day":
        days = [(day.weekday, day.nth) for day in rule.by_day]
        return rule.freq is Freq.WEEKLY and days == [(first.weekday(), 0)]
    if field == "by_month_day":
        return (
            rule.freq is Freq.MONTHLY and rule.by_month_day == (first.day,) and not rule.by_day
        )
    return False


def _until(until: date | datetime, when: When) -> str:
    bound = series_of(when, Recurrence(), UTC_ZONE).bound(until)
    return bound.strftime("%Y%m%d") if isinstance(when, AllDay) else bound.strftime(_WALL)


def _date_line(name: str, key: RecurrenceKey) -> str:
    return f"{name}:{key}" if "T" in key else f"{name};VALUE=DATE:{key}"


def _moment_of(key: RecurrenceKey) -> datetime:
    start = start_of(key)
    if isinstance(start, datetime):
        return start
    return datetime.combine(start, datetime.max.time(), tzinfo=UTC)


def _zones_for(when: When) -> Callable[[str], ZoneInfo]:
    default = when.zone_info if isinstance(when, Timed) else UTC_ZONE
    return lambda tzid: resolve(tzid, None, default) if tzid else default


def _alike(
    moments: Iterable[datetime | date | Timed], when: When
) -> list[datetime | date | Timed]:
    """Days are taken as days also where a whole-day series is told moments."""
    if isinstance(when, Timed):
        return list(moments)
    return [one.date() if isinstance(one, datetime) else one for one in moments]


def recurrence_of(
    rules: Iterable[str], added: Iterable[RecurrenceKey], gone: Iterable[RecurrenceKey]
) -> Recurrence | None:
    """Return how something repeats as the practice keeps it; None for what does not."""
    found = Recurrence(
        tuple(rules),
        tuple(_in_utc(key) for key in added),
        tuple(_in_utc(key) for key in gone),
    )
    return found if found.repeats else None


def _in_utc(key: RecurrenceKey) -> datetime | date:
    start = start_of(key)
    return start.astimezone(UTC_ZONE) if isinstance(start, datetime) else start
