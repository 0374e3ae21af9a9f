"""The sender of mail: each once, again where it was not taken, never lost, given up aloud."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest

from server.domain.booking_rules import BookingMode
from server.domain.bookings import MailKind, Visitor
from server.practice_db.database import SqlDatabase, open_database
from server.relay import mail_recording as recording
from server.relay.mails import Mailer
from tests.booking import NINE, STRANGER, booked, mails, open_for_booking
from tests.databases import SLUG
from tests.mailing import notices, post, send_code, settled, terms_for, the_mail, token
from tests.post_office import PATIENCE, Office
from tests.practice import House
from tests.telling import Standing

LEASE = timedelta(seconds=100)


@pytest.fixture
def other_database(database_url: str) -> Iterator[SqlDatabase]:
    """Return the practice's database as another process has it open."""
    opened = open_database(database_url, SLUG)
    yield opened
    opened.close()


def test_what_was_sent_is_not_sent_again(any_house: House, office: Office) -> None:
    open_for_booking(any_house)
    number = booked(any_house).id
    assert post(any_house, office) == 1
    any_house.now += timedelta(days=2)
    assert post(any_house, office) == 0
    assert settled(any_house, number) == [(MailKind.BOOKED, "")]
    assert len(office.taken) == 1


def test_without_a_mail_server_mails_are_dropped_and_bookings_go_on(any_house: House) -> None:
    open_for_booking(any_house)
    number = booked(any_house).id
    assert post(any_house, None) == 0
    assert settled(any_house, number) == [(MailKind.BOOKED, "no-mail-server")]
    assert notices(any_house) == []


def test_a_mail_that_is_put_off_is_sent_later_under_the_same_name(
    any_house: House, office: Office
) -> None:
    open_for_booking(any_house)
    booking = booked(any_house)
    office.messages = ["451 4.7.1 Greylisted"]
    assert post(any_house, office) == 1
    assert the_mail(any_house, booking, MailKind.BOOKED).failure == "smtp-451"
    any_house.now += timedelta(seconds=59)
    assert post(any_house, office) == 0
    any_house.now += timedelta(seconds=1)
    assert post(any_house, office) == 1
    assert settled(any_house, booking.id) == [(MailKind.BOOKED, "")]


def test_one_mail_that_is_refused_does_not_keep_back_the_next(
    any_house: House, office: Office
) -> None:
    for number in ("first", "second"):
        send_code(any_house, f"{number}@example.org", number=number)
    office.recipients = ["550 5.1.1 first@example.org is unknown"]
    assert post(any_house, office) == 2
    assert [one.to for one in office.taken] == [("second@example.org",)]
    any_house.now += timedelta(days=1)
    assert post(any_house, office) == 0


def test_a_mail_that_cannot_be_delivered_is_told_to_the_practitioner_without_the_address(
    any_house: House, office: Office
) -> None:
    open_for_booking(any_house)
    booking = booked(any_house)
    office.messages = ["554 5.7.1 Nora Newcomer <nora@example.org> is blocked"]
    post(any_house, office)
    (notice,) = notices(any_house)
    assert notice.appointment == booking.appointment
    assert notice.sentence == (
        "A mail about an online booking could not be delivered (smtp-554)."
    )


def test_a_server_that_is_down_is_asked_once_and_left_alone(
    any_house: House, office: Office
) -> None:
    open_for_booking(any_house, BookingMode.REQUEST)
    number = booked(any_house).id
    office.messages = ["421 4.3.2 Going down"]
    assert post(any_house, office) == 1
    assert settled(any_house, number) == []
    assert post(any_house, office) == 1
    any_house.now += timedelta(minutes=1)
    assert post(any_house, office) == 1
    assert len(settled(any_house, number)) == 2


def test_a_mail_is_given_up_after_two_days_of_trying(any_house: House, office: Office) -> None:
    open_for_booking(any_house)
    booking = booked(any_house)
    tried = 0
    for pause in (0, *recording.DELAYS):
        any_house.now += timedelta(seconds=pause)
        office.messages = [""]
        tried += post(any_house, office)
    assert tried == len(recording.DELAYS) + 1
    assert settled(any_house, booking.id) == [(MailKind.BOOKED, "connection-failed")]
    assert len(notices(any_house)) == 1
    assert sum(recording.DELAYS) > timedelta(days=2).total_seconds()


def test_a_code_is_given_up_before_it_is_good_for_nothing(
    any_house: House, office: Office
) -> None:
    send_code(any_house)
    for pause in (0, *recording.CODE_DELAYS):
        any_house.now += timedelta(seconds=pause)
        office.messages = ["451 Later"]
        assert post(any_house, office) == 1
    any_house.now += timedelta(days=1)
    assert post(any_house, office) == 0
    assert sum(recording.CODE_DELAYS) < timedelta(minutes=10).total_seconds()


def test_a_process_that_dies_before_it_sends_loses_nothing(
    any_house: House, office: Office
) -> None:
    open_for_booking(any_house)
    booking = booked(any_house)
    assert recording.take(any_house.database, any_house.now, LEASE) is not None
    assert post(any_house, office) == 0
    any_house.now += LEASE
    assert post(any_house, office) == 1
    assert settled(any_house, booking.id) == [(MailKind.BOOKED, "")]


def test_who_is_slower_than_allowed_is_taken_for_dead_and_the_second_message_has_the_same_name(
    any_house: House, other_database: SqlDatabase, office: Office
) -> None:
    open_for_booking(any_house)
    booking = booked(any_house)
    after = House(other_database, any_house.rules, any_house.now + LEASE)
    office.held.clear()
    with ThreadPoolExecutor(2) as threads:
        slow = threads.submit(post, any_house, office)
        assert office.came.wait(PATIENCE)
        other = threads.submit(post, after, office)
        taken_by_other = threading.Event()
        while not taken_by_other.wait(0.01):
            if the_mail(any_house, booking, MailKind.BOOKED).attempts > 1:
                taken_by_other.set()
        office.held.set()
        assert (slow.result(), other.result()) == (1, 1)
    first, second = office.taken
    assert first.message["Message-ID"] == second.message["Message-ID"]
    assert settled(any_house, booking.id) == [(MailKind.BOOKED, "")]
    assert the_mail(any_house, booking, MailKind.BOOKED).attempts == 2


def test_a_mail_at_which_every_process_dies_is_given_up(
    any_house: House, office: Office
) -> None:
    open_for_booking(any_house)
    booking = booked(any_house)
    for _ in range(len(recording.DELAYS) + 1):
        assert recording.take(any_house.database, any_house.now, LEASE) is not None
        any_house.now += LEASE
    assert post(any_house, office) == 0
    assert settled(any_house, booking.id) == [(MailKind.BOOKED, "given-up")]


def test_a_change_that_is_noted_while_a_mail_is_sent_is_not_settled_with_it(
    any_house: House,
) -> None:
    open_for_booking(any_house)
    booking = booked(any_house)
    mail = recording.take(any_house.database, any_house.now, LEASE)
    assert mail is not None
    noted_anew = replace(mail, attempts=0, due_at=any_house.now + timedelta(minutes=3))
    with any_house.database.writing() as uow:
        uow.mails.add(noted_anew)
    recording.drop(any_house.database, mail, "unchanged", any_house.now)
    assert mails(any_house, booking.id) == [noted_anew]


def test_two_senders_at_once_send_each_mail_once(
    any_house: House, other_database: SqlDatabase, office: Office
) -> None:
    for number in range(20):
        send_code(any_house, number=f"{number:02d}")
    senders = [
        Mailer(database, Standing(any_house.now), terms_for(office))
        for database in (any_house.database, other_database)
    ]
    with ThreadPoolExecutor(2) as threads:
        assert all(threads.map(Mailer.send_due, senders))
    names = [one.message["Message-ID"] for one in office.taken]
    assert len(names) == len(set(names)) == 20
    assert sum(one.attempts for one in senders) == 20


def test_nothing_of_a_visitor_is_logged(
    any_house: House, office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "server")
    open_for_booking(any_house)
    booked(any_house, STRANGER, message="about my back")
    send_code(any_house)
    office.messages = ["554 5.7.1 nora@example.org is blocked"]
    post(any_house, office)
    assert "result=smtp-554" in caplog.text
    for word in ("nora", "Nora", "example.org", "421337", "my back", "manage/"):
        assert word not in caplog.text


def test_an_address_that_could_add_headers_is_written_to_by_nobody(
    any_house: House, office: Office
) -> None:
    open_for_booking(any_house)
    booking = booked(any_house)
    evil = Visitor("Nora Newcomer", "nora@example.org\r\nBcc: all@example.org")
    with any_house.database.writing() as uow:
        uow.bookings.save(replace(booking, visitor=evil))
    send_code(any_house, "a@example.org\nBcc: all@example.org")
    assert post(any_house, office) == 0
    assert settled(any_house, booking.id) == [(MailKind.BOOKED, "no-address")]
    assert len(notices(any_house)) == 1


def test_mails_and_their_links_are_forgotten_after_a_month(
    any_house: House, office: Office
) -> None:
    open_for_booking(any_house)
    number = booked(any_house).id
    post(any_house, office)
    secret = token(office.taken[0], "Cancel it")
    for days, known in ((29, True), (31, False)):
        any_house.now = NINE + timedelta(days=days)
        post(any_house, office)
        assert mails(any_house, number) == []
        with any_house.database.reading() as uow:
            assert bool(uow.bookings.link(sha256(secret.encode()).hexdigest())) is known
