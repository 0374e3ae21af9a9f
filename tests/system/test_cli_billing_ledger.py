"""`praxical ledger`, `fee` and `note`: what all comes to, what is missed, what is signed."""

from __future__ import annotations

import csv
import sqlite3
from pathlib import Path

import pytest

from tests.command_line import Praxical, copied
from tests.system.till import (
    billed,
    charges,
    dollars,
    done,
    is_right,
    make_till,
    paid,
    refused,
)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a practice whose visits have arrived."""
    return make_till(tmp_path_factory.mktemp("till") / "data")


@pytest.fixture
def praxical(prepared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Praxical:
    """Return the command line over a copy of that practice."""
    return copied(prepared, tmp_path / "data", capsys)


@pytest.fixture
def visit(praxical: Praxical) -> str:
    """Return John Doe's appointment, which has arrived and costs 140.00."""
    return str(charges(praxical, "--client C1002")[0]["appointment"])


def balances(praxical: Praxical, by: str, name: str, *fields: str) -> dict[str, list[str]]:
    """Return the balances of a grouping by their names."""
    found = done(praxical, f"ledger balances --by {by} --json").json
    return {one[name]: [dollars(one[field]) for field in fields] for one in found}


def test_a_ledger_that_was_tampered_with_is_not_right(
    praxical: Praxical, tmp_path: Path
) -> None:
    assert is_right(praxical)
    with sqlite3.connect(next((tmp_path / "data").glob("*.sqlite3"))) as rows:
        rows.execute("PRAGMA foreign_keys = OFF")
        rows.execute("UPDATE charge SET units = 3 WHERE code = '90834'")
    found = praxical("ledger", "verify")
    assert found.code == 1
    assert found.out.startswith("charge ")
    assert len(found.out.splitlines()) == len(praxical("ledger", "verify", "--json").json) == 1


def test_accounts_sum_to_nothing(praxical: Praxical) -> None:
    billed(praxical)
    paid(praxical, "300", 1)
    done(praxical, "bill new --client C1002")
    done(praxical, "bill write-off 2 --why bad-debt --amount 40")
    accounts = balances(praxical, "account", "account", "balance")
    assert accounts == {
        "clearing:card": ["300.00"],
        "credit:client": ["-40.00"],
        "receivable:client": ["100.00"],
        "revenue:service": ["-400.00"],
        "written-off:bad-debt": ["40.00"],
    }
    assert sum(float(amount) for (amount,) in accounts.values()) == 0


def test_balances_are_shown_by_client_and_by_bill(praxical: Praxical) -> None:
    billed(praxical)
    paid(praxical, "300", 1)
    done(praxical, "bill new --client C1002")
    assert balances(praxical, "client", "client", "owes", "credit") == {
        "C1001": ["0.00", "40.00"],
        "C1002": ["140.00", "0.00"],
    }
    assert balances(praxical, "bill", "client", "charged", "open") == {
        "C1002": ["140.00", "140.00"]
    }
    assert "C1002" in done(praxical, "ledger balances --by client").out
    assert "140.00" in done(praxical, "ledger balances --by bill").out
    assert "140.00" in done(praxical, "ledger balances").out
    assert done(praxical, "ledger balances --by payer").out == "No insurer owes anything.\n"


def test_transactions_are_listed_as_they_were_posted(praxical: Praxical) -> None:
    billed(praxical)
    payment = paid(praxical, "50", 1)
    done(praxical, f"payment unapply {payment['id']}")
    found = done(praxical, "ledger list --client C1001 --json").json
    kinds = [one["kind"] for one in found]
    assert kinds == ["charge"] * 4 + ["payment", "application", "reversal"]
    assert found[-1]["reverses"] == found[-2]["id"]
    assert all(
        sum(side["amount"]["amount_minor"] for side in one["entries"]) == 0 for one in found
    )
    shown = done(praxical, "ledger list --client C1001").out
    assert f"reversal of {found[-2]['id'][-6:]}, by admin (command-line)" in shown
    rows = list(csv.DictReader(done(praxical, "ledger list --csv").out.splitlines()))
    assert len(rows) == 2 * (len(found) + 1)
    assert {row["amount"] for row in rows if row["kind"] == "reversal"} == {"50.00", "-50.00"}
    assert done(praxical, "ledger list --since 2999-01-01").out == "Nothing was posted.\n"


def test_fees_are_listed_from_the_widest_to_the_narrowest(praxical: Praxical) -> None:
    assert "missed appointments cost nothing" in done(praxical, "fee list").out
    said = done(praxical, "fee set --all-clients --no-show 60 --late 40").out
    assert said == "Fees for all clients: no-show 60.00 USD, late cancellation 40.00 USD.\n"
    done(praxical, "fee set --client c1001 --late 0")
    done(praxical, "fee set --session-type psy50 --no-show 80")
    _, _, *rows = done(praxical, "fee list").out.splitlines()
    assert [row.split()[:2] for row in rows] == [
        ["all", "clients"],
        ["session", "type"],
        ["client", "C1001"],
    ]
    assert done(praxical, "fee remove --all-clients --late").out == (
        "Removed for all clients: late cancellation.\n"
    )
    done(praxical, "fee remove --client C1001")
    left = [(one["scope"], one["subject"]) for one in done(praxical, "fee list --json").json]
    assert left == [("practice", ""), ("session-type", "psy50")]
    assert "There is no default fee" in refused(praxical, "fee remove --client C1001")


def test_a_missed_appointment_costs_the_narrowest_fee_or_what_is_said_of_it(
    praxical: Praxical, visit: str
) -> None:
    done(praxical, "fee set --all-clients --no-show 60")
    done(praxical, "fee set --session-type psy50 --no-show 80")
    done(praxical, f"appointment edit {visit} --status no-show")
    assert [dollars(one["amount"]) for one in charges(praxical, "--client C1002")] == ["80.00"]
    done(praxical, f"fee set {visit} --amount 20 --reason", "Half of it, as agreed")
    assert [dollars(one["amount"]) for one in charges(praxical, "--client C1002")] == ["20.00"]
    said = done(praxical, f"fee waive {visit} --reason", "Was in hospital").out
    assert said.endswith("costs nothing.\n")
    assert charges(praxical, "--client C1002") == []
    assert is_right(praxical)


@pytest.mark.parametrize(
    "line",
    [
        "fee set --no-show 5",
        "fee set --all-clients",
        "fee set --all-clients --client C1001 --late 5",
        "fee set --all-clients --late 5 --reason because",
        "fee set VISIT --client C1001 --amount 5 --reason because",
        "fee set VISIT --reason because",
        "fee set VISIT --amount 5",
    ],
)
def test_a_fee_is_either_a_default_or_of_one_appointment(
    praxical: Praxical, visit: str, line: str
) -> None:
    assert refused(praxical, line.replace("VISIT", visit))
    assert done(praxical, "fee list --json").json == []


def test_a_signed_note_locks_its_appointment_until_it_is_unlocked(
    praxical: Praxical, visit: str
) -> None:
    assert done(praxical, f"note show {visit}").out == "The note is not signed.\n"
    said = done(praxical, f"note sign {visit} --diagnosis f411 --diagnosis F43.10").out
    assert said.endswith("is signed. Diagnoses: F41.1, F43.10.\n")
    move = f"appointment move {visit} --start 2026-11-03T10:00"
    assert refused(praxical, move).startswith("The note of this appointment is signed.")
    done(praxical, f"note unlock {visit}")
    done(praxical, move)
    story = done(praxical, f"note show {visit} --json").json
    assert [(one["signed"], one["by"]) for one in story["story"]] == [
        (True, "admin"),
        (False, "admin"),
    ]
    assert (story["signed"], story["diagnoses"]) == (False, ["F41.1", "F43.10"])
    assert "unlocked, by admin" in done(praxical, f"note show {visit[-6:]}").out


def test_a_note_of_a_series_is_of_one_occurrence(praxical: Praxical) -> None:
    series = done(
        praxical,
        "appointment new --practitioner theo --client C1002 --session psy50 --repeat weekly "
        "--start 2026-11-04T09:00 --json",
    ).json[0]
    assert "say which" in refused(praxical, f"note sign {series}")
    done(praxical, f"note sign {series}.20261111")
    assert done(praxical, f"note show {series}.20261111 --json").json["signed"] is True
    assert done(praxical, f"note show {series}.20261118 --json").json["signed"] is False


@pytest.mark.parametrize("code", ["Q9999", "F41", "F411 F411"])
def test_a_code_that_no_claim_takes_is_refused(
    praxical: Praxical, visit: str, code: str
) -> None:
    words = " ".join(f"--diagnosis {each}" for each in code.split())
    assert refused(praxical, f"note sign {visit} {words}").startswith("diagnoses:")
    assert done(praxical, f"note show {visit} --json").json["signed"] is False
