"""What ports.Ledger promises: what is posted comes back, once, and balances are sums."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import pytest
from sqlalchemy.exc import IntegrityError

from server.domain.errors import AlreadyThere, Invalid
from server.domain.ids import BillId, ChargeId, PaymentId, TransactionId
from server.domain.ledger import Account, Entry, Transaction, TransactionKind, reversing
from server.domain.money import Money
from server.domain.vocabulary import Door
from server.practice_db.database import SqlDatabase
from server.usecases.ports import UnitOfWork
from tests.contract.billing_samples import (
    BILL,
    PAYER,
    PAYMENT,
    add_bill,
    add_payment,
    another_charge,
    apply,
    charged,
    insurer_share,
    receivable,
    reverse,
    transaction,
    write_off,
)
from tests.contract.samples import HOUR, JANE, JOHN, NOW, PHONE

FULL = Transaction(
    TransactionId("t1"),
    "application:1",
    TransactionKind.APPLICATION,
    NOW,
    replace(PHONE, door=Door.WORKER, credential=None),
    (
        Entry(Account.CREDIT_CLIENT, Money(700), JANE, payment=PaymentId("p1")),
        Entry(Account.RECEIVABLE_CLIENT, Money(-400), JANE, bill=BillId("b1")),
        Entry(Account.RECEIVABLE_CLIENT, Money(-300), JANE, ChargeId("c1"), BillId("b2")),
    ),
    reason="paid at the desk",
)


@pytest.mark.parametrize("posted", [FULL, charged()], ids=["full", "plain"])
def test_a_transaction_comes_back_as_it_was(
    furnished: SqlDatabase, posted: Transaction
) -> None:
    with furnished.writing() as uow:
        assert uow.billing.ledger.post(posted)
    with furnished.reading() as uow:
        assert uow.billing.ledger.get(posted.id) == posted
        assert uow.billing.ledger.get(TransactionId("none")) is None


def test_a_key_that_is_there_adds_nothing(furnished: SqlDatabase) -> None:
    again = replace(charged("t2"), key=charged("t1").key)
    with furnished.writing() as uow:
        assert uow.billing.ledger.post(charged("t1"))
        assert not uow.billing.ledger.post(again)
    with furnished.reading() as uow:
        assert uow.billing.ledger.matching() == [charged("t1")]
        assert uow.billing.ledger.balance(Account.RECEIVABLE_CLIENT, JANE) == Money(6500)


def test_a_reversal_is_found_from_what_it_reverses(furnished: SqlDatabase) -> None:
    with furnished.writing() as uow:
        uow.billing.ledger.post(charged("t1"))
        uow.billing.ledger.post(charged("t2"))
        reverse(uow, "t1")
        assert uow.billing.ledger.reversal_of(TransactionId("t1")) == "r-t1"
        assert uow.billing.ledger.reversal_of(TransactionId("t2")) is None
        assert uow.billing.ledger.balance(Account.RECEIVABLE_CLIENT, JANE) == Money(6500)


def test_a_second_reversal_is_already_there(furnished: SqlDatabase) -> None:
    second = reversing(charged("t1"), TransactionId("r2"), NOW, PHONE, "again")
    with furnished.writing() as uow:
        uow.billing.ledger.post(charged("t1"))
        reverse(uow, "t1")
        assert not uow.billing.ledger.post(second)
        with pytest.raises(AlreadyThere), uow.savepoint():
            uow.billing.ledger.post(replace(second, key="another key"))
    with furnished.reading() as uow:
        assert [one.id for one in uow.billing.ledger.matching()] == ["r-t1", "t1"]


def swallow_a_refusal(uow: UnitOfWork) -> None:
    second = reversing(charged("t1"), TransactionId("r2"), NOW, PHONE, "again")
    uow.billing.ledger.post(charged("t1"))
    reverse(uow, "t1")
    with suppress(AlreadyThere):
        uow.billing.ledger.post(replace(second, key="another key"))


def test_who_goes_on_after_a_refusal_keeps_nothing(furnished: SqlDatabase) -> None:
    with pytest.raises(IntegrityError), furnished.writing() as uow:
        swallow_a_refusal(uow)
    with furnished.reading() as uow:
        assert uow.billing.ledger.matching() == []


def test_transactions_come_in_the_order_of_their_posting(furnished: SqlDatabase) -> None:
    johns = transaction(
        "t0",
        TransactionKind.CHARGE,
        receivable(JOHN, 100),
        Entry(Account.REVENUE_PRODUCT, Money(100)),
        hours=2,
    )
    posted = [charged("t3"), charged("t1", hours=1), charged("t2", hours=1), johns]
    with furnished.writing() as uow:
        for one in reversed(posted):
            uow.billing.ledger.post(one)
    with furnished.reading() as uow:
        ledger = uow.billing.ledger
        assert ledger.matching() == posted
        assert ledger.matching(holder=JANE) == posted[:3]
        assert ledger.matching(since=NOW + HOUR) == posted[1:]
        assert ledger.matching(holder=JOHN, since=NOW) == [johns]
        assert ledger.matching(holder="nobody") == []


def test_a_transaction_of_a_holder_comes_with_all_its_entries(furnished: SqlDatabase) -> None:
    with furnished.writing() as uow:
        insurer_share(uow, "t1", 100)
        (found,) = uow.billing.ledger.matching(holder=PAYER)
    assert [entry.holder for entry in found.entries] == [PAYER, JANE]


def test_balances_are_sums_of_accounts_and_of_their_holders(furnished: SqlDatabase) -> None:
    johns = transaction(
        "t3",
        TransactionKind.CHARGE,
        receivable(JOHN, 40),
        Entry(Account.REVENUE_SERVICE, Money(40)),
    )
    with furnished.writing() as uow:
        for one in (charged("t1", 1000), charged("t2", 500), johns):
            uow.billing.ledger.post(one)
        add_payment(uow, replace(PAYMENT, amount=Money(900)))
    with furnished.reading() as uow:
        ledger = uow.billing.ledger
        assert ledger.balances() == {
            (Account.CLEARING_CHECK, ""): Money(900),
            (Account.CREDIT_CLIENT, ""): Money(-900),
            (Account.RECEIVABLE_CLIENT, ""): Money(1540),
            (Account.REVENUE_SERVICE, ""): Money(-1540),
        }
        assert ledger.balances(by_holder=True) == {
            (Account.CLEARING_CHECK, ""): Money(900),
            (Account.CREDIT_CLIENT, JANE): Money(-900),
            (Account.RECEIVABLE_CLIENT, JANE): Money(1500),
            (Account.RECEIVABLE_CLIENT, JOHN): Money(40),
            (Account.REVENUE_SERVICE, ""): Money(-1540),
        }


def test_a_balance_is_of_one_holder_or_of_all(furnished: SqlDatabase) -> None:
    with furnished.writing() as uow:
        uow.billing.ledger.post(charged("t1", 1000))
        ledger = uow.billing.ledger
        assert ledger.balance(Account.RECEIVABLE_CLIENT, JANE) == Money(1000)
        assert ledger.balance(Account.RECEIVABLE_CLIENT, JOHN) == Money(0)
        assert ledger.balance(Account.RECEIVABLE_CLIENT) == Money(1000)
        assert ledger.balance(Account.REVENUE_SERVICE) == Money(-1000)
        assert ledger.balance(Account.WRITTEN_OFF_BAD_DEBT) == Money(0)


def test_two_currencies_in_an_account_are_never_added(furnished: SqlDatabase) -> None:
    euros = transaction(
        "t2",
        TransactionKind.CHARGE,
        replace(receivable(JANE, 1), amount=Money(1, "EUR")),
        Entry(Account.REVENUE_SERVICE, Money(1, "EUR")),
    )
    with furnished.writing() as uow:
        uow.billing.ledger.post(charged("t1"))
        uow.billing.ledger.post(euros)
        with pytest.raises(Invalid):
            uow.billing.ledger.balances()


def test_what_was_posted_on_a_bill_is_found(furnished: SqlDatabase) -> None:
    with furnished.writing() as uow:
        add_bill(uow, BILL, [another_charge(1, 5000)])
        add_payment(uow)
        apply(uow, "t1", 3000)
        write_off(uow, "t2", 500)
        write_off(uow, "t3", 500, bill="b2")
        applied, written = uow.billing.ledger.entries_on(BILL.id)
        posted = uow.billing.ledger.matching(bill=BILL.id)
    assert [one.id for one in posted] == ["t1", "t2"]
    assert [len(one.entries) for one in posted] == [2, 2]
    assert applied == replace(receivable(JANE, -3000, BILL.id), payment=PAYMENT.id)
    assert written == receivable(JANE, -500, BILL.id)


def test_amounts_beyond_four_bytes_are_exact(furnished: SqlDatabase) -> None:
    much = 9_007_199_254_740_993
    with furnished.writing() as uow:
        uow.billing.ledger.post(charged("t1", much))
        uow.billing.ledger.post(charged("t2", 1))
    with furnished.reading() as uow:
        assert uow.billing.ledger.balance(Account.REVENUE_SERVICE) == Money(-much - 1)
