"""The command line as a person and as a script see it: starting, people, what ends how."""

from __future__ import annotations

import os
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from server.cli.reference import page
from tests.command_line import (
    Praxical,
    book,
    call,
    copied,
    make_practice,
    over,
    unwrapped,
)

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a small practice."""
    return make_practice(tmp_path_factory.mktemp("practice") / "data")


@pytest.fixture
def empty(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Praxical:
    """Return the command line over a folder in which nothing is yet."""
    return over(tmp_path / "data", capsys)


@pytest.fixture
def praxical(prepared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Praxical:
    """Return the command line over a copy of the small practice."""
    return copied(prepared, tmp_path / "data", capsys)


# --- starting --------------------------------------------------------------------------


def test_migrate_makes_folder_database_and_practice_for_their_owner_only(
    empty: Praxical, tmp_path: Path
) -> None:
    assert empty("migrate", "--zone", "Europe/Berlin").code == 0
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "data/praxical.sqlite3").stat().st_mode) == 0o600
    again = empty("migrate")
    assert again.code == 0
    assert "Made the practice" not in again.out


def test_a_command_without_a_database_says_what_to_run(empty: Praxical) -> None:
    ran = empty("client", "list")
    assert ran.code == 4
    assert "praxical migrate" in ran.err


def test_another_practice_is_not_there_until_it_is_made(praxical: Praxical) -> None:
    ran = praxical("user", "list", "--practice", "annex")
    assert ran.code == 4
    assert "There is no practice 'annex'" in ran.err
    assert praxical("migrate", "--practice", "annex", "--zone", "UTC").code == 0
    assert praxical("user", "list", "--practice", "annex", "--json").json == []


def test_wrong_settings_are_reported_all_at_once(praxical: Praxical, tmp_path: Path) -> None:
    config = tmp_path / "praxical.toml"
    config.write_text("[server]\nport = 99999\nhots = 1\n", encoding="utf-8")
    ran = praxical("user", "list", "--config", str(config))
    assert ran.code == 3
    assert ran.out == ""
    assert f"{config}:2: [server] port: 99999 is not a port" in unwrapped(ran.err)
    assert f"{config}:3: [server] hots: is no key" in unwrapped(ran.err)


def test_a_missing_settings_file_is_a_mistake_of_its_own(praxical: Praxical) -> None:
    ran = praxical("user", "list", "--config", "no-such.toml")
    assert ran.code == 3
    assert "no-such.toml: the settings cannot be read" in unwrapped(ran.err)


@pytest.mark.parametrize(
    "words",
    [
        ["user", "lst"],
        ["user", "list", "--jsn"],
        ["user", "add"],
        ["user", "role", "desk", "king"],
        ["user", "list", "--database", "postgresql://db/x"],
        ["serve", "--port", "99999"],
        ["notice", "clear"],
    ],
)
def test_wrong_usage_ends_with_2(praxical: Praxical, words: list[str]) -> None:
    assert praxical(*words).code == 2


def test_a_port_that_is_taken_is_refused(praxical: Praxical) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ran = praxical("serve", "--port", port)
    assert ran.code == 1
    assert f"port: {port} at 127.0.0.1: " in ran.err


def test_serve_and_worker_need_a_database(empty: Praxical) -> None:
    assert empty("serve").code == 4
    assert empty("worker", "--once").code == 4


def test_a_data_folder_that_cannot_be_made_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    assert call("migrate", "--data-dir", str(tmp_path / "file/data")) == 4
    assert "The data folder cannot be made" in capsys.readouterr().err


def test_the_practice_may_be_said_before_the_command(
    prepared: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call("--data-dir", str(prepared), "user", "list", "--json") == 0
    assert '"alma"' in capsys.readouterr().out


def test_every_command_has_help_and_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    assert call("appointment", "new", "--help") == 0
    shown = capsys.readouterr().out
    assert "Examples:" in shown
    assert "--data-dir" in shown
    assert "--json <bool>" not in shown


def test_the_page_of_the_command_line_is_up_to_date() -> None:
    kept = (ROOT / "docs/reference/command-line.md").read_text(encoding="utf-8")
    assert kept == page()


def test_a_pipe_gets_neither_colours_nor_cut_lines(prepared: Path) -> None:
    environment = {
        name: value for name, value in os.environ.items() if name not in {"COLUMNS", "LINES"}
    }
    words = [sys.executable, "-m", "server", "location", "list", "--data-dir", str(prepared)]
    ran = subprocess.run(
        words, capture_output=True, text=True, check=True, cwd=ROOT, env=environment
    )
    assert "\x1b" not in ran.stdout
    assert "10 Telehealth in the patient's home" in ran.stdout
    assert ran.stderr == ""


# --- people ----------------------------------------------------------------------------


def test_a_table_fits_80_columns(praxical: Praxical, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    book(praxical, "--repeat", "weekly", "--times", "3")
    for words in (["user", "list"], ["location", "list"], ["session-type", "list"]):
        assert max(map(len, praxical(*words).out.splitlines())) <= 80
    days = ("--from", "2026-11-24", "--to", "2026-12-08")
    shown = praxical("appointment", "list", *days).out
    assert max(map(len, shown.splitlines())) <= 80
    assert "14:00-15:15" in shown
    assert "Tue 01 Dec" in shown


def test_an_app_password_is_shown_once_and_neverlisted(praxical: Praxical) -> None:
    made = praxical("app-password", "new", "alma", "--label", "phone", "--json").json
    assert len(made["secret"].replace("-", "")) == 28
    listed = praxical("app-password", "list", "--json")
    (kept,) = listed.json
    assert kept["label"] == "phone"
    assert kept["last_used"] is None
    assert kept["state"] == "active"
    assert made["secret"] not in listed.out
    assert praxical("app-password", "revoke", made["id"]).code == 0
    assert praxical("app-password", "list", "--json").json == []
    assert praxical("app-password", "list", "--all", "--json").json[0]["state"] == "revoked"


def test_a_chosen_password_comes_from_standard_input(
    praxical: Praxical, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    given = tmp_path / "secret"
    for text, code in (("correct horse battery\n", 0), ("short\n", 1), ("", 1)):
        given.write_text(text, encoding="utf-8")
        with given.open(encoding="utf-8") as stream:
            monkeypatch.setattr(sys, "stdin", stream)
            ran = praxical("app-password", "new", "desk", "--stdin")
        assert ran.code == code
        assert "horse" not in ran.out + ran.err


def test_disabling_a_user_says_how_many_passwords_went(praxical: Praxical) -> None:
    praxical("app-password", "new", "theo")
    assert "app passwords: 1" in praxical("user", "disable", "theo").out
    assert praxical("app-password", "new", "theo").code == 1
    assert praxical("user", "enable", "theo").code == 0


def test_sh_03_a_name_makes_a_client_and_namesakes_are_told(praxical: Praxical) -> None:
    assert "C1003" in praxical("client", "add", "Maria Garcia").out
    again = praxical("client", "add", "García, María")
    assert "C1004" in again.out
    assert "C1003" in again.out
    found = praxical("client", "list", "garcia", "--json").json
    assert [one["number"] for one in found] == ["C1003", "C1004"]


def test_a_client_can_be_edited_and_archived(praxical: Praxical) -> None:
    edited = praxical(
        *("client", "edit", "C1002", "--name", "John Roe", "--phone", "+1 212 555 0100"),
        *("--text-reminders", "--practitioner", "theo", "--birth-date", "1980-02-29"),
    )
    assert edited.code == 0
    assert praxical("client", "show", "c1002", "--json").json == {
        "number": "C1002",
        "first_name": "John",
        "last_name": "Roe",
        "email": "",
        "phone": "+1 212 555 0100",
        "birth_date": "1980-02-29",
        "practitioner": "theo",
        "reminders": ["text"],
        "archived": False,
    }
    assert praxical("client", "archive", "C1002").code == 0
    assert "John Roe" not in praxical("client", "list").out
    assert "John Roe" in praxical("client", "list", "--archived").out
    assert praxical("client", "unarchive", "C1002").code == 0


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["client", "show", "C9999"], "There is no client 'C9999'."),
        (["client", "add", "X", "--birth-date", "soon"], "'soon' is not a day"),
        (["user", "add", "alma"], "There is a user 'alma' already."),
        (["service", "add", "x", "--description", "x", "--fee", "1.234"], "is not an amount"),
        (["location", "add", "moon", "--zone", "Moon/Base"], "'Moon/Base' is not a time zone"),
        (["session-type", "edit", "nope"], "There is no session type 'nope'."),
        (["app-password", "new", "nobody"], "There is no user 'nobody'."),
        (["notice", "clear", "nope"], "There is no notice 'nope'."),
    ],
)
def test_a_refusal_is_one_sentence_and_1(
    praxical: Praxical, words: list[str], sentence: str
) -> None:
    ran = praxical(*words)
    assert ran.code == 1
    assert ran.out == ""
    assert sentence in unwrapped(ran.err)
    assert "Traceback" not in ran.err
