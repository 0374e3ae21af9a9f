"""Generated series: our expansion against independent ones, and against itself."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import recurring_ical_events
from dateutil.rrule import rrulestr
from hypothesis import assume, given
from hypothesis import strategies as st
from icalendar import Calendar

from server.domain.when import AllDay, Recurrence, Timed, When, span_utc
from server.ics.recurrence import (
    TooManyOccurrences,
    expand,
    last_end,
    split_before,
    with_exdate,
    without_exdate,
)
from server.ics.recurrence_rule import parse_rule
from tests.property.generated_series import (
    ANY_SERIES,
    WINDOWS,
    all_day_series,
    timed_series,
)

BERLIN = ZoneInfo("Europe/Berlin")
LIMIT = 30_000
MARGIN = timedelta(days=8)
FAR = datetime(2030, 1, 1, tzinfo=UTC)
ALWAYS = datetime(2020, 1, 1, tzinfo=UTC), datetime(2090, 1, 1, tzinfo=UTC)


# --- the independent expansion ---------------------------------------------------------------


def written(name: str, value: datetime | date) -> str:
    if not isinstance(value, datetime):
        return f"{name};VALUE=DATE:{value:%Y%m%d}"
    if value.utcoffset() == timedelta(0):
        return f"{name}:{value:%Y%m%dT%H%M%SZ}"
    return f"{name};TZID={value.tzinfo}:{value:%Y%m%dT%H%M%S}"


def as_calendar(first: When, recurrence: Recurrence) -> Calendar:
    start, end = (
        (first.start, first.end) if isinstance(first, Timed) else (first.first, first.end)
    )
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//EN", "BEGIN:VEVENT", "UID:one"]
    lines += [written("DTSTART", start), written("DTEND", end)]
    lines += [f"RRULE:{rule}" for rule in recurrence.rrules]
    lines += [written("RDATE", d) for d in recurrence.rdates if not isinstance(d, Timed)]
    lines += [written("EXDATE", d) for d in recurrence.exdates]
    text = "\r\n".join([*lines, "END:VEVENT", "END:VCALENDAR", ""])
    calendar = Calendar.from_ical(text)
    assert isinstance(calendar, Calendar)
    return calendar


def theirs(
    first: When, recurrence: Recurrence, window: tuple[datetime, datetime]
) -> set[tuple[object, object]]:
    """Return starts and ends as recurring-ical-events works them out."""
    found = recurring_ical_events.of(as_calendar(first, recurrence)).between(*window)
    return {(comparable(event["DTSTART"].dt), event["DTEND"].dt) for event in found}


def comparable(start: datetime | date) -> datetime | date:
    return start.astimezone(UTC) if isinstance(start, datetime) else start


def counting_dtstart(first: When, recurrence: Recurrence) -> Recurrence:
    """Return what the library must be told so that DTSTART counts.

    RFC 5545 3.3.10: "The DTSTART property value always counts as the first occurrence." The
    library adds a DTSTART that the rule does not match, and lets COUNT instances follow.
    """
    (rule,) = recurrence.rrules
    count = parse_rule(rule).count
    if count is None:
        return recurrence
    start = first.start.replace(tzinfo=None) if isinstance(first, Timed) else first.first
    begin = datetime.combine(start, datetime.min.time()) if type(start) is date else start
    if next(iter(rrulestr(rule, dtstart=begin)), None) == begin:
        return recurrence
    fewer = rule.replace(f"COUNT={count}", f"COUNT={count - 1}")
    return Recurrence((fewer,), recurrence.rdates, recurrence.exdates)


@given(timed_series(), WINDOWS)
def test_a_timed_series_occurs_when_an_independent_expansion_says(
    series: tuple[Timed, Recurrence], window: tuple[datetime, datetime]
) -> None:
    first, recurrence = series
    lo, hi = window[0] + MARGIN, window[1] + MARGIN
    ours = expand(first, recurrence, window, BERLIN, LIMIT)
    other = theirs(first, counting_dtstart(first, recurrence), window)
    starts = {one.when.start_utc for one in ours if isinstance(one.when, Timed)}
    assert {s for s in starts if lo <= s < hi} == {s for s, _ in other if lo <= s < hi}  # type: ignore[operator]  # all moments


@given(all_day_series(), WINDOWS)
def test_an_all_day_series_occurs_when_an_independent_expansion_says(
    series: tuple[AllDay, Recurrence], window: tuple[datetime, datetime]
) -> None:
    first, recurrence = series
    # Days, not instants: the library takes the days of the window, we those of the zone.
    utc_days = tuple(
        moment.replace(hour=0, minute=0, second=0, microsecond=0) for moment in window
    )
    ours = expand(first, recurrence, (utc_days[0], utc_days[1]), ZoneInfo("UTC"), LIMIT)
    other = theirs(first, counting_dtstart(first, recurrence), (utc_days[0], utc_days[1]))
    assert {(o.when.first, o.when.end) for o in ours if isinstance(o.when, AllDay)} == other


# --- properties of our own -------------------------------------------------------------------


@given(ANY_SERIES, WINDOWS)
def test_a_window_shows_what_overlaps_it_of_the_whole(
    series: tuple[When, Recurrence], window: tuple[datetime, datetime]
) -> None:
    first, recurrence = series
    wide = expand(first, recurrence, (window[0] - MARGIN, window[1] + MARGIN), BERLIN, LIMIT)
    lo, hi = window
    spans = [(one, *span_utc(one.when, BERLIN)) for one in wide]
    expected = [one for one, s, e in spans if s < hi and (e > lo or lo <= s == e)]
    assert expand(first, recurrence, window, BERLIN, LIMIT) == expected


@given(ANY_SERIES)
def test_occurrences_are_sorted_and_each_has_a_key_of_its_own(
    series: tuple[When, Recurrence],
) -> None:
    found = expand(*series, (datetime(2024, 1, 1, tzinfo=UTC), FAR), BERLIN, LIMIT)
    starts = [span_utc(one.when, BERLIN)[0] for one in found]
    assert starts == sorted(starts)
    assert len({one.key for one in found}) == len(found)


@given(ANY_SERIES)
def test_nothing_occurs_after_the_last_end_and_something_ends_there(
    series: tuple[When, Recurrence],
) -> None:
    first, recurrence = series
    try:
        end = last_end(first, recurrence, BERLIN)
        found = expand(first, recurrence, ALWAYS, BERLIN, LIMIT) if end else []
    except TooManyOccurrences:  # a COUNT of days that never come: refused, see the unit tests
        return
    if end is None:
        rule = parse_rule(recurrence.rrules[0])
        assert rule.count is None
        assert rule.until is None
        return
    last = max((span_utc(one.when, BERLIN)[1] for one in found), default=None)
    assert last in {None, end} or end > ALWAYS[1]


@given(ANY_SERIES, st.integers(1, 12))
def test_the_two_halves_of_a_split_series_occur_when_the_whole_did(
    series: tuple[When, Recurrence], number: int
) -> None:
    first, recurrence = series
    rule_only = Recurrence(recurrence.rrules, (), recurrence.exdates)
    of_rule = expand(first, rule_only, (ALWAYS[0], FAR), BERLIN, LIMIT)
    assume(len(of_rule) > number)
    key = of_rule[number].key
    head, tail_first, tail = split_before(recurrence, first, key)
    halves = [
        *expand(first, head, (ALWAYS[0], FAR), BERLIN, LIMIT),
        *expand(tail_first, tail, (ALWAYS[0], FAR), BERLIN, LIMIT),
    ]
    whole = expand(first, recurrence, (ALWAYS[0], FAR), BERLIN, LIMIT)
    assert sorted(one.key for one in halves) == sorted(one.key for one in whole)


@given(ANY_SERIES, st.integers(0, 12))
def test_an_occurrence_taken_out_is_the_only_one_missing_and_comes_back(
    series: tuple[When, Recurrence], number: int
) -> None:
    first, recurrence = series
    window = (ALWAYS[0], FAR)
    whole = expand(first, recurrence, window, BERLIN, LIMIT)
    assume(len(whole) > number)
    key = whole[number].key
    without = with_exdate(recurrence, first, key)
    assert expand(first, without, window, BERLIN, LIMIT) == [o for o in whole if o.key != key]
    again = without_exdate(without, first, key)
    assert expand(first, again, window, BERLIN, LIMIT) == whole
