"""Changing which occurrences a series has: 'this and future' by split, one taken out."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from server.domain.errors import Invalid, NotFound
from server.domain.when import (
    AllDay,
    MalformedKey,
    Recurrence,
    RecurrenceKey,
    Timed,
    When,
    key_of,
    start_of,
)
from server.ics.expansion import expand
from server.ics.recurrence_rule import Rule, parse_rule, with_bounds
from server.ics.rule_walk import Steps, starts_after_first
from server.ics.series import Occurrence, Series, earlier, further, series_of

_SECOND = timedelta(seconds=1)
_DAY = timedelta(days=1)
_SLACK = timedelta(days=2)
_AT_ONCE_AT_MOST = 1000
# Days need a zone to have instants; which one does not matter as long as it is always this.
_ANY_ZONE = ZoneInfo("UTC")


class NoSuchOccurrence(NotFound):
    """The series has no occurrence of that key."""

    def __init__(self, key: RecurrenceKey) -> None:
        super().__init__("occurrence", key)


class CannotSplit(Invalid):
    """The series cannot be cut before that occurrence."""

    def __init__(self, why: str) -> None:
        super().__init__("occurrence", why)


class Split(NamedTuple):
    """The two series that a split leaves; the head keeps its DTSTART."""

    head: Recurrence
    tail_first: When
    tail: Recurrence


class _Cut(NamedTuple):
    series: Series
    begins: datetime
    wall: datetime
    until: str


def split_before(recurrence: Recurrence, first: When, key: RecurrenceKey) -> Split:
    """Return the series up to the occurrence, and another from it on.

    Together they occur when the whole did. Raises NoSuchOccurrence, and CannotSplit at the
    first occurrence, at a date that only RDATE added to a rule, and for a rule of another
    calendar system.
    """
    if key == key_of(first.start if isinstance(first, Timed) else first.first):
        raise CannotSplit("nothing lies before the first one")
    without_added = replace(recurrence, rdates=()) if recurrence.rrules else recurrence
    at = occurrence_at(first, without_added, key) or occurrence_at(first, recurrence, key)
    if at is None:
        raise NoSuchOccurrence(key)
    cut = _cut_at(at.when, series_of(first, recurrence, _ANY_ZONE))
    rules = [_split_rule(text, cut) for text in recurrence.rrules]
    added = list(zip(recurrence.rdates, cut.series.added, strict=True))
    return Split(
        Recurrence(
            rrules=tuple(head for head, _ in rules),
            rdates=tuple(v for v, wall in added if cut.series.begins(wall) < cut.begins),
            exdates=tuple(v for v in recurrence.exdates if _is_before(v, cut)),
        ),
        at.when,
        Recurrence(
            rrules=tuple(tail for _, tail in rules if tail is not None),
            rdates=tuple(v for v, wall in added if _goes_on(v, wall, cut)),
            exdates=tuple(v for v in recurrence.exdates if not _is_before(v, cut, strict=True)),
        ),
    )


def occurrence_at(first: When, recurrence: Recurrence, key: RecurrenceKey) -> Occurrence | None:
    """Return the occurrence of that key, None if the series has no such one."""
    try:
        start = start_of(key)
    except MalformedKey:
        return None
    if not isinstance(start, datetime):
        start = datetime.combine(start, datetime.min.time(), tzinfo=UTC)
    window = start, further(start.replace(tzinfo=None), _SECOND).replace(tzinfo=UTC)
    for found in expand(first, recurrence, window, _ANY_ZONE, _AT_ONCE_AT_MOST):
        if found.key == key:
            return found
    return None


def with_exdate(recurrence: Recurrence, first: When, key: RecurrenceKey) -> Recurrence:
    """Return the recurrence without that occurrence; in DTSTART's zone, or as a day."""
    start = start_of(key)
    if isinstance(first, Timed) and isinstance(start, datetime):
        start = start.astimezone(first.zone_info)
    if any(_names(value, first, recurrence, key) for value in recurrence.exdates):
        return recurrence
    return replace(recurrence, exdates=(*recurrence.exdates, start))


def without_exdate(recurrence: Recurrence, first: When, key: RecurrenceKey) -> Recurrence:
    """Return the recurrence with that occurrence back in."""
    kept = tuple(v for v in recurrence.exdates if not _names(v, first, recurrence, key))
    return replace(recurrence, exdates=kept)


def _names(
    exdate: date | datetime, first: When, recurrence: Recurrence, key: RecurrenceKey
) -> bool:
    """Say whether the EXDATE takes out the occurrence of that key."""
    start = start_of(key)
    alone = series_of(first, replace(recurrence, rdates=(), exdates=(exdate,)), _ANY_ZONE)
    if isinstance(first, AllDay) or not isinstance(start, datetime):
        day = datetime.combine(start, datetime.min.time())
        return alone.is_excluded(day, day)
    wall = start.astimezone(first.zone_info).replace(tzinfo=None)
    return alone.is_excluded(wall, start.replace(tzinfo=None))


def _cut_at(when: When, series: Series) -> _Cut:
    match when:
        case Timed():
            wall = when.start.replace(tzinfo=None)
            begins = series.begins(wall)
            return _Cut(series, begins, wall, f"{key_of(when.start_utc - _SECOND)}")
        case AllDay():
            wall = datetime.combine(when.first, datetime.min.time())
            return _Cut(series, wall, wall, f"{key_of(when.first - _DAY)}")


def _split_rule(text: str, cut: _Cut) -> tuple[str, str | None]:
    """Return the rule's text before the cut, and after it unless it has ended by then."""
    rule = parse_rule(text)
    if not rule.expandable:
        raise CannotSplit("its rule follows another calendar system")
    if rule.until is not None and cut.series.bound(rule.until) < cut.begins:
        return text, None
    before, at_cut = _counted(rule, cut)
    if rule.count is not None and rule.count <= before:
        return text, None
    if not at_cut:
        raise CannotSplit("it was added to the series and does not follow its rule")
    head = with_bounds(text, until=cut.until)
    return head, text if rule.count is None else with_bounds(text, count=rule.count - before)


def _counted(rule: Rule, cut: _Cut) -> tuple[int, bool]:
    """Return how many instances of a COUNT lie before the cut, and whether one is at it."""
    series, near = cut.series, (earlier(cut.wall, _SLACK), further(cut.wall, _SLACK))
    span = near if rule.count is None else (series.first, near[1])
    begins = [
        series.begins(wall) for wall in starts_after_first(rule, series.first, span, Steps())
    ]
    before = 1 + sum(1 for begin in begins if begin < cut.begins)
    return before, cut.begins in begins


def _is_before(exdate: date | datetime, cut: _Cut, *, strict: bool = False) -> bool:
    """Say whether the EXDATE lies before the cut; the day of the cut counts unless `strict`."""
    meant = cut.series.meant(exdate)
    if isinstance(meant, datetime):
        return meant < cut.begins
    return meant < cut.wall.date() or (meant == cut.wall.date() and not strict)


def _goes_on(rdate: datetime | date | Timed, wall: datetime, cut: _Cut) -> bool:
    begins = cut.series.begins(wall)
    # The tail's DTSTART stands for the cut itself, but a PERIOD there has its own length.
    return begins > cut.begins or (begins == cut.begins and isinstance(rdate, Timed))
