"""What ports.Bills promises: sums from the ledger, and numbers without gaps."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from server.domain.bills import Bill, BillState, Stage
from server.domain.ids import BillId
from server.domain.money import Money
from server.practice_db.database import SqlDatabase
from server.usecases.ports import UnitOfWork
from tests.contract.billing_samples import (
    BILL,
    CHARGE,
    TODAY,
    add_bill,
    add_payment,
    another_charge,
    apply,
    contractual,
    insurer_share,
    reverse,
    write_off,
)
from tests.contract.samples import DAY, JANE, JOHN, NOW

BILLED = replace(CHARGE, bill=BILL.id)


def bill(uow: UnitOfWork) -> Bill:
    found = uow.billing.bills.get(BILL.id)
    assert found is not None
    return found


def test_a_bill_comes_back_with_its_charges(furnished: SqlDatabase) -> None:
    with furnished.writing() as uow:
        add_bill(uow, BILL, [CHARGE, another_charge(2)])
    expected = replace(BILL, charges=(BILLED, another_charge(2, bill=BILL.id)))
    with furnished.reading() as uow:
        assert uow.billing.bills.get(BILL.id) == expected
        assert uow.billing.bills.numbered(1) == expected
        assert uow.billing.bills.numbered(2) is None
        assert uow.billing.bills.get(BillId("none")) is None
    assert expected.charged == Money(14000)


def test_a_draft_has_no_number_and_its_own_currency(furnished: SqlDatabase) -> None:
    draft = replace(
        BILL, stage=Stage.DRAFT, number=None, paid=Money(0, "EUR"), written_off=Money(0, "EUR")
    )
    with furnished.writing() as uow:
        uow.billing.bills.add(draft)
        uow.billing.bills.add(replace(draft, id=BillId("b2")))
        assert bill(uow) == draft


def test_stage_number_and_days_of_a_bill_are_saved(furnished: SqlDatabase) -> None:
    opened = replace(
        BILL,
        stage=Stage.CANCELLED,
        number=7,
        opened_on=TODAY,
        due_on=TODAY + timedelta(days=30),
        cancelled_at=NOW + DAY,
    )
    with furnished.writing() as uow:
        uow.billing.bills.add(replace(BILL, stage=Stage.DRAFT, number=None))
        uow.billing.bills.save(replace(opened, client=JOHN, made_at=NOW + DAY))
        assert bill(uow) == opened


def test_a_reversed_charge_is_on_no_bill(furnished: SqlDatabase) -> None:
    with furnished.writing() as uow:
        add_bill(uow, BILL, [CHARGE, another_charge(2)])
        uow.billing.charges.save(replace(BILLED, reversed_at=NOW))
        assert [charge.id for charge in bill(uow).charges] == ["c2"]


def test_payments_and_write_offs_settle_a_bill(furnished: SqlDatabase) -> None:
    with furnished.writing() as uow:
        add_bill(uow, BILL, [CHARGE])
        add_payment(uow)
        assert bill(uow).state is BillState.OPEN
        apply(uow, "t1", 5000)
        apply(uow, "t2", 3000)
        assert (bill(uow).paid, bill(uow).state) == (Money(8000), BillState.PART_PAID)
        write_off(uow, "t3", 5000)
        assert bill(uow).written_off == Money(5000)
        assert bill(uow).open_amount == Money(0)


def test_a_reversal_takes_back_what_settled_a_bill(furnished: SqlDatabase) -> None:
    with furnished.writing() as uow:
        add_bill(uow, BILL, [CHARGE])
        add_payment(uow)
        apply(uow, "t1", 5000)
        apply(uow, "t2", 3000)
        write_off(uow, "t3", 5000)
        for number in ("t2", "t3"):
            reverse(uow, number)
        assert (bill(uow).paid, bill(uow).written_off) == (Money(5000), Money(0))


def test_what_a_contract_forbids_to_ask_is_not_paid_but_written_off(
    furnished: SqlDatabase,
) -> None:
    with furnished.writing() as uow:
        add_bill(uow, BILL, [CHARGE])
        insurer_share(uow, "t1", 10000)
        assert (bill(uow).paid, bill(uow).written_off) == (Money(10000), Money(0))
        contractual(uow, "t2", 4000)
        assert (bill(uow).paid, bill(uow).written_off) == (Money(6000), Money(4000))
        assert bill(uow).open_amount == Money(3000)
        reverse(uow, "t2")
        assert (bill(uow).paid, bill(uow).written_off) == (Money(10000), Money(0))


def test_bills_come_by_when_they_were_made_each_with_its_own(furnished: SqlDatabase) -> None:
    johns = replace(BILL, id=BillId("b0"), client=JOHN, made_at=NOW + DAY, number=2)
    with furnished.writing() as uow:
        add_bill(uow, johns, [replace(another_charge(2), client=JOHN)])
        add_bill(uow, BILL, [CHARGE])
        add_payment(uow)
        apply(uow, "t1", 100)
        write_off(uow, "t2", 300, bill="b0")
        mine, other = uow.billing.bills.of()
        assert (mine.id, mine.charges, mine.paid) == (BILL.id, (BILLED,), Money(100))
        assert (other.id, other.paid, other.written_off) == ("b0", Money(0), Money(300))
        assert uow.billing.bills.of(JOHN) == [other]
        assert uow.billing.bills.of(JANE) == [mine]


def test_many_bills_need_no_more_statements_than_one(furnished: SqlDatabase) -> None:
    def statements() -> int:
        seen: list[str] = []
        furnished.watch(seen.append)
        with furnished.reading() as uow:
            uow.billing.bills.of(JANE)
            uow.billing.payments.of(JANE)
        furnished.watch(None)
        return len(seen)

    with furnished.writing() as uow:
        add_bill(uow, BILL, [CHARGE])
        add_payment(uow)
    few = statements()
    with furnished.writing() as uow:
        for number in range(2, 12):
            another = replace(BILL, id=BillId(f"b{number}"), number=number)
            add_bill(uow, another, [another_charge(number)])
    assert statements() == few


def test_a_number_is_on_one_bill(furnished: SqlDatabase) -> None:
    with furnished.writing() as uow:
        uow.billing.bills.add(BILL)
        with pytest.raises(IntegrityError), uow.savepoint():
            uow.billing.bills.add(replace(BILL, id=BillId("b2")))


class Undone(Exception):
    """Raised to undo a transaction."""


def number_and_undo(uow: UnitOfWork) -> None:
    uow.billing.bills.next_number()
    raise Undone


def test_numbers_begin_with_one_and_what_is_undone_uses_none_up(
    furnished: SqlDatabase,
) -> None:
    numbers = []
    for _ in range(3):
        with pytest.raises(Undone), furnished.writing() as uow:
            number_and_undo(uow)
        with furnished.writing() as uow:
            numbers.append(uow.billing.bills.next_number())
            with pytest.raises(Undone), uow.savepoint():
                number_and_undo(uow)
            numbers.append(uow.billing.bills.next_number())
    assert numbers == [1, 2, 3, 4, 5, 6]
