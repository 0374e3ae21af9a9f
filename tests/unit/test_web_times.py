"""When an appointment is, as a request says it: new, and changed from what it was."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from server.domain.errors import Invalid
from server.domain.when import AllDay, Timed
from server.web.appointment_times import RepeatSaid, TimesSaid

NEW_YORK, BERLIN = ZoneInfo("America/New_York"), ZoneInfo("Europe/Berlin")
TWO = datetime(2026, 11, 24, 14, tzinfo=NEW_YORK)
HOUR = timedelta(hours=1)
VISIT = Timed(TWO, TWO + HOUR)
COURSE = AllDay(date(2026, 11, 24), 2)


def said(**values: object) -> TimesSaid:
    return TimesSaid.model_validate(values)


def new(**values: object) -> Timed | AllDay:
    return said(**values).new(NEW_YORK, None)


def changed(before: Timed | AllDay, **values: object) -> Timed | AllDay | None:
    return said(**values).changed(before, NEW_YORK)


def test_a_bare_moment_is_one_of_the_practice() -> None:
    assert new(start="2026-11-24T14:00", minutes=60) == VISIT


def test_a_moment_with_an_offset_is_brought_into_the_zone() -> None:
    assert new(start="2026-11-24T20:00+01:00", end="2026-11-24T20:00:00Z") == VISIT


def test_another_zone_may_be_said() -> None:
    there = new(start="2026-11-24T14:00", minutes=60, zone="Europe/Berlin")
    assert there == Timed(TWO.replace(tzinfo=BERLIN), TWO.replace(tzinfo=BERLIN) + HOUR)


def test_fractions_of_seconds_are_dropped() -> None:
    assert new(start="2026-11-24T14:00:00.25", minutes=60) == VISIT


def test_the_usual_length_is_taken_where_none_is_said() -> None:
    assert said(start="2026-11-24T14:00").new(NEW_YORK, HOUR) == VISIT


def test_minutes_are_real_ones_when_the_clocks_change() -> None:
    night = new(start="2026-11-01T00:30", minutes=120)
    assert isinstance(night, Timed)
    assert night.end.astimezone(UTC) == datetime(2026, 11, 1, 6, 30, tzinfo=UTC)


def test_days_are_days() -> None:
    assert new(day="2026-11-24", days=2) == COURSE
    assert new(day="2026-11-24") == AllDay(date(2026, 11, 24))


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({}, "start"),
        ({"start": "2026-11-24T14:00"}, "end"),
        (
            {"start": "2026-11-24T14:00", "end": "2026-11-24T15:00", "minutes": 60},
            "end",
        ),
        ({"start": "2026-11-24T14:00", "minutes": 60, "zone": "Mars/Base"}, "zone"),
        ({"start": "2026-11-24T14:00", "minutes": 60, "zone": "../etc"}, "zone"),
        ({"day": "2026-11-24", "minutes": 60}, "day"),
    ],
)
def test_what_does_not_fit_together_is_refused(values: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        new(**values)
    assert refused.value.field == field


def test_nothing_said_changes_nothing() -> None:
    assert changed(VISIT) is None
    assert changed(VISIT, zone="Europe/Berlin") is None


def test_a_new_start_keeps_the_length() -> None:
    assert changed(VISIT, start="2026-11-25T09:00") == Timed(
        TWO.replace(day=25, hour=9), TWO.replace(day=25, hour=10)
    )


def test_a_new_end_and_a_new_length_keep_the_start() -> None:
    longer = Timed(TWO, TWO + 2 * HOUR)
    assert changed(VISIT, end="2026-11-24T16:00") == longer
    assert changed(VISIT, minutes=120) == longer


def test_start_and_length_change_together() -> None:
    moved = changed(VISIT, start="2026-11-24T15:00", minutes=120)
    assert moved == Timed(TWO + HOUR, TWO + 3 * HOUR)


def test_a_visit_becomes_days_and_days_a_visit() -> None:
    assert changed(VISIT, day="2026-11-24", days=2) == COURSE
    assert changed(COURSE, start="2026-11-24T14:00", minutes=60) == VISIT


def test_days_move_and_keep_their_number() -> None:
    assert changed(COURSE, day="2026-12-01") == AllDay(date(2026, 12, 1), 2)
    assert changed(COURSE, days=3) == AllDay(COURSE.first, 3)


def test_a_number_of_days_needs_a_first_one() -> None:
    with pytest.raises(Invalid, match="day"):
        changed(VISIT, days=3)


def test_the_ends_of_time_are_no_accident() -> None:
    late = new(start="9999-12-31T23:00:00Z", minutes=600)
    assert isinstance(late, Timed)
    assert late.end.year == 9999
    new(start="0001-01-01T00:00:00+14:00", minutes=1)


def test_how_it_repeats_is_handed_on() -> None:
    wanted = RepeatSaid.model_validate({"on": ["MO", "TH"], "until": date(2026, 12, 24)})
    assert wanted.repetition().days == ("MO", "TH")
    assert wanted.repetition().until == date(2026, 12, 24)
