"""`praxical bill` where an insurer takes a part of it over."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command_line import Praxical, copied
from tests.system.till import billed, done, is_right, make_till, paid, refused, states


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a practice whose visits have arrived."""
    return make_till(tmp_path_factory.mktemp("till") / "data")


@pytest.fixture
def praxical(prepared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Praxical:
    """Return the command line over a copy of it, with an insurer and bill 1 of 260 dollars."""
    run = copied(prepared, tmp_path / "data", capsys)
    done(run, "billing-profile payer sunny --name Sunny")
    billed(run)
    return run


def test_a_bill_goes_from_share_to_adjustment_to_paid(praxical: Praxical) -> None:
    asked = done(praxical, "bill insurer-share 1 --payer sunny --amount 200").out
    assert asked == "Of bill 1: 200.00 USD asked of sunny, open 60.00 USD.\n"
    assert "200.00" in done(praxical, "ledger balances --by payer").out
    taken = done(praxical, "bill adjust 1 --payer sunny --amount 50").out
    assert taken == "Of bill 1: 50.00 USD taken off by the contract with sunny.\n"
    came = "bill insurer-paid 1 --payer sunny --amount 100 --method transfer"
    assert done(praxical, came).out == "Of bill 1: insurers still owe 50.00 USD.\n"
    rest = "bill insurer-paid 1 --payer sunny --method check"
    assert done(praxical, rest).out == "Of bill 1: insurers still owe 0.00 USD.\n"
    paid(praxical, "60", 1)
    ((_, _, still_open),) = states(praxical)
    assert still_open == "0.00"
    assert is_right(praxical)


def test_without_an_amount_an_insurer_is_asked_for_all_that_is_open(praxical: Praxical) -> None:
    paid(praxical, "60", 1)
    asked = done(praxical, "bill insurer-share 1 --payer sunny").out
    assert asked == "Of bill 1: 200.00 USD asked of sunny, open 0.00 USD.\n"


def test_a_bill_is_cancelled_once_its_share_is_taken_back(praxical: Praxical) -> None:
    done(praxical, "bill insurer-share 1 --payer sunny --amount 200")
    assert refused(praxical, "bill cancel 1").startswith("A payment is applied to this bill.")
    back = done(praxical, "bill take-back-share 1").out
    assert back == "Of bill 1: no insurer is asked any more, open 260.00 USD.\n"
    done(praxical, "bill cancel 1")
    assert is_right(praxical)


def test_a_payment_of_an_insurer_that_was_entered_wrongly_is_undone(praxical: Praxical) -> None:
    done(praxical, "bill insurer-share 1 --payer sunny --amount 200")
    done(praxical, "bill insurer-paid 1 --payer sunny --amount 80 --method check")
    why = refused(praxical, "bill take-back-share 1")
    assert why == "share: an insurer has paid of it"
    undone = done(praxical, "bill insurer-paid 1 --undo").out
    assert undone == "Of bill 1: insurers still owe 200.00 USD.\n"
    done(praxical, "bill take-back-share 1")
    assert is_right(praxical)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("insurer-share 1 --payer gone --amount 5", "There is no payer 'gone'."),
        ("adjust 1 --payer gone --amount 5", "There is no payer 'gone'."),
        ("insurer-paid 1 --payer gone --method cash", "There is no payer 'gone'."),
        ("insurer-share 9 --payer sunny", "There is no bill '9'."),
        ("insurer-share 1 --payer sunny --amount 300", "At most 260.00 USD of this bill"),
        ("insurer-share 1 --payer sunny --amount 0", "amount: it must be more than nothing"),
        ("adjust 1 --payer sunny", "At most 0.00 USD of this bill"),
        ("insurer-paid 1 --payer sunny", "payer: say who paid"),
        ("insurer-paid 1 --method cash", "payer: say who paid"),
        ("insurer-paid 1 --undo --payer sunny", "undo: all that insurers paid"),
        ("insurer-paid 1 --undo", "There is no payment of an insurer for this bill"),
        ("take-back-share 1", "There is no share of an insurer in this bill"),
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(
    praxical: Praxical, line: str, why: str
) -> None:
    assert refused(praxical, f"bill {line}").startswith(why)
    assert states(praxical) == [(1, "open", "260.00")]
    assert is_right(praxical)
