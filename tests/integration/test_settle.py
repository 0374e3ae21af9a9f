"""What the practice's rules add to an appointment: warnings, groups, rooms, travel."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from server.domain.appointment import parse_services
from server.domain.errors import NotAllowed
from server.domain.ids import AppointmentId
from server.domain.vocabulary import Attention, Kind, Medium, Status
from server.domain.when import AllDay
from server.usecases.context import RoomConflict, Rules
from tests.practice import (
    DORN,
    JANE,
    JOHN,
    MARIA,
    ROOM_1,
    ROOM_2,
    TELEHEALTH,
    THEO,
    WEEKLY,
    House,
    at,
    event,
    other,
    session,
    this,
    timed,
)

REFUSING = Rules(room_conflict=RoomConflict.REFUSE)


def asks(house: House, number: AppointmentId) -> set[Attention]:
    return set(house.details(number).attention)


def test_two_appointments_at_once_are_both_stored_and_the_later_one_warns(house: House) -> None:
    first = house.book(timed(at(24, 14)))
    second = house.book(timed(at(24, 14, 30)), session(JOHN))
    assert asks(house, first) == set()
    assert asks(house, second) == {Attention.OVERLAP}


def test_one_appointment_right_after_another_is_no_overlap(house: House) -> None:
    house.book(timed(at(24, 14), 75))
    second = house.book(timed(at(24, 15, 15)), session(JOHN))
    assert asks(house, second) == set()


def test_a_colleagues_appointment_at_the_same_time_is_no_overlap(house: House) -> None:
    house.book(timed(at(24)))
    theirs = house.book(timed(at(24), 50), session(DORN, "psy50", THEO))
    assert asks(house, theirs) == set()


def test_what_is_moved_away_overlaps_no_more(house: House) -> None:
    house.book(timed(at(24, 14)))
    second = house.book(timed(at(24, 14, 30)), session(JOHN))
    house.edit(second, timed(at(24, 16)))
    assert asks(house, second) == set()


def test_a_free_other_event_overlaps_nothing(house: House) -> None:
    house.book(details=other("Lunch", busy=False))
    assert asks(house, house.book()) == set()


def test_a_cancelled_appointment_overlaps_nothing(house: House) -> None:
    first = house.book()
    house.edit(first, status=Status.CANCELLED)
    assert asks(house, house.book(timed(at(24, 14, 30)), session(JOHN))) == set()


def test_travel_before_an_appointment_overlaps_what_stands_there(house: House) -> None:
    house.book(timed(at(24, 13), 45))
    travels = session(JOHN, travel=timedelta(minutes=30))
    assert asks(house, house.book(timed(at(24, 14)), travels)) == {Attention.OVERLAP}


def test_t24_travel_from_apple_keeps_the_half_hour_before_busy(house: House) -> None:
    house.put(
        event(
            "acupinitial Jane Doe",
            "20261124T140000",
            "X-APPLE-TRAVEL-DURATION;VALUE=DURATION:PT30M",
        )
    )
    (row,) = house.rows(appointment=house.of_href())
    assert row.start - row.busy_from == timedelta(minutes=30)
    late = house.book(timed(at(24, 13), 35), session(JOHN))
    assert asks(house, late) == {Attention.OVERLAP}


def test_two_clients_in_the_very_same_slot_are_a_group_and_no_overlap(house: House) -> None:
    first = house.book()
    second = house.book(details=session(JOHN))
    third = house.book(details=session(DORN))
    groups = {house.get(number).group for number in (first, second, third)}
    assert len(groups) == 1
    assert None not in groups
    assert asks(house, third) == set()
    (group,) = groups
    assert f"X-PRAXICAL-GROUP:{group}" in house.shown(first)


def test_a_group_shares_its_room_without_a_warning(house: House) -> None:
    refusing = replace(house, rules=REFUSING)
    refusing.book(details=session(room=ROOM_1))
    second = refusing.book(details=session(JOHN, room=ROOM_1))
    assert asks(refusing, second) == set()


def test_the_same_client_twice_in_one_slot_is_an_overlap(house: House) -> None:
    house.book()
    again = house.book()
    assert house.get(again).group is None
    assert asks(house, again) == {Attention.OVERLAP}


def test_who_leaves_the_slot_leaves_the_group(house: House) -> None:
    house.book()
    second = house.book(details=session(JOHN))
    house.edit(second, timed(at(25)))
    assert house.get(second).group is None
    assert {row.group for row in house.rows(appointment=second)} == {None}


def test_who_changes_the_slot_changes_the_group(house: House) -> None:
    house.book()
    mover = house.book(details=session(JOHN))
    there = [house.book(timed(at(25)), session(client)) for client in (DORN, MARIA)]
    house.edit(mover, timed(at(25)))
    assert len({house.get(number).group for number in (mover, *there)}) == 1


def test_travel_to_a_room_does_not_occupy_it(house: House) -> None:
    house.book(timed(at(24, 14)), session(room=ROOM_1, travel=timedelta(minutes=30)))
    theirs = session(DORN, "psy50", THEO, room=ROOM_1)
    assert asks(house, house.book(timed(at(24, 13), 50), theirs)) == set()


def test_an_occupied_room_is_a_warning_where_the_practice_says_so(house: House) -> None:
    house.book(details=session(room=ROOM_1))
    theirs = session(DORN, "psy50", THEO, room=ROOM_1)
    assert asks(house, house.book(timed(at(24, 15), 50), theirs)) == {Attention.OVERLAP}


def test_another_room_at_the_same_time_is_free(house: House) -> None:
    house.book(details=session(room=ROOM_1))
    theirs = session(DORN, "psy50", THEO, room=ROOM_2)
    assert asks(house, house.book(timed(at(24, 14), 50), theirs)) == set()


def test_an_occupied_room_is_refused_where_the_practice_says_so(house: House) -> None:
    refusing = replace(house, rules=REFUSING)
    refusing.book(details=session(room=ROOM_1))
    theirs = session(DORN, "psy50", THEO, room=ROOM_1)
    with pytest.raises(NotAllowed):
        refusing.book(timed(at(24, 15), 50), theirs)
    assert refusing.rows(practitioner=THEO) == []


def test_a_calendar_app_is_never_refused_a_room(house: House) -> None:
    refusing = replace(house, rules=REFUSING)
    refusing.book(details=session(room=ROOM_1))
    refusing.put(event("psy50 Jana Dorn @room-1"), THEO)
    number = refusing.of_href(owner=THEO)
    assert Attention.OVERLAP in asks(refusing, number)
    assert refusing.details(number).room == ROOM_1


def test_a_series_warns_where_one_of_its_occurrences_overlaps(house: House) -> None:
    house.book(timed(at(8, month=12)), session(JOHN))
    series = house.book(timed(at(24, 14, 30)), session(), WEEKLY)
    assert asks(house, series) == {Attention.OVERLAP}


def test_an_occurrence_moved_away_settles_the_warning_of_its_series(house: House) -> None:
    house.book(timed(at(8, month=12)), session(JOHN))
    series = house.book(timed(at(24, 14, 30)), session(), WEEKLY)
    house.edit(this(series, at(8, 14, 30, month=12)), timed(at(9, 14, 30, month=12)))
    assert asks(house, series) == set()


def test_a_code_that_does_not_fit_the_minutes_is_a_warning_and_stays(house: House) -> None:
    number = house.book(timed(at(24), 30), session(DORN, "psy50", THEO))
    assert asks(house, number) == {Attention.DURATION_CODE_MISMATCH}
    assert house.details(number).services == parse_services("90834")
    house.edit(number, timed(at(24), 50))
    assert asks(house, number) == set()


@pytest.mark.parametrize(
    "when",
    [AllDay(date(2026, 11, 24)), timed(at(24), 0), timed(at(24), 25 * 60)],
    ids=["all day", "no time at all", "more than a day"],
)
def test_unusual_times_make_a_hold_that_asks(house: House, when: object) -> None:
    number = house.book()
    house.edit(number, when)  # type: ignore[arg-type]  # the three kinds of time
    details = house.details(number)
    assert details.kind is Kind.OTHER
    assert details.attention == {Attention.TIMES_UNUSUAL}
    assert details.client == JANE


def test_usual_times_again_make_a_session_again(house: House) -> None:
    number = house.book()
    house.edit(number, AllDay(date(2026, 11, 24)))
    house.edit(number, timed(at(24)))
    assert house.details(number).kind is Kind.SESSION
    assert asks(house, number) == set()


def test_a_contact_with_unusual_times_is_a_contact_again(house: House) -> None:
    contact = replace(session(), kind=Kind.CONTACT, medium=Medium.PHONE, session_type=None)
    number = house.book(timed(at(24), 0), replace(contact, location=None, services=()))
    house.edit(number, timed(at(24), 10))
    assert house.details(number).kind is Kind.CONTACT


def test_t14_a_telehealth_location_adds_95_and_leaving_it_takes_it_away(house: House) -> None:
    number = house.book()
    house.edit(number, location=TELEHEALTH)
    assert house.details(number).services == parse_services("97810+95 97811")
    house.edit(number, location=None)
    assert house.details(number).services == parse_services("97810 97811")


def test_an_occurrence_at_telehealth_alone_carries_95(house: House) -> None:
    series = house.book(recurrence=WEEKLY)
    house.edit(this(series, at(1, month=12)), location=TELEHEALTH)
    (part,) = house.get(series).overrides.values()
    assert part.details.services == parse_services("97810+95 97811")
    assert house.details(series).services == parse_services("97810 97811")


def test_no_client_is_guessed_between_two_of_one_name(house: House) -> None:
    house.put(event("psy50 Maria Garcia"), THEO)
    number = house.of_href(owner=THEO)
    assert house.details(number).client is None
    assert asks(house, number) >= {Attention.CLIENT_AMBIGUOUS}
    assert house.rows(client=MARIA) == []
    (row,) = house.rows(appointment=number)
    assert row.blocks
