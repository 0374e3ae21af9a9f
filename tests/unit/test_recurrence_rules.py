"""Rules: how they are read, which days they name, and that none of them runs away."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from server.domain.when import AllDay, Recurrence, Timed, When
from server.ics import rule_walk
from server.ics.recurrence import (
    BadRecurrence,
    TooManyOccurrences,
    expand,
    last_end,
    parse_rule,
)
from server.ics.recurrence_rule import Freq, NthDay, with_bounds

NEW_YORK = ZoneInfo("America/New_York")
NUMBERS = ",".join(map(str, range(60)))
HOURS = ",".join(map(str, range(24)))
YEARS = datetime(2026, 1, 1, tzinfo=UTC), datetime(2029, 1, 1, tzinfo=UTC)


def morning(year: int = 2026, month: int = 1, day: int = 6) -> Timed:
    start = datetime(year, month, day, 9, tzinfo=NEW_YORK)
    return Timed(start, start + timedelta(minutes=50))


def starts(first: When, rule: str, most: int = 6) -> list[str]:
    """Return the first few occurrences, as days or as wall times."""
    window = datetime(2020, 1, 1, tzinfo=UTC), datetime(2050, 1, 1, tzinfo=UTC)
    found = expand(first, Recurrence((rule,)), window, NEW_YORK, 20_000)[:most]
    return [
        f"{one.when.start:%Y-%m-%d %H:%M}"
        if isinstance(one.when, Timed)
        else str(one.when.first)
        for one in found
    ]


# --- reading ---------------------------------------------------------------------------------


def test_a_rule_is_read_in_any_case_with_spaces_and_a_semicolon_too_many() -> None:
    rule = parse_rule("freq=monthly; byday=+1mo,-1FR ;interval=2;wkst=su;X-NOTE=1;")
    assert rule.freq is Freq.MONTHLY
    assert rule.by_day == (NthDay(0, 1), NthDay(4, -1))
    assert (rule.interval, rule.week_start) == (2, 6)


@pytest.mark.parametrize(
    ("value", "what"),
    [
        ("", "FREQ is missing"),
        ("INTERVAL=2", "FREQ is missing"),
        ("FREQ=FORTNIGHTLY", "FREQ is unknown"),
        ("FREQ=DAILY;FREQ=DAILY", "FREQ stands twice"),
        ("FREQ=DAILY;INTERVAL=0", "INTERVAL is no whole number above 0"),
        ("FREQ=DAILY;INTERVAL=-1", "INTERVAL is no whole number above 0"),
        ("FREQ=DAILY;COUNT=0", "COUNT is no whole number above 0"),
        ("FREQ=DAILY;COUNT=many", "COUNT is no whole number above 0"),
        ("FREQ=DAILY;COUNT=" + "9" * 11, "COUNT is no whole number above 0"),
        ("FREQ=DAILY;COUNT=2;UNTIL=20270101", "COUNT and UNTIL exclude each other"),
        ("FREQ=DAILY;UNTIL=tomorrow", "UNTIL is neither a date nor a moment"),
        ("FREQ=DAILY;UNTIL=202613401", "UNTIL is neither a date nor a moment"),
        ("FREQ=DAILY;UNTIL=20261340", "UNTIL is neither a date nor a moment"),
        ("FREQ=MONTHLY;BYSETPOS=1", "BYSETPOS needs another BY part to choose from"),
        ("FREQ=MONTHLY;BYDAY=XX", "BYDAY holds something that is no weekday"),
        ("FREQ=MONTHLY;BYDAY=0MO", "BYDAY holds a number that is out of range"),
        ("FREQ=MONTHLY;BYDAY=54MO", "BYDAY holds a number that is out of range"),
        ("FREQ=MONTHLY;BYMONTHDAY=32", "BYMONTHDAY holds a number that is out of range"),
        ("FREQ=MONTHLY;BYMONTHDAY=0", "BYMONTHDAY holds a number that is out of range"),
        ("FREQ=MONTHLY;BYMONTHDAY=first", "BYMONTHDAY holds something that is no number"),
        ("FREQ=YEARLY;BYMONTH=5L", "BYMONTH holds something that is no number"),
        ("FREQ=DAILY;BYHOUR=24", "BYHOUR holds a number that is out of range"),
        ("FREQ=DAILY;BYDAY=", "BYDAY has no value"),
        ("FREQ=DAILY;BYDAY", "BYDAY has no value"),
        ("FREQ=DAILY;=1", "a part has no value"),
        ("FREQ=DAILY;WKST=XX", "WKST is no weekday"),
        ("FREQ=DAILY;BYEASTER=1", "BYEASTER is unknown"),
        ("FREQ=DAILY;BYHOUR=" + "1," * 9000 + "1", "it is too long"),
    ],
)
def test_what_is_wrong_with_a_rule_is_named(value: str, what: str) -> None:
    with pytest.raises(BadRecurrence) as refusal:
        parse_rule(value)
    assert refusal.value.what == what
    assert what in str(refusal.value)


def test_new_bounds_leave_the_rest_of_a_rule_as_it_was_written() -> None:
    rule = "freq=WEEKLY;until=20270101;WKST=SU;BYDAY=TU"
    assert with_bounds(rule, count=3) == "freq=WEEKLY;WKST=SU;BYDAY=TU;COUNT=3"
    assert with_bounds(rule, until="20280101") == "freq=WEEKLY;WKST=SU;BYDAY=TU;UNTIL=20280101"
    assert with_bounds("FREQ=DAILY;COUNT=2;") == "FREQ=DAILY"


# --- which days ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("FREQ=MONTHLY;BYDAY=-1FR", ["01-06", "01-30", "02-27", "03-27"]),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", ["01-06", "01-31", "02-28", "03-31"]),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", ["01-06", "01-30", "02-27", "03-31"]),
        ("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", ["01-06", "02-13", "03-13", "11-13"]),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=MO", ["01-06", "01-11", "01-20", "01-25"]),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=SU", ["01-06", "01-18", "01-20", "02-01"]),
        ("FREQ=YEARLY;BYDAY=20MO", ["01-06", "05-18", "05-17", "05-15"]),
        ("FREQ=YEARLY;BYYEARDAY=1,-1", ["01-06", "12-31", "01-01", "12-31"]),
        ("FREQ=YEARLY;BYMONTH=11;BYDAY=4TH", ["01-06", "11-26", "11-25", "11-23"]),
        ("FREQ=YEARLY;BYWEEKNO=1;BYDAY=MO", ["01-06", "01-04", "01-03", "01-01"]),
        ("FREQ=YEARLY;BYWEEKNO=-1;BYDAY=MO", ["01-06", "12-28", "12-27", "12-25"]),
        ("FREQ=YEARLY;BYDAY=MO;BYYEARDAY=19,20,-3", ["01-06", "01-19", "01-20", "12-29"]),
        ("FREQ=YEARLY;BYDAY=1MO,-1SU;BYMONTHDAY=3,31", ["01-06", "01-03", "12-31", "01-03"]),
        ("FREQ=YEARLY;BYMONTHDAY=15", ["01-06", "01-15", "02-15", "03-15"]),
        ("FREQ=MONTHLY;BYDAY=1TU;BYMONTHDAY=3,7", ["01-06", "02-03", "03-03", "04-07"]),
        ("FREQ=MONTHLY;BYYEARDAY=40,41", ["01-06", "02-09", "02-10", "02-09"]),
        ("FREQ=WEEKLY;BYWEEKNO=3;BYDAY=MO", ["01-06", "01-12", "01-18", "01-17"]),
        ("FREQ=DAILY;BYYEARDAY=-1,8", ["01-06", "01-08", "12-31", "01-08"]),
        ("FREQ=DAILY;BYMONTH=6;BYMONTHDAY=1,2", ["01-06", "06-01", "06-02", "06-01"]),
        # An ordinal means nothing in a week: the weekday is what was meant.
        ("FREQ=WEEKLY;BYDAY=1WE", ["01-06", "01-07", "01-14", "01-21"]),
    ],
)
def test_rules_name_the_days_that_a_person_would(rule: str, expected: list[str]) -> None:
    found = starts(AllDay(date(2026, 1, 6)), rule, 4)
    assert [day[5:] for day in found] == expected


def test_plain_and_counted_weekdays_are_united() -> None:
    # dateutil keeps only days that are both (none, here); RFC 5545 3.3.10 lists alternatives.
    found = starts(AllDay(date(2026, 1, 6)), "FREQ=MONTHLY;BYDAY=SU,1TU", 6)
    assert [day[5:] for day in found] == ["01-06", "01-11", "01-18", "01-25", "02-01", "02-03"]


def test_a_week_number_without_weekday_means_that_of_the_start() -> None:
    # dateutil takes all seven days; RFC 5545 3.3.10: what a rule leaves out comes from DTSTART.
    found = starts(AllDay(date(2026, 5, 12)), "FREQ=YEARLY;BYWEEKNO=20", 3)
    assert found == ["2026-05-12", "2027-05-18", "2028-05-16"]


def test_the_last_week_of_a_year_reaches_into_january() -> None:
    # dateutil leaves 2026-01-01 out: with weeks from Saturday it lies in week 52 of 2025.
    found = starts(AllDay(date(2024, 1, 1)), "FREQ=YEARLY;BYWEEKNO=52;BYDAY=TH;WKST=SA", 4)
    assert found == ["2024-01-01", "2024-12-26", "2026-01-01", "2026-12-31"]


def test_a_position_counts_within_the_whole_week_also_in_the_first_one() -> None:
    # dateutil counts from DTSTART on; RFC 5545 3.3.10: within the set of the interval, a week.
    found = starts(AllDay(date(2026, 1, 7)), "FREQ=WEEKLY;BYDAY=MO,WE,FR;BYSETPOS=2", 2)
    assert found == ["2026-01-07", "2026-01-14"]
    found = starts(AllDay(date(2026, 1, 7)), "FREQ=WEEKLY;BYDAY=MO,WE,FR;BYSETPOS=1", 2)
    assert found == ["2026-01-07", "2026-01-12"]


def test_months_without_the_day_are_left_out() -> None:
    found = starts(AllDay(date(2026, 1, 31)), "FREQ=MONTHLY", 4)
    assert found == ["2026-01-31", "2026-03-31", "2026-05-31", "2026-07-31"]
    assert starts(AllDay(date(2024, 2, 29)), "FREQ=YEARLY", 2) == ["2024-02-29", "2028-02-29"]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (
            "FREQ=DAILY;BYHOUR=9,14;BYMINUTE=0,30",
            ["06 09:00", "06 09:30", "06 14:00", "06 14:30"],
        ),
        (
            "FREQ=DAILY;BYHOUR=9,14;BYSETPOS=-1",
            ["06 09:00", "06 14:00", "07 14:00", "08 14:00"],
        ),
        ("FREQ=HOURLY;INTERVAL=5", ["06 09:00", "06 14:00", "06 19:00", "07 00:00"]),
        ("FREQ=HOURLY;BYHOUR=9,10;BYDAY=TU", ["06 09:00", "06 10:00", "13 09:00", "13 10:00"]),
        (
            "FREQ=HOURLY;BYMINUTE=0,20,40;BYSETPOS=2",
            ["06 09:00", "06 09:20", "06 10:20", "06 11:20"],
        ),
        (
            "FREQ=MINUTELY;INTERVAL=90;BYHOUR=9,12",
            ["06 09:00", "06 12:00", "07 09:00", "07 12:00"],
        ),
        (
            "FREQ=MINUTELY;BYMINUTE=15;BYHOUR=8",
            ["06 09:00", "07 08:15", "08 08:15", "09 08:15"],
        ),
        (
            "FREQ=SECONDLY;BYSECOND=0;BYMINUTE=5",
            ["06 09:00", "06 09:05", "06 10:05", "06 11:05"],
        ),
    ],
)
def test_rules_below_the_day_run_on_wall_time(rule: str, expected: list[str]) -> None:
    found = expand(
        morning(),
        Recurrence((rule,)),
        (datetime(2026, 1, 6, tzinfo=UTC), datetime(2026, 1, 14, tzinfo=UTC)),
        NEW_YORK,
        1000,
    )
    walls = [f"{one.when.start:%d %H:%M}" for one in found if isinstance(one.when, Timed)]
    assert walls[:4] == expected


def test_a_leap_second_is_the_second_before_it() -> None:
    assert parse_rule("FREQ=MINUTELY;BYSECOND=58,59,60").by_second == (58, 59)


# --- bombs -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "occurrences"),
    [
        ("FREQ=DAILY;COUNT=100000000", 1096),
        ("FREQ=WEEKLY;COUNT=100000000", 156),
        ("FREQ=HOURLY;INTERVAL=24;COUNT=100000000", 1096),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", 0),
        ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", 0),
        ("FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30", 0),
        ("FREQ=SECONDLY;BYHOUR=3;BYMINUTE=0;BYSECOND=0;BYDAY=MO", 156),
        ("FREQ=WEEKLY;INTERVAL=9999999999", 0),
        ("FREQ=SECONDLY;INTERVAL=9999999999", 0),
    ],
)
def test_an_old_or_vast_rule_is_worked_out_within_the_window_only(
    rule: str, occurrences: int
) -> None:
    first = morning(1, 1, 2)
    assert len(expand(first, Recurrence((rule,)), YEARS, NEW_YORK, 2000)) == occurrences


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY",
        "FREQ=MINUTELY;COUNT=100000000",
        "FREQ=SECONDLY;BYHOUR=3",
        f"FREQ=DAILY;BYHOUR={HOURS};BYMINUTE={NUMBERS};BYSECOND={NUMBERS}",
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYMINUTE=0,15,30,45;COUNT=100000000",
    ],
)
def test_a_rule_with_more_than_is_worked_out_is_refused(rule: str) -> None:
    with pytest.raises(TooManyOccurrences) as refusal:
        expand(morning(1990), Recurrence((rule,)), YEARS, NEW_YORK, 2000)
    assert refusal.value.limit in {2000, rule_walk.STEPS_AT_MOST}
    assert refusal.value.condition == "max-instances"


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;COUNT=100000000",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=5",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;UNTIL=99991231",
    ],
)
def test_an_end_that_cannot_be_found_at_a_bounded_cost_is_refused(rule: str) -> None:
    with pytest.raises(TooManyOccurrences):
        last_end(morning(), Recurrence((rule,)), NEW_YORK)


@pytest.mark.parametrize("rule", ["FREQ=DAILY", "FREQ=HOURLY;COUNT=90", "FREQ=WEEKLY;WKST=WE"])
def test_a_series_at_the_end_of_the_calendar_ends_with_it(rule: str) -> None:
    window = datetime(9999, 12, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, tzinfo=UTC)
    found = expand(morning(9999, 12, 29), Recurrence((rule,)), window, NEW_YORK, 100)
    assert found[0].key == "99991229T140000Z"
    days = expand(AllDay(date(9999, 12, 29), 2), Recurrence((rule,)), window, NEW_YORK, 100)
    assert days[0].key == "99991229"


def test_a_series_at_the_beginning_of_the_calendar_begins_with_it() -> None:
    window = datetime(1, 1, 1, tzinfo=UTC), datetime(1, 1, 4, tzinfo=UTC)
    start = datetime(1, 1, 1, 1, tzinfo=ZoneInfo("Asia/Tokyo"))
    rule = Recurrence(("FREQ=DAILY;WKST=TH;BYDAY=MO,TU,WE",))
    found = expand(Timed(start, start), rule, window, NEW_YORK, 10)
    assert [one.key for one in found][-1] == "00010102T154101Z"
