"""What a calendar shows after names, colours, places or levels were changed."""

from __future__ import annotations

from dataclasses import replace

from server.domain.vocabulary import TitleLevel
from server.usecases import manage_clients, manage_places, manage_users
from server.usecases import manage_session_types as session_types
from server.usecases.refresh_objects import Selector, refresh
from tests.practice import (
    ALMA,
    CLIENTS,
    DESK,
    JOHN,
    PLACES,
    ROOM_1,
    ROOMS,
    THEO,
    USERS,
    WEEKLY,
    House,
    at,
    other,
    session,
    this,
    timed,
)


def revisions(house: House) -> dict[str, int]:
    return {one.href: one.revision for one in house.stored()}


def test_another_name_shows_at_once_and_only_where_it_stands(any_house: House) -> None:
    house = any_house
    jane, john = house.book(), house.book(timed(at(25)), session(JOHN))
    before = revisions(house)
    with house.database.writing() as uow:
        manage_clients.edit_client(uow, house.context(), replace(CLIENTS[0], last_name="Smith"))
    assert "SUMMARY:JS" in house.shown(jane)
    assert "SUMMARY:JD" in house.shown(john)
    after = revisions(house)
    assert after[f"{jane}.ics"] > before[f"{jane}.ics"]
    assert after[f"{john}.ics"] == before[f"{john}.ics"]


def test_a_new_phone_number_changes_no_object(any_house: House) -> None:
    any_house.book()
    before = revisions(any_house)
    with any_house.database.writing() as uow:
        changed = replace(CLIENTS[0], phone="+1 212 555 0100")
        manage_clients.edit_client(uow, any_house.context(), changed)
    assert revisions(any_house) == before


def test_another_name_and_colour_of_a_session_type_show(any_house: House) -> None:
    number = any_house.book(recurrence=WEEKLY)
    any_house.edit(this(number, at(1, month=12)), timed(at(2, month=12)))
    with any_house.database.writing() as uow:
        kind = session_types.find_session_type(uow, "acupinitial")
        changed = replace(kind, name="acufirst", colour="#ff0000")
        session_types.edit_session_type(uow, any_house.context(), changed)
    text = any_house.shown(number)
    assert text.count("acufirst") == 4
    assert text.count("COLOR:red") == 2


def test_another_name_and_code_of_a_place_show(any_house: House) -> None:
    number = any_house.book(details=session(room=ROOM_1))
    with any_house.database.writing() as uow:
        place = replace(PLACES[0], name="High street", place_of_service="22")
        manage_places.edit_location(uow, any_house.context(), place)
        manage_places.edit_room(uow, any_house.context(), replace(ROOMS[0], name="Garden"))
    text = any_house.shown(number)
    assert "LOCATION:High street / Garden" in text
    assert "X-PRAXICAL-LOCATION;X-POS=22:main" in text


def test_a_code_that_an_app_sent_back_is_not_kept_over_a_new_one(any_house: House) -> None:
    number = any_house.book()
    any_house.put(any_house.shown(number).replace("UID", "X-A:1\r\nUID"), href=f"{number}.ics")
    with any_house.database.writing() as uow:
        place = replace(PLACES[0], place_of_service="22")
        manage_places.edit_location(uow, any_house.context(), place)
    assert "X-PRAXICAL-LOCATION;X-POS=22:main" in any_house.shown(number)


def test_another_title_level_shows_in_the_owners_calendar_only(any_house: House) -> None:
    alma, theo = any_house.book(), any_house.book(details=session(JOHN, "psy50", THEO))
    before = any_house.shown(theo, THEO)
    with any_house.database.writing() as uow:
        level = replace(USERS[0], title_level=TitleLevel.FULL)
        manage_users.edit_user(uow, any_house.context(), level)
    assert "SUMMARY:Jane Doe" in any_house.shown(alma)
    assert any_house.shown(theo, THEO) == before
    assert "SUMMARY:JD" in any_house.shown(alma, DESK)


def test_a_refreshed_object_names_its_own_revision(any_house: House) -> None:
    number = any_house.book()
    with any_house.database.writing() as uow:
        manage_clients.edit_client(
            uow, any_house.context(), replace(CLIENTS[0], first_name="Joan")
        )
        (stored,) = uow.objects.get_many(any_house.calendar().id)
    assert f"X-PRAXICAL-REV;VALUE=INTEGER:{stored.revision}" in any_house.shown(number)
    assert any_house.get(number).revision == stored.revision
    assert any_house.calendar().revision == stored.revision


def test_a_second_refresh_finds_nothing_to_do(any_house: House) -> None:
    any_house.book()
    any_house.book(details=other())
    with any_house.database.writing() as uow:
        assert refresh(uow, any_house.context(), Selector()) == 0
        assert refresh(uow, any_house.context(), Selector(practitioner=ALMA)) == 0


def test_another_name_is_told_to_colleagues_where_the_owner_is_not_shown_it(
    any_house: House,
) -> None:
    number = any_house.book()
    with any_house.database.writing() as uow:
        level = replace(USERS[0], title_level=TitleLevel.ANONYMOUS)
        manage_users.edit_user(uow, any_house.context(), level)
    before = revisions(any_house)[f"{number}.ics"]
    with any_house.database.writing() as uow:
        client = replace(CLIENTS[0], last_name="Smith")
        manage_clients.edit_client(uow, any_house.context(), client)
    assert revisions(any_house)[f"{number}.ics"] > before
