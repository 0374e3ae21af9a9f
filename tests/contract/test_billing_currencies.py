"""A practice that changes its currency has charges in two for a while: no bill mixes them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from server.billing_hooks.bill_edits import LineEdit, edit_line
from server.billing_hooks.bill_runs import run_bills
from server.billing_hooks.sales import Sale, sell
from server.domain.bills import Bill, BillState
from server.domain.errors import Invalid
from server.domain.money import Money
from server.practice_db.database import SqlDatabase
from server.usecases.context import Context
from tests.contract.billing_house import Practice
from tests.practice import HERBS, JANE, JOHN, furnish


@pytest.fixture
def practice(database: SqlDatabase) -> Practice:
    """Return the small practice, which has sold Jane herbs in dollars and then in euros."""
    with database.writing() as uow:
        furnish(uow)
    house = Practice(database)
    today = house.now.date()
    with database.writing() as uow:
        for client, price in (
            (JANE, HERBS.price),
            (JANE, Money(1700, "EUR")),
            (JOHN, HERBS.price),
        ):
            sell(uow, house.context(), Sale(client, HERBS.sku, today, price=price))
    return house


def euros(practice: Practice) -> Context:
    """Return the context of somebody who works by the new currency."""
    return replace(practice.context(), rules=replace(practice.rules, currency="EUR"))


def bills(practice: Practice) -> list[Bill]:
    with practice.database.reading() as uow:
        return list(uow.billing.bills.of())


def test_a_run_bills_each_currency_by_itself_and_goes_on_to_the_next_client(
    practice: Practice,
) -> None:
    made = run_bills(practice.database, euros(practice), practice.now.date())
    assert made == 3
    assert sorted((bill.client, bill.charged.currency) for bill in bills(practice)) == [
        (JANE, "EUR"),
        (JANE, "USD"),
        (JOHN, "USD"),
    ]
    assert {bill.state for bill in bills(practice)} == {BillState.OPEN}
    assert list(practice.wrong()) == []


def test_a_line_of_a_bill_gets_no_fee_in_another_currency(practice: Practice) -> None:
    bill = practice.bill(JOHN)
    edit = LineEdit(unit_fee=Money(1500, "EUR"))
    refused = pytest.raises(Invalid, match="one bill is in one currency")
    with refused, practice.database.writing() as uow:
        edit_line(uow, euros(practice), bill.id, bill.charges[0].id, edit)
    assert practice.find(bill) == bill
    assert list(practice.wrong()) == []
