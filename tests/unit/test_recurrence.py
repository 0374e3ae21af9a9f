"""What a series means: the first instance, zones, clock changes, bounds, dates in and out."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from server.domain.when import AllDay, Recurrence, Timed, When
from server.ics.recurrence import BadRecurrence, TooManyOccurrences, expand

NEW_YORK = ZoneInfo("America/New_York")
BERLIN = ZoneInfo("Europe/Berlin")
TOKYO = ZoneInfo("Asia/Tokyo")
YEAR_2026 = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
TUESDAY = date(2026, 1, 6)


def at(day: date, hour: int = 9, minute: int = 0, *, zone: ZoneInfo = NEW_YORK) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone)


def session(start: datetime, minutes: int = 50) -> Timed:
    return Timed(start, start + timedelta(minutes=minutes))


def keys(
    first: When,
    *rules: str,
    window: tuple[datetime, datetime] = YEAR_2026,
    rdates: tuple[datetime | date | Timed, ...] = (),
    exdates: tuple[datetime | date, ...] = (),
) -> list[str]:
    recurrence = Recurrence(rules, rdates, exdates)
    return [one.key for one in expand(first, recurrence, window, NEW_YORK, 1000)]


def days(first: When, *rules: str, **more: tuple[datetime | date | Timed, ...]) -> list[str]:
    """Return month and day of the occurrences in 2026, in UTC."""
    return [key[4:8] for key in keys(first, *rules, **more)]  # type: ignore[arg-type]  # rdates, exdates


MORNING = session(at(TUESDAY))


def test_nine_o_clock_stays_nine_o_clock_over_both_changes_of_the_clock() -> None:
    recurrence = Recurrence(("FREQ=WEEKLY",))
    found = expand(MORNING, recurrence, YEAR_2026, NEW_YORK, 1000)
    assert len(found) == 52
    assert {one.when.start.hour for one in found if isinstance(one.when, Timed)} == {9}
    assert [one.key for one in found if one.key[4:6] in {"03", "11"}] == [
        "20260303T140000Z",
        *(f"202603{day}T130000Z" for day in ("10", "17", "24", "31")),
        *(f"202611{day}T140000Z" for day in ("03", "10", "17", "24")),
    ]


def test_a_time_that_the_clocks_skip_is_read_with_the_offset_before_the_gap() -> None:
    night = session(at(date(2026, 3, 7), 2, 30))
    assert keys(night, "FREQ=DAILY;COUNT=3") == [
        "20260307T073000Z",
        "20260308T073000Z",  # 02:30 does not exist: 03:30 (RFC 5545 3.3.5)
        "20260309T063000Z",
    ]


def test_a_time_that_comes_twice_means_its_first_coming() -> None:
    night = session(at(date(2026, 10, 31), 1, 30))
    assert keys(night, "FREQ=DAILY;COUNT=3")[1:] == ["20261101T053000Z", "20261102T063000Z"]


def test_a_start_in_the_second_coming_of_an_hour_is_kept() -> None:
    start = datetime(2026, 11, 1, 1, 30, tzinfo=NEW_YORK, fold=1)
    assert keys(Timed(start, start), "FREQ=DAILY;COUNT=2") == [
        "20261101T063000Z",
        "20261102T063000Z",
    ]


def test_an_hourly_rule_yields_each_instant_once_where_the_clocks_go_forward() -> None:
    found = keys(session(at(date(2026, 3, 8), 1)), "FREQ=HOURLY;COUNT=4")
    assert found == ["20260308T060000Z", "20260308T070000Z", "20260308T080000Z"]


def test_a_night_lasts_as_long_as_the_first_one_did() -> None:
    first = Timed(at(date(2026, 3, 6), 22), at(date(2026, 3, 7), 6))
    found = expand(first, Recurrence(("FREQ=DAILY;COUNT=3",)), YEAR_2026, NEW_YORK, 10)
    ends = [one.when.end for one in found if isinstance(one.when, Timed)]
    # RFC 5545 3.8.5.3: exact duration, so the night of the change ends an hour later.
    assert [end.hour for end in ends] == [6, 7, 6]


def test_a_weekend_of_whole_days_ends_at_the_same_wall_time() -> None:
    first = Timed(at(date(2026, 2, 27), 18), at(date(2026, 3, 1), 18))
    found = expand(first, Recurrence(("FREQ=WEEKLY;COUNT=3",)), YEAR_2026, NEW_YORK, 10)
    assert [one.when.end.hour for one in found if isinstance(one.when, Timed)] == [18, 18, 18]


def test_an_all_day_series_is_counted_in_days_of_the_calendar() -> None:
    first = AllDay(date(2026, 3, 7))
    window = datetime(2026, 3, 8, 5, tzinfo=UTC), datetime(2026, 3, 9, 4, tzinfo=UTC)
    assert keys(first, "FREQ=DAILY", window=window) == ["20260308"]
    found = expand(first, Recurrence(("FREQ=DAILY",)), window, TOKYO, 10)
    assert [one.key for one in found] == ["20260308", "20260309"]


def test_what_began_before_the_window_and_ends_in_it_is_there() -> None:
    night = session(at(TUESDAY, 23), 600)
    window = at(date(2026, 1, 14), 1), at(date(2026, 1, 14), 2)
    assert keys(night, "FREQ=WEEKLY", window=window) == ["20260114T040000Z"]


def test_what_ends_as_the_window_begins_is_not_there_but_a_moment_is() -> None:
    window = at(date(2026, 1, 13), 9, 50), at(date(2026, 1, 13), 10)
    assert keys(MORNING, "FREQ=WEEKLY", window=window) == []
    moment = session(at(TUESDAY, 9, 50), 0)
    assert keys(moment, "FREQ=WEEKLY", window=window) == ["20260113T145000Z"]


def test_without_a_rule_there_is_the_event_and_what_was_added() -> None:
    assert days(MORNING) == ["0106"]
    assert days(MORNING, rdates=(at(date(2026, 2, 1)),)) == ["0106", "0201"]


# --- the first instance ----------------------------------------------------------------------


def test_the_start_is_the_first_instance_even_where_the_rule_does_not_match_it() -> None:
    assert days(MORNING, "FREQ=WEEKLY;BYDAY=WE;UNTIL=20260115T000000Z") == [
        "0106",
        "0107",
        "0114",
    ]


def test_the_count_counts_a_start_that_the_rule_does_not_match() -> None:
    assert days(MORNING, "FREQ=WEEKLY;BYDAY=WE;COUNT=3") == ["0106", "0107", "0114"]


def test_the_husk_of_a_series_split_at_its_start_never_occurs() -> None:
    assert days(MORNING, "FREQ=WEEKLY;UNTIL=20260106T135959Z") == []


def test_several_rules_are_united() -> None:
    rules = ("FREQ=WEEKLY;COUNT=2", "FREQ=MONTHLY;BYMONTHDAY=13,20;COUNT=3")
    assert days(MORNING, *rules) == ["0106", "0113", "0120"]


def test_a_rule_of_another_calendar_shows_its_first_instance_only() -> None:
    assert days(MORNING, "RSCALE=HEBREW;FREQ=YEARLY;BYMONTH=5L") == ["0106"]
    assert days(MORNING, "RSCALE=GREGORIAN;FREQ=MONTHLY;SKIP=FORWARD") == ["0106"]
    assert days(MORNING, "rscale=gregorian;freq=weekly;count=2;skip=omit") == ["0106", "0113"]


# --- UNTIL -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("until", "last"),
    [
        ("20260120T140000Z", "0120"),  # the instant itself belongs to the series
        ("20260120T135959Z", "0113"),
        ("20260120T090000", "0120"),  # without Z: wall time of the series
        ("20260120T085959", "0113"),
        ("20260120", "0120"),  # a day means all of that day
        ("20260119", "0113"),
    ],
)
def test_a_timed_series_ends_with_until(until: str, last: str) -> None:
    assert days(MORNING, f"FREQ=WEEKLY;UNTIL={until}")[-1] == last


@pytest.mark.parametrize("until", ["20260120", "20260120T000000Z", "20260120T235959"])
def test_an_all_day_series_ends_with_the_day_of_until(until: str) -> None:
    assert days(AllDay(TUESDAY), f"FREQ=WEEKLY;UNTIL={until}")[-1] == "0120"


def test_until_is_an_instant_also_within_the_hour_that_comes_twice() -> None:
    late = session(at(date(2026, 10, 31), 1, 45))
    # 06:15 UTC is 01:15 for the second time; 01:45 for the first time was before that.
    assert keys(late, "FREQ=DAILY;UNTIL=20261101T061500Z")[-1] == "20261101T054500Z"


# --- dates taken out and added ---------------------------------------------------------------


@pytest.mark.parametrize(
    "exdate",
    [
        at(date(2026, 1, 13)),
        datetime(2026, 1, 13, 14, tzinfo=UTC),
        datetime(2026, 1, 13, 15, tzinfo=BERLIN),
        datetime(2026, 1, 13, 9),  # noqa: DTZ001 - floating: wall time of the series
        date(2026, 1, 13),
    ],
)
def test_an_occurrence_is_taken_out_however_its_start_is_written(
    exdate: datetime | date,
) -> None:
    assert days(MORNING, "FREQ=WEEKLY;COUNT=3", exdates=(exdate,)) == ["0106", "0120"]


def test_a_date_taken_out_at_another_time_of_day_changes_nothing() -> None:
    other = at(date(2026, 1, 13), 10)
    assert days(MORNING, "FREQ=WEEKLY;COUNT=3", exdates=(other,)) == ["0106", "0113", "0120"]


@pytest.mark.parametrize(
    "exdate",
    [
        date(2026, 1, 13),
        datetime(2026, 1, 13, tzinfo=UTC),
        datetime(2026, 1, 13, 5, tzinfo=UTC),  # midnight in New York, told in UTC
        datetime(2026, 1, 13, 5, tzinfo=ZoneInfo("UTC")),
        at(date(2026, 1, 13), 0),
    ],
)
def test_a_day_is_taken_out_however_it_is_written(exdate: datetime | date) -> None:
    assert days(AllDay(TUESDAY), "FREQ=WEEKLY;COUNT=3", exdates=(exdate,)) == ["0106", "0120"]


def test_the_first_instance_can_be_taken_out_and_the_count_stays() -> None:
    assert days(MORNING, "FREQ=WEEKLY;COUNT=3", exdates=(at(TUESDAY),)) == ["0113", "0120"]


def test_an_added_date_is_there_once_also_where_the_rule_yields_it() -> None:
    rdates = (at(date(2026, 1, 13)), at(date(2026, 1, 15)))
    assert days(MORNING, "FREQ=WEEKLY;COUNT=2", rdates=rdates) == ["0106", "0113", "0115"]


def test_an_added_date_before_the_start_is_there() -> None:
    assert days(MORNING, rdates=(at(date(2026, 1, 2)),)) == ["0102", "0106"]


def test_an_added_day_takes_the_time_of_the_series() -> None:
    assert keys(MORNING, rdates=(date(2026, 1, 15),))[1] == "20260115T140000Z"


def test_an_added_period_has_its_own_length() -> None:
    period = session(at(date(2026, 1, 13)), 90)
    found = expand(
        MORNING, Recurrence(("FREQ=WEEKLY;COUNT=3",), (period,)), YEAR_2026, NEW_YORK, 10
    )
    minutes = [one.when.duration for one in found if isinstance(one.when, Timed)]
    assert minutes == [timedelta(minutes=n) for n in (50, 90, 50)]


def test_an_end_in_another_zone_stays_in_it() -> None:
    flight = Timed(at(TUESDAY), at(TUESDAY, 23, zone=BERLIN))
    found = expand(flight, Recurrence(("FREQ=WEEKLY;COUNT=2",)), YEAR_2026, NEW_YORK, 10)
    assert found[1].when == Timed(at(date(2026, 1, 13)), at(date(2026, 1, 13), 23, zone=BERLIN))


def test_an_added_date_of_another_zone_is_told_in_that_of_the_series() -> None:
    recurrence = Recurrence(rdates=(datetime(2026, 1, 13, 15, tzinfo=BERLIN),))
    added = expand(MORNING, recurrence, YEAR_2026, NEW_YORK, 10)[1]
    assert added.when == session(at(date(2026, 1, 13)))


def test_a_rule_that_cannot_be_read_says_so() -> None:
    with pytest.raises(BadRecurrence):
        keys(MORNING, "FREQ=FORTNIGHTLY")


def test_more_occurrences_than_wanted_are_an_error_that_says_how_many() -> None:
    with pytest.raises(TooManyOccurrences) as refusal:
        expand(MORNING, Recurrence(("FREQ=DAILY",)), YEAR_2026, NEW_YORK, 100)
    assert (refusal.value.what, refusal.value.limit) == ("occurrences", 100)
