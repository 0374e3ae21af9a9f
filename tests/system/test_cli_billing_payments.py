"""`praxical payment`: money that came in, its way to bills, and its way back."""

from __future__ import annotations

import csv
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
    states,
)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a practice whose visits have arrived."""
    return make_till(tmp_path_factory.mktemp("till") / "data")


@pytest.fixture
def praxical(prepared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Praxical:
    """Return the command line over a copy of that practice."""
    return copied(prepared, tmp_path / "data", capsys)


def two_bills(praxical: Praxical) -> None:
    """Bill each of Jane Doe's days for itself: two bills of 130.00."""
    done(praxical, "bill new --client C1001 --until 2026-11-02")
    billed(praxical)


def payment(praxical: Praxical) -> tuple[str, str, str]:
    """Return what is applied, refunded and left of the only payment."""
    (one,) = done(praxical, "payment list --json").json
    return dollars(one["applied"]), dollars(one["refunded"]), dollars(one["credit"])


def test_a_payment_pays_a_bill_and_the_rest_is_credit(praxical: Praxical) -> None:
    billed(praxical)
    said = done(
        praxical,
        "payment record --client c1001 --amount 300 --method check --reference 1047 --bill 1",
    ).out.splitlines()
    assert said[0].endswith(": 300.00 USD from C1001.")
    assert said[1:] == ["Applied to bill 1: 260.00 USD.", "Not applied yet: 40.00 USD."]
    assert states(praxical) == [(1, "paid", "0.00")]
    assert is_right(praxical)


def test_one_payment_pays_two_bills_in_their_order(praxical: Praxical) -> None:
    two_bills(praxical)
    paid(praxical, "200", 1, 2)
    assert states(praxical) == [(1, "paid", "0.00"), (2, "part-paid", "60.00")]


def test_a_payment_that_does_not_reach_the_last_bill_is_not_recorded(
    praxical: Praxical,
) -> None:
    two_bills(praxical)
    line = "payment record --client C1001 --method cash --amount 130 --bill 1 --bill 2"
    assert refused(praxical, line) == "At most 0.00 USD can be applied."
    assert done(praxical, "payment list --json").json == []
    assert states(praxical) == [(1, "open", "130.00"), (2, "open", "130.00")]


def test_a_credit_is_applied_later_and_taken_off_again(praxical: Praxical) -> None:
    two_bills(praxical)
    end = paid(praxical, "100")["id"][-6:]
    said = done(praxical, f"payment apply {end} --bill 2 --amount 30").out
    assert said == "Applied 30.00 USD to bill 2; 100.00 USD of it is open.\n"
    done(praxical, f"payment apply {end} --bill 1")
    assert payment(praxical) == ("100.00", "0.00", "0.00")
    assert done(praxical, f"payment unapply {end} --bill 1").out == (
        "Took 70.00 USD back; 70.00 USD is credit now.\n"
    )
    done(praxical, f"payment unapply {end}")
    assert payment(praxical) == ("0.00", "0.00", "100.00")
    assert "There is no application" in refused(praxical, f"payment unapply {end}")


def test_a_refund_takes_from_the_newest_application_first(praxical: Praxical) -> None:
    two_bills(praxical)
    end = paid(praxical, "260", 1, 2)["id"][-6:]
    said = done(praxical, f"payment refund {end} --amount 100").out
    assert said == "Refunded 100.00 USD to C1001; 160.00 USD stays applied to bills.\n"
    assert states(praxical) == [(1, "paid", "0.00"), (2, "part-paid", "100.00")]
    done(praxical, f"payment refund {end}")
    assert payment(praxical) == ("0.00", "260.00", "0.00")
    assert refused(praxical, f"payment refund {end}") == "At most 0.00 USD can be refunded."
    assert is_right(praxical)


def test_a_payment_entered_wrongly_is_removed_and_stays_on_record(praxical: Praxical) -> None:
    billed(praxical)
    end = paid(praxical, "50", 1)["id"][-6:]
    assert done(praxical, f"payment remove {end}").out.endswith("of 50.00 USD.\n")
    assert states(praxical) == [(1, "open", "260.00")]
    assert "removed" in done(praxical, "payment list").out
    assert "removed already" in refused(praxical, f"payment remove {end}")


def test_what_was_refunded_cannot_be_said_to_be_a_mistake(praxical: Praxical) -> None:
    end = paid(praxical, "50")["id"][-6:]
    done(praxical, f"payment refund {end} --amount 10")
    assert "part of it was refunded" in refused(praxical, f"payment remove {end}")


def test_after_a_refund_a_bill_can_be_cancelled(praxical: Praxical) -> None:
    visit = charges(praxical)[0]["appointment"]
    billed(praxical)
    end = paid(praxical, "50", 1)["id"][-6:]
    locked = refused(praxical, f"appointment delete {visit}")
    assert "A payment is applied" in locked
    done(praxical, f"payment refund {end}")
    done(praxical, "bill cancel 1")
    done(praxical, f"appointment delete {visit}")
    assert is_right(praxical)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("--client C9 --amount 5", "There is no client 'C9'."),
        ("--client C1001 --amount 0", "amount:"),
        ("--client C1001 --amount -5", "amount:"),
        ("--client C1001 --amount 5 --on 21.11.2026", "on:"),
        ("--client C1001 --amount 5 --bill 7", "There is no bill '7'."),
        ("--client C1002 --amount 5 --bill 1", "payment: it is another client's"),
    ],
)
def test_a_payment_that_cannot_be_is_refused(praxical: Praxical, line: str, said: str) -> None:
    billed(praxical)
    assert refused(praxical, f"payment record --method cash {line}").startswith(said)
    assert done(praxical, "payment list").out == "There are no payments.\n"


def test_payments_are_listed_and_shown(praxical: Praxical) -> None:
    billed(praxical)
    done(
        praxical,
        "payment record --client C1001 --amount 40 --method transfer --on 2026-11-10 --bill 1",
        "--reference",
        "=1+1",
    )
    (one,) = done(praxical, "payment list --client C1001 --json").json
    shown = done(praxical, f"payment show {one['id'][-6:]}").out
    for word in ("2026-11-10", "transfer", "bill 1", "40.00 USD", "=1+1"):
        assert word in shown
    assert done(praxical, f"payment show {one['id']} --json").json == one
    assert done(praxical, "payment list").out.endswith("1 payment, 40.00 USD net of refunds.\n")
    (row,) = csv.DictReader(done(praxical, "payment list --csv").out.splitlines())
    assert (row["reference"], row["amount"], row["credit"]) == ("'=1+1", "40.00", "0.00")
    assert done(praxical, "payment list --client C1002 --json").json == []
