"""Payments, notes, fees and the ledger over the API."""

from __future__ import annotations

import csv
from uuid import uuid4

import pytest

from tests.system.api import program, read
from tests.system.counter import COST, Counter, cents, counter, new_client, reason

__all__ = ["counter"]

DOLLARS = "USD"


def test_a_payment_settles_bills_and_the_rest_is_credit(counter: Counter) -> None:
    counter.visit("2026-11-02")
    first = counter.bill()["id"]
    counter.visit("2026-11-09")
    second = counter.bill()["id"]
    payment = counter.pay(2 * COST + 500, first, second, reference="1047", method="check")
    assert payment["applied"]["amount_minor"] == 2 * COST
    assert payment["credit"] == {"amount_minor": 500, "currency": DOLLARS}
    assert [counter.state(one) for one in (first, second)] == [("paid", 0), ("paid", 0)]
    assert read(counter.office.get(f"/payments/{payment['id']}")) == payment
    assert counter.is_right()


def test_money_moves_only_under_a_key_and_once_under_each(counter: Counter) -> None:
    counter.visit()
    bill = counter.bill()["id"]
    said = {
        "client": counter.client,
        "amount": {"amount_minor": COST},
        "method": "cash",
        "bills": [bill],
    }
    assert reason(counter.office.post("/payments", said), 400) == "key-missing"
    key = uuid4().hex
    first = counter.office.post("/payments", said, Idempotency_Key=key)
    again = counter.office.post("/payments", said, Idempotency_Key=key)
    assert read(again, 201) == read(first, 201)
    assert again.headers["idempotency-replayed"] == "true"
    listed = read(counter.office.get("/payments", client=counter.client))["items"]
    assert len(listed) == 1
    other = {**said, "method": "card"}
    assert counter.office.post("/payments", other, Idempotency_Key=key).status == 422


def test_a_payment_that_cannot_be_applied_as_told_is_not_recorded(counter: Counter) -> None:
    counter.visit()
    bill = counter.bill()["id"]
    counter.pay(COST, bill)
    said = {
        "client": counter.client,
        "amount": {"amount_minor": 100},
        "method": "cash",
        "bills": [bill],
    }
    assert reason(counter.post("/payments", said), 422) == "too-much"
    assert len(read(counter.office.get("/payments", client=counter.client))["items"]) == 1


def test_a_credit_is_applied_taken_off_refunded_and_removed(counter: Counter) -> None:
    counter.visit()
    bill = counter.bill()["id"]
    number = counter.pay(COST)["id"]
    path = f"/payments/{number}"
    part = {"bill": bill, "amount": {"amount_minor": 1000}}
    assert read(counter.post(f"{path}/apply", part))["applied"]["amount_minor"] == 1000
    assert counter.state(bill) == ("part-paid", COST - 1000)
    assert reason(counter.post(f"/bills/{bill}/cancel")) == "payment-applied"
    read(counter.post(f"{path}/apply", {"bill": bill}))
    assert counter.state(bill) == ("paid", 0)
    read(counter.post(f"{path}/unapply", {"bill": bill}))
    assert counter.state(bill) == ("open", COST)
    assert counter.post(f"{path}/unapply").status == 404
    back = read(counter.post(f"{path}/refund", {"amount": {"amount_minor": 2000}}))
    assert back["credit"]["amount_minor"] == COST - 2000
    assert reason(counter.post(f"{path}/remove"), 422) == "invalid"
    assert read(counter.post(f"{path}/refund"))["credit"]["amount_minor"] == 0
    assert counter.is_right()


def test_a_wrong_payment_is_removed_and_stays_on_record(counter: Counter) -> None:
    counter.visit()
    bill = counter.bill()["id"]
    number = counter.pay(COST, bill)["id"]
    gone = read(counter.post(f"/payments/{number}/remove"))
    assert gone["removed_at"] is not None
    assert counter.state(bill) == ("open", COST)


def test_payments_become_a_file_without_formulas(counter: Counter) -> None:
    counter.pay(500, reference="=1+1")
    asked = f"/payments?client={counter.client}"
    answer = counter.office.request("GET", asked, Accept="text/csv")
    (row,) = csv.DictReader(answer.body.decode().splitlines())
    assert (row["reference"], row["amount"]) == ("'=1+1", "5.00")


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"amount": {"amount_minor": -1}}, "amount.amount_minor"),
        ({"amount": {"amount_minor": 0}}, "amount"),
        ({"amount": {"amount_minor": "5"}}, "amount.amount_minor"),
        ({"amount": {"amount_minor": 5, "currency": "EUR"}}, "currency"),
        ({"method": "gold"}, "method"),
        ({"received_on": "yesterday"}, "received_on"),
        ({"card_number": "4111"}, "card_number"),
    ],
)
def test_what_is_wrong_with_a_payment_is_named(
    counter: Counter, said: dict[str, object], field: str
) -> None:
    good = {"client": counter.client, "amount": {"amount_minor": 5}, "method": "cash"}
    assert read(counter.post("/payments", {**good, **said}), 422)["field"] == field


def test_a_payment_of_one_client_pays_no_bill_of_another(counter: Counter) -> None:
    counter.visit()
    bill = counter.bill()["id"]
    payment = counter.pay(100, client=new_client(counter.site))["id"]
    refused = counter.post(f"/payments/{payment}/apply", {"bill": bill})
    assert read(refused, 422)["field"] == "payment"


def test_a_practitioner_sees_payments_of_the_own_clients_only(counter: Counter) -> None:
    counter.visit()
    payment = counter.pay(100)["id"]
    assert counter.mine.get(f"/payments/{payment}").status == 200
    assert program(counter.site, "theo").get(f"/payments/{payment}").status == 404


def test_a_signed_note_locks_its_appointment(counter: Counter) -> None:
    number = counter.visit()
    note = f"/notes/{number}"
    assert read(counter.mine.get(note))["signed"] is False
    signed = read(counter.mine.post(f"{note}/sign", {"diagnoses": ["m5450", "F41.1"]}))
    assert signed["diagnoses"] == ["M54.50", "F41.1"]
    refused = read(counter.office.patch(f"/appointments/{number}", {"minutes": 30}), 409)
    assert refused["locks"] == ["note-signed"]
    assert read(counter.mine.post(f"{note}/sign", {}), 422)["field"] == "note"
    story = read(counter.mine.post(f"{note}/unlock", {}))["story"]
    assert [one["signed"] for one in story] == [True, False]
    assert {one["by"] for one in story} == {counter.user}
    read(counter.office.patch(f"/appointments/{number}", {"minutes": 30}))


def test_only_its_practitioner_or_an_admin_signs_a_note(counter: Counter) -> None:
    note = f"/notes/{counter.visit()}"
    assert counter.office.post(f"{note}/sign", {}).status == 403
    assert program(counter.site, "theo").post(f"{note}/sign", {}).status == 404
    assert program(counter.site, "admin").post(f"{note}/sign", {}).status == 200


def test_a_note_of_a_series_is_of_one_occurrence(counter: Counter) -> None:
    series = counter.visit("2026-11-03", "booked", repeat={"how": "weekly", "times": 3})
    days = {"from_": "2026-11-01", "to": "2026-11-30", "client": counter.client}
    _, second, _ = read(counter.office.get("/appointments", **days))["items"]
    assert read(counter.mine.post(f"/notes/{series}/sign", {}), 422)["field"] == "occurrence"
    read(counter.mine.post(f"/notes/{second['id']}/sign", {}))
    assert read(counter.mine.get(f"/notes/{second['id']}"))["signed"] is True
    assert counter.mine.get(f"/notes/{series}.20990101T000000Z").status == 404
    assert counter.mine.get(f"/notes/{series}.never").status == 422


def test_a_missed_visit_costs_what_the_narrowest_rule_says(counter: Counter) -> None:
    subject = {"scope": "client", "subject": counter.client, "kind": "no-show-fee"}
    amount = {"amount_minor": 6000, "currency": DOLLARS}
    put = read(counter.office.put("/fees", {**subject, "amount": amount}))
    assert put in read(counter.office.get("/fees"))["items"]
    number = counter.visit(status="no-show")
    assert cents(counter.charges()) == [6000]
    own = {"amount": {"amount_minor": 2000}, "reason": "Half of it"}
    shown = read(counter.office.put(f"/fees/{number}", own))
    assert (shown["amount"]["amount_minor"], shown["reason"]) == (2000, "Half of it")
    assert cents(counter.charges()) == [2000]
    waived = {"amount": {"amount_minor": 0}, "reason": "Was in hospital"}
    read(counter.office.put(f"/fees/{number}", waived))
    assert counter.charges() == []
    assert counter.office.delete("/fees", **subject).status == 204
    assert counter.office.delete("/fees", **subject).status == 404
    assert counter.is_right()


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"scope": "practice", "subject": "all"}, "subject"),
        ({"scope": "client", "kind": "service"}, "kind"),
        ({"scope": "everybody"}, "scope"),
    ],
)
def test_a_default_fee_names_what_it_is_for(
    counter: Counter, said: dict[str, str], field: str
) -> None:
    good = {"scope": "practice", "kind": "late-fee", "amount": {"amount_minor": 100}}
    assert read(counter.office.put("/fees", {**good, **said}), 422)["field"] == field


def test_a_waived_fee_has_a_reason(counter: Counter) -> None:
    number = counter.visit(status="no-show")
    for why in ("", "   "):
        said = {"amount": {"amount_minor": 0}, "reason": why}
        assert read(counter.office.put(f"/fees/{number}", said), 422)["field"] == "reason"


def test_the_ledger_shows_what_was_posted_and_what_it_comes_to(counter: Counter) -> None:
    counter.visit()
    counter.pay(COST, counter.bill()["id"])
    asked = {"client": counter.client}
    found = read(counter.office.get("/ledger/transactions", **asked))["items"]
    assert [one["kind"] for one in found] == ["charge"] * 3 + ["payment", "application"]
    for one in found:
        assert sum(side["amount"]["amount_minor"] for side in one["entries"]) == 0
    for by in ("account", "client", "payer"):
        read(counter.office.get("/ledger/balances", by=by))
    held = read(counter.office.get("/ledger/balances", by="client"))["items"]
    own = {one["account"]: one["balance"] for one in held if one["holder"] == counter.client}
    assert {amount["amount_minor"] for amount in own.values()} == {0}
    accounts = read(counter.office.get("/ledger/balances"))["items"]
    assert sum(one["balance"]["amount_minor"] for one in accounts) == 0
    path = f"/ledger/transactions?client={counter.client}"
    answer = counter.office.request("GET", path, Accept="text/csv")
    assert len(list(csv.DictReader(answer.body.decode().splitlines()))) == 10


@pytest.mark.parametrize("what", ["verify", "balances", "transactions"])
def test_the_ledger_is_not_for_practitioners(counter: Counter, what: str) -> None:
    assert reason(counter.mine.get(f"/ledger/{what}"), 403) == "not-allowed"


def test_defaults_of_the_practice_are_not_set_by_practitioners(counter: Counter) -> None:
    said = {"scope": "practice", "kind": "late-fee", "amount": {"amount_minor": 100}}
    assert counter.mine.put("/fees", said).status == 403
    sale = {"client": counter.client, "product": "herbs"}
    assert counter.post("/charges", sale, counter.mine).status == 403
