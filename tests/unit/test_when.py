"""Spans in time: wall time rules, keys name original starts."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from server.domain.when import (
    MASTER,
    AllDay,
    BeyondCalendar,
    EndBeforeStart,
    MalformedKey,
    Recurrence,
    Timed,
    WrongKindOfStart,
    instant,
    key_of,
    later,
    moved_to,
    resized,
    shift,
    span_utc,
    start_of,
)

NEW_YORK = ZoneInfo("America/New_York")
TOKYO = ZoneInfo("Asia/Tokyo")
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
# New York's clocks go forward at 02:00 on 8 March 2026, and back at 02:00 on 1 November.
BEFORE_SPRING = datetime(2026, 3, 7, 12, tzinfo=NEW_YORK)


def session(start: datetime, minutes: int = 50) -> Timed:
    return Timed(start, start + timedelta(minutes=minutes))


def test_a_span_knows_its_zone_its_instants_and_the_time_that_passes() -> None:
    when = session(datetime(2026, 6, 1, 9, tzinfo=NEW_YORK))
    assert when.zone == "America/New_York"
    assert when.start_utc == datetime(2026, 6, 1, 13, tzinfo=UTC)
    assert when.end_utc == datetime(2026, 6, 1, 13, 50, tzinfo=UTC)
    assert when.duration == timedelta(minutes=50)


def test_a_night_over_the_change_of_the_clock_is_as_long_as_it_really_is() -> None:
    night = Timed(
        datetime(2026, 3, 7, 23, tzinfo=NEW_YORK), datetime(2026, 3, 8, 7, tzinfo=NEW_YORK)
    )
    assert night.duration == 7 * HOUR


@pytest.mark.parametrize("tzinfo", [None, UTC])
def test_a_moment_without_an_iana_zone_is_refused(tzinfo: object) -> None:
    zone = UTC if tzinfo is UTC else None
    with pytest.raises(WrongKindOfStart, match="IANA"):
        session(datetime(2026, 6, 1, 9, tzinfo=zone))


def test_an_end_before_the_start_is_refused() -> None:
    with pytest.raises(EndBeforeStart):
        session(BEFORE_SPRING, -1)


def test_an_end_that_only_looks_earlier_because_the_clock_went_back_is_fine() -> None:
    first = datetime(2026, 11, 1, 1, 45, tzinfo=NEW_YORK)
    second = datetime(2026, 11, 1, 1, 15, tzinfo=NEW_YORK, fold=1)
    assert Timed(first, second).duration == timedelta(minutes=30)


def test_an_end_in_the_first_coming_of_an_hour_lies_before_a_start_in_its_second() -> None:
    second = datetime(2026, 11, 1, 1, 15, tzinfo=NEW_YORK, fold=1)
    with pytest.raises(EndBeforeStart):
        Timed(second, datetime(2026, 11, 1, 1, 30, tzinfo=NEW_YORK))


def test_an_end_may_be_told_in_another_zone() -> None:
    flight = Timed(BEFORE_SPRING, datetime(2026, 3, 8, 16, tzinfo=TOKYO))
    assert flight.duration == 14 * HOUR
    later = shift(flight, DAY)
    assert isinstance(later, Timed)
    assert later.end.tzinfo is TOKYO
    assert later.duration == 14 * HOUR


def test_days_end_on_the_day_after_the_last() -> None:
    assert AllDay(date(2026, 12, 24), 3).end == date(2026, 12, 27)


def test_days_last_at_least_one_and_start_on_a_day() -> None:
    with pytest.raises(EndBeforeStart):
        AllDay(date(2026, 12, 24), 0)
    with pytest.raises(WrongKindOfStart):
        AllDay(datetime(2026, 12, 24, tzinfo=UTC))


def test_a_day_is_midnight_to_midnight_in_the_zone_of_the_calendar() -> None:
    short_day = AllDay(date(2026, 3, 8))
    assert span_utc(short_day, NEW_YORK) == (
        datetime(2026, 3, 8, 5, tzinfo=UTC),
        datetime(2026, 3, 9, 4, tzinfo=UTC),
    )


def test_the_span_of_a_timed_event_does_not_ask_for_the_zone_of_the_calendar() -> None:
    when = session(BEFORE_SPRING)
    assert span_utc(when, TOKYO) == (when.start_utc, when.end_utc)


def test_days_that_end_beyond_the_last_date_are_refused() -> None:
    AllDay(date(9999, 12, 30))
    with pytest.raises(BeyondCalendar):
        AllDay(date.max)
    with pytest.raises(BeyondCalendar):
        shift(AllDay(date(9999, 12, 1)), 40 * DAY)
    with pytest.raises(BeyondCalendar):
        shift(session(datetime(9999, 12, 1, tzinfo=NEW_YORK)), 40 * DAY)


def test_a_shift_keeps_wall_time_over_the_change_of_the_clock() -> None:
    moved = shift(session(BEFORE_SPRING), DAY)
    assert moved == session(datetime(2026, 3, 8, 12, tzinfo=NEW_YORK))


def test_a_shift_keeps_the_length_where_the_clock_changes_within() -> None:
    evening = Timed(
        datetime(2026, 3, 6, 23, tzinfo=NEW_YORK), datetime(2026, 3, 7, 3, 30, tzinfo=NEW_YORK)
    )
    moved = shift(evening, DAY)
    assert isinstance(moved, Timed)
    assert moved.duration == evening.duration
    assert moved.end == datetime(2026, 3, 8, 4, 30, tzinfo=NEW_YORK)


def test_noon_to_noon_stays_noon_to_noon() -> None:
    weekend = Timed(BEFORE_SPRING - 7 * DAY, BEFORE_SPRING - 5 * DAY)
    moved = shift(weekend, 7 * DAY)
    assert isinstance(moved, Timed)
    assert moved.end == datetime(2026, 3, 9, 12, tzinfo=NEW_YORK)


def test_days_are_shifted_by_days_only() -> None:
    holiday = AllDay(date(2026, 12, 24), 3)
    assert shift(holiday, 7 * DAY) == AllDay(date(2026, 12, 31), 3)
    with pytest.raises(WrongKindOfStart):
        shift(holiday, HOUR)


def test_a_move_takes_a_naive_moment_in_the_zone_of_the_event() -> None:
    moved = moved_to(session(BEFORE_SPRING), datetime(2026, 7, 1, 8, 0))  # noqa: DTZ001 - the point
    assert moved == session(datetime(2026, 7, 1, 8, tzinfo=NEW_YORK))


def test_a_move_into_another_zone_keeps_that_zone() -> None:
    moved = moved_to(session(BEFORE_SPRING), datetime(2026, 7, 1, 8, tzinfo=TOKYO))
    assert isinstance(moved, Timed)
    assert moved.zone == "Asia/Tokyo"


def test_a_move_does_not_turn_days_into_moments_or_moments_into_days() -> None:
    with pytest.raises(WrongKindOfStart):
        moved_to(session(BEFORE_SPRING), date(2026, 7, 1))
    with pytest.raises(WrongKindOfStart):
        moved_to(AllDay(date(2026, 7, 1)), BEFORE_SPRING)
    assert moved_to(AllDay(date(2026, 7, 1), 2), date(2026, 8, 1)) == AllDay(
        date(2026, 8, 1), 2
    )


def test_a_length_of_hours_is_exact_and_one_of_days_is_wall_time() -> None:
    when = session(BEFORE_SPRING)
    assert resized(when, 24 * HOUR) == Timed(
        BEFORE_SPRING, datetime(2026, 3, 8, 12, tzinfo=NEW_YORK)
    )
    longer = resized(when, 25 * HOUR)
    assert isinstance(longer, Timed)
    assert longer.end == datetime(2026, 3, 8, 14, tzinfo=NEW_YORK)


def test_days_are_resized_by_days_only() -> None:
    assert resized(AllDay(date(2026, 7, 1)), 3 * DAY) == AllDay(date(2026, 7, 1), 3)
    with pytest.raises(WrongKindOfStart):
        resized(AllDay(date(2026, 7, 1)), HOUR)
    with pytest.raises(EndBeforeStart):
        resized(AllDay(date(2026, 7, 1)), -DAY)


@pytest.mark.parametrize(
    ("start", "key"),
    [
        (datetime(2026, 11, 24, 9, tzinfo=NEW_YORK), "20261124T140000Z"),
        (datetime(2026, 11, 24, 14, tzinfo=UTC), "20261124T140000Z"),
        (datetime(812, 1, 2, 3, 4, 5, tzinfo=UTC), "08120102T030405Z"),
        (date(2026, 11, 24), "20261124"),
        (date(1, 1, 1), "00010101"),
    ],
)
def test_a_key_tells_its_original_start(start: datetime | date, key: str) -> None:
    assert key_of(start) == key
    assert start_of(key_of(start)) == start


@pytest.mark.parametrize(
    "key", ["", "2026-11-24", "20261124T140000", "20261324T140000Z", "20261399", "²0261124"]
)
def test_what_is_no_key_is_refused(key: str) -> None:
    with pytest.raises(MalformedKey):
        start_of(type(MASTER)(key))


def test_a_naive_moment_has_no_key() -> None:
    with pytest.raises(WrongKindOfStart):
        key_of(datetime(2026, 11, 24, 9))  # noqa: DTZ001 - the point


def test_a_recurrence_without_rules_and_dates_does_not_repeat() -> None:
    assert not Recurrence(exdates=(date(2026, 11, 24),)).repeats
    assert Recurrence().rrule is None
    assert Recurrence(("FREQ=DAILY",)).rrule == "FREQ=DAILY"
    assert Recurrence(rdates=(date(2026, 11, 24),)).repeats


def test_moments_at_the_ends_of_the_calendar_are_held_within_it() -> None:
    assert instant(datetime(9999, 12, 31, 23, tzinfo=NEW_YORK)).year == 9999
    assert instant(datetime(1, 1, 1, 1, tzinfo=TOKYO)).year == 1
    last = datetime(9999, 12, 31, 20, tzinfo=NEW_YORK)
    assert later(last, 9 * HOUR, TOKYO) == datetime(9999, 12, 31, 23, 59, 59, tzinfo=TOKYO)
    assert resized(Timed(last, last), 2 * DAY) == Timed(
        last, datetime(9999, 12, 31, 23, 59, 59, tzinfo=NEW_YORK)
    )
