"""`praxical import`, `export` and `check` as a person and as a script see them."""

from __future__ import annotations

import sqlite3
import stat
from pathlib import Path

import pytest

from tests.command_line import Praxical, book, copied, make_practice, unwrapped

VISIT = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//other//app//EN
BEGIN:VEVENT
UID:visit
DTSTART;TZID=America/New_York:20261124T090000
DTEND;TZID=America/New_York:20261124T100000
SUMMARY:acupinitial JaneDoe
END:VEVENT
BEGIN:VTODO
UID:task
SUMMARY:Secret words
END:VTODO
END:VCALENDAR
"""


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a small practice."""
    return make_practice(tmp_path_factory.mktemp("practice") / "data")


@pytest.fixture
def praxical(prepared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Praxical:
    """Return the command line over a copy of the small practice."""
    return copied(prepared, tmp_path / "data", capsys)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return a file with an event and a task."""
    path = tmp_path / "old.ics"
    path.write_text(VISIT, encoding="utf-8")
    return path


def test_an_import_says_what_came_of_it_and_ends_with_1_if_something_was_refused(
    praxical: Praxical, file: Path
) -> None:
    ran = praxical("import", str(file), "--calendar", "alma/appointments")
    assert ran.code == 1
    assert "1 new, 0 changed, 0 unchanged, 1 refused" in unwrapped(ran.out)
    assert "10" in ran.out
    assert "task" in ran.out
    assert "Secret words" not in ran.out
    again = praxical("import", str(file), "--calendar", "alma/appointments", "--json").json
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, 1)
    assert [(one["uid"], one["line"]) for one in again["refused"]] == [("task", 10)]


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("", "The file is empty"),
        ("hello", "Line 1 stands outside of any calendar"),
        (VISIT[:-15], "without END:VCALENDAR"),
        (VISIT.replace("END:VEVENT", "END:VALARM", 1), "Line 9 ends what was not begun"),
    ],
)
def test_a_file_that_is_no_calendar_is_refused_as_a_whole(
    praxical: Praxical, file: Path, body: str, why: str
) -> None:
    file.write_text(body, encoding="utf-8")
    ran = praxical("import", str(file), "--calendar", "alma/appointments")
    assert ran.code == 1
    assert why in unwrapped(ran.err)
    days = ("--from", "2026-11-01", "--to", "2026-12-01")
    assert praxical("appointment", "list", *days, "--json").json == []


def test_a_file_or_calendar_that_is_not_there_is_said(praxical: Praxical, file: Path) -> None:
    assert praxical("import", f"{file}x", "--calendar", "alma/appointments").code == 2
    ran = praxical("import", str(file), "--calendar", "nobody/appointments")
    assert (ran.code, ran.out) == (1, "")
    assert "There is no calendar 'nobody/appointments'" in unwrapped(ran.err)


def test_an_export_goes_to_the_screen_a_file_or_a_folder(
    praxical: Praxical, tmp_path: Path
) -> None:
    book(praxical)
    shown = praxical("export", "--calendar", "alma/appointments").out
    assert shown.startswith("BEGIN:VCALENDAR\r\n")
    assert praxical("export").out.count("BEGIN:VCALENDAR") == 4
    file, folder = tmp_path / "alma.ics", tmp_path / "all"
    words = ("export", "--calendar", "alma/appointments", "--output", str(file))
    assert praxical(*words).code == 0
    assert file.read_bytes().decode() == shown
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert praxical("export", "--output", str(folder)).code == 0
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert sorted(one.name for one in folder.iterdir()) == [
        "alma-appointments.ics",
        "alma-availability.ics",
        "theo-appointments.ics",
        "theo-availability.ics",
    ]


def test_an_export_is_private_whatever_an_earlier_one_has_left_behind(
    praxical: Praxical, tmp_path: Path
) -> None:
    file = tmp_path / "alma.ics"
    left = tmp_path / "alma.ics.part"
    left.touch(mode=0o644)
    words = ("export", "--calendar", "alma/appointments", "--output", str(file))
    assert praxical(*words).code == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert sorted(one.name for one in tmp_path.glob("alma.ics*")) == [file.name, left.name]


def test_an_export_that_cannot_be_written_is_said(praxical: Praxical, tmp_path: Path) -> None:
    output = str(tmp_path / "nowhere" / "alma.ics")
    ran = praxical("export", "--calendar", "alma/appointments", "--output", output)
    assert ran.code == 1
    assert "the file cannot be written: No such file" in unwrapped(ran.err)


def test_check_finds_what_is_wrong_and_repairs_it_when_asked_to(
    praxical: Praxical, tmp_path: Path
) -> None:
    number = book(praxical)
    with sqlite3.connect(tmp_path / "data/praxical.sqlite3") as connection:
        connection.execute("DELETE FROM occurrence")
    connection.close()
    ran = praxical("check")
    assert ran.code == 1
    assert number in ran.out
    (found,) = praxical("check", "--json").json
    assert found["what"] == "the indexed occurrences do not follow from the rule"
    assert found["where"] == number
    assert found["repair"] == "praxical check --repair"
    mended = praxical("check", "--repair")
    assert mended.code == 0
    assert "Nothing is wrong any more" in mended.out
    assert praxical("check", "--json").json == []
