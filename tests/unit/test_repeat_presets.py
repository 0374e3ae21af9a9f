"""The repetitions that a person picks (SH-17, SH-18), and the end date of a series (SH-20)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from server.domain.errors import Invalid
from server.domain.when import AllDay, Recurrence, Timed
from server.usecases.repeat_presets import Repeat, Repetition, recurrence_of, with_ending

_START = datetime(2026, 11, 24, 14, tzinfo=ZoneInfo("America/New_York"))  # a Tuesday
TUESDAY = Timed(_START, _START + timedelta(minutes=50))


def _rule(wanted: Repetition) -> str:
    recurrence = recurrence_of(wanted, TUESDAY)
    assert recurrence is not None
    return recurrence.rrules[0]


def test_nothing_said_is_once() -> None:
    assert recurrence_of(Repetition(), TUESDAY) is None


@pytest.mark.parametrize(
    ("preset", "rule"),
    [
        (Repeat.DAILY, "FREQ=DAILY"),
        (Repeat.WEEKLY, "FREQ=WEEKLY"),
        (Repeat.EVERY_OTHER_WEEK, "FREQ=WEEKLY;INTERVAL=2"),
        (Repeat.MONTHLY, "FREQ=MONTHLY"),
    ],
)
def test_sh_17_a_preset_is_a_rule(preset: Repeat, rule: str) -> None:
    assert _rule(Repetition(preset)) == rule


def test_sh_18_weekdays_make_a_weekly_schedule_with_an_end() -> None:
    wanted = Repetition(days=("th", "TU"), until=date(2026, 12, 17))
    expected = "FREQ=WEEKLY;WKST=MO;BYDAY=TU,TH;UNTIL=20261218T045959Z"
    assert _rule(wanted) == expected


def test_the_last_day_is_whole_days_for_whole_days() -> None:
    wanted = Repetition(Repeat.DAILY, until=date(2026, 12, 1))
    recurrence = recurrence_of(wanted, AllDay(date(2026, 11, 24), 1))
    assert recurrence == Recurrence(("FREQ=DAILY;UNTIL=20261201",))


def test_a_number_of_times_ends_a_series() -> None:
    assert _rule(Repetition(Repeat.WEEKLY, times=10)) == "FREQ=WEEKLY;COUNT=10"


@pytest.mark.parametrize(
    ("wanted", "why"),
    [
        (Repetition(until=date(2026, 12, 1)), "say how it repeats"),
        (Repetition(times=3), "say how it repeats"),
        (Repetition(Repeat.WEEKLY, until=date(2026, 12, 1), times=3), "not both"),
        (Repetition(Repeat.WEEKLY, times=0), "1 to 1000"),
        (Repetition(Repeat.WEEKLY, times=1001), "1 to 1000"),
        (Repetition(Repeat.WEEKLY, until=date(2026, 11, 23)), "before the first"),
        (Repetition(days=("MO",)), "does not fall on"),
        (Repetition(days=("XX",)), "is not one of"),
        (Repetition(Repeat.MONTHLY, days=("TU",)), "go with weekly"),
    ],
)
def test_a_repetition_that_makes_no_sense_is_refused(wanted: Repetition, why: str) -> None:
    with pytest.raises(Invalid, match=why):
        recurrence_of(wanted, TUESDAY)


def test_sh_20_the_end_of_a_series_can_be_set_anew() -> None:
    before = Recurrence(("FREQ=WEEKLY;COUNT=10;BYDAY=TU", "FREQ=DAILY;until=20270101T000000Z"))
    after = with_ending(before, Repetition(until=date(2026, 12, 17)), TUESDAY)
    assert after.rrules == (
        "FREQ=WEEKLY;BYDAY=TU;UNTIL=20261218T045959Z",
        "FREQ=DAILY;UNTIL=20261218T045959Z",
    )
