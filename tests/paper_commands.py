"""The command line over a practice that insurers know, with two visits that are billed."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.command_line import Praxical, call, make_practice

_KNOWN: tuple[tuple[str, ...], ...] = (
    ("client", "edit", "C1001", "--name", "Jane Doe", "--birth-date", "1984-02-29"),
    (
        *("billing-profile", "practice", "--legal-name", "Larkspur Wellness, PLLC"),
        *("--ein", "12-3456789", "--npi", "1234567893", "--phone", "+1 718 555 0142"),
        *("--street", "120 Larkspur Avenue", "--city", "Brooklyn", "--state", "NY"),
        *("--zip", "11201-0042", "--payee", "client", "--footer", "Thank you."),
        *("--contact", "Front desk", "--submitter-id", "LARKSPUR1"),
        *("--receiver-name", "Example Clearing House", "--receiver-id", "EXCLEAR"),
    ),
    (
        *("billing-profile", "practitioner", "alma", "--first-name", "Alma"),
        *("--last-name", "Featherstone", "--credentials", "LAc", "--npi", "1245319599"),
        *("--taxonomy", "171100000X", "--licence", "004211", "--licence-state", "NY"),
    ),
    (
        *("billing-profile", "client", "C1001", "--sex", "female"),
        *("--street", "77 Quince Street", "--city", "Brooklyn", "--state", "NY"),
        *("--zip", "11215"),
    ),
    (
        *("billing-profile", "payer", "example", "--name", "Example Health Plan"),
        *("--claim-id", "60054"),
    ),
    ("billing-profile", "coverage", "C1001", "example", "--member-id", "XYZ123456"),
)


def make_billed(folder: Path) -> Path:
    """Make the small practice with two arrivals of Jane Doe's on bill 1, and nothing else."""
    make_practice(folder)
    for day in ("03", "10"):
        _run(
            folder,
            *("appointment", "new", "--practitioner", "alma", "--client", "C1001"),
            *("--session", "acupinitial", "--start", f"2026-11-{day} 14:00"),
            *("--location", "main", "--status", "arrived"),
        )
    _run(folder, "bill", "new", "--client", "C1001")
    return folder


def make_known(billed: Path, folder: Path) -> Path:
    """Copy a practice and fill in all that insurers ask for, signed notes included."""
    shutil.copytree(billed, folder)
    for words in _KNOWN:
        _run(folder, *words)
    return folder


def sign_all(praxical: Praxical) -> list[str]:
    """Sign the notes of all visits and return their ids."""
    days = ("--from", "2026-11-01", "--to", "2026-11-30")
    listed = praxical("appointment", "list", *days, "--json").json
    numbers = [str(one["id"]) for one in listed]
    for number in numbers:
        assert praxical("note", "sign", number, "--diagnosis", "m5450").code == 0
    return numbers


def _run(folder: Path, *words: str) -> None:
    assert call(*words, "--data-dir", str(folder)) == 0, words
