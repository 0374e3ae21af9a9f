"""Free slots: rooms, groups, who offers what, and where."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from server.domain.errors import Invalid, NotFound
from server.domain.ids import UserName
from server.domain.vocabulary import CalendarKind
from server.domain.when import Recurrence
from server.ics.hours_text import NewHours
from server.usecases import manage_places, manage_users
from server.usecases.edit_availability import add_hours
from tests.bookable import TUESDAY, draw, find, hours, offer, shown
from tests.practice import (
    ALMA,
    JANE,
    JOHN,
    MAIN,
    ROOM_1,
    ROOM_2,
    TELEHEALTH,
    THEO,
    House,
    at,
    other,
    session,
    timed,
)


@pytest.fixture
def open_house(house: House) -> House:
    """Return the practice with one hour and a half that clients may book."""
    offer(house)
    draw(house, hours())
    return house


def test_a_room_must_be_free_where_one_is_needed(any_house: House) -> None:
    offer(any_house, needs_room=True)
    draw(any_house, hours())
    assert {slot.room for slot in find(any_house)} == {ROOM_1}
    any_house.book(timed(at(24, 9), 45), session(JOHN, "psy50", THEO, room=ROOM_1))
    assert [slot.room for slot in find(any_house)] == [ROOM_2, ROOM_2, ROOM_2, ROOM_1]
    any_house.book(timed(at(24, 9, 10), 10), other(owner=THEO, room=ROOM_2, location=MAIN))
    assert shown(find(any_house)) == TUESDAY[2:]


def test_sessions_at_a_distance_need_no_room(open_house: House) -> None:
    offer(open_house, needs_room=True, locations=(TELEHEALTH,))
    found = find(open_house)
    assert shown(found) == TUESDAY
    assert {(slot.location, slot.room) for slot in found} == {(TELEHEALTH, None)}


def test_a_group_takes_as_many_clients_as_its_capacity(any_house: House) -> None:
    offer(any_house, capacity=2)
    draw(any_house, hours())
    any_house.book(timed(at(24, 9, 20), 45), session(JANE, "acupfollow"))
    assert [(slot.left, *shown([slot])) for slot in find(any_house)] == [(1, "11-24 09:20")]
    any_house.book(timed(at(24, 9, 20), 45), session(JOHN, "acupfollow"))
    assert find(any_house) == []


def test_another_session_in_the_slot_is_no_group(open_house: House) -> None:
    offer(open_house, capacity=5)
    assert {slot.left for slot in find(open_house)} == {5}
    open_house.book(timed(at(24, 9), 90), session(JANE, "acupinitial"))
    assert find(open_house) == []


@pytest.mark.parametrize(
    ("lines", "offered"),
    [
        (("SUMMARY:acupfollow",), True),
        (("SUMMARY:Only ACF, please",), True),
        (("SUMMARY:acupinitial",), False),
        (("CATEGORIES:acupinitial,acupfollow",), True),
        (("CATEGORIES:acupinitial",), False),
        (("SUMMARY:Tuesdays",), True),
        (("LOCATION:Main street",), True),
        (("LOCATION:main",), True),
        (("LOCATION:Main street\\n1 Main Street\\, Springfield",), True),
        (("LOCATION:Room 2",), True),
        (("LOCATION:Telehealth",), False),
        (("LOCATION:Somewhere else",), False),
        (("STATUS:CANCELLED",), False),
        (("STATUS:TENTATIVE", "TRANSP:TRANSPARENT"), True),
    ],
)
def test_title_categories_and_location_say_what_the_hours_are_for(
    house: House, lines: tuple[str, ...], offered: bool
) -> None:
    offer(house)
    draw(house, hours(*lines))
    assert bool(find(house)) is offered


def test_hours_are_for_the_own_discipline_unless_they_name_another_session(
    house: House,
) -> None:
    offer(house)
    draw(house, hours(), THEO)
    assert find(house) == []
    draw(house, hours("SUMMARY:acupfollow"), THEO)
    assert {slot.practitioner for slot in find(house)} == {THEO}


def test_practitioners_are_offered_together_or_one_by_one(open_house: House) -> None:
    draw(open_house, hours("SUMMARY:acupfollow"), THEO)
    assert [slot.practitioner for slot in find(open_house)] == [ALMA, THEO] * 4
    assert {one.practitioner for one in find(open_house, practitioner=THEO)} == {THEO}
    with pytest.raises(NotFound):
        find(open_house, practitioner="nobody")
    with open_house.database.writing() as uow:
        manage_users.disable_user(uow, open_house.context(), ALMA)
    assert {slot.practitioner for slot in find(open_house)} == {THEO}


def test_the_grid_is_of_the_clock_at_the_location(open_house: House) -> None:
    with open_house.database.writing() as uow:
        place = replace(manage_places.find_location(uow, MAIN), zone=ZoneInfo("Asia/Kathmandu"))
        manage_places.edit_location(uow, open_house.context(), place)
    offer(open_house, grid=60)
    # 19:00 and 20:00 there are 08:15 and 09:15 in New York.
    assert shown(find(open_house)) == ["11-24 09:15"]


def test_what_clients_cannot_book_is_refused(open_house: House) -> None:
    for name in ("psy50", "oldmassage"):
        with pytest.raises(Invalid):
            find(open_house, name)
    with pytest.raises(NotFound):
        find(open_house, "nothing")


def test_without_hours_nothing_is_offered(house: House) -> None:
    offer(house)
    assert find(house) == []


def test_hours_are_no_appointments_and_block_nothing(any_house: House) -> None:
    draw(any_house, hours())
    calendar = any_house.calendar(ALMA, "availability")
    assert calendar.kind is CalendarKind.AVAILABILITY
    (row,) = any_house.rows(calendar=calendar.id)
    assert not row.blocks
    number = any_house.book(timed(at(24, 9), 45))
    assert any_house.details(number).attention == frozenset()
    with any_house.database.reading() as uow:
        assert {fact.appointment for fact in uow.outbox.waiting()} <= {number}
    any_house.delete(href="hours.ics", slug="availability")
    assert any_house.rows(calendar=calendar.id) == []
    assert [len(line.facts) for line in any_house.history(row.appointment)] == [1, 1]
    with any_house.database.reading() as uow:
        assert {fact.appointment for fact in uow.outbox.waiting()} <= {number}


def test_two_months_of_many_practitioners_are_few_statements(house: House) -> None:
    offer(house, needs_room=True, capacity=2, before=5)
    when, daily = timed(at(4, 9), 90), Recurrence(("FREQ=DAILY",))
    with house.database.writing() as uow:
        alma = uow.catalogue.user[ALMA]
        for number in range(20):
            user = replace(alma, name=UserName(f"person{number}"), email="")
            manage_users.add_user(uow, house.context(), user)
            add_hours(uow, house.context(), user.name, NewHours(when, daily, "Bookable"))
    find(house)
    seen: list[str] = []
    house.database.watch(seen.append)
    found = find(house)
    house.database.watch(None)
    assert len({slot.practitioner for slot in found}) == 20
    # The practice, what may go beyond the index (twice), hours and their parts, what is taken.
    assert len([one for one in seen if one.lstrip().startswith("SELECT")]) <= 10
