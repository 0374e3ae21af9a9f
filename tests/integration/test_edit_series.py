"""Changing a series: one occurrence, this and all that follow, all of it (SH-19, M10)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from server.domain.vocabulary import Status
from server.domain.when import AllDay, Recurrence, Timed, key_of
from server.usecases.delete_appointment import delete_appointment
from server.usecases.edit_appointment import Changes, Scope, Target, edit_appointment
from tests.practice import (
    NEW_YORK,
    ROOM_1,
    WEEKLY,
    House,
    at,
    following,
    other,
    this,
    timed,
)

ALL = ["11-24 14:00", "12-01 14:00", "12-08 14:00", "12-15 14:00", "12-22 14:00", "12-29 14:00"]


def first(day: int, month: int = 12, hour: int = 14) -> datetime:
    return at(day, hour, month=month)


def test_sh19_one_occurrence_moves_alone(house: House) -> None:
    series = house.book(recurrence=WEEKLY)
    assert house.edit(this(series, first(8)), timed(first(9, hour=10))) == series
    assert house.starts(series) == [*ALL[:2], "12-09 10:00", *ALL[3:]]
    (row,) = [row for row in house.rows(appointment=series) if row.pinned]
    assert row.key == key_of(first(8))


def test_an_occurrence_that_was_moved_can_be_moved_back(house: House) -> None:
    series = house.book(recurrence=WEEKLY)
    house.edit(this(series, first(8)), timed(first(9, hour=10)))
    house.edit(this(series, first(8)), timed(first(8)))
    assert house.starts(series) == ALL


def test_one_occurrence_arrives_alone(house: House) -> None:
    series = house.book(recurrence=WEEKLY)
    house.edit(this(series, first(1)), status=Status.ARRIVED)
    arrived = [row.status for row in house.rows(appointment=series)]
    assert arrived == [Status.BOOKED, Status.ARRIVED, *[Status.BOOKED] * 4]
    assert house.details(series).status is Status.BOOKED


def test_sh19_this_and_all_that_follow_become_a_series_of_their_own(house: House) -> None:
    series = house.book(recurrence=WEEKLY)
    rest = house.edit(following(series, first(8)), timed(first(8, hour=16)))
    assert rest != series
    assert house.starts(series) == ALL[:2]
    assert house.starts(rest) == ["12-08 16:00", "12-15 16:00", "12-22 16:00", "12-29 16:00"]
    assert house.get(rest).continues == series
    assert f"RELATED-TO;RELTYPE=SIBLING:{series}@praxical" in house.shown(rest)


def test_this_and_all_that_follow_at_the_first_is_the_whole_series(house: House) -> None:
    series = house.book(recurrence=WEEKLY)
    assert house.edit(following(series, at(24)), timed(at(24, 16))) == series
    assert house.starts(series)[0] == "11-24 16:00"
    assert len(house.starts(series)) == 6


def test_what_has_happened_stays_with_the_old_series_when_it_is_split(house: House) -> None:
    series = house.book(recurrence=WEEKLY)
    house.edit(this(series, first(15)), status=Status.ARRIVED)
    house.edit(this(series, first(22)), note="Bring the old prescription.")
    rest = house.edit(following(series, first(8)), room=ROOM_1)
    assert house.starts(series) == [*ALL[:2], "12-15 14:00"]
    assert house.starts(rest) == ["12-08 14:00", "12-22 14:00", "12-29 14:00"]
    assert house.details(rest).attention == frozenset()
    assert [row.status for row in house.rows(appointment=series)][-1] is Status.ARRIVED
    (part,) = house.get(rest).overrides.values()
    assert part.details.note == "Bring the old prescription."


def test_an_occurrence_that_was_moved_goes_along_where_the_rest_moves(house: House) -> None:
    series = house.book(recurrence=WEEKLY)
    house.edit(this(series, first(22)), timed(first(23, hour=9)))
    rest = house.edit(following(series, first(8)), timed(first(8, hour=16)))
    assert house.starts(series) == ALL[:2]
    assert house.starts(rest) == ["12-08 16:00", "12-15 16:00", "12-23 09:00", "12-29 16:00"]


def test_a_following_change_of_an_arrived_occurrence_leaves_it_where_it_is(
    house: House,
) -> None:
    series = house.book(recurrence=WEEKLY)
    house.edit(this(series, first(8)), status=Status.ARRIVED)
    rest = house.edit(following(series, first(8)), timed(first(8, hour=16)))
    assert house.starts(series) == ALL[:3]
    assert house.rows(appointment=series)[-1].status is Status.ARRIVED
    assert house.starts(rest) == ["12-15 16:00", "12-22 16:00", "12-29 16:00"]
    assert house.details(rest).status is Status.BOOKED


def test_what_was_taken_out_of_a_series_does_not_come_back_with_the_rest(house: House) -> None:
    series = house.book(recurrence=WEEKLY)
    with house.database.writing() as uow:
        delete_appointment(uow, house.context(), this(series, first(15)))
    house.edit(this(series, first(22)), status=Status.CANCELLED)
    rest = house.edit(following(series, first(8)), timed(first(8, hour=16)))
    assert house.starts(series) == ALL[:2]
    assert house.starts(rest) == ["12-08 16:00", "12-29 16:00"]


def test_a_split_series_can_be_split_again(house: House) -> None:
    series = house.book(recurrence=WEEKLY)
    rest = house.edit(following(series, first(8)), timed(first(8, hour=16)))
    last = house.edit(following(rest, first(22, hour=16)), timed(first(22, hour=18)))
    assert house.starts(series) == ALL[:2]
    assert house.starts(rest) == ["12-08 16:00", "12-15 16:00"]
    assert house.starts(last) == ["12-22 18:00", "12-29 18:00"]


ORPHANS = """\
BEGIN:VCALENDAR
BEGIN:VEVENT
UID:one
RECURRENCE-ID:20261201T190000Z
DTSTART;TZID=America/New_York:20261201T140000
SUMMARY:acupinitial Jane Doe
END:VEVENT
BEGIN:VEVENT
UID:one
RECURRENCE-ID:20261208T190000Z
DTSTART;TZID=America/New_York:20261208T140000
SUMMARY:acupinitial Jane Doe
END:VEVENT
END:VCALENDAR
"""


@pytest.mark.parametrize("scope", list(Scope))
def test_occurrences_without_a_master_change_one_by_one(house: House, scope: Scope) -> None:
    house.put(ORPHANS)
    number = house.of_href()
    house.edit(replace(this(number, first(8)), scope=scope), room=ROOM_1)
    assert house.get(number).master is None
    assert [row.room for row in house.rows(appointment=number)] == [None, ROOM_1]


def test_a_whole_series_moves(house: House) -> None:
    series = house.book(recurrence=WEEKLY)
    house.edit(series, timed(at(25, 9)))
    assert house.starts(series) == [
        "11-25 09:00", "12-02 09:00", "12-09 09:00", "12-16 09:00", "12-23 09:00", "12-30 09:00"
    ]  # fmt: skip


def test_m10_what_has_a_life_of_its_own_stays_when_its_series_moves(house: House) -> None:
    series = house.book(recurrence=WEEKLY)
    house.edit(this(series, first(1)), status=Status.ARRIVED)
    house.edit(this(series, first(8)), status=Status.CANCELLED)
    house.edit(this(series, first(15)), timed(first(16, hour=8)))
    house.edit(series, timed(at(24, 17)))
    assert house.starts(series) == [
        "11-24 17:00", "12-01 14:00", "12-16 08:00", "12-22 17:00", "12-29 17:00"
    ]  # fmt: skip
    statuses = {row.start.day: row.status for row in house.rows(appointment=series)}
    assert statuses[1] is Status.ARRIVED


def test_m10_they_stay_as_well_when_the_series_moves_twice(house: House) -> None:
    series = house.book(recurrence=WEEKLY)
    house.edit(this(series, first(1)), status=Status.ARRIVED)
    house.edit(this(series, first(8)), status=Status.CANCELLED)
    house.edit(series, timed(at(24, 17)))
    house.edit(series, timed(at(24, 18)))
    assert house.starts(series) == [
        "11-24 18:00", "12-01 14:00", "12-15 18:00", "12-22 18:00", "12-29 18:00"
    ]  # fmt: skip


def test_a_series_moved_away_and_back_is_as_it_was(house: House) -> None:
    series = house.book(recurrence=WEEKLY)
    house.edit(this(series, first(1)), status=Status.ARRIVED)
    house.edit(this(series, first(8)), status=Status.CANCELLED)
    house.edit(series, timed(at(24, 17)))
    house.edit(series, timed(at(24, 14)))
    assert house.starts(series) == [*ALL[:2], *ALL[3:]]


def test_a_series_of_days_moves_and_keeps_what_has_happened(house: House) -> None:
    series = house.book(AllDay(date(2026, 11, 24)), other("Training"), WEEKLY)
    house.edit(this(series, date(2026, 12, 1)), note="in the annexe")
    house.edit(series, AllDay(date(2026, 11, 25)))
    starts = [row.start.astimezone(NEW_YORK).day for row in house.rows(appointment=series)]
    assert starts == [25, 1, 9, 16, 23, 30]


def test_details_of_a_whole_series_change_without_touching_own_occurrences(
    house: House,
) -> None:
    series = house.book(recurrence=WEEKLY)
    house.edit(this(series, first(1)), status=Status.ARRIVED)
    house.edit(series, room=ROOM_1)
    rooms = [row.room for row in house.rows(appointment=series)]
    assert rooms == [ROOM_1, None, ROOM_1, ROOM_1, ROOM_1, ROOM_1]


def change(house: House, target: Target, changes: Changes) -> None:
    with house.database.writing() as uow:
        edit_appointment(uow, house.context(), target, changes)


def test_sh20_the_end_of_a_series_can_be_brought_forward(house: House) -> None:
    series = house.book(recurrence=WEEKLY)
    house.edit(this(series, first(22)), status=Status.ARRIVED)
    shorter = Recurrence(("FREQ=WEEKLY;COUNT=3",))
    change(house, Target(series), Changes(recurrence=shorter))
    assert house.starts(series) == [*ALL[:3], "12-22 14:00"]


def test_a_single_appointment_can_begin_to_repeat_and_stop(house: House) -> None:
    number = house.book()
    change(house, Target(number), Changes(recurrence=WEEKLY))
    assert house.starts(number) == ALL
    change(house, Target(number), Changes(stops_repeating=True))
    assert house.starts(number) == ALL[:1]
    assert "RRULE:FREQ=WEEKLY" not in house.shown(number)


def test_a_series_that_stops_repeating_keeps_what_has_happened(house: House) -> None:
    series = house.book(recurrence=WEEKLY)
    house.edit(this(series, first(15)), status=Status.ARRIVED)
    change(house, Target(series), Changes(stops_repeating=True))
    assert house.starts(series) == [ALL[0], "12-15 14:00"]


def test_a_series_keeps_its_wall_time_over_the_change_of_the_clocks(house: House) -> None:
    series = house.book(timed(at(27, month=10)), None, Recurrence(("FREQ=WEEKLY;COUNT=2",)))
    assert house.starts(series) == ["10-27 14:00", "11-03 14:00"]
    hours = [row.start.hour for row in house.rows(appointment=series)]
    assert hours == [18, 19]


def test_an_appointment_may_have_a_zone_of_its_own(house: House) -> None:
    start = datetime(2026, 11, 24, 9, tzinfo=ZoneInfo("Europe/Berlin"))
    number = house.book(Timed(start, start + timedelta(hours=1)))
    when = house.get(number).first_part.when
    assert isinstance(when, Timed)
    assert when.zone == "Europe/Berlin"
    assert house.starts(number) == ["11-24 03:00"]


def test_a_scope_means_nothing_for_a_single_appointment(house: House) -> None:
    number = house.book()
    for scope in Scope:
        target = replace(Target(number), scope=scope)
        assert house.edit(target, note=scope.value) == number
    assert house.details(number).note == "all"
