"""Ways through the pages that several tests go."""

from __future__ import annotations

from uuid import uuid4

from tests.pages.browser import Visitor
from tests.pages.clinic import CALL, FIRST_TALK, FOLLOW_UP, Clinic

THEO = "theo@practice.example"


def address() -> str:
    """Return an e-mail address that no other test uses."""
    return f"v{uuid4().hex[:10]}@example.org"


def choose_follow_up(visitor: Visitor) -> str:
    """Go to the form of an appointment with Alma; return the time."""
    visitor.choose(FOLLOW_UP, "Alma Ilves")
    return visitor.take_first_time()


def book_follow_up(visitor: Visitor, email: str) -> None:
    """Book an appointment with Alma."""
    choose_follow_up(visitor)
    visitor.type(name="Nora Newcomer", email=email)
    visitor.press("Book this appointment")
    assert visitor.title == "You are booked", visitor.text


def book_call(visitor: Visitor, email: str) -> None:
    """Book what begins soon."""
    visitor.choose(CALL)
    visitor.take_first_time()
    visitor.type(name="Nora Newcomer", email=email)
    visitor.press("Book this appointment")
    assert visitor.title == "You are booked", visitor.text


def ask_for_first_talk(visitor: Visitor, clinic: Clinic, email: str) -> None:
    """Ask for an appointment with Theo, with the code from the mail."""
    visitor.choose(FIRST_TALK)
    visitor.take_first_time()
    visitor.type(name="Ria Request", email=email, message="Stairs are hard for me.")
    visitor.press("Ask for this appointment")
    assert visitor.title == "Check your e-mail", visitor.text
    visitor.type(code=clinic.code_for(email))
    visitor.press("Confirm")
    assert visitor.title == "Your request is on its way", visitor.text


def links(visitor: Visitor, clinic: Clinic) -> dict[str, str]:
    """Return the links of the page that says that it is booked, by what they say."""
    base = clinic.site.address.rstrip("/")
    found = visitor.page.locator(".links a").all()
    return {one.inner_text(): f"{base}{one.get_attribute('href')}" for one in found}
