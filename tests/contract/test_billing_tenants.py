"""One practice never meets the money of another, though all ids are the same."""

from __future__ import annotations

from server.domain.ids import TransactionId
from server.domain.ledger import Account
from server.domain.money import Money
from server.practice_db.database import SqlDatabase
from server.usecases.ports import ChargeFilter, UnitOfWork
from tests.contract.billing_samples import (
    BILL,
    CHARGE,
    FEE,
    FIRST,
    PAYMENT,
    read_money,
    write_money,
)
from tests.contract.samples import JANE, NOW, VISIT, another_practice, save, visit


def told(uow: UnitOfWork) -> tuple[object, ...]:
    """Return all that a practice knows of its money."""
    billing = uow.billing
    return (
        billing.ledger.matching(),
        billing.ledger.balances(by_holder=True),
        billing.bills.of(),
        billing.payments.of(),
        billing.charges.matching(ChargeFilter(reversed_too=True)),
        billing.notes.story(FIRST),
        billing.fees.all(),
        billing.holds.of_bill(BILL.id),
        billing.runs.last_finished(),
    )


def test_two_practices_with_the_same_ids_have_money_of_their_own(
    furnished: SqlDatabase,
) -> None:
    other = another_practice(furnished)
    with furnished.writing() as uow:
        save(uow, visit())
        write_money(uow)
    with other.reading() as uow:
        assert [bool(each) for each in told(uow)] == [False] * 9
    with other.writing() as uow:
        save(uow, visit())
        write_money(uow)
    for database in (furnished, other):
        with database.reading() as uow:
            assert uow.billing.ledger.balance(Account.REVENUE_SERVICE) == Money(-13000)
            assert len(uow.billing.ledger.matching(holder=JANE)) == 3
            read_money(uow)
    other.close()


def change_everything(uow: UnitOfWork) -> None:
    uow.billing.holds.put(FIRST, [])
    uow.billing.notes.rekey(VISIT, FIRST.key, CHARGE.key)
    uow.billing.fees.remove(FEE)
    uow.billing.payments.remove(PAYMENT.id, NOW)
    uow.billing.charges.save(CHARGE)
    uow.billing.bills.next_number()


def test_what_one_practice_changes_stays_in_the_other(furnished: SqlDatabase) -> None:
    other = another_practice(furnished)
    for database in (furnished, other):
        with database.writing() as uow:
            save(uow, visit())
            write_money(uow)
    with other.reading() as uow:
        before = told(uow)
    with furnished.writing() as uow:
        change_everything(uow)
    with other.reading() as uow:
        assert told(uow) == before
        assert uow.billing.ledger.get(TransactionId("a1")) is not None
        assert uow.billing.ledger.unbalanced() == []
    other.close()
