"""A series cut in two for 'this and future', and single occurrences taken out and put back."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from server.domain.when import MASTER, AllDay, Recurrence, RecurrenceKey, Timed, key_of
from server.ics.recurrence import (
    CannotSplit,
    NoSuchOccurrence,
    occurrence_at,
    split_before,
    with_exdate,
    without_exdate,
)

NEW_YORK = ZoneInfo("America/New_York")
FIRST = Timed(
    datetime(2026, 10, 6, 9, tzinfo=NEW_YORK), datetime(2026, 10, 6, 9, 50, tzinfo=NEW_YORK)
)
HOLIDAY = AllDay(date(2026, 10, 6))


def nine(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, tzinfo=NEW_YORK)


NOV_3 = nine(date(2026, 11, 3))
KEY = key_of(NOV_3)


def test_the_head_ends_a_second_before_the_cut_and_the_tail_begins_there() -> None:
    head, tail_first, tail = split_before(
        Recurrence(("FREQ=WEEKLY;WKST=SU;BYDAY=TU",)), FIRST, KEY
    )
    assert head.rrules == ("FREQ=WEEKLY;WKST=SU;BYDAY=TU;UNTIL=20261103T135959Z",)
    assert tail_first == Timed(NOV_3, NOV_3 + timedelta(minutes=50))
    assert tail.rrules == ("FREQ=WEEKLY;WKST=SU;BYDAY=TU",)


def test_an_all_day_series_is_cut_between_days() -> None:
    head, tail_first, tail = split_before(
        Recurrence(("FREQ=WEEKLY;COUNT=10",)), HOLIDAY, RecurrenceKey("20261103")
    )
    assert head.rrules == ("FREQ=WEEKLY;UNTIL=20261102",)
    assert tail_first == AllDay(date(2026, 11, 3))
    assert tail.rrules == ("FREQ=WEEKLY;COUNT=6",)


def test_a_count_is_divided_also_where_dates_were_taken_out() -> None:
    recurrence = Recurrence(("FREQ=WEEKLY;COUNT=10",), (), (nine(date(2026, 10, 13)),))
    assert split_before(recurrence, FIRST, KEY).tail.rrules == ("FREQ=WEEKLY;COUNT=6",)


def test_an_until_stays_with_the_tail() -> None:
    rule = "FREQ=WEEKLY;UNTIL=20261231T235959Z"
    head, _, tail = split_before(Recurrence((rule,)), FIRST, KEY)
    assert head.rrules == ("FREQ=WEEKLY;UNTIL=20261103T135959Z",)
    assert tail.rrules == (rule,)


def test_dates_go_to_the_half_that_they_lie_in() -> None:
    early, late = nine(date(2026, 10, 20)), nine(date(2026, 11, 17))
    extra, much_later = nine(date(2026, 10, 22)), nine(date(2026, 12, 24))
    recurrence = Recurrence(("FREQ=WEEKLY",), (extra, much_later), (early, late))
    head, _, tail = split_before(recurrence, FIRST, KEY)
    assert (head.exdates, tail.exdates) == ((early,), (late,))
    assert (head.rdates, tail.rdates) == ((extra,), (much_later,))


def test_a_day_taken_out_beside_the_cut_counts_for_both_halves() -> None:
    recurrence = Recurrence(("FREQ=HOURLY;INTERVAL=4",), (), (date(2026, 11, 2), NOV_3.date()))
    key = key_of(datetime(2026, 11, 4, 1, tzinfo=NEW_YORK))
    head, _, tail = split_before(recurrence, FIRST, key)
    assert head.exdates == recurrence.exdates
    assert tail.exdates == ()


def test_a_series_of_single_dates_is_cut_between_them() -> None:
    dates = tuple(nine(date(2026, month, 3)) for month in (10, 11, 12))
    head, tail_first, tail = split_before(Recurrence(rdates=dates), FIRST, KEY)
    assert head == Recurrence(rdates=dates[:1])
    assert isinstance(tail_first, Timed)
    assert tail_first.start == NOV_3
    assert tail == Recurrence(rdates=dates[2:])


def test_a_rule_that_ended_before_the_cut_stays_with_the_head() -> None:
    rules = ("FREQ=DAILY;COUNT=3", "FREQ=WEEKLY", "FREQ=MONTHLY;UNTIL=20261010")
    head, _, tail = split_before(Recurrence(rules), FIRST, KEY)
    assert head.rrules == (rules[0], "FREQ=WEEKLY;UNTIL=20261103T135959Z", rules[2])
    assert tail.rrules == ("FREQ=WEEKLY",)


def test_a_cut_at_a_time_that_the_clocks_skip_keeps_the_wall_time_of_the_series() -> None:
    start = datetime(2026, 3, 7, 2, 30, tzinfo=NEW_YORK)
    key = RecurrenceKey("20260308T073000Z")
    tail_first = split_before(Recurrence(("FREQ=DAILY",)), Timed(start, start), key).tail_first
    assert isinstance(tail_first, Timed)
    assert tail_first.start.hour == 2


def test_nothing_lies_before_the_first_occurrence() -> None:
    with pytest.raises(CannotSplit, match="first"):
        split_before(Recurrence(("FREQ=WEEKLY",)), FIRST, key_of(FIRST.start))
    with pytest.raises(CannotSplit, match="first"):
        split_before(Recurrence(("FREQ=WEEKLY",)), HOLIDAY, key_of(HOLIDAY.first))


@pytest.mark.parametrize("key", ["20261104T140000Z", "20261103", "nonsense", ""])
def test_a_series_is_not_cut_where_it_does_not_occur(key: str) -> None:
    with pytest.raises(NoSuchOccurrence):
        split_before(Recurrence(("FREQ=WEEKLY",)), FIRST, RecurrenceKey(key))


def test_a_series_is_not_cut_at_a_date_that_was_only_added_to_its_rule() -> None:
    added = nine(date(2026, 11, 5))
    with pytest.raises(CannotSplit, match="rule"):
        split_before(Recurrence(("FREQ=WEEKLY",), (added,)), FIRST, key_of(added))


def test_a_rule_of_another_calendar_is_not_cut() -> None:
    recurrence = Recurrence(("RSCALE=HEBREW;FREQ=YEARLY",), (NOV_3,))
    with pytest.raises(CannotSplit, match="calendar"):
        split_before(recurrence, FIRST, KEY)


def test_an_occurrence_is_found_by_its_key() -> None:
    recurrence = Recurrence(("FREQ=WEEKLY",))
    found = occurrence_at(FIRST, recurrence, KEY)
    assert found is not None
    assert found.when == Timed(NOV_3, NOV_3 + timedelta(minutes=50))
    assert occurrence_at(FIRST, recurrence, MASTER) is None
    assert occurrence_at(HOLIDAY, recurrence, RecurrenceKey("20261103")) is not None


def test_an_occurrence_is_taken_out_in_the_zone_of_the_series_and_only_once() -> None:
    once = with_exdate(Recurrence(("FREQ=WEEKLY",)), FIRST, KEY)
    assert once.exdates == (NOV_3,)
    (exdate,) = once.exdates
    assert isinstance(exdate, datetime)
    assert exdate.tzinfo is NEW_YORK
    assert with_exdate(once, FIRST, KEY) is once


def test_a_day_is_taken_out_as_a_day() -> None:
    gone = with_exdate(Recurrence(("FREQ=WEEKLY",)), HOLIDAY, RecurrenceKey("20261103"))
    assert gone.exdates == (date(2026, 11, 3),)


@pytest.mark.parametrize(
    "written", [NOV_3, NOV_3.astimezone(UTC), NOV_3.date(), NOV_3.replace(tzinfo=None)]
)
def test_an_occurrence_is_put_back_however_it_was_taken_out(written: datetime | date) -> None:
    other = nine(date(2026, 11, 10))
    recurrence = Recurrence(("FREQ=WEEKLY",), (), (written, other))
    assert without_exdate(recurrence, FIRST, KEY).exdates == (other,)


def test_a_day_is_put_back() -> None:
    recurrence = Recurrence(("FREQ=WEEKLY",), (), (date(2026, 11, 3),))
    back = without_exdate(recurrence, HOLIDAY, RecurrenceKey("20261103"))
    assert back.exdates == ()
