"""What can be booked, where and for how much, on real databases (CR-01 to CR-14)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from server.domain.errors import AlreadyThere, Archived, InUse, Invalid, NotFound
from server.domain.ids import LocationKey, RoomKey
from server.domain.money import Money
from server.domain.practice import BillingItem, Location, Product, Room, Service, SessionType
from server.usecases import manage_places, manage_services
from server.usecases import manage_session_types as session_types
from server.usecases.delete_appointment import delete_appointment
from server.usecases.ports import Database
from tests.small_practice import (
    CONTEXT,
    INITIAL,
    MAIN,
    NEEDLING,
    book,
    set_up,
    text_of_calendar,
)

# --- services, products, places --------------------------------------------------------


def test_a_code_is_a_service_or_a_product_never_both(database: Database) -> None:
    with database.writing() as uow:
        manage_services.add_service(uow, NEEDLING)
        manage_services.add_product(uow, Product("OIL", "Massage oil", Money(1850)))
        with pytest.raises(AlreadyThere, match="service"):
            manage_services.add_product(uow, Product("97810", "x", Money(1)))
        with pytest.raises(AlreadyThere, match="product"):
            manage_services.add_service(uow, Service("OIL", "x", Money(1)))


def test_fees_and_prices_can_change_and_things_can_be_archived(database: Database) -> None:
    with database.writing() as uow:
        manage_services.add_service(uow, NEEDLING)
        manage_services.add_product(uow, Product("OIL", "Massage oil", Money(1850)))
        manage_services.edit_service(uow, replace(NEEDLING, fee=Money(9000), archived=True))
        oil = manage_services.find_product(uow, "OIL")
        manage_services.edit_product(uow, replace(oil, price=Money(1900)))
        assert manage_services.find_service(uow, "97810").fee == Money(9000)
        assert manage_services.find_service(uow, "97810").archived
        assert manage_services.find_product(uow, "OIL").price == Money(1900)
        with pytest.raises(NotFound):
            manage_services.find_service(uow, "OIL")
        with pytest.raises(Invalid):
            manage_services.add_service(uow, replace(NEEDLING, code="no spaces"))


@pytest.mark.parametrize(
    "bad",
    [
        replace(MAIN, place_of_service="77"),
        replace(MAIN, place_of_service="1"),
        replace(MAIN, key=LocationKey("Main street")),
        replace(MAIN, name=""),
        replace(MAIN, url="http://video.example.org"),
        replace(MAIN, url="javascript:alert(1)"),
    ],
)
def test_a_location_with_a_wrong_field_is_refused(
    sqlite_database: Database, bad: Location
) -> None:
    with sqlite_database.writing() as uow, pytest.raises(Invalid):
        manage_places.add_location(uow, bad)


def test_a_room_belongs_to_a_location_and_shares_its_names(database: Database) -> None:
    with database.writing() as uow:
        manage_places.add_location(uow, MAIN)
        room = Room(RoomKey("room-1"), "Room 1", MAIN.key)
        manage_places.add_room(uow, room)
        with pytest.raises(AlreadyThere, match="location"):
            manage_places.add_room(uow, replace(room, key=RoomKey("main")))
        with pytest.raises(AlreadyThere, match="room"):
            manage_places.add_location(uow, replace(MAIN, key=LocationKey("room-1")))
        with pytest.raises(NotFound, match="location"):
            manage_places.add_room(
                uow, replace(room, key=RoomKey("room-2"), location=LocationKey("annex"))
            )
        manage_places.edit_room(uow, CONTEXT, replace(room, name="Blue room"))
        assert manage_places.find_room(uow, "room-1").name == "Blue room"


def test_an_archived_location_gets_no_new_room(database: Database) -> None:
    with database.writing() as uow:
        manage_places.add_location(uow, MAIN)
        manage_places.edit_location(uow, CONTEXT, replace(MAIN, archived=True))
        with pytest.raises(Archived):
            manage_places.add_room(uow, Room(RoomKey("room-1"), "Room 1", MAIN.key))


# --- session types ---------------------------------------------------------------------


def test_cr_10_a_session_type_keeps_its_billing_items_in_order(database: Database) -> None:
    with database.writing() as uow:
        set_up(uow)
        manage_services.add_service(uow, Service("97811", "Each further 15", Money(6050)))
        manage_services.add_product(uow, Product("OIL", "Massage oil", Money(1850)))
        items = tuple(
            session_types.billing_item(uow, word) for word in ("97811*2", "OIL", "97810")
        )
        initial = session_types.find_session_type(uow, "acupinitial")
        session_types.edit_session_type(uow, CONTEXT, replace(initial, items=items))
    with database.reading() as uow:
        assert session_types.find_session_type(uow, "ACUPINITIAL").items == (
            BillingItem("97811", units=2),
            BillingItem("OIL", is_product=True),
            BillingItem("97810"),
        )


@pytest.mark.parametrize(
    "bad",
    [
        replace(INITIAL, name="x2"),
        replace(INITIAL, name="#arrived"),
        replace(INITIAL, name="a,b"),
        replace(INITIAL, name=""),
        replace(INITIAL, colour="blue"),
        replace(INITIAL, colour="#12345"),
        replace(INITIAL, minutes=0),
        replace(INITIAL, minutes=1441),
        replace(INITIAL, discipline=" "),
        replace(INITIAL, locations=()),
        replace(INITIAL, aliases=("+95",)),
        replace(INITIAL, items=(BillingItem("97810", units=100),)),
        replace(INITIAL, description="x" * 501),
    ],
)
def test_a_session_type_with_a_wrong_field_is_refused(
    sqlite_database: Database, bad: SessionType
) -> None:
    with sqlite_database.writing() as uow:
        manage_places.add_location(uow, MAIN)
        manage_services.add_service(uow, NEEDLING)
        with pytest.raises(Invalid):
            session_types.add_session_type(uow, CONTEXT, bad)


def test_a_session_type_names_what_is_there(database: Database) -> None:
    with database.writing() as uow:
        set_up(uow)
        other = replace(INITIAL, name="other")
        with pytest.raises(NotFound, match="location"):
            session_types.add_session_type(
                uow, CONTEXT, replace(other, locations=(LocationKey("annex"),))
            )
        with pytest.raises(NotFound, match="service"):
            session_types.add_session_type(
                uow, CONTEXT, replace(other, items=(BillingItem("99999"),))
            )
        with pytest.raises(NotFound):
            session_types.billing_item(uow, "99999")
        with pytest.raises(Invalid):
            session_types.billing_item(uow, "97810*many")


def test_a_name_or_alias_means_one_session_type(database: Database) -> None:
    with database.writing() as uow:
        set_up(uow)
        for taken in (
            replace(INITIAL, name="AcupInitial"),
            replace(INITIAL, name="other", aliases=("acupinitial",)),
        ):
            with pytest.raises(AlreadyThere):
                session_types.add_session_type(uow, CONTEXT, taken)


def test_what_is_archived_can_stay_but_not_be_chosen_anew(database: Database) -> None:
    with database.writing() as uow:
        set_up(uow)
        manage_places.edit_location(uow, CONTEXT, replace(MAIN, archived=True))
        manage_services.edit_service(uow, replace(NEEDLING, archived=True))
        initial = session_types.find_session_type(uow, "acupinitial")
        session_types.edit_session_type(uow, CONTEXT, replace(initial, minutes=80))
        with pytest.raises(Archived):
            session_types.add_session_type(uow, CONTEXT, replace(INITIAL, name="other"))


def test_cr_11_a_renamed_session_type_shows_in_the_calendar_at_once(
    database: Database,
) -> None:
    with database.writing() as uow:
        set_up(uow)
        book(uow)
        initial = session_types.find_session_type(uow, "acupinitial")
        session_types.edit_session_type(uow, CONTEXT, replace(initial, name="acufirst"))
        assert "acufirst" in text_of_calendar(uow)
        assert "acupinitial" not in text_of_calendar(uow)


def test_t16_a_session_type_used_in_any_appointment_cannot_be_deleted(
    database: Database,
) -> None:
    """CR-12: by an active appointment and by a deleted one; unused ones can go."""
    with database.writing() as uow:
        set_up(uow)
        session_types.add_session_type(uow, CONTEXT, replace(INITIAL, name="unused"))
        target = book(uow)
        with pytest.raises(InUse):
            session_types.delete_session_type(uow, "acupinitial")
        delete_appointment(uow, CONTEXT, target)
        with pytest.raises(InUse):
            session_types.delete_session_type(uow, "acupinitial")
        session_types.archive_session_type(uow, "acupinitial")
        with pytest.raises(InUse):
            session_types.delete_session_type(uow, "acupinitial")
        session_types.delete_session_type(uow, "unused")
        assert [one.name for one in uow.catalogue.session_types] == ["acupinitial"]


def test_t16_archiving_keeps_appointments_and_unarchiving_books_again(
    database: Database,
) -> None:
    """CR-13 and CR-14."""
    with database.writing() as uow:
        set_up(uow)
        target = book(uow)
        before = uow.appointments.get(target.appointment)
        session_types.archive_session_type(uow, "acupinitial")
        assert uow.appointments.get(target.appointment) == before
        with pytest.raises(Archived):
            book(uow)
        session_types.archive_session_type(uow, "acupinitial", archived=False)
        book(uow)
