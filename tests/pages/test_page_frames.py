"""The page in a frame of the practice's own site, and of nobody else's."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser

from server.domain.vocabulary import Status
from tests.pages.browser import DESKTOP, visitor
from tests.pages.clinic import FOLLOW_UP, Clinic
from tests.pages.journeys import address


@pytest.mark.parametrize("scripts", [True, False])
def test_an_appointment_is_booked_inside_a_frame(
    clinic: Clinic, browser: Browser, host_port: int, scripts: bool
) -> None:
    email = address()
    host = f"http://127.0.0.1:{host_port}/?{urlencode({'show': clinic.home})}"
    # The host's own page is asked for too.
    with visitor(
        browser, "http://127.0.0.1:", size=DESKTOP, java_script_enabled=scripts
    ) as someone:
        someone.open(host)
        frame = someone.page.frame_locator("iframe")
        for name in (FOLLOW_UP, "Alma Ilves"):
            frame.get_by_role("link", name=name).click()
        frame.locator(".times a").first.click()
        frame.locator("#name").fill("Nora Newcomer")
        frame.locator("#email").fill(email)
        frame.get_by_role("button", name="Book this appointment").click()
        frame.get_by_text("You are booked").wait_for()
    assert clinic.status_of(email) is Status.BOOKED


def test_a_site_that_is_not_allowed_shows_no_page(
    clinic: Clinic, browser: Browser, host_port: int
) -> None:
    context = browser.new_context()
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(f"http://localhost:{host_port}/?{urlencode({'show': clinic.home})}")
    assert page.frame_locator("iframe").get_by_text(FOLLOW_UP).count() == 0
    context.close()
    assert any("frame-ancestors" in one for one in said)
