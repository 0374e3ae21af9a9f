"""The API and the calendars on one port of real servers: paths, proxies, the end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from server.practice_db.database import open_database
from tests.databases import SLUG
from tests.system.api import PREFIX, Program, program, read, token_for, visit
from tests.system.events import event
from tests.system.phone import Phone, Wire
from tests.system.practice import furnish
from tests.system.servers import Server, Site, serving

GUESSES = 20


@pytest.fixture
def token(sqlite_url: str) -> str:
    """Furnish a practice and return a token of alma's."""
    database = open_database(sqlite_url, SLUG)
    with database.writing() as uow:
        furnish(uow)
    text = token_for(database, "alma")
    database.close()
    return text


@pytest.fixture
def behind_proxy(sqlite_url: str, token: str) -> Iterator[Server]:
    """Serve the practice under a path, behind a proxy on this machine."""
    del token
    told = {
        "PRAXICAL_SERVER_BASE_PATH": "/praxis",
        "PRAXICAL_SERVER_TRUSTED_PROXIES": "127.0.0.1",
    }
    with serving(sqlite_url, 1, **told) as server:
        yield server


def test_a_calendar_may_still_be_called_api(phone: Phone) -> None:
    calendar = f"/{phone.user}/api/"
    assert phone.request("MKCALENDAR", calendar).status == 201
    assert phone.put(f"{calendar}one.ics", event("one")).status == 201
    assert phone.get(f"{calendar}one.ics").status == 200


def test_an_app_password_opens_no_api_and_a_token_no_calendar(site: Site, phone: Phone) -> None:
    assert phone.request("GET", f"{PREFIX}/services").status == 401
    token = program(site, phone.user).token
    bearer = {"Authorization": f"Bearer {token}"}
    assert phone.send("GET", phone.calendar, b"", bearer).status == 401


def test_the_api_stands_under_the_path_of_the_server(behind_proxy: Server, token: str) -> None:
    wire = Wire(behind_proxy.port)
    bearer = {"Authorization": f"Bearer {token}"}
    answer = wire.send("GET", f"/praxis{PREFIX}/services", b"", bearer)
    assert answer.status == 200
    made = Program(
        lambda method, path, body, headers: wire.send(
            method, path.replace(PREFIX, f"/praxis{PREFIX}"), body, headers
        ),
        token,
    ).post("/appointments", visit("alma"))
    number = read(made, 201)["id"]
    assert made.headers["location"] == f"/praxis{PREFIX}/appointments/{number}"


def test_a_guesser_is_held_off_by_the_address_that_the_proxy_says(
    behind_proxy: Server, token: str
) -> None:
    wire = Wire(behind_proxy.port)

    def guess(text: str, address: str) -> int:
        headers = {"Authorization": f"Bearer {text}", "X-Forwarded-For": address}
        return wire.send("GET", f"/praxis{PREFIX}/services", b"", headers).status

    statuses = [guess(f"guess-{number}", "203.0.113.5") for number in range(GUESSES + 3)]
    assert statuses[:GUESSES] == [401] * GUESSES
    assert statuses[-1] == 429
    assert guess("one-more", "203.0.113.77") == 429
    assert guess("one-more", "198.51.100.5") == 401
    assert guess(token, "203.0.113.5") == 200


def test_a_server_that_was_asked_ends_at_once_and_leaves_nothing(
    sqlite_url: str, token: str, tmp_path: Path
) -> None:
    left = tmp_path / "tmp"
    left.mkdir()
    with serving(sqlite_url, 2, TMPDIR=str(left)) as server:
        for _ in range(8):
            fresh = Program(Wire(server.port).send, token)
            assert fresh.get("/services").status == 200
        server.process.terminate()
        assert server.process.wait(10) is not None
    assert list(left.iterdir()) == []
