"""Time ranges over series: rules, dates in and out, overrides, and what they may cost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.unit.filtering import (
    FROM_NINE_TO_TEN,
    HOUR,
    NINE,
    SECOND,
    START,
    TEN,
    days_of,
    edges,
    part,
    whole,
    within,
)

DAILY = (START, "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=5")


def test_a_series_is_found_by_each_of_its_instances() -> None:
    assert days_of(whole(part("VEVENT", *DAILY))) == [1, 2, 3, 4, 5]


def test_what_is_taken_out_and_what_is_added_counts() -> None:
    series = whole(
        part(
            "VEVENT", *DAILY, "EXDATE:20260602T090000Z,20260604T090000Z",
            "RDATE:20260610T090000Z", "RDATE;VALUE=PERIOD:20260612T220000Z/PT4H",
        )
    )  # fmt: skip
    assert days_of(series) == [1, 3, 5, 10, 12, 13]


def test_a_single_event_that_is_taken_out_is_at_no_time() -> None:
    assert days_of(whole(part("VEVENT", START, "EXDATE:20260601T090000Z"))) == []


def test_an_override_stands_for_its_instance() -> None:
    series = whole(
        part("VEVENT", *DAILY),
        part("VEVENT", "RECURRENCE-ID:20260602T090000Z", "DTSTART:20260620T090000Z"),
        part("VEVENT", "RECURRENCE-ID:20260604T090000Z", "DTSTART:20260604T150000Z"),
    )
    assert days_of(series) == [1, 3, 4, 5, 20]
    assert not within(series, NINE + timedelta(days=3), TEN + timedelta(days=3))


def test_a_cancelled_override_counts_as_it_stands() -> None:
    series = whole(
        part("VEVENT", *DAILY),
        part(
            "VEVENT",
            "RECURRENCE-ID:20260602T090000Z",
            "DTSTART:20260602T090000Z",
            "STATUS:CANCELLED",
        ),
    )
    assert days_of(series) == [1, 2, 3, 4, 5]


def test_overrides_without_their_series_stand_for_themselves() -> None:
    ids = ("20260602T090000Z", "20260609T090000Z")
    parts = (part("VEVENT", f"RECURRENCE-ID:{one}", f"DTSTART:{one}") for one in ids)
    assert days_of(whole(*parts)) == [2, 9]


def test_an_override_of_an_all_day_series_may_be_named_by_a_moment() -> None:
    series = whole(
        part("VEVENT", "DTSTART;VALUE=DATE:20260601", "RRULE:FREQ=WEEKLY;COUNT=2"),
        part("VEVENT", "RECURRENCE-ID:20260608T000000", "DTSTART;VALUE=DATE:20260620"),
    )
    assert days_of(series) == [1, 19, 20]


def test_an_override_that_names_no_readable_instance_takes_none_away() -> None:
    series = whole(
        part("VEVENT", *DAILY),
        part("VEVENT", "RECURRENCE-ID:some day", "DTSTART:20260620T090000Z"),
    )
    assert days_of(series) == [1, 2, 3, 4, 5, 20]


def test_a_series_stays_on_wall_time_over_a_change_of_the_clocks() -> None:
    series = whole(
        part(
            "VEVENT",
            "DTSTART;TZID=America/New_York:20260302T090000",
            "DURATION:PT1H",
            "RRULE:FREQ=WEEKLY",
        )
    )
    at_14 = datetime(2026, 3, 2, 14, tzinfo=UTC)
    later = at_14 + timedelta(weeks=1)
    assert edges(series, at_14, at_14 + HOUR) == FROM_NINE_TO_TEN
    assert edges(series, later - HOUR, later) == FROM_NINE_TO_TEN


ENDLESS = whole(part("VEVENT", START, "DURATION:PT1H", "RRULE:FREQ=WEEKLY"))


@pytest.mark.parametrize(
    ("start", "end", "found"),
    [
        (datetime(2500, 1, 1, tzinfo=UTC), None, True),
        (None, datetime(2500, 1, 1, tzinfo=UTC), True),
        (None, NINE, False),
        (datetime(2500, 1, 1, tzinfo=UTC), datetime(2500, 1, 9, tzinfo=UTC), True),
        (datetime(2500, 1, 1, tzinfo=UTC), datetime(2500, 1, 1, 1, tzinfo=UTC), False),
    ],
)
def test_an_endless_series_is_looked_at_where_the_range_is(
    start: datetime | None, end: datetime | None, *, found: bool
) -> None:
    assert within(ENDLESS, start, end) is found


def test_a_series_that_has_ended_is_not_after_its_end() -> None:
    series = whole(part("VEVENT", START, "RRULE:FREQ=DAILY;UNTIL=20260605T090000Z"))
    assert within(series, datetime(2026, 6, 5, tzinfo=UTC), None)
    assert not within(series, datetime(2026, 6, 6, tzinfo=UTC), None)


def test_a_series_whose_rule_ends_before_it_begins_is_at_no_time() -> None:
    series = whole(part("VEVENT", START, "RRULE:FREQ=DAILY;UNTIL=20260501T090000Z"))
    assert not within(series, None, None)


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=MINUTELY;BYHOUR=3;BYMONTHDAY=31;BYMONTH=4",
        "FREQ=MONTHLY;BYMONTHDAY=31;BYMONTH=2;COUNT=9999999999",
        "FREQ=YEARLY;BYYEARDAY=366;BYMONTH=1",
        "FREQ=SECONDLY;INTERVAL=1;COUNT=9999999999;BYSECOND=1",
    ],
)
def test_a_rule_that_never_comes_true_ends_the_search(rule: str) -> None:
    series = whole(part("VEVENT", START, f"RRULE:{rule}"))
    far = datetime(3000, 1, 1, tzinfo=UTC)
    assert not within(series, far, far + SECOND)
    assert not within(series, far, None) or "COUNT" in rule


@pytest.mark.parametrize("freq", ["SECONDLY", "MINUTELY", "HOURLY", "DAILY"])
def test_a_dense_series_is_found_without_being_worked_out(freq: str) -> None:
    series = whole(part("VEVENT", START, "DURATION:PT1S", f"RRULE:FREQ={freq}"))
    far = datetime(2999, 1, 1, tzinfo=UTC)
    assert within(series, far, None)
    assert within(series, far, far + timedelta(days=1))
