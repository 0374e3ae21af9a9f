"""Whatever goes wrong below /book, people read a page; both engines."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from server.practice_db.engines import begin
from tests.booking import open_for_booking
from tests.databases import SLUG
from tests.in_process import ask
from tests.practice import House
from tests.system.phone import Answer
from tests.visiting import Web, visited


@pytest.fixture
def web(any_house: House) -> Iterator[Web]:
    open_for_booking(any_house)
    with visited(any_house) as opened:
        yield opened


def get(web: Web, path: str) -> Answer:
    came = ask(web.port, path)
    return Answer(came.status, came.headers, b"".join(came.pieces))


def test_the_address_without_a_practice_is_a_page_too(web: Web) -> None:
    for path in ("/book", "/book/"):
        answer = get(web, path)
        assert answer.status == 404
        assert answer.headers["content-type"] == "text/html; charset=utf-8"


@contextmanager
def without_table(house: House, name: str) -> Iterator[None]:
    """Hide a table, so that whatever reads it fails in a way that nobody foresaw."""
    with begin(house.database.engines.writing) as connection:
        connection.exec_driver_sql(f"ALTER TABLE {name} RENAME TO elsewhere")
    try:
        yield
    finally:
        with begin(house.database.engines.writing) as connection:
            connection.exec_driver_sql(f"ALTER TABLE elsewhere RENAME TO {name}")


def test_what_nobody_foresaw_is_told_on_a_page_and_logged_without_its_text(
    web: Web, any_house: House, caplog: pytest.LogCaptureFixture
) -> None:
    with without_table(any_house, "booking_link"):
        answer = get(web, f"/book/{SLUG}/manage/{'x' * 32}")
    assert answer.status == 500
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "Something went wrong here" in answer.text
    assert "booking_link" not in answer.text
    assert "failed request=" in caplog.text
    assert "SELECT" not in caplog.text
