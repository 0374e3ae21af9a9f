"""`praxical practice`: what a practice holds, and its removal."""

from __future__ import annotations

import os
import sys
from io import StringIO
from pathlib import Path

import pytest

from tests.command_line import Praxical, book, copied, make_practice, unwrapped

NAME = "practice"
"""What the practice is called that `migrate` makes."""


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a small practice."""
    return make_practice(tmp_path_factory.mktemp("practice") / "data")


@pytest.fixture
def praxical(prepared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Praxical:
    """Return the command line over a copy of the small practice."""
    return copied(prepared, tmp_path / "data", capsys)


def typing(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """Let somebody type a line."""
    monkeypatch.setattr(sys, "stdin", StringIO(f"{text}\n"))


def test_show_tells_numbers_and_no_names(praxical: Praxical) -> None:
    book(praxical)
    shown = praxical("practice", "show", "--json").json
    assert (shown["slug"], shown["zone"]) == (NAME, "America/New_York")
    counted = {what: shown["holds"][what] for what in ("users", "clients", "appointments")}
    assert counted == {"users": 3, "clients": 2, "appointments": 1}
    assert shown["waiting"] == {"mails": 0, "webhooks": 0}
    assert shown["rows"] > sum(counted.values())
    text = praxical("practice", "show").out
    assert "appointments" in text
    for name in ("Jane", "Doe", "alma", "example.org"):
        assert name not in text


def test_who_types_the_name_removes_the_practice(
    praxical: Praxical, monkeypatch: pytest.MonkeyPatch
) -> None:
    book(praxical)
    typing(monkeypatch, NAME)
    ran = praxical("practice", "delete")
    assert ran.code == 0, ran.err
    said = unwrapped(ran.out)
    for word in ("kept by law", "praxical export", "The practice is gone", "The key file"):
        assert word in said
    assert praxical("practice", "show").code == 4
    assert praxical("user", "list").code == 4


@pytest.mark.parametrize("typed", ["yes", "Practice", ""])
def test_whoever_types_something_else_removes_nothing(
    praxical: Praxical, monkeypatch: pytest.MonkeyPatch, typed: str
) -> None:
    typing(monkeypatch, typed)
    assert praxical("practice", "delete").code == 1
    assert praxical("practice", "show", "--json").json["holds"]["users"] == 3


def test_without_anybody_to_ask_nothing_is_removed(
    praxical: Praxical, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Path(os.devnull).open(encoding="utf-8") as nothing:
        monkeypatch.setattr(sys, "stdin", nothing)
        assert praxical("practice", "delete").code == 1
    assert praxical("practice", "delete", "--name", "another").code == 1
    assert praxical("practice", "show", "--json").json["holds"]["users"] == 3


def test_of_several_practices_the_one_that_is_named_goes(praxical: Praxical) -> None:
    made = praxical("migrate", "--practice", "second", "--practice-name", "The second")
    assert made.code == 0, made.err
    assert praxical("practice", "delete", "--name", "The second").code == 1
    ran = praxical("practice", "delete", "--name", "The second", "--practice", "second")
    assert ran.code == 0, ran.err
    assert praxical("practice", "show", "--json").json["slug"] == NAME
    assert praxical("check").code == 0
    assert praxical("ledger", "verify").code == 0


def test_a_practice_that_is_made_afterwards_is_another_one(praxical: Praxical) -> None:
    assert praxical("practice", "delete", "--name", NAME).code == 0
    assert praxical("migrate").code == 0
    shown = praxical("practice", "show", "--json").json
    assert (shown["id"], shown["slug"], shown["holds"]["users"]) == (2, NAME, 0)


def test_no_name_of_anybody_is_left_in_the_folder(praxical: Praxical, tmp_path: Path) -> None:
    book(praxical)
    files = list((tmp_path / "data").iterdir())
    assert any(b"jane@example.org" in file.read_bytes() for file in files)
    assert praxical("practice", "delete", "--name", NAME).code == 0
    left = [file.read_bytes() for file in (tmp_path / "data").iterdir()]
    assert not any(b"jane@example.org" in content for content in left)
    assert not any(b"JaneDoe" in content for content in left)
