"""The commands for what can be booked, where and for how much."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests.command_line import (
    Praxical,
    book,
    copied,
    make_practice,
    unwrapped,
)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a small practice."""
    return make_practice(tmp_path_factory.mktemp("practice") / "data")


@pytest.fixture
def praxical(prepared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Praxical:
    """Return the command line over a copy of the small practice."""
    return copied(prepared, tmp_path / "data", capsys)


def test_t16_a_used_session_type_is_archived_instead_of_deleted(praxical: Praxical) -> None:
    book(praxical)
    refused = praxical("session-type", "delete", "acupinitial", "--yes")
    assert refused.code == 1
    assert "Archive it instead" in unwrapped(refused.err)
    assert praxical("session-type", "archive", "acupinitial").code == 0
    assert praxical("session-type", "list", "--json").json[0]["name"] == "psy50"
    assert "archived" in praxical("session-type", "list", "--all").out
    assert praxical("session-type", "unarchive", "acupinitial").code == 0
    assert praxical("session-type", "delete", "psy50", "--yes").code == 0


def test_cr_12_deleting_asks_first(praxical: Praxical, monkeypatch: pytest.MonkeyPatch) -> None:
    with Path(os.devnull).open(encoding="utf-8") as nothing:
        monkeypatch.setattr(sys, "stdin", nothing)
        assert praxical("session-type", "delete", "psy50").code == 1
    assert len(praxical("session-type", "list", "--json").json) == 2


def test_cr_11_a_session_type_can_be_edited(praxical: Praxical) -> None:
    edited = praxical(
        *("session-type", "edit", "psy50", "--name", "psy55", "--minutes", "55"),
        *("--colour", "#AA00FF", "--alias", "talk", "--location", "main", "--item", ""),
        *("--online", "--video", "--not-in-mails", "--description", "Talking"),
    )
    assert edited.code == 0
    shown = praxical("session-type", "show", "talk", "--json").json
    assert shown.pop("booking") == "request"
    expected = {
        "name": "psy55",
        "description": "Talking",
        "discipline": "psychotherapy",
        "minutes": 55,
        "colour": "#aa00ff",
        "locations": ["main"],
        "items": [],
        "aliases": ["talk"],
        "online_bookable": True,
        "video": True,
        "in_email_reminders": False,
        "archived": False,
    }
    assert {**shown, **expected} == shown


def test_things_of_the_practice_can_be_edited_and_archived(praxical: Praxical) -> None:
    for line in (
        "product add OIL --name Oil --price 18.50",
        "product edit OIL --price 19",
        "service edit 97810 --fee 90.5",
        "location edit telehealth --no-auto-95 --zone Europe/Berlin",
        "room edit room-1 --name Blue",
    ):
        assert praxical(*line.split()).code == 0, line
    assert praxical("product", "list", "--json").json[0]["price"] == "19.00"
    assert praxical("service", "list", "--json").json[1]["fee"] == "90.50"
    assert praxical("location", "list", "--json").json[1]["auto_95"] is False
    assert praxical("room", "list", "--json").json[0]["name"] == "Blue"
    for group, key in (("product", "OIL"), ("service", "97810"), ("room", "room-1")):
        assert praxical(group, "archive", key).code == 0
        assert key not in praxical(group, "list").out
        assert key in praxical(group, "list", "--all").out
        assert praxical(group, "unarchive", key).code == 0


def test_check_finds_nothing_in_a_sound_database(praxical: Praxical) -> None:
    book(praxical, "--repeat", "weekly")
    assert praxical("check").code == 0
    assert praxical("check", "--json").json == []
    assert praxical("worker", "--once").code == 0
    assert praxical("check").code == 0
