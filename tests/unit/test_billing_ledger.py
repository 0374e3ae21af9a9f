"""Double entry: what sums to zero, what is reversed, and how often."""

from __future__ import annotations

from dataclasses import replace

import pytest

from server.domain.errors import Invalid
from server.domain.ids import BillId, ChargeId, PaymentId, TransactionId
from server.domain.ledger import (
    Account,
    Entry,
    Transaction,
    TransactionKind,
    reversing,
    transfer,
)
from server.domain.money import Money
from tests.unit.billing import ACTOR, JANE, NOW

OWED = Entry(Account.RECEIVABLE_CLIENT, Money(8500), JANE, ChargeId("C"), BillId("B"))
EARNED = Entry(Account.REVENUE_SERVICE, Money(8500), payment=PaymentId("P"))
POSTED = Transaction(
    TransactionId("T1"),
    "charge:1",
    TransactionKind.CHARGE,
    NOW,
    ACTOR,
    transfer(OWED, EARNED),
)


def test_a_transfer_debits_the_one_and_credits_the_other() -> None:
    debit, credit = transfer(OWED, EARNED)
    assert debit == OWED
    assert credit == replace(EARNED, amount=Money(-8500))


@pytest.mark.parametrize(
    "entries",
    [
        (),
        (OWED,),
        (OWED, EARNED),
        (OWED, replace(EARNED, amount=Money(-8499))),
        (OWED, replace(EARNED, amount=Money(-8500)), replace(EARNED, amount=Money(0))),
        (OWED, replace(EARNED, amount=Money(-8500, "EUR"))),
    ],
    ids=["none", "one", "both debits", "a cent off", "one of zero", "two currencies"],
)
def test_what_does_not_sum_to_zero_in_one_currency_is_no_transaction(
    entries: tuple[Entry, ...],
) -> None:
    with pytest.raises(Invalid):
        replace(POSTED, entries=entries)


def test_three_entries_may_sum_to_zero() -> None:
    halves = replace(EARNED, amount=Money(-4250))
    assert len(replace(POSTED, entries=(OWED, halves, halves)).entries) == 3


@pytest.mark.parametrize("account", list(Account))
def test_just_the_accounts_of_clients_and_payers_have_a_holder(account: Account) -> None:
    holder = "C1001" if account.has_holder else ""
    assert Entry(account, Money(1), holder).holder == holder
    with pytest.raises(Invalid):
        Entry(account, Money(1), "" if holder else "C1001")


def test_a_reversal_mirrors_its_original_and_names_it() -> None:
    back = reversing(POSTED, TransactionId("T2"), NOW, ACTOR, "Typed wrongly")
    assert (back.reverses, back.kind, back.reason) == (
        POSTED.id,
        TransactionKind.REVERSAL,
        "Typed wrongly",
    )
    assert [replace(entry, amount=-entry.amount) for entry in back.entries] == list(
        POSTED.entries
    )


def test_every_reversal_of_one_transaction_has_the_same_key() -> None:
    first = reversing(POSTED, TransactionId("T2"), NOW, ACTOR, "")
    second = reversing(POSTED, TransactionId("T3"), NOW, ACTOR, "again")
    assert first.key == second.key


def test_a_reversal_is_not_reversed() -> None:
    back = reversing(POSTED, TransactionId("T2"), NOW, ACTOR, "")
    with pytest.raises(Invalid, match="a reversal cannot be reversed"):
        reversing(back, TransactionId("T3"), NOW, ACTOR, "")


def test_just_a_reversal_names_what_it_reverses() -> None:
    with pytest.raises(Invalid):
        replace(POSTED, kind=TransactionKind.REVERSAL)
    with pytest.raises(Invalid):
        replace(POSTED, reverses=TransactionId("T0"))
