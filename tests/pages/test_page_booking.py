"""Booking in a browser, from the first page to the last, with scripts and without."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from urllib.parse import urlencode

from playwright.sync_api import Browser

from server.domain.vocabulary import Status
from tests.databases import SLUG
from tests.pages.browser import Visitor, visitor
from tests.pages.clinic import CLOSED, FOLLOW_UP, Clinic
from tests.pages.journeys import (
    address,
    ask_for_first_talk,
    book_follow_up,
    choose_follow_up,
)


def test_an_appointment_is_booked_from_the_first_page_to_the_last(
    anybody: Visitor, clinic: Clinic
) -> None:
    email = address()
    anybody.choose(FOLLOW_UP, "Alma Ilves")
    said = anybody.take_first_time()
    anybody.type(name="Nora Newcomer", email=email, phone="+1 555 010 0100")
    anybody.page.check("text=By text message")
    anybody.press("Book this appointment")
    assert anybody.title == "You are booked"
    assert said in anybody.text
    assert "Alma Ilves" in anybody.text
    ((booking, appointment),) = clinic.bookings_of(email)
    assert appointment.first_part.details.status is Status.BOOKED
    assert booking.visitor.text_reminders
    assert not booking.visitor.email_reminders
    assert not re.search("(?i)nora|newcomer|example.org|555", anybody.page.url)


def test_whoever_is_free_first_can_be_booked(anybody: Visitor, clinic: Clinic) -> None:
    email = address()
    anybody.choose(FOLLOW_UP, "Anybody")
    anybody.take_first_time()
    anybody.type(name="Nora Newcomer", email=email)
    anybody.press("Book this appointment")
    assert clinic.status_of(email) is Status.BOOKED
    assert "Alma Ilves" in anybody.text or "Mira Okafor" in anybody.text


def test_a_request_needs_the_code_that_was_mailed(anybody: Visitor, clinic: Clinic) -> None:
    email = address()
    ask_for_first_talk(anybody, clinic, email)
    assert clinic.status_of(email) is Status.REQUESTED
    ((booking, _),) = clinic.bookings_of(email)
    assert booking.message == "Stairs are hard for me."


def test_a_wrong_code_is_said_beside_its_field(anybody: Visitor, clinic: Clinic) -> None:
    email = address()
    anybody.choose("Psychotherapy, first talk")
    anybody.take_first_time()
    anybody.type(name="Ria Request", email=email)
    anybody.press("Ask for this appointment")
    anybody.type(code="12")
    anybody.press("Confirm")
    assert anybody.page.get_by_label("Code").get_attribute("aria-invalid") == "true"
    assert "This code is not right" in anybody.text
    assert clinic.bookings_of(email) == []


def test_what_is_wrong_stands_beside_its_field_and_the_rest_is_kept(anybody: Visitor) -> None:
    choose_follow_up(anybody)
    anybody.type(phone="call me", message="I come by bus.")
    anybody.press("Book this appointment")
    name, phone = anybody.page.locator("#name"), anybody.page.locator("#phone")
    assert anybody.page.evaluate("document.activeElement.id") == "name"
    for field, sentence in ((name, "Please write your name."), (phone, "+1 555 010 0100")):
        ids = (field.get_attribute("aria-describedby") or "").split()
        assert any(sentence in anybody.page.locator(f"#{one}").inner_text() for one in ids)
    assert phone.input_value() == "call me"
    assert anybody.page.locator("#message").input_value() == "I come by bus."


def test_a_taken_time_loses_nothing_that_was_typed(
    anybody: Visitor, clinic: Clinic, browser: Browser
) -> None:
    email = address()
    choose_follow_up(anybody)
    anybody.type(name="Nora Newcomer", email=email, message="I come by bus.")
    with visitor(browser, clinic.site.address) as faster:
        faster.open(anybody.page.url)
        faster.type(name="Freya Faster", email=address())
        faster.press("Book this appointment")
        assert faster.title == "You are booked"
    anybody.press("Book this appointment")
    assert "this time has just been taken" in anybody.text
    assert anybody.page.locator("#message").input_value() == "I come by bus."
    anybody.press("Book this appointment")
    assert "Please choose a time." in anybody.text
    anybody.page.locator("input[name=start]").first.check()
    anybody.press("Book this appointment")
    assert anybody.title == "You are booked"
    assert clinic.status_of(email) is Status.BOOKED


def test_a_form_that_is_sent_twice_books_once(visiting: Visitor, clinic: Clinic) -> None:
    email = address()
    choose_follow_up(visiting)
    visiting.type(name="Nora Newcomer", email=email)
    visiting.page.get_by_role("button", name="Book this appointment").dblclick()
    visiting.page.get_by_text("You are booked").wait_for()
    assert len(clinic.bookings_of(email)) == 1


def test_without_scripts_a_form_that_is_sent_twice_at_once_books_once(
    visiting: Visitor, clinic: Clinic
) -> None:
    email = address()
    choose_follow_up(visiting)
    visiting.type(name="Nora Newcomer", email=email)
    fields = visiting.page.evaluate("Object.fromEntries(new FormData(document.forms[0]))")
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda _: posted(clinic, fields), range(2)))
    assert [status for status, _ in answers] == [200, 200]
    assert all("You are booked" in text for _, text in answers)
    assert len(clinic.bookings_of(email)) == 1


def posted(clinic: Clinic, fields: dict[str, str]) -> tuple[int, str]:
    wire = HTTPConnection("127.0.0.1", clinic.site.server.port, timeout=30)
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    wire.request("POST", f"/book/{SLUG}", urlencode(fields), kind)
    answer = wire.getresponse()
    text = answer.read().decode()
    wire.close()
    return answer.status, text


def test_times_are_shown_in_the_zone_of_the_browser(clinic: Clinic, browser: Browser) -> None:
    zone = "America/Los_Angeles"
    with visitor(browser, clinic.site.address, timezone_id=zone) as far:
        far.open(clinic.home)
        far.choose(FOLLOW_UP, "Alma Ilves")
        far.page.wait_for_url("**tz=America*")
        assert "Times are shown in Los Angeles time" in far.text
        far.take_first_time()
        assert "Los Angeles time" in far.text
        assert re.search(r"(am|pm|noon) in New York time \(E[SD]T\) there", far.text)


def test_without_scripts_the_zone_is_chosen_by_hand(clinic: Clinic, browser: Browser) -> None:
    with visitor(browser, clinic.site.address, java_script_enabled=False) as far:
        far.open(clinic.home)
        far.choose(FOLLOW_UP, "Alma Ilves")
        assert "Times are shown in New York time" in far.text
        before = far.page.locator(".times a").first.inner_text()
        far.page.get_by_text("Show another time zone").click()
        far.page.select_option("#tz", "Europe/Berlin")
        far.press("Show these times")
        assert "Times are shown in Berlin time" in far.text
        assert far.page.locator(".times a").first.inner_text() != before


def test_days_and_months_are_gone_through_one_by_one(anybody: Visitor) -> None:
    anybody.choose(FOLLOW_UP, "Alma Ilves")
    month = anybody.page.locator("#month")
    first = month.inner_text()
    anybody.page.locator("a[rel=next]").click()
    assert month.inner_text() != first
    day = anybody.page.locator(".month td a").last
    label = (day.get_attribute("aria-label") or "").partition(":")[0]
    day.click()
    assert anybody.page.locator("#day").inner_text() == label
    anybody.page.locator("a[rel=prev]").click()
    assert month.inner_text() == first


def test_where_new_clients_are_not_taken_the_page_tells_no_more_than_was_asked_for(
    visiting: Visitor, clinic: Clinic
) -> None:
    texts = []
    for name, email in (("Quentin Zyxwvut", "quentin@mail.example"), ("New One", address())):
        clinic.forget_mail()
        visiting.open(clinic.home)
        visiting.choose(CLOSED)
        said = visiting.take_first_time()
        visiting.type(name=name, email=email)
        visiting.press("Ask for this appointment")
        visiting.type(code=clinic.code_for(email))
        visiting.press("Confirm")
        assert visiting.title == "The practice has your request"
        assert visiting.page.locator(".links a").count() == 0
        shown = visiting.text.replace(email, "")
        texts.append(re.sub(r"\d+:\d\d\s\w+|\w+day, \d+\s\w+", "", shown.replace(said, "")))
    assert texts[0] == texts[1]


def test_the_calendar_file_can_be_saved(visiting: Visitor, clinic: Clinic) -> None:
    book_follow_up(visiting, address())
    with visiting.page.expect_download() as download:
        visiting.page.get_by_role("link", name="Add to your calendar").click()
    text = download.value.path().read_text()
    assert download.value.suggested_filename == "appointment.ics"
    assert "METHOD:PUBLISH" in text
    assert "ATTENDEE" not in text
    assert clinic.site.server.process.poll() is None
