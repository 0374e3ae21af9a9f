"""A practice with arrived appointments, and short words for working at its till."""

from __future__ import annotations

import json
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

from tests.command_line import Praxical, Ran, call, make_practice

_MORE = """\
service add 97811 --description Further --fee 45
product add HERB-1 --name Herbs --price 19
session-type edit acupinitial --item 97810 --item 97811
"""
VISITS = (
    ("alma", "C1001", "acupinitial", "2026-11-02T14:00"),
    ("alma", "C1001", "acupinitial", "2026-11-09T14:00"),
    ("theo", "C1002", "psy50", "2026-11-03T09:00"),
)
"""Jane Doe is charged 85 and 45 on two days, John Doe 140 on one."""


def make_till(folder: Path) -> Path:
    """Make the small practice in a folder; its three visits have arrived."""
    make_practice(folder)
    for line in _MORE.splitlines():
        _answer(folder, *line.split())
    for practitioner, client, session, start in VISITS:
        made = _answer(
            folder,
            *("appointment", "new", "--practitioner", practitioner, "--client", client),
            *("--session", session, "--start", start, "--location", "main", "--json"),
        )
        _answer(folder, "appointment", "edit", json.loads(made)[0], "--status", "arrived")
    return folder


def _answer(folder: Path, *words: str) -> str:
    shown = StringIO()
    with redirect_stdout(shown):
        assert call(*words, "--data-dir", str(folder)) == 0, words
    return shown.getvalue()


def done(praxical: Praxical, line: str, *more: str) -> Ran:
    """Run a command line, whose words hold no blanks, that must succeed."""
    ran = praxical(*line.split(), *more)
    assert ran.code == 0, (line, ran.err)
    return ran


def refused(praxical: Praxical, line: str, *more: str) -> str:
    """Return the sentence with which a command line is refused."""
    ran = praxical(*line.split(), *more)
    assert ran.code == 1, (line, ran.out)
    return " ".join(ran.err.removeprefix("praxical: ").split())


def charges(praxical: Praxical, line: str = "") -> list[dict[str, Any]]:
    """Return the charges that `charge list` finds."""
    found: list[dict[str, Any]] = done(praxical, f"charge list --json {line}").json
    return found


def billed(praxical: Praxical, client: str = "C1001") -> dict[str, Any]:
    """Bill a client and return the bill."""
    made: dict[str, Any] = done(praxical, f"bill new --json --client {client}").json
    return made


def paid(praxical: Praxical, amount: str, *bills: int) -> dict[str, Any]:
    """Record a card payment of Jane Doe's and return it."""
    words = " ".join(f"--bill {number}" for number in bills)
    line = f"payment record --json --client C1001 --method card --amount {amount} {words}"
    made: dict[str, Any] = done(praxical, line).json
    return made


def dollars(money: dict[str, Any]) -> str:
    """Return an amount as a person writes it."""
    assert money["currency"] == "USD"
    return f"{money['amount_minor'] / 100:.2f}"


def states(praxical: Praxical) -> list[tuple[int | None, str, str]]:
    """Return number, state and open amount of every bill."""
    found = done(praxical, "bill list --json").json
    return [(one["number"], one["state"], dollars(one["open"])) for one in found]


def is_right(praxical: Praxical) -> bool:
    """Whether nothing is wrong with the ledger."""
    return done(praxical, "ledger verify").out == "The ledger is right.\n"
