"""A visitor books what is free: at once, or by a request that somebody accepts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from server.domain.booking_rules import BookingMode
from server.domain.bookings import BookingState, MailKind, Visitor
from server.domain.errors import Invalid, Locked, NotAllowed
from server.domain.vocabulary import Kind, Status
from server.usecases import answer_booking
from server.usecases.book import RequestName, SlotTaken
from server.usecases.delete_appointment import delete_appointment
from server.usecases.edit_appointment import Target
from server.usecases.repeated_requests import KeyReused
from tests.bookable import find, shown
from tests.booking import (
    JANE_HERSELF,
    NINE,
    STRANGER,
    booked,
    booking_of,
    mails,
    open_for_booking,
    visiting,
)
from tests.practice import JANE, House, at, session, timed


def test_an_instant_booking_is_an_appointment_of_a_new_client(any_house: House) -> None:
    open_for_booking(any_house)
    booking, appointment = booking_of(any_house, booked(any_house).id)
    details = appointment.first_part.details
    assert booking.state(appointment) is BookingState.BOOKED
    assert (details.kind, details.status) == (Kind.SESSION, Status.BOOKED)
    assert details.services
    with any_house.database.reading() as uow:
        client = uow.clients.get(details.client) if details.client else None
    assert client is not None
    assert (client.first_name, client.last_name) == ("Nora", "Newcomer")
    assert [mail.kind for mail in mails(any_house, booking.id)] == [MailKind.BOOKED]


def test_a_returning_client_is_recognised_by_name_and_address(any_house: House) -> None:
    open_for_booking(any_house)
    booking, appointment = booking_of(any_house, booked(any_house, JANE_HERSELF).id)
    assert booking.client == appointment.first_part.details.client == JANE


def test_a_name_alone_is_nobody_s(any_house: House) -> None:
    open_for_booking(any_house)
    booking = booked(any_house, Visitor("Jane Doe", "other@example.org"))
    assert booking.client not in (None, JANE)


def test_a_request_holds_its_slot_against_other_clients_but_not_against_staff(
    any_house: House,
) -> None:
    open_for_booking(any_house, BookingMode.REQUEST)
    booking, appointment = booking_of(any_house, booked(any_house).id)
    assert booking.state(appointment) is BookingState.PENDING
    assert booking.expires_at == any_house.now + timedelta(hours=72)
    assert shown(find(any_house)) == ["11-24 09:45"]
    with pytest.raises(SlotTaken) as refused:
        booked(any_house, JANE_HERSELF)
    assert [slot.start for slot in refused.value.slots] == [NINE + timedelta(minutes=45)]
    any_house.book(timed(at(24, 9), 45), session(JANE))


def test_the_same_request_again_books_once(any_house: House) -> None:
    open_for_booking(any_house)
    name = RequestName.of("key", "said")
    first = booked(any_house, name=name)
    assert booked(any_house, name=name).id == first.id
    with pytest.raises(KeyReused):
        booked(any_house, name=RequestName.of("key", "something else"))


def test_where_new_clients_are_not_taken_a_stranger_may_ask(any_house: House) -> None:
    open_for_booking(any_house, new_clients=False)
    booking, appointment = booking_of(any_house, booked(any_house).id)
    assert booking.state(appointment) is BookingState.PENDING
    assert booking.client is None


@pytest.mark.parametrize(
    ("visitor", "field"),
    [
        (Visitor(""), "name"),
        (Visitor("123", "a@example.org"), "name"),
        (Visitor("Nora"), "email"),
        (Visitor("Nora", "nora@example.org\nBcc: all@example.org"), "email"),
        (Visitor("Nora", phone="call me"), "phone"),
        (Visitor("Nora", phone="+1 212 555 0100", email_reminders=True), "email"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_name(
    any_house: House, visitor: Visitor, field: str
) -> None:
    open_for_booking(any_house)
    with pytest.raises(Invalid) as refused:
        booked(any_house, visitor)
    assert refused.value.field == field


def test_an_accepted_request_is_an_appointment_of_the_client(any_house: House) -> None:
    open_for_booking(any_house, BookingMode.REQUEST)
    number = booked(any_house, JANE_HERSELF).id
    with any_house.database.writing() as uow:
        answer_booking.accept(uow, any_house.context(), number)
    booking, appointment = booking_of(any_house, number)
    details = appointment.first_part.details
    assert booking.state(appointment) is BookingState.BOOKED
    assert (details.kind, details.client) == (Kind.SESSION, JANE)
    with any_house.database.writing() as uow, pytest.raises(NotAllowed):
        answer_booking.accept(uow, any_house.context(), number)


def test_a_request_of_somebody_new_makes_a_client_when_it_is_accepted(
    any_house: House,
) -> None:
    open_for_booking(any_house, BookingMode.REQUEST)
    number = booked(any_house).id
    with any_house.database.writing() as uow:
        accepted = answer_booking.accept(uow, any_house.context(), number)
    assert accepted.client is not None
    _, appointment = booking_of(any_house, number)
    assert appointment.first_part.details.client == accepted.client
    assert not appointment.first_part.details.attention


def test_a_declined_request_leaves_its_slot(any_house: House) -> None:
    open_for_booking(any_house, BookingMode.REQUEST)
    number = booked(any_house).id
    with any_house.database.writing() as uow:
        answer_booking.decline(uow, any_house.context(), number, "We are full.")
    booking, appointment = booking_of(any_house, number)
    assert booking.state(appointment) is BookingState.DECLINED
    assert booking.reply == "We are full."
    assert len(find(any_house)) == 4


def test_a_request_lapses_when_nobody_answers(any_house: House) -> None:
    open_for_booking(any_house, BookingMode.REQUEST)
    number = booked(any_house).id
    for hours, lapsed in ((71, 0), (1, 1), (1, 0)):
        any_house.now += timedelta(hours=hours)
        with any_house.database.writing() as uow:
            assert answer_booking.lapse_due(uow, any_house.context()) == lapsed
    booking, appointment = booking_of(any_house, number)
    assert booking.state(appointment) is BookingState.EXPIRED
    assert len(find(any_house)) == 4


def test_a_visitor_withdraws_and_late_is_late(any_house: House) -> None:
    open_for_booking(any_house)
    early, late = Status.CANCELLED, Status.LATE_CANCELLED
    for visitor, status in ((STRANGER, early), (JANE_HERSELF, late)):
        number = booked(any_house, visitor).id
        if status is late:
            any_house.now = NINE - timedelta(hours=2)
        with any_house.database.writing() as uow:
            answer_booking.withdraw(uow, visiting(any_house), number)
        booking, appointment = booking_of(any_house, number)
        assert booking.state(appointment) is BookingState.WITHDRAWN
        assert appointment.first_part.details.status is status


def test_who_asks_to_move_keeps_the_old_time_until_it_is_accepted(any_house: House) -> None:
    open_for_booking(any_house)
    number = booked(any_house).id
    later = NINE + timedelta(minutes=45)
    with any_house.database.writing() as uow:
        moving = answer_booking.ask_to_move(uow, visiting(any_house), number, later).id
    assert find(any_house) == []
    with any_house.database.writing() as uow:
        answer_booking.accept(uow, any_house.context(), moving)
    booking, appointment = booking_of(any_house, number)
    assert appointment.first_part.when == timed(at(24, 9, 45), 45)
    assert booking.state(appointment) is BookingState.BOOKED
    assert shown(find(any_house)) == ["11-24 09:00"]


def test_a_wish_to_move_ends_with_what_was_to_be_moved(any_house: House) -> None:
    open_for_booking(any_house)
    number = booked(any_house).id
    later = NINE + timedelta(minutes=45)
    with any_house.database.writing() as uow:
        moving = answer_booking.ask_to_move(uow, visiting(any_house), number, later).id
    with any_house.database.writing() as uow:
        answer_booking.withdraw(uow, visiting(any_house), number)
    wish, appointment = booking_of(any_house, moving)
    assert wish.state(appointment) is BookingState.WITHDRAWN
    assert shown(find(any_house)) == [
        "11-24 09:00",
        "11-24 09:15",
        "11-24 09:30",
        "11-24 09:45",
    ]
    with pytest.raises(NotAllowed), any_house.database.writing() as uow:
        answer_booking.accept(uow, any_house.context(), moving)


def test_another_wish_and_another_appointment_stay_when_one_is_withdrawn(
    any_house: House,
) -> None:
    open_for_booking(any_house)
    number = booked(any_house).id
    later = NINE + timedelta(minutes=45)
    with any_house.database.writing() as uow:
        moving = answer_booking.ask_to_move(uow, visiting(any_house), number, later).id
    with any_house.database.writing() as uow:
        answer_booking.withdraw(uow, visiting(any_house), moving)
    booking, appointment = booking_of(any_house, number)
    assert booking.state(appointment) is BookingState.BOOKED
    assert appointment.first_part.when == timed(at(24, 9), 45)


@pytest.mark.parametrize("how", ["cancelled", "deleted"])
def test_a_wish_to_move_what_the_practice_has_ended_is_not_accepted(
    any_house: House, how: str
) -> None:
    open_for_booking(any_house)
    booking = booked(any_house)
    later = NINE + timedelta(minutes=45)
    with any_house.database.writing() as uow:
        moving = answer_booking.ask_to_move(uow, visiting(any_house), booking.id, later).id
    if how == "cancelled":
        any_house.edit(booking.appointment, status=Status.CANCELLED)
    else:
        with any_house.database.writing() as uow:
            delete_appointment(uow, any_house.context(), Target(booking.appointment))
    with pytest.raises(NotAllowed), any_house.database.writing() as uow:
        answer_booking.accept(uow, any_house.context(), moving)
    with any_house.database.writing() as uow:
        answer_booking.decline(uow, any_house.context(), moving)
    wish, appointment = booking_of(any_house, moving)
    assert wish.state(appointment) is BookingState.DECLINED


def test_a_request_cannot_be_moved_by_anybody(any_house: House) -> None:
    open_for_booking(any_house, BookingMode.REQUEST)
    _, appointment = booking_of(any_house, booked(any_house).id)
    with pytest.raises(Locked):
        any_house.edit(appointment.id, when=timed(at(24, 9, 45), 45))


def test_a_number_beside_another_address_does_not_tell_that_address_who_is_a_client(
    any_house: House,
) -> None:
    open_for_booking(any_house, new_clients=False)
    with any_house.database.writing() as uow:
        jane = uow.clients.get(JANE)
        assert jane is not None
        uow.clients.save(replace(jane, phone="+1 212 555 0100"))
    curious = Visitor("Jane Doe", "curious@example.org", "+1 212 555 0100")
    assert booked(any_house, curious).client is None
    later = NINE + timedelta(minutes=45)
    assert booked(any_house, replace(curious, email=""), later).client == JANE
