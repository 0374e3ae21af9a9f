"""A mail that waits: the state has moved on, a change was taken back, the visitor knows."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from server.domain.booking_rules import BookingMode
from server.domain.bookings import MailKind, Visitor
from server.domain.vocabulary import Status
from server.usecases import answer_booking
from server.usecases.delete_appointment import delete_appointment, restore_appointment
from server.usecases.edit_appointment import Changes, Target, edit_appointment
from server.usecases.manage_users import edit_user
from tests.booking import (
    JANE_HERSELF,
    NINE,
    booked,
    booking_of,
    mails,
    open_for_booking,
    visiting,
)
from tests.mailing import WHEN, post, settled, visitors
from tests.post_office import Office, Taken
from tests.practice import ALMA, MAIN, TELEHEALTH, House, at, event, timed


def test_a_booking_that_was_withdrawn_is_not_confirmed(
    any_house: House, office: Office
) -> None:
    open_for_booking(any_house)
    number = booked(any_house).id
    with any_house.database.writing() as uow:
        answer_booking.withdraw(uow, visiting(any_house), number)
    assert post(any_house, office) == 1
    assert "You have cancelled." in visitors(office).plain
    assert (MailKind.BOOKED, "overtaken") in settled(any_house, number)


def test_a_request_that_was_answered_is_neither_acknowledged_nor_asked_about(
    any_house: House, office: Office
) -> None:
    open_for_booking(any_house, BookingMode.REQUEST)
    number = booked(any_house).id
    with any_house.database.writing() as uow:
        answer_booking.accept(uow, any_house.context(), number)
    assert post(any_house, office) == 1
    assert "has accepted your request" in visitors(office).plain
    assert set(settled(any_house, number)) == {
        (MailKind.REQUESTED, "overtaken"),
        (MailKind.ASKED, "overtaken"),
        (MailKind.ACCEPTED, ""),
    }


def test_a_confirmation_that_comes_late_says_what_holds_by_then(
    any_house: House, office: Office
) -> None:
    open_for_booking(any_house)
    booking = booked(any_house)
    any_house.edit(booking.appointment, when=timed(at(25, 10), 45))
    post(any_house, office)
    assert "Wednesday, 25 November 2026, 10:00 am" in visitors(office).plain
    any_house.now += timedelta(minutes=3)
    # The visitor knows the new time already.
    assert post(any_house, office) == 0


def test_what_lies_behind_is_not_told(any_house: House, office: Office) -> None:
    open_for_booking(any_house)
    number = booked(any_house).id
    any_house.now = NINE + timedelta(days=1)
    assert post(any_house, office) == 0
    assert settled(any_house, number) == [(MailKind.BOOKED, "passed")]


def test_a_practitioner_who_has_left_is_not_asked(any_house: House, office: Office) -> None:
    open_for_booking(any_house, BookingMode.REQUEST)
    number = booked(any_house).id
    with any_house.database.writing() as uow:
        user = replace(uow.catalogue.user[ALMA], email="")
        edit_user(uow, any_house.context(), user)
    assert post(any_house, office) == 1
    assert (MailKind.ASKED, "no-address") in settled(any_house, number)


def test_who_asked_for_another_time_is_told_of_it_once(
    any_house: House, office: Office
) -> None:
    open_for_booking(any_house)
    number = booked(any_house, JANE_HERSELF).id
    post(any_house, office)
    later = NINE + timedelta(minutes=45)
    with any_house.database.writing() as uow:
        moving = answer_booking.ask_to_move(uow, visiting(any_house), number, later).id
    post(any_house, office)
    with any_house.database.writing() as uow:
        answer_booking.accept(uow, any_house.context(), moving)
    office.taken.clear()
    assert post(any_house, office) == 1
    any_house.now += timedelta(minutes=3)
    assert post(any_house, office) == 0
    assert "9:45 am to 10:30 am" in office.taken[0].plain


def test_a_cancellation_names_the_time_that_the_visitor_knows(
    any_house: House, office: Office
) -> None:
    open_for_booking(any_house)
    booking = booked(any_house)
    post(any_house, office)
    any_house.edit(booking.appointment, when=timed(at(25, 10), 45))
    with any_house.database.writing() as uow:
        changes = Changes({"status": Status.CANCELLED})
        edit_appointment(uow, any_house.context(), Target(booking.appointment), changes)
    any_house.now += timedelta(minutes=3)
    assert post(any_house, office) == 1
    assert WHEN in visitors(office).plain
    assert "The practice has cancelled your appointment." in visitors(office).plain


def test_t22_who_moves_an_appointment_and_moves_it_back_sends_no_mail(
    any_house: House, office: Office
) -> None:
    open_for_booking(any_house)
    booking = booked(any_house)
    post(any_house, office)
    office.taken.clear()
    any_house.edit(booking.appointment, when=timed(at(25, 10), 45))
    any_house.now += timedelta(minutes=2)
    any_house.edit(booking.appointment, when=timed(at(24, 9), 45))
    any_house.now += timedelta(minutes=3)
    assert post(any_house, office) == 0
    assert (MailKind.CHANGED, "unchanged") in settled(any_house, booking.id)
    assert office.taken == []


def test_t22_a_cancellation_that_is_taken_back_in_time_sends_no_mail(
    any_house: House, office: Office
) -> None:
    open_for_booking(any_house)
    booking = booked(any_house)
    post(any_house, office)
    for status in (Status.CANCELLED, Status.BOOKED):
        any_house.edit(booking.appointment, status=status)
    any_house.now += timedelta(minutes=3)
    assert post(any_house, office) == 0


def test_t22_cancelling_what_has_passed_sends_no_mail(any_house: House, office: Office) -> None:
    open_for_booking(any_house)
    booking = booked(any_house)
    post(any_house, office)
    any_house.now = NINE + timedelta(days=1)
    any_house.edit(booking.appointment, status=Status.CANCELLED)
    any_house.now += timedelta(minutes=3)
    assert post(any_house, office) == 0
    assert (MailKind.CHANGED, "passed") in settled(any_house, booking.id)


def test_t05_an_attendee_in_a_calendar_app_gets_no_mail(
    any_house: House, office: Office
) -> None:
    guest = "ATTENDEE;RSVP=TRUE:mailto:guest@example.org"
    host = "ORGANIZER:mailto:alma@example.org"
    any_house.put(event("acupfollow Jane Doe", "20261124T140000", guest, host))
    any_house.put(event("acupfollow Jane Doe", "20261125T140000", guest, host))
    any_house.now += timedelta(hours=1)
    assert post(any_house, office) == 0
    with any_house.database.reading() as uow:
        assert not uow.mails.any_due(any_house.now + timedelta(days=365))


def test_what_was_moved_is_told_after_the_delay_with_a_newer_event(
    any_house: House, office: Office
) -> None:
    open_for_booking(any_house)
    booking = booked(any_house)
    post(any_house, office)
    any_house.edit(booking.appointment, when=timed(at(25, 10), 45))
    assert post(any_house, office) == 0
    any_house.now += timedelta(minutes=3)
    assert post(any_house, office) == 1
    first, second = office.taken
    assert second.message["Subject"] == "Your appointment at Test practice has changed"
    assert "Wednesday, 25 November 2026, 10:00 am to 10:45 am" in second.plain
    assert uid(second) == uid(first)
    assert sequence(second) > sequence(first)
    told = booking_of(any_house, booking.id)[0].told
    assert told == f"booked 2026-11-25T15:00:00+00:00 2026-11-25T15:45:00+00:00 {MAIN}"


def test_a_further_change_lets_the_mail_wait_anew_and_is_told_alone(
    any_house: House, office: Office
) -> None:
    open_for_booking(any_house)
    booking = booked(any_house)
    post(any_house, office)
    any_house.edit(booking.appointment, when=timed(at(25, 10), 45))
    any_house.now += timedelta(minutes=2)
    any_house.edit(booking.appointment, when=timed(at(26, 11), 45))
    any_house.now += timedelta(minutes=2)
    assert post(any_house, office) == 0
    any_house.now += timedelta(minutes=1)
    assert post(any_house, office) == 1
    assert "26 November" in visitors(office).plain


def test_two_changes_that_are_told_are_two_messages(any_house: House, office: Office) -> None:
    open_for_booking(any_house)
    booking = booked(any_house)
    post(any_house, office)
    for day in (25, 26, 25):
        any_house.edit(booking.appointment, when=timed(at(day, 10), 45))
        any_house.now += timedelta(minutes=3)
        post(any_house, office)
    names = {one.message["Message-ID"] for one in office.taken}
    assert len(office.taken) == len(names) == 4


def test_another_place_is_told_and_another_note_is_not(
    any_house: House, office: Office
) -> None:
    open_for_booking(any_house)
    booking = booked(any_house)
    post(any_house, office)
    any_house.edit(booking.appointment, note="Bring the file")
    any_house.now += timedelta(minutes=3)
    assert post(any_house, office) == 0
    any_house.edit(booking.appointment, location=TELEHEALTH)
    any_house.now += timedelta(minutes=3)
    assert post(any_house, office) == 1
    assert "Telehealth" in visitors(office).plain


def test_what_was_deleted_is_told_as_cancelled_and_what_was_restored_as_changed(
    any_house: House, office: Office
) -> None:
    open_for_booking(any_house)
    booking = booked(any_house)
    post(any_house, office)
    for change, said in (
        (delete_appointment, "has cancelled your appointment"),
        (restore_appointment, "This is how it stands now"),
    ):
        with any_house.database.writing() as uow:
            change(uow, any_house.context(), Target(booking.appointment))
        any_house.now += timedelta(minutes=3)
        assert post(any_house, office) == 1
        assert said in visitors(office).plain
    files = "".join(one.file for one in office.taken)
    states = [line for line in files.splitlines() if line.startswith("STATUS:")]
    assert states == ["STATUS:CONFIRMED", "STATUS:CANCELLED", "STATUS:CONFIRMED"]


def test_a_visitor_without_an_address_is_written_no_mail(
    any_house: House, office: Office
) -> None:
    open_for_booking(any_house)
    booking = booked(any_house, Visitor("Nora Newcomer", phone="+1 212 555 0100"))
    any_house.edit(booking.appointment, when=timed(at(25, 10), 45))
    any_house.now += timedelta(minutes=3)
    assert post(any_house, office) == 0
    assert mails(any_house, booking.id) == []


def uid(mail: Taken) -> str:
    return next(line for line in mail.file.splitlines() if line.startswith("UID:"))


def sequence(mail: Taken) -> int:
    lines = (line for line in mail.file.splitlines() if line.startswith("SEQUENCE:"))
    return int(next(lines).partition(":")[2])
