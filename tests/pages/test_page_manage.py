"""What follows from a booking, in a browser: see, cancel, move, accept, decline."""

from __future__ import annotations

from server.domain.vocabulary import Status
from tests.pages.browser import Visitor
from tests.pages.clinic import Clinic
from tests.pages.journeys import (
    THEO,
    address,
    ask_for_first_talk,
    book_call,
    book_follow_up,
    links,
)


def test_a_booking_is_seen_and_cancelled_by_its_links(anybody: Visitor, clinic: Clinic) -> None:
    email = address()
    book_follow_up(anybody, email)
    found = links(anybody, clinic)
    anybody.open(found["See this appointment"])
    assert "Booked" in anybody.text
    anybody.open(found["Cancel it"])
    assert anybody.title == "Cancel this appointment?"
    assert clinic.status_of(email) is Status.BOOKED
    anybody.press("Yes, cancel it")
    assert anybody.title == "Your appointment is cancelled"
    assert clinic.status_of(email) in (Status.CANCELLED, Status.LATE_CANCELLED)
    assert anybody.open(found["Cancel it"]) == 404
    assert anybody.title == "There is nothing here"
    anybody.open(found["See this appointment"])
    assert "Cancelled by you" in anybody.text


def test_who_cancels_late_is_told_before(anybody: Visitor, clinic: Clinic) -> None:
    email = address()
    book_call(anybody, email)
    anybody.open(links(anybody, clinic)["Cancel it"])
    assert "cancelling now counts as a late cancellation" in anybody.text
    anybody.press("Yes, cancel it")
    assert "It counts as a late cancellation." in anybody.text
    assert clinic.status_of(email) is Status.LATE_CANCELLED


def test_another_time_is_asked_for_and_stays_a_wish_until_it_is_accepted(
    anybody: Visitor, clinic: Clinic
) -> None:
    email = address()
    clinic.forget_mail()
    book_call(anybody, email)
    before = clinic.bookings_of(email)[0][1].first_part.when
    anybody.open(links(anybody, clinic)["Ask for another time"])
    said = anybody.take_first_time()
    assert said in anybody.text
    anybody.press("Ask for this time")
    assert anybody.title == "Your request is on its way"
    assert "Your present time stays booked" in anybody.text
    original, asked = (one for _, one in clinic.bookings_of(email))
    assert original.first_part.when == before
    assert asked.first_part.details.status is Status.REQUESTED
    anybody.open(clinic.link_for(THEO, "Accept", "asks for an appointment"))
    assert "It asks to move an appointment" in anybody.text
    anybody.press("Accept")
    moved = clinic.bookings_of(email)[0][1]
    assert moved.first_part.when == asked.first_part.when
    assert moved.first_part.details.status is Status.BOOKED


def test_a_practitioner_accepts_without_reading_who_asks(
    anybody: Visitor, clinic: Clinic
) -> None:
    email = address()
    clinic.forget_mail()
    ask_for_first_talk(anybody, clinic, email)
    see = links(anybody, clinic)["See this appointment"]
    link = clinic.link_for(THEO, "Accept", "asks for an appointment")
    anybody.open(link)
    assert anybody.title == "Accept this request?"
    assert "Psychotherapy, first talk" in anybody.text
    for word in ("Ria", "Request", email, "Stairs"):
        assert word not in anybody.text
    anybody.type(message="The lift is on the left.")
    anybody.press("Accept")
    assert anybody.title == "Accepted"
    assert clinic.status_of(email) is Status.BOOKED
    anybody.open(see)
    assert "The lift is on the left." in anybody.text
    assert anybody.open(link) == 404


def test_a_practitioner_declines_with_a_message(anybody: Visitor, clinic: Clinic) -> None:
    email = address()
    clinic.forget_mail()
    ask_for_first_talk(anybody, clinic, email)
    see = links(anybody, clinic)["See this appointment"]
    other = clinic.link_for(THEO, "Accept", "asks for an appointment")
    anybody.open(clinic.link_for(THEO, "Decline", "asks for an appointment"))
    anybody.type(message="Please call us.")
    anybody.press("Decline")
    assert anybody.title == "Declined"
    anybody.open(see)
    assert "Declined" in anybody.text
    assert "Please call us." in anybody.text
    assert anybody.open(other) == 403
    assert "It was answered" in anybody.text


def test_a_link_that_opens_nothing_says_so_kindly(anybody: Visitor, clinic: Clinic) -> None:
    for path in ("manage/", "answer/"):
        assert anybody.open(f"{clinic.home}/{path}{'x' * 32}") == 404
        assert anybody.title == "There is nothing here"
    assert anybody.open(f"{clinic.home}/elsewhere") == 404
    assert anybody.title == "There is nothing here"
