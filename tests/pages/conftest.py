"""What the tests of the pages share: one served practice, one browser for each file."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.databases import sqlite_template
from tests.pages.browser import Visitor, launched, visitor
from tests.pages.clinic import Clinic, open_clinic
from tests.pages.host import web_site
from tests.post_office import post_office
from tests.system.servers import hung_up, prepared_url

__all__ = [
    "anybody",
    "browser",
    "clinic",
    "host_port",
    "hung_up",
    "sqlite_template",
    "visiting",
]


@pytest.fixture(scope="session")
def host_port() -> Iterator[int]:
    """Return the port of another web site, which may show the page at 127.0.0.1 only."""
    with web_site() as port:
        yield port


@pytest.fixture(scope="session")
def clinic(request: pytest.FixtureRequest, host_port: int) -> Iterator[Clinic]:
    """Return the practice; each test takes a free time and an address of its own."""
    framing = f"http://127.0.0.1:{host_port}"
    with (
        prepared_url("sqlite", request) as url,
        post_office() as office,
        open_clinic(url, office, PRAXICAL_BOOKING_FRAME_ORIGINS=framing) as opened,
    ):
        yield opened


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Return a browser. Its driver runs a loop in this thread: no test beside may need one."""
    with launched() as found:
        yield found


@pytest.fixture
def visiting(clinic: Clinic, browser: Browser) -> Iterator[Visitor]:
    """Return somebody with a phone, at the booking page."""
    with visitor(browser, clinic.site.address) as found:
        found.open(clinic.home)
        yield found


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def anybody(
    request: pytest.FixtureRequest, clinic: Clinic, browser: Browser
) -> Iterator[Visitor]:
    """Return somebody at the booking page, once with and once without scripts."""
    with visitor(browser, clinic.site.address, java_script_enabled=request.param) as found:
        found.open(clinic.home)
        yield found
