"""`praxical booking`: requests are listed, shown and answered at the command line."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from server.domain.bookings import Visitor
from server.domain.calendars import Actor
from server.domain.ids import UserName
from server.domain.vocabulary import Door, Role
from server.practice_db.database import open_database
from server.practice_db.engines import database_file
from server.usecases.book import BookingWanted, book
from tests.command_line import Praxical, copied, make_practice, unwrapped
from tests.post_office import post_office
from tests.system.practice import operator

HOURS = ("--start", "2026-01-06 09:00", "--end", "12:00", "--repeat", "weekly")
NORA = Visitor("Nora Newcomer", "nora@example.org")


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a small practice."""
    return make_practice(tmp_path_factory.mktemp("practice") / "data")


@pytest.fixture
def praxical(prepared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Praxical:
    """Return the command line over a copy of it, where clients may ask for an hour."""
    run = copied(prepared, tmp_path / "data", capsys)
    for words in (
        ("session-type", "edit", "acupinitial", "--online", "--booking", "request"),
        ("availability", "add", "--practitioner", "alma", *HOURS),
    ):
        assert run(*words).code == 0
    return run


@pytest.fixture
def asked(praxical: Praxical, tmp_path: Path) -> str:
    """Return the id of what Nora has asked for."""
    return ask(praxical, tmp_path)


def ask(
    praxical: Praxical, folder: Path, visitor: Visitor = NORA, ago: timedelta = timedelta()
) -> str:
    slots = praxical("slots", "--session", "acupinitial", "--json").json
    start = datetime.fromisoformat(slots[0]["start"])
    visiting = Actor(UserName("booking"), Role.FRONT_DESK, Door.BOOKING)
    context = replace(operator(), actor=visiting, now=operator().now - ago)
    wanted = BookingWanted("acupinitial", start, visitor, message="My back hurts")
    database = open_database(database_file(folder / "data"), "practice")
    try:
        with database.writing() as uow:
            return book(uow, context, wanted).id
    finally:
        database.close()


def test_requests_are_listed_without_names_and_shown_with_them(
    praxical: Praxical, asked: str
) -> None:
    table = praxical("booking", "list").out
    assert "pending" in table
    assert "Nora" not in table
    (one,) = praxical("booking", "list", "--json").json
    assert (one["id"], one["state"], one["client"]) == (asked, "pending", None)
    assert "Nora" not in str(one)
    for number in (asked, one["appointment"], one["appointment"][-6:]):
        shown = praxical("booking", "show", number, "--json").json
        assert (shown["id"], shown["name"]) == (asked, "Nora Newcomer")
    text = praxical("booking", "show", asked).out
    assert "nora@example.org" in text
    assert "My back hurts" in text


def test_a_request_is_accepted_with_other_fields_and_a_message(
    praxical: Praxical, asked: str
) -> None:
    words = ("--client", "C1001", "--room", "room-1", "--message", "Please ring twice.")
    accepted = praxical("booking", "accept", asked, *words)
    assert accepted.code == 0, accepted.err
    shown = praxical("booking", "show", asked, "--json").json
    assert (shown["state"], shown["client"], shown["room"]) == ("booked", "C1001", "room-1")
    assert shown["reply"] == "Please ring twice."
    made = praxical("appointment", "show", shown["appointment"], "--json").json
    assert (made["kind"], made["status"], made["client"]) == ("session", "booked", "C1001")
    assert "No request waits" in praxical("booking", "list").out
    (one,) = praxical("booking", "list", "--all", "--json").json
    assert one["id"] == asked
    assert praxical("booking", "list", "--all", "--since", "2200-01-01", "--json").json == []


def test_a_request_of_somebody_new_makes_a_client(praxical: Praxical, asked: str) -> None:
    accepted = praxical("booking", "accept", asked)
    assert accepted.code == 0, accepted.err
    client = praxical("booking", "show", asked, "--json").json["client"]
    assert client in accepted.out
    assert client not in ("C1001", "C1002")


def test_a_declined_request_is_over(praxical: Praxical, asked: str) -> None:
    declined = praxical("booking", "decline", asked, "--message", "We are full.")
    assert declined.code == 0, declined.err
    shown = praxical("booking", "show", asked, "--json").json
    assert (shown["state"], shown["reply"]) == ("declined", "We are full.")
    again = praxical("booking", "accept", asked)
    assert again.code == 1
    assert "answered already" in unwrapped(again.err)


def test_who_has_no_address_has_to_be_rung(praxical: Praxical, tmp_path: Path) -> None:
    number = ask(praxical, tmp_path, Visitor("Nora Newcomer", phone="+1 212 555 0100"))
    assert "has to ring" in unwrapped(praxical("booking", "decline", number).out)


@pytest.mark.parametrize(
    "words", [("--client", "C9999"), ("--room", "nowhere"), ("--session", "nothing")]
)
def test_an_answer_that_cannot_be_meant_changes_nothing(
    praxical: Praxical, asked: str, words: tuple[str, str]
) -> None:
    assert praxical("booking", "accept", asked, *words).code == 1
    assert praxical("booking", "show", asked, "--json").json["state"] == "pending"


def test_what_is_not_there_is_named(praxical: Praxical) -> None:
    missing = praxical("booking", "show", "ZZZZZZ")
    assert missing.code == 1
    assert "ZZZZZZ" in missing.err


def test_the_worker_lapses_a_request_that_nobody_answered(
    praxical: Praxical, tmp_path: Path
) -> None:
    number = ask(praxical, tmp_path, ago=timedelta(hours=73))
    assert praxical("worker", "--once").code == 0
    assert praxical("booking", "show", number, "--json").json["state"] == "expired"


def test_the_worker_sends_mail_through_the_server_that_settings_name(
    praxical: Praxical, asked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with post_office() as office:
        for key, value in {
            "MAIL_SENDER": "office@practice.example",
            "MAIL_SENDER_NAME": "The practice",
            "MAIL_HOST": "127.0.0.1",
            "MAIL_PORT": str(office.port),
            "MAIL_SECURITY": "none",
            "BOOKING_PUBLIC_URL": "https://practice.example/calendars",
        }.items():
            monkeypatch.setenv(f"PRAXICAL_{key}", value)
        assert praxical("worker", "--once").code == 0
        (taken,) = office.taken
    assert taken.to == (NORA.email,)
    assert taken.message["From"] == "The practice <office@practice.example>"
    assert "https://practice.example/calendars/book/practice/manage/" in taken.plain
    assert asked not in taken.plain
