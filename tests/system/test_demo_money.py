"""The money of the demo practice: what a new user finds there, and can go on with."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from pyx12.params import ParamsBase
from pyx12.x12n_document import x12n_document

from server.billing_hooks.bill_runs import run_bills
from server.billing_hooks.demo.practice import make_demo
from server.billing_hooks.papers import claims
from server.billing_hooks.papers.billed import Wanted
from server.billing_hooks.papers.claim_export import export
from server.domain.claims import ClaimState
from server.domain.papers import Incomplete
from server.practice_db.database import SqlDatabase
from server.usecases.check_database import check
from server.usecases.clock import SystemClock
from server.usecases.context import Rules
from server.usecases.demo.people import clients
from server.usecases.demo_practice import NAME, ZONE
from tests.command_line import Praxical, copied, over
from tests.demo import make_demo_in
from tests.system.billing_till import clerk

Listed = list[dict[str, Any]]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return a folder with the demo practice."""
    folder = make_demo_in(tmp_path_factory.mktemp("demo") / "data")
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def praxical(made: Path, capsys: pytest.CaptureFixture[str]) -> Praxical:
    """Return the command line over the demo practice, to look at."""
    return over(made, capsys)


@pytest.fixture
def own(made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Praxical:
    """Return the command line over a copy of the demo practice."""
    return copied(made, tmp_path / "data", capsys)


def today() -> date:
    """Return the day that it is in the demo practice."""
    return SystemClock().now().astimezone(ZONE).date()


def bills(praxical: Praxical) -> Listed:
    """Return all bills, drafts included."""
    found: Listed = praxical("bill", "list", "--json").json
    return found


def test_all_that_can_be_charged_is_charged_to_somebody(praxical: Praxical) -> None:
    charges = praxical("charge", "list", "--json").json
    kinds = {one["kind"] for one in charges}
    assert kinds == {"service", "product", "no-show-fee", "late-fee"}
    assert {one["bill"] is None for one in charges} == {True, False}
    assert max(one["service_date"] for one in charges) <= str(today())


def test_bills_have_every_state_and_their_numbers_no_gaps(praxical: Praxical) -> None:
    found = bills(praxical)
    assert {one["state"] for one in found} == {
        *("draft", "open", "part-paid", "paid", "cancelled"),
    }
    numbers = [one["number"] for one in found if one["state"] != "draft"]
    assert sorted(numbers) == list(range(1, len(numbers) + 1))
    opened = [one["opened_on"] for one in found if one["number"]]
    assert max(opened) < str(today())


def test_money_came_in_in_advance_too_and_some_went_back(praxical: Praxical) -> None:
    found = praxical("payment", "list", "--json").json
    assert any(one["credit"]["amount_minor"] for one in found)
    assert any(one["refunded"]["amount_minor"] for one in found)
    assert {one["method"] for one in found} == {"card", "cash", "check", "transfer"}


def test_the_ledger_of_the_demo_is_right(praxical: Praxical) -> None:
    assert praxical("ledger", "verify", "--json").json == []
    assert praxical("check", "--json").json == []


def test_what_is_billed_wears_a_lock_in_the_calendar(praxical: Praxical) -> None:
    ran = praxical("export", "--calendar", "alma/appointments")
    assert "🔒 JD · acupfollow" in ran.out


def test_the_insurer_that_is_asked_for_a_share_is_the_clients_own(praxical: Praxical) -> None:
    owed = praxical("ledger", "balances", "--by", "payer", "--json").json
    assert [one["payer"] for one in owed] == ["moonbeam"]
    insured = praxical("billing-profile", "client", "C1003", "--json")
    assert "moonbeam" in insured.out


def test_notes_of_billed_work_are_signed_with_diagnoses(praxical: Praxical) -> None:
    (bill,) = [one for one in bills(praxical) if one["client"] == "C1001"]
    shown = praxical("bill", "show", str(bill["number"]), "--json").json
    for charge in shown["charges"]:
        number = ".".join(filter(None, (charge["appointment"], charge["occurrence"])))
        note = praxical("note", "show", number, "--json").json
        assert note["signed"]
        assert note["diagnoses"]
        assert [state["by"] for state in note["story"]] == ["alma"]


def test_a_fee_that_an_insurer_forbids_is_told_of_and_not_charged(praxical: Praxical) -> None:
    told = [one["sentence"] for one in praxical("notice", "list", "--json").json]
    (why,) = [sentence for sentence in told if "asks for an appointment" not in sentence]
    assert "an insurer of the client forbids it" in why
    charges = praxical("charge", "list", "--client", "C1039", "--json").json
    assert not [one for one in charges if one["kind"] == "no-show-fee"]


def test_a_superbill_can_be_made_at_once(own: Praxical) -> None:
    issued = own("superbill", "new", "--client", "C1001")
    assert issued.code == 0, issued.err
    assert "Issued superbill 1 for C1001: 2 services of alma, 170.00 USD" in issued.out


def test_who_has_not_been_billed_is_billed_in_one_run(own: Praxical) -> None:
    before = len(bills(own))
    assert own("bill", "run", "--until", str(today())).code == 0
    assert len(bills(own)) > before + 10
    assert own("charge", "list", "--unbilled", "--json").json == []
    assert own("ledger", "verify").code == 0


def test_a_demo_in_another_currency_still_has_its_dollars(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PRAXICAL_BILLING_CURRENCY", "EUR")
    monkeypatch.setenv("PRAXICAL_BILLING_CHARGE_ON", "completed")
    praxical = over(tmp_path / "data", capsys)
    assert praxical("demo", "--no-serve").code == 0
    assert praxical("ledger", "verify").code == 0
    charges = praxical("charge", "list", "--json").json
    assert {one["amount"]["currency"] for one in charges} == {"USD"}


# Midnight of a Monday, a Saturday, the weeks in which clocks go back and forward, New Year.
@pytest.mark.parametrize(
    "now",
    [
        "2026-06-01T04:10:00+00:00",
        "2026-06-06T22:00:00+00:00",
        "2026-11-05T17:00:00+00:00",
        "2026-03-12T17:00:00+00:00",
        "2027-01-01T05:30:00+00:00",
    ],
)
def test_on_whatever_day_it_is_made_nothing_was_paid_in_days_to_come(
    sqlite_database: SqlDatabase, now: str
) -> None:
    at = datetime.fromisoformat(now)
    with sqlite_database.writing() as uow:
        uow.configuration.save_practice(replace(uow.practice, name=NAME))
        assert make_demo(uow, replace(clerk(), now=at))
    with sqlite_database.reading() as uow:
        assert list(uow.billing.ledger.unbalanced()) == []
        posted = [one.at for one in uow.billing.ledger.matching()]
    assert at - timedelta(days=31) < min(posted)
    assert max(posted) <= at


# --- on both databases ---------------------------------------------------------------------


@pytest.fixture
def demo(database: SqlDatabase) -> SqlDatabase:
    """Return the demo practice, on each engine in turn."""
    with database.writing() as uow:
        uow.configuration.save_practice(replace(uow.practice, name=NAME))
    with database.writing() as uow:
        assert make_demo(uow, clerk())
    return database


def test_the_money_of_the_demo_is_the_same_on_both_databases(demo: SqlDatabase) -> None:
    with demo.writing() as uow:
        assert not make_demo(uow, clerk())
    with demo.reading() as uow:
        assert list(check(uow, Rules(), SystemClock())) == []
        states = [(bill.number, bill.state.value) for bill in uow.billing.bills.of()]
    assert states == [
        (1, "part-paid"),
        (2, "paid"),
        (3, "part-paid"),
        (4, "open"),
        (5, "paid"),
        (6, "part-paid"),
        (7, "cancelled"),
        (8, "open"),
        (None, "draft"),
    ]


def claim_all(database: SqlDatabase) -> list[claims.Checked]:
    """Claim whatever can be claimed, and make it ready; return what cannot be, and why."""
    left_out: list[claims.Checked] = []
    for client in clients():
        wanted = Wanted(client.number)
        with database.writing() as uow:
            left_out += [one for one in claims.check(uow, wanted) if one.missing]
            try:
                made = claims.new_claims(uow, clerk(), wanted).claims
            except Incomplete:
                continue
            for claim in made:
                claims.set_state(uow, clerk(), claim.number, (ClaimState.READY, ""))
    return left_out


def test_an_independent_reader_accepts_the_claims_of_the_demo_month(demo: SqlDatabase) -> None:
    run_bills(demo, clerk(), today())
    left_out = claim_all(demo)
    with demo.writing() as uow:
        exported = export(uow, clerk())
    assert len(exported.claims) > 15
    assert exported.text.count("~SV1*HC:") > 40
    assert "SV1*HC:90834:95" in exported.text
    accepted: bool = x12n_document(ParamsBase(), StringIO(exported.text), StringIO(), None)
    assert accepted
    lacks = {
        (one.charge.line.kind.value, missing.what)
        for one in left_out
        for missing in one.missing
    }
    assert lacks >= {
        ("no-show-fee", "charge.kind"),
        ("product", "charge.kind"),
        ("service", "charge.code"),
        ("service", "note.signed"),
        ("service", "payer"),
    }
