"""`praxical bill`: from unbilled charges to a bill, and back."""

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

OPEN = [(1, "open", "260.00")]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a practice whose visits have arrived."""
    return make_till(tmp_path_factory.mktemp("till") / "data")


@pytest.fixture
def praxical(prepared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Praxical:
    """Return the command line over a copy of that practice."""
    return copied(prepared, tmp_path / "data", capsys)


def test_a_preview_shows_what_would_be_billed_and_bills_nothing(praxical: Praxical) -> None:
    shown = done(praxical, "bill preview --client C1001 --until 2026-11-02")
    assert "2 charges, 130.00 USD." in shown.out
    offered = done(praxical, "bill preview --client C1001 --json").json
    assert dollars(offered["amount"]) == "260.00"
    assert len(offered["charges"]) == 4
    assert states(praxical) == []


def test_a_bill_holds_all_that_is_unbilled_of_a_client(praxical: Praxical) -> None:
    made = done(praxical, "bill new --client C1001").out
    assert made.startswith("Made bill 1 for C1001: 4 charges, 260.00 USD, due 20")
    assert states(praxical) == OPEN
    assert charges(praxical, "--unbilled --client C1001") == []
    assert refused(praxical, "bill new --client C1001") == (
        "There are no unbilled charges for this."
    )


def test_a_bill_can_hold_chosen_charges(praxical: Praxical) -> None:
    first, second, *_ = charges(praxical, "--client C1001")
    chosen = f"--charge {second['id'][-8:]} --charge {first['id']}"
    done(praxical, f"bill new --client C1001 {chosen}")
    assert states(praxical) == [(1, "open", "130.00")]
    assert "unbilled charge" in refused(praxical, f"bill new --client C1002 {chosen}")
    assert refused(praxical, f"bill new --client C1001 {chosen} --until 2026-11-30").startswith(
        "until:"
    )


def test_a_draft_has_no_number_until_it_is_opened(praxical: Praxical) -> None:
    draft = done(praxical, "bill new --client C1001 --draft --json").json
    assert (draft["number"], draft["state"]) == (None, "draft")
    assert draft["id"][-6:] in done(praxical, "bill list").out
    opened = done(praxical, f"bill open {draft['id'][-6:]}").out
    assert opened.startswith("Opened bill 1: 260.00 USD")
    assert refused(praxical, "bill open 1") == "Only a draft is opened."


def test_a_cancelled_bill_gives_its_charges_back_and_keeps_its_number(
    praxical: Praxical,
) -> None:
    billed(praxical)
    assert done(praxical, "bill cancel 1").out == (
        "Cancelled bill 1. Its charges are unbilled again.\n"
    )
    billed(praxical)
    assert states(praxical) == [(1, "cancelled", "0.00"), (2, "open", "260.00")]
    assert refused(praxical, "bill cancel 1") == "This bill is cancelled already."
    assert is_right(praxical)


def test_a_billed_visit_is_not_moved_until_its_bill_is_cancelled(praxical: Praxical) -> None:
    visit = charges(praxical, "--client C1001")[0]["appointment"]
    billed(praxical)
    move = f"appointment move {visit} --start 2026-11-02T16:00"
    assert refused(praxical, move) == "This appointment is billed. Cancel the bill first."
    done(praxical, "bill cancel 1")
    done(praxical, move)


def test_a_line_of_a_bill_is_edited_and_keeps_its_place(praxical: Praxical) -> None:
    line = billed(praxical)["charges"][0]
    said = done(praxical, f"bill edit 1 --charge {line['id']} --units 2 --modifier gp --fee 80")
    assert said.out == "Changed bill 1: 260.00 USD > 335.00 USD.\n"
    changed = next(one for one in charges(praxical, "--bill 1") if one["units"] == 2)
    assert (changed["code"], changed["modifiers"]) == ("97810", ["GP"])
    assert dollars(changed["amount"]) == "160.00"
    done(praxical, f"bill edit 1 --charge {changed['id']} --modifier", "")
    assert all(one["modifiers"] == [] for one in charges(praxical, "--bill 1"))
    assert is_right(praxical)


def test_a_line_is_taken_off_and_put_on_again(praxical: Praxical) -> None:
    line = billed(praxical)["charges"][0]["id"]
    done(praxical, f"bill edit 1 --take-off {line}")
    assert states(praxical) == [(1, "open", "175.00")]
    done(praxical, f"bill edit 1 --put-on {line}")
    assert states(praxical) == OPEN


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("", "edit: say one of"),
        ("--charge X --put-on Y", "edit: say one of"),
        ("--charge X", "edit: say what changes"),
        ("--put-on X --units 2", "edit: --code, --units"),
        ("--charge X --fee much", "amount:"),
    ],
)
def test_an_edit_says_one_thing(praxical: Praxical, said: str, why: str) -> None:
    billed(praxical)
    assert refused(praxical, f"bill edit 1 {said}").startswith(why)


def test_what_is_paid_is_neither_edited_nor_cancelled(praxical: Praxical) -> None:
    line = billed(praxical)["charges"][0]["id"]
    paid(praxical, "10", 1)
    for words in ("bill cancel 1", f"bill edit 1 --take-off {line}"):
        assert refused(praxical, words).startswith("A payment is applied to this bill.")


def test_a_bill_is_written_off_in_part_and_in_full(praxical: Praxical) -> None:
    billed(praxical)
    part = done(praxical, "bill write-off 1 --why courtesy --amount 60").out
    assert part == "Of bill 1: written off 60.00 USD, open 200.00 USD.\n"
    done(praxical, "bill write-off 1 --why bad-debt")
    assert states(praxical) == [(1, "written-off", "0.00")]
    assert refused(praxical, "bill cancel 1").startswith("Part of this bill is written off.")
    done(praxical, "bill write-off 1 --undo")
    assert states(praxical) == OPEN
    assert is_right(praxical)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("", "why: say --why"),
        ("--why courtesy --amount 500", "At most 260.00 USD of this bill is open."),
        ("--undo --why courtesy", "undo: all that was written off"),
        ("--undo", "There is no write-off of this bill '1'."),
    ],
)
def test_a_write_off_that_makes_no_sense_is_refused(
    praxical: Praxical, said: str, why: str
) -> None:
    number = billed(praxical)["id"]
    assert refused(praxical, f"bill write-off 1 {said}").startswith(
        why.replace("'1'", f"'{number}'")
    )


def test_one_run_bills_everybody_up_to_a_day(praxical: Praxical) -> None:
    run = "bill run --until 2026-11-08"
    assert done(praxical, run).out == "Made 2 bills up to 2026-11-08.\n"
    assert states(praxical) == [(1, "open", "130.00"), (2, "open", "140.00")]
    assert done(praxical, run).out.startswith("Nothing was left to bill")
    assert refused(praxical, "bill run --until 2999-01-01") == "until: it lies in the future"


def test_a_bill_is_shown_with_its_charges_and_payments(praxical: Praxical) -> None:
    billed(praxical)
    payment = paid(praxical, "100", 1)
    shown = done(praxical, "bill show 1")
    for word in ("part paid", "160.00 USD", "97811", "100.00", payment["id"][-6:]):
        assert word in shown.out
    (one,) = done(praxical, "bill show 1 --json").json["payments"]
    assert (one["id"], dollars(one["applied"])) == (payment["id"], "100.00")


def test_bills_are_listed_by_state_and_client(praxical: Praxical) -> None:
    billed(praxical)
    billed(praxical, "C1002")
    done(praxical, "bill cancel 2")
    assert [one["number"] for one in done(praxical, "bill list --json --state open").json] == [
        1
    ]
    assert "There are no such bills." in done(praxical, "bill list --state paid").out
    assert done(praxical, "bill list").out.endswith("2 bills, 260.00 USD still to be paid.\n")
    (row,) = csv.DictReader(done(praxical, "bill list --client c1001 --csv").out.splitlines())
    assert (row["number"], row["charges"], row["open"]) == ("1", "4", "260.00")
