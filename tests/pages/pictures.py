"""Take the pictures of the documents anew: ``python -m tests.pages.pictures``."""

from __future__ import annotations

import tempfile
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import Browser

from server.domain.ids import PracticeId
from server.domain.practice import Practice
from server.practice_db.database import create_practice
from server.practice_db.engines import connect, database_file
from server.practice_db.migrations import upgrade
from tests.databases import SLUG, ZONE
from tests.pages.browser import PHONE, launched, visitor
from tests.pages.clinic import FOLLOW_UP, Clinic, open_clinic
from tests.pages.host import web_site
from tests.pages.journeys import book_follow_up, choose_follow_up
from tests.post_office import post_office

PICTURES = Path(__file__).resolve().parents[2] / "docs" / "howto" / "pictures"
NAME = "Maple Street Practice"


def prepared(folder: Path) -> str:
    """Return the address of a database with a practice that has a name worth showing."""
    url = database_file(folder)
    engine = connect(url)
    upgrade(engine)
    create_practice(engine, Practice(PracticeId(1), SLUG, NAME, ZONE))
    engine.dispose()
    return url


def take(clinic: Clinic, browser: Browser, host_port: int) -> None:
    """Take each picture."""
    origin = clinic.site.address
    with visitor(browser, origin, size=PHONE) as someone:
        someone.open(clinic.home)
        someone.choose(FOLLOW_UP, "Alma Ilves")
        someone.page.screenshot(path=PICTURES / "book-when.png")
        someone.open(clinic.home)
        choose_follow_up(someone)
        someone.page.screenshot(path=PICTURES / "book-details.png")
    with visitor(browser, origin, size=PHONE, color_scheme="dark") as someone:
        someone.open(clinic.home)
        book_follow_up(someone, "nora@example.org")
        someone.page.screenshot(path=PICTURES / "book-done.png")
    with visitor(browser, "http://127.0.0.1:", size=(640, 760)) as someone:
        shown = urlencode({"show": clinic.home})
        someone.open(f"http://127.0.0.1:{host_port}/?{shown}")
        someone.page.frame_locator("iframe").get_by_text(FOLLOW_UP).wait_for()
        someone.page.screenshot(path=PICTURES / "book-embedded.png")


def main() -> None:
    """Serve an invented practice and take its pictures."""
    with (
        tempfile.TemporaryDirectory() as folder,
        web_site() as port,
        post_office() as office,
        open_clinic(
            prepared(Path(folder)),
            office,
            PRAXICAL_BOOKING_FRAME_ORIGINS=f"http://127.0.0.1:{port}",
        ) as clinic,
        launched() as browser,
    ):
        take(clinic, browser, port)


if __name__ == "__main__":
    main()
