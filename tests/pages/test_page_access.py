"""Everybody can use the pages: axe finds nothing, phones need no second hand, keyboards do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.pages.browser import DESKTOP, NARROW, PHONE, Visitor, visitor
from tests.pages.clinic import FIRST_TALK, FOLLOW_UP, Clinic
from tests.pages.journeys import THEO, address, choose_follow_up, links

_OVERHANG = "document.documentElement.scrollWidth - window.innerWidth"
_SMALL = """[...document.querySelectorAll('a, button, input:not([type=hidden]), summary')]
.filter(one => !one.matches('.skip'))
.filter(one => one.checkVisibility() && !one.closest('label'))
.map(one => [one.textContent.trim(), one.getBoundingClientRect()])
.filter(([_, box]) => box.height < 43.5 || box.width < 43.5).map(([text, _]) => text)"""
WINDOWS: dict[str, dict[str, Any]] = {
    "phone in the dark": {"size": PHONE, "color_scheme": "dark"},
    "desktop": {"size": DESKTOP},
    # As wide as a desktop of 640 pixels is at 200 %.
    "narrow": {"size": NARROW},
}


def pages(visitor: Visitor, clinic: Clinic) -> Iterator[str]:
    """Go through all pages, stopping at each."""
    clinic.forget_mail()
    yield from booking_pages(visitor, clinic)
    found = links(visitor, clinic)
    for name in ("See this appointment", "Ask for another time"):
        visitor.open(found[name])
        yield name
    visitor.take_first_time()
    yield "another time"
    visitor.open(found["Cancel it"])
    yield "cancel"
    visitor.press("Yes, cancel it")
    yield "cancelled"
    visitor.open(found["Cancel it"])
    yield "nothing here"
    yield from request_pages(visitor, clinic)


def booking_pages(visitor: Visitor, clinic: Clinic) -> Iterator[str]:
    visitor.open(clinic.home)
    yield "what"
    visitor.choose(FOLLOW_UP)
    yield "who"
    visitor.choose("Anybody")
    yield "when"
    visitor.page.get_by_text("Show another time zone").click()
    yield "zones"
    visitor.take_first_time()
    yield "details"
    visitor.page.check("text=By phone call")
    visitor.press("Book this appointment")
    yield "errors"
    visitor.page.uncheck("text=By phone call")
    visitor.type(name="Nora Newcomer", email=address())
    visitor.press("Book this appointment")
    yield "booked"


def request_pages(visitor: Visitor, clinic: Clinic) -> Iterator[str]:
    email = address()
    visitor.open(clinic.home)
    visitor.choose(FIRST_TALK)
    visitor.take_first_time()
    visitor.type(name="Ria Request", email=email)
    visitor.press("Ask for this appointment")
    yield "code"
    visitor.press("Confirm")
    yield "no code"
    visitor.type(code=clinic.code_for(email))
    visitor.press("Confirm")
    visitor.open(clinic.link_for(THEO, "Decline", "asks for an appointment"))
    yield "decline"
    visitor.press("Decline")
    yield "declined"


@pytest.mark.parametrize("window", WINDOWS)
def test_axe_finds_nothing_and_nothing_hangs_over(
    clinic: Clinic, browser: Browser, window: str
) -> None:
    with visitor(browser, clinic.site.address, **WINDOWS[window]) as someone:
        for name in pages(someone, clinic):
            assert someone.violations() == [], name
            assert someone.page.evaluate(_OVERHANG) <= 0, name
            assert someone.page.evaluate(_SMALL) == [], name
            assert someone.page.locator("h1").count() == 1


def test_a_taken_time_is_shown_without_a_fault(visiting: Visitor) -> None:
    choose_follow_up(visiting)
    form = visiting.page.url
    visiting.type(name="Nora Newcomer", email=address())
    visiting.press("Book this appointment")
    assert visiting.title == "You are booked"
    visiting.open(form)
    assert "this time has just been taken" in visiting.text
    assert visiting.violations() == []


def test_a_keyboard_comes_past_the_head_to_the_content(visiting: Visitor) -> None:
    visiting.page.keyboard.press("Tab")
    assert visiting.page.evaluate("document.activeElement.textContent") == (
        "Skip to the content"
    )
    visiting.page.keyboard.press("Enter")
    visiting.page.keyboard.press("Tab")
    assert FOLLOW_UP in visiting.page.evaluate("document.activeElement.textContent")
    visiting.page.keyboard.press("Enter")
    visiting.page.wait_for_url("**session=*")
    assert visiting.title == "With whom?"


def test_everything_on_a_page_is_written_in_the_language_that_it_names(
    visiting: Visitor,
) -> None:
    assert visiting.page.locator("html").get_attribute("lang") == "en"
    assert visiting.page.title() == "Book an appointment \N{EN DASH} Test practice"
