"""What insurers pay of bills, over the API."""

from __future__ import annotations

import pytest

from server.domain.api_access import ApiScope
from tests.system.api import ALL, program, read
from tests.system.counter import COST, reason
from tests.system.paper_counter import PaperCounter, counter, papers

__all__ = ["counter", "papers"]

PATHS = ["insurer-share", "adjust", "insurer-paid", "undo-insurer-paid", "take-back-share"]


def amount(minor: int, **said: object) -> dict[str, object]:
    return {"payer": "example", "amount": {"amount_minor": minor}, **said}


@pytest.fixture
def bill(papers: PaperCounter) -> str:
    """Return the path of a bill over one visit."""
    papers.treat()
    return f"/bills/{papers.bill()['id']}"


def test_an_insurer_takes_a_part_over_and_pays_it(papers: PaperCounter, bill: str) -> None:
    shared = read(papers.post(f"{bill}/insurer-share", amount(10_000)))
    assert (shared["state"], shared["open"]["amount_minor"]) == ("part-paid", COST - 10_000)
    adjusted = read(papers.post(f"{bill}/adjust", amount(1_500)))
    assert adjusted["written_off"]["amount_minor"] == 1_500
    read(papers.post(f"{bill}/insurer-paid", amount(8_000, method="transfer")))
    too_much = papers.post(f"{bill}/insurer-paid", amount(501, method="check"))
    assert reason(too_much, 422) == "too-much"
    read(papers.post(f"{bill}/insurer-paid", {"payer": "example", "method": "check"}))
    assert papers.state(bill.rpartition("/")[2]) == ("part-paid", COST - 10_000)
    assert papers.is_right()


def test_a_bill_is_cancelled_once_its_share_is_taken_back(
    papers: PaperCounter, bill: str
) -> None:
    read(papers.post(f"{bill}/insurer-share", {"payer": "example"}))
    read(papers.post(f"{bill}/insurer-paid", amount(100, method="check")))
    assert reason(papers.post(f"{bill}/cancel")) == "payment-applied"
    assert read(papers.post(f"{bill}/take-back-share"), 422)["field"] == "share"
    read(papers.post(f"{bill}/undo-insurer-paid"))
    assert read(papers.post(f"{bill}/take-back-share"))["open"]["amount_minor"] == COST
    assert read(papers.post(f"{bill}/cancel"))["state"] == "cancelled"
    assert papers.is_right()


def test_a_share_under_one_key_is_asked_for_once(papers: PaperCounter, bill: str) -> None:
    key = {"Idempotency_Key": f"share-{papers.client}"}
    first = papers.office.post(f"{bill}/insurer-share", amount(500), **key)
    again = papers.office.post(f"{bill}/insurer-share", amount(500), **key)
    assert read(again) == read(first)
    assert papers.state(bill.rpartition("/")[2])[1] == COST - 500


@pytest.mark.parametrize("path", PATHS)
def test_an_insurers_money_moves_only_under_a_key(
    papers: PaperCounter, bill: str, path: str
) -> None:
    answer = papers.office.post(f"{bill}/{path}", amount(500))
    assert reason(answer, 400) == "key-missing"


@pytest.mark.parametrize("path", PATHS)
def test_others_bills_are_not_there(papers: PaperCounter, bill: str, path: str) -> None:
    said = {
        "insurer-share": amount(5),
        "adjust": amount(5),
        "insurer-paid": amount(5, method="check"),
    }.get(path, {})
    other = program(papers.site, "theo")
    assert papers.post(f"{bill}/{path}", said, other).status == 404


@pytest.mark.parametrize(
    ("path", "said", "field"),
    [
        ("insurer-share", {}, "payer"),
        ("insurer-share", amount(0), "amount"),
        ("insurer-share", amount(5, method="check"), "method"),
        ("insurer-share", {**amount(5), "amount": {"amount_minor": -5}}, "amount.amount_minor"),
        (
            "insurer-share",
            {**amount(5), "amount": {"amount_minor": 5, "currency": "EUR"}},
            "currency",
        ),
        ("insurer-paid", amount(5), "method"),
    ],
)
def test_what_is_wrong_is_named(
    papers: PaperCounter, bill: str, path: str, said: dict[str, object], field: str
) -> None:
    assert read(papers.post(f"{bill}/{path}", said), 422)["field"] == field


@pytest.mark.parametrize("path", ["insurer-share", "adjust", "insurer-paid"])
def test_an_insurer_that_nobody_knows_is_not_found(
    papers: PaperCounter, bill: str, path: str
) -> None:
    method = {"method": "check"} if path == "insurer-paid" else {}
    said = {**amount(5, **method), "payer": "nobody"}
    assert papers.post(f"{bill}/{path}", said).status == 404


def test_what_an_insurer_paid_needs_the_scope_of_payments(
    papers: PaperCounter, bill: str
) -> None:
    clerk = program(papers.site, "desk", *(ALL - {ApiScope.PAYMENTS_WRITE}))
    read(papers.post(f"{bill}/insurer-share", amount(500), clerk))
    refused = papers.post(f"{bill}/insurer-paid", amount(500, method="check"), clerk)
    assert read(refused, 403)["scope"] == "payments:write"


@pytest.mark.parametrize("number", ["9" * 18, "9" * 19, "9" * 40])
def test_a_number_that_no_database_counts_to_is_not_found(
    papers: PaperCounter, number: str
) -> None:
    assert papers.office.get(f"/bills/{number}").status == 404
    assert papers.post(f"/bills/{number}/insurer-share", amount(5)).status == 404
    assert papers.office.get("/claims", bill=number).status == 404
