"""The command line in the test's own process, over a small practice that it made itself."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from server.__main__ import main

SET_UP = """\
migrate --zone America/New_York
user add alma --discipline acupuncture
user add theo --discipline psychotherapy
user add desk --role front-desk
location add main
location add telehealth --place-of-service 10
room add room-1 --location main
service add 97810 --description First --fee 85
service add 90834 --description Psychotherapy --fee 140
session-type add acupinitial --minutes 75 --discipline acupuncture --item 97810
session-type add psy50 --minutes 50 --discipline psychotherapy --item 90834
client add JaneDoe --practitioner alma --email jane@example.org --email-reminders
client add JohnDoe
"""


class Ran(NamedTuple):
    """What came of one call."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:  # noqa: ANN401  # whatever the command printed
        """The output as a program reads it."""
        return json.loads(self.out)


Praxical = Callable[..., Ran]


def call(*words: str) -> int:
    """Return the exit code of one call."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["praxical", *words])
        with pytest.raises(SystemExit) as ended:
            main()
    code = ended.value.code
    return code if isinstance(code, int) else 0


def make_practice(folder: Path) -> Path:
    """Make the small practice in a folder, by the command line itself."""
    for line in SET_UP.splitlines():
        assert call(*line.split(), "--data-dir", str(folder)) == 0, line
    return folder


def copied(prepared: Path, folder: Path, capsys: pytest.CaptureFixture[str]) -> Praxical:
    """Return the command line over a copy of a practice."""
    shutil.copytree(prepared, folder)
    return over(folder, capsys)


def over(folder: Path, capsys: pytest.CaptureFixture[str]) -> Praxical:
    """Return the command line over a folder."""

    def run(*words: str) -> Ran:
        capsys.readouterr()
        code = call(*words, "--data-dir", str(folder))
        return Ran(code, *capsys.readouterr())

    return run


def book(praxical: Praxical, *more: str) -> str:
    """Book Jane Doe with Alma on 24 November 2026 at two; return the id."""
    made = praxical(
        *("appointment", "new", "--practitioner", "alma", "--client", "C1001", "--json"),
        *("--session", "acupinitial", "--start", "2026-11-24 14:00", *more),
    )
    assert made.code == 0, made.err
    number, *_ = made.json
    return str(number)


def listed(praxical: Praxical, *more: str) -> list[dict[str, Any]]:
    """Return the occurrences of that winter."""
    days = ("--from", "2026-11-01", "--to", "2027-03-01")
    found: list[dict[str, Any]] = praxical("appointment", "list", *days, "--json", *more).json
    return found


def unwrapped(text: str) -> str:
    """Return a message as one line, however the terminal broke it."""
    return " ".join(text.split())
