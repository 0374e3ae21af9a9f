"""What a mail about a booking says: what holds when it is sent, and no more than it must."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from server.domain.booking_rules import BookingMode
from server.domain.bookings import LinkPurpose
from server.practice_db.engines import connect
from server.practice_db.tables.bookings import mail as mail_table
from server.usecases import answer_booking
from server.usecases.booking_links import opened
from server.usecases.manage_session_types import edit_session_type, find_session_type
from tests.booking import NINE, booked, open_for_booking, visiting
from tests.mailing import PAGES, WHEN, post, send_code, to, token, visitors
from tests.post_office import Office
from tests.practice import House


def test_a_booking_is_confirmed_with_when_where_and_links(
    any_house: House, office: Office
) -> None:
    open_for_booking(any_house)
    booking = booked(any_house)
    assert post(any_house, office) == 1
    mail = visitors(office)
    assert mail.message["Subject"] == "Your appointment at Test practice"
    assert mail.message["From"] == "Test practice <office@practice.example>"
    for said in (WHEN, "Main street", "Session acupfollow", f"{PAGES}/book/test/manage/"):
        assert said in mail.plain
        assert said.removesuffix("/manage/") in mail.part("text/html")
    for purpose, label in (
        (LinkPurpose.SEE, "See your appointment"),
        (LinkPurpose.CANCEL, "Cancel it"),
        (LinkPurpose.MOVE, "Ask for another time"),
    ):
        with any_house.database.reading() as uow:
            found = opened(uow, token(mail, label), purpose, any_house.now)
        assert found is not None
        assert found.id == booking.id


def test_the_calendar_file_is_published_and_invites_nobody(
    any_house: House, office: Office
) -> None:
    open_for_booking(any_house)
    booked(any_house)
    post(any_house, office)
    text = visitors(office).file
    for line in (
        "METHOD:PUBLISH",
        "DTSTART:20261124T140000Z",
        "DTEND:20261124T144500Z",
        "SUMMARY:Appointment - Test practice",
        "LOCATION:Main street",
        "STATUS:CONFIRMED",
    ):
        assert line in text.splitlines()
    for word in ("ATTENDEE", "ORGANIZER", "Nora", "acup"):
        assert word not in text


def test_no_mail_names_the_visitor_or_what_the_practice_notes(
    any_house: House, office: Office
) -> None:
    open_for_booking(any_house, BookingMode.REQUEST)
    booked(any_house, message="I have a diagnosis")
    post(any_house, office)
    assert len(office.taken) == 2
    for mail in office.taken:
        for word in ("Nora", "Newcomer", "diagnosis", "97810"):
            assert word not in mail.message.as_string()
            assert word not in mail.plain


def test_what_a_session_is_called_is_said_only_where_its_mails_may_say_it(
    any_house: House, office: Office
) -> None:
    open_for_booking(any_house)
    with any_house.database.writing() as uow:
        kind = replace(find_session_type(uow, "acupfollow"), in_email_reminders=False)
        edit_session_type(uow, any_house.context(), kind)
    booked(any_house)
    post(any_house, office)
    assert "acup" not in visitors(office).plain.lower()


def test_a_request_is_acknowledged_and_the_practitioner_is_asked(
    any_house: House, office: Office
) -> None:
    open_for_booking(any_house, BookingMode.REQUEST)
    booking = booked(any_house)
    assert post(any_house, office) == 2
    mail = visitors(office)
    assert "It is no appointment yet" in mail.plain
    assert "kept for you until Friday, 6 November 2026, 10:00 am EST" in mail.plain
    assert mail.file == ""
    (asked,) = to(office, "alma@example.org")
    assert asked.message["Subject"] == "Somebody asks for an appointment online"
    assert WHEN in asked.plain
    for word in ("acup", "Session", "Nora", "nora@"):
        assert word not in asked.plain
    for purpose, label in ((LinkPurpose.ACCEPT, "Accept"), (LinkPurpose.DECLINE, "Decline")):
        assert f"{PAGES}/book/test/answer/{token(asked, label)}" in asked.plain
        with any_house.database.reading() as uow:
            found = opened(uow, token(asked, label), purpose, any_house.now)
        assert found is not None
        assert found.id == booking.id


def test_an_accepted_request_is_confirmed_with_the_reply(
    any_house: House, office: Office
) -> None:
    open_for_booking(any_house, BookingMode.REQUEST)
    number = booked(any_house).id
    post(any_house, office)
    with any_house.database.writing() as uow:
        reply = answer_booking.Answer(message="Please ring <twice>.")
        answer_booking.accept(uow, any_house.context(), number, reply)
    post(any_house, office)
    mail = visitors(office)
    assert "has accepted your request" in mail.plain
    assert "Please ring <twice>." in mail.plain
    assert "Please ring &lt;twice&gt;." in mail.part("text/html")
    assert "STATUS:CONFIRMED" in mail.file


def test_a_declined_request_is_answered_with_the_reply(
    any_house: House, office: Office
) -> None:
    open_for_booking(any_house, BookingMode.REQUEST)
    number = booked(any_house).id
    post(any_house, office)
    with any_house.database.writing() as uow:
        answer_booking.decline(uow, any_house.context(), number, "We are full.")
    post(any_house, office)
    mail = visitors(office)
    assert "cannot offer you this appointment" in mail.plain
    assert "We are full." in mail.plain
    assert f"Find another time: {PAGES}/book/test" in mail.plain
    assert mail.file == ""


def test_who_is_not_answered_in_time_is_told_so(any_house: House, office: Office) -> None:
    open_for_booking(any_house, BookingMode.REQUEST)
    booked(any_house)
    post(any_house, office)
    any_house.now += timedelta(hours=72)
    with any_house.database.writing() as uow:
        answer_booking.lapse_due(uow, any_house.context())
    post(any_house, office)
    assert "not answered your request in time" in visitors(office).plain


@pytest.mark.parametrize("hours", [2, 48])
def test_who_cancels_is_told_whether_it_is_late(
    any_house: House, office: Office, hours: int
) -> None:
    open_for_booking(any_house)
    number = booked(any_house).id
    post(any_house, office)
    any_house.now = NINE - timedelta(hours=hours)
    with any_house.database.writing() as uow:
        answer_booking.withdraw(uow, visiting(any_house), number)
    post(any_house, office)
    mail = visitors(office)
    assert "You have cancelled." in mail.plain
    assert ("late cancellation" in mail.plain) is (hours < 24)
    assert "STATUS:CANCELLED" in mail.file


def test_a_code_is_sent_to_its_address_and_forgotten(
    any_house: House, office: Office, database_url: str
) -> None:
    send_code(any_house)
    assert post(any_house, office) == 1
    assert visitors(office).message["Subject"] == "421337 is your code for Test practice"
    assert "421337 is your code." in visitors(office).plain
    engine = connect(database_url)
    with engine.connect() as connection:
        kept = connection.execute(select(mail_table.c.recipient, mail_table.c.secret)).all()
    engine.dispose()
    assert [tuple(row) for row in kept] == [("", "")]
