"""When a series occurs: its rules, added and excluded dates, worked out within a window.

DTSTART is the first instance even where the rule does not match it, and COUNT counts it
(RFC 5545 3.8.5.3, 3.3.10). A series whose every rule ends before DTSTART has no instance:
clients leave such a husk behind when they split a series at its first occurrence.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from server.domain.when import Recurrence, RecurrenceKey, When
from server.ics.recurrence_rule import Rule, parse_rule
from server.ics.rule_walk import LAST_WALL, Steps, TooManyOccurrences, starts_after_first
from server.ics.series import (
    Occurrence,
    Placed,
    Series,
    earlier,
    further,
    naive_utc,
    series_of,
)

# Offsets from UTC reach 14 hours, clock changes one day (a zone that skips a date).
_SLACK = timedelta(days=2)


def expand(
    first: When,
    recurrence: Recurrence,
    window: tuple[datetime, datetime],
    zone: ZoneInfo,
    limit: int,
) -> list[Occurrence]:
    """Return the occurrences that overlap the half-open window of UTC instants, sorted.

    `zone` is the calendar's: the zone of all-day days. Overlap is that of RFC 4791 9.9.
    Raises TooManyOccurrences beyond `limit`, BadRecurrence for a rule that cannot be read.
    """
    lo, hi = naive_utc(window[0]), naive_utc(window[1])
    series = series_of(first, recurrence, zone)
    span = earlier(lo, series.longest + _SLACK), further(hi, _SLACK)
    found: dict[RecurrenceKey, Placed] = {}
    for wall in _walls(series, recurrence, span, Steps()):
        begins = series.begins(wall)
        if series.is_excluded(wall, begins):
            continue
        placed = series.placed(wall, begins)
        if placed.start < hi and (placed.end > lo or lo <= placed.start == placed.end):
            found[placed.occurrence.key] = placed
            if len(found) > limit:
                raise TooManyOccurrences("occurrences", limit)
    return [placed.occurrence for placed in sorted(found.values(), key=_by_start)]


def _by_start(placed: Placed) -> tuple[datetime, datetime]:
    return placed.start, placed.end


def _walls(
    series: Series, recurrence: Recurrence, span: tuple[datetime, datetime], steps: Steps
) -> Iterator[datetime]:
    rules = [parse_rule(text) for text in recurrence.rrules]
    if _first_occurs(series, rules):
        yield series.first
    for rule in rules:
        yield from _walls_of_rule(series, rule, span, steps)
    yield from series.added


def _first_occurs(series: Series, rules: list[Rule]) -> bool:
    begins = series.begins(series.first)
    return not rules or any(
        rule.until is None or begins <= series.bound(rule.until) for rule in rules
    )


def _walls_of_rule(
    series: Series, rule: Rule, span: tuple[datetime, datetime], steps: Steps
) -> Iterator[datetime]:
    if not rule.expandable:
        return
    if rule.until is None:
        yield from starts_after_first(rule, series.first, span, steps)
        return
    # UNTIL is an instant (RFC 5545 3.3.10): wall time only roughly tells what lies before.
    bound = series.bound(rule.until)
    span = span[0], min(span[1], further(bound, _SLACK))
    for wall in starts_after_first(rule, series.first, span, steps):
        if series.begins(wall) <= bound:
            yield wall


def last_end(first: When, recurrence: Recurrence, zone: ZoneInfo) -> datetime | None:
    """Return the UTC end of the last occurrence, None for an endless series.

    A series without any occurrence ends where DTSTART would. Raises TooManyOccurrences
    where a COUNT cannot be counted at a bounded cost.
    """
    rules = [rule for rule in map(parse_rule, recurrence.rrules) if rule.expandable]
    if any(rule.count is None and rule.until is None for rule in rules):
        return None
    series = series_of(first, recurrence, zone)
    steps = Steps()
    ends = [
        series.placed(wall, series.begins(wall)).end
        for wall in (series.first, *series.added)
        if not series.is_excluded(wall, series.begins(wall))
    ]
    for rule in rules:
        ends.extend(_last_ends(series, rule, steps))
    if not ends:
        ends = [series.placed(series.first, series.begins(series.first)).end]
    return max(ends).replace(tzinfo=UTC)


def _last_ends(series: Series, rule: Rule, steps: Steps) -> Iterator[datetime]:
    for wall in _walls_backwards(series, rule, steps):
        begins = series.begins(wall)
        if not series.is_excluded(wall, begins):
            yield series.placed(wall, begins).end
            return


def _walls_backwards(series: Series, rule: Rule, steps: Steps) -> Iterator[datetime]:
    """Yield the rule's wall times from the last one back, in windows that double."""
    hi = LAST_WALL if rule.until is None else further(series.bound(rule.until), _SLACK)
    back = timedelta(days=64)
    while hi > series.first:
        lo = earlier(hi, back) if rule.count is None else series.first
        yield from reversed(list(_walls_of_rule(series, rule, (lo, hi), steps)))
        hi, back = lo, back * 2
