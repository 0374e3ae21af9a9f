"""What visitors asked for, listed and answered over the HTTP API."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, timedelta

import pytest

from server.domain.api_access import ApiScope
from server.domain.booking_rules import BookingMode
from server.domain.bookings import Booking, MailKind, Visitor
from server.domain.calendars import Actor
from server.domain.ids import SessionTypeId, UserName
from server.domain.vocabulary import Door, Role
from server.usecases.book import BookingWanted, book
from server.usecases.manage_session_types import add_session_type, find_session_type
from tests.system.api import READ, WRITE, Program, program, read
from tests.system.events import event, monday
from tests.system.phone import Phone
from tests.system.practice import operator
from tests.system.servers import Site

START = monday(weeks=2, hour=9)
NAME = "onlineask"
VISITOR = Visitor("Quora Zyxwvut", "quora@example.org", "+1 212 555 0100")
SAID = "My back hurts"
Ask = Callable[..., Booking]


@pytest.fixture
def ask(site: Site, phone: Phone) -> Ask:
    """Return how a visitor asks for an hour with the test's own practitioner."""
    hours = event(NAME, START, minutes=180)
    assert phone.put(f"/{phone.user}/availability/a.ics", hours).status == 201
    context = replace(
        operator(), actor=Actor(UserName("booking"), Role.FRONT_DESK, Door.BOOKING)
    )
    with site.database.writing() as uow:
        if NAME not in uow.catalogue.session_type_named:
            kind = find_session_type(uow, "acupfollow")
            rule = replace(kind.booking, mode=BookingMode.REQUEST)
            new = replace(
                kind,
                id=SessionTypeId(""),
                name=NAME,
                aliases=(),
                online_bookable=True,
                locations=kind.locations[:1],
                booking=rule,
            )
            add_session_type(uow, operator(), new)

    def asked(minutes: int = 0) -> Booking:
        start = (START + timedelta(minutes=minutes)).astimezone(UTC)
        whose = UserName(phone.user)
        with site.database.writing() as uow:
            return book(uow, context, BookingWanted(NAME, start, VISITOR, whose, message=SAID))

    return asked


@pytest.fixture
def mine(site: Site, phone: Phone) -> Program:
    """Return a program of the test's own practitioner."""
    return program(site, phone.user)


def test_requests_are_listed_and_shown(mine: Program, ask: Ask) -> None:
    booking = ask()
    (one,) = read(mine.get("/bookings", pending="true"))["items"]
    assert (one["id"], one["state"], one["session"]) == (booking.id, "pending", NAME)
    assert one["start"] == START.isoformat()
    assert one["visitor"] == {
        "name": VISITOR.name,
        "email": VISITOR.email,
        "phone": VISITOR.phone,
        "message": SAID,
    }
    for number in (booking.id, booking.appointment):
        assert read(mine.get(f"/bookings/{number}")) == one


def test_an_accepted_request_is_an_appointment_in_the_calendar(
    site: Site, mine: Program, phone: Phone, ask: Ask
) -> None:
    booking = ask()
    said = {"client": "C1001", "room": "room-1", "message": "Please ring twice."}
    shown = read(mine.post(f"/bookings/{booking.id}/accept", said))
    assert (shown["state"], shown["client"], shown["room"]) == ("booked", "C1001", "room-1")
    assert shown["reply"] == "Please ring twice."
    assert "STATUS:CONFIRMED" in phone.get(f"{booking.appointment}.ics").text
    assert read(mine.get("/bookings", pending="true"))["items"] == []
    assert [one["state"] for one in read(mine.get("/bookings"))["items"]] == ["booked"]
    with site.database.reading() as uow:
        kinds = {mail.kind for mail in uow.mails.of_booking(booking.id)}
    assert MailKind.ACCEPTED in kinds
    assert mine.post(f"/bookings/{booking.id}/accept", {}).status == 403


def test_a_declined_request_leaves_the_calendar(mine: Program, phone: Phone, ask: Ask) -> None:
    booking = ask()
    shown = read(mine.post(f"/bookings/{booking.id}/decline", {"message": "We are full."}))
    assert (shown["state"], shown["reply"]) == ("declined", "We are full.")
    assert phone.get(f"{booking.appointment}.ics").status == 404
    assert mine.post(f"/bookings/{booking.id}/decline", {}).status == 403


def test_the_same_answer_sent_again_is_given_once(mine: Program, ask: Ask) -> None:
    booking = ask()
    path, said = f"/bookings/{booking.id}/accept", {"client": "C1001"}
    first = read(mine.post(path, said, Idempotency_Key="one"))
    assert read(mine.post(path, said, Idempotency_Key="one")) == first


def test_a_colleagues_bookings_are_not_there(
    site: Site, colleague: Phone, mine: Program, ask: Ask
) -> None:
    booking = ask()
    other = program(site, colleague.user)
    assert read(other.get("/bookings"))["items"] == []
    assert other.get(f"/bookings/{booking.id}").status == 404
    for answer in ("accept", "decline"):
        assert other.post(f"/bookings/{booking.id}/{answer}", {}).status == 404
    assert read(mine.get(f"/bookings/{booking.id}"))["state"] == "pending"
    desk = program(site, "desk")
    assert booking.id in {one["id"] for one in read(desk.get("/bookings"))["items"]}


def test_who_the_visitor_is_comes_only_with_the_scope_for_names(
    site: Site, phone: Phone, ask: Ask
) -> None:
    number = ask().id
    nameless = program(site, phone.user, READ, WRITE)
    answers = (
        nameless.get("/bookings"),
        nameless.get(f"/bookings/{number}"),
        nameless.post(f"/bookings/{number}/accept", {"client": "C1001"}),
    )
    assert [answer.status for answer in answers] == [200] * 3
    for word in ("Quora", "Zyxwvut", "quora@", "555 0100", SAID):
        assert not any(word in answer.text for answer in answers)


def test_answers_are_for_tokens_that_write_the_calendar(
    site: Site, phone: Phone, ask: Ask
) -> None:
    number = ask().id
    reader = program(site, phone.user, READ, ApiScope.CLIENTS_NAMES)
    assert reader.post(f"/bookings/{number}/accept", {}).status == 403
    assert reader.post(f"/bookings/{number}/decline", {}).status == 403


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"client": "C9999"}, 404),
        ({"session": "nothing"}, 404),
        ({"room": "nowhere"}, 404),
        ({"message": "x" * 1001}, 422),
        ({"start": "2026-11-24T09:00"}, 422),
    ],
)
def test_an_answer_that_cannot_be_meant_changes_nothing(
    mine: Program, ask: Ask, said: dict[str, str], status: int
) -> None:
    number = ask().id
    assert mine.post(f"/bookings/{number}/accept", said).status == status
    assert read(mine.get(f"/bookings/{number}"))["state"] == "pending"
