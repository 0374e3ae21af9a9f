"""What ports.Payments promises: what became of a payment is told by the ledger."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from server.domain.bills import Application, Method, Payment
from server.domain.ids import BillId, PaymentId, TransactionId
from server.domain.money import Money
from server.practice_db.database import SqlDatabase
from server.usecases.ports import UnitOfWork
from tests.contract.billing_samples import (
    BILL,
    CHARGE,
    PAYMENT,
    TODAY,
    add_bill,
    add_payment,
    another_charge,
    apply,
    refund,
    reverse,
    write_off,
)
from tests.contract.samples import JANE, JOHN, NOW

SECOND = replace(
    PAYMENT,
    id=PaymentId("p2"),
    client=JOHN,
    method=Method.CASH,
    received_on=TODAY - timedelta(days=1),
    transaction=TransactionId("t-p2"),
    reference="no. 17",
)


def payment(uow: UnitOfWork) -> Payment:
    found = uow.billing.payments.get(PAYMENT.id)
    assert found is not None
    return found


def two_bills(uow: UnitOfWork) -> None:
    add_bill(uow, BILL, [CHARGE])
    add_bill(uow, replace(BILL, id=BillId("b2"), number=2), [another_charge(2, 5000)])


def test_a_payment_comes_back_as_it_was(furnished: SqlDatabase) -> None:
    with furnished.writing() as uow:
        add_payment(uow)
        add_payment(uow, SECOND)
    with furnished.reading() as uow:
        assert payment(uow) == PAYMENT
        assert uow.billing.payments.get(SECOND.id) == SECOND
        assert uow.billing.payments.get(PaymentId("none")) is None
    assert PAYMENT.credit == Money(10000)


def test_payments_come_by_the_day_they_were_received(furnished: SqlDatabase) -> None:
    with furnished.writing() as uow:
        add_payment(uow)
        add_payment(uow, SECOND)
        assert uow.billing.payments.of() == [SECOND, PAYMENT]
        assert uow.billing.payments.of(JANE) == [PAYMENT]


def test_a_payment_knows_the_bills_it_is_applied_to(furnished: SqlDatabase) -> None:
    with furnished.writing() as uow:
        two_bills(uow)
        add_payment(uow)
        apply(uow, "t1", 4000, "b1")
        apply(uow, "t2", 5000, "b2")
        apply(uow, "t3", 500, "b1")
        write_off(uow, "t4", 100, "b1")
        assert payment(uow).applications == (
            Application(TransactionId("t1"), BILL.id, Money(4000)),
            Application(TransactionId("t2"), BillId("b2"), Money(5000)),
            Application(TransactionId("t3"), BILL.id, Money(500)),
        )
        assert payment(uow).credit == Money(500)


def test_an_application_that_was_reversed_is_credit_again(furnished: SqlDatabase) -> None:
    with furnished.writing() as uow:
        two_bills(uow)
        add_payment(uow)
        apply(uow, "t1", 4000)
        apply(uow, "t2", 1000)
        reverse(uow, "t1")
        assert [each.transaction for each in payment(uow).applications] == ["t2"]
        assert payment(uow).credit == Money(9000)


def test_refunds_add_up_unless_they_are_reversed(furnished: SqlDatabase) -> None:
    with furnished.writing() as uow:
        add_payment(uow)
        for number, minor in (("t1", 1000), ("t2", 500), ("t3", 250)):
            refund(uow, number, minor)
        reverse(uow, "t2")
        assert payment(uow).refunded == Money(1250)
        assert payment(uow).credit == Money(8750)


def test_a_removed_payment_stays_on_record_without_credit(furnished: SqlDatabase) -> None:
    with furnished.writing() as uow:
        two_bills(uow)
        add_payment(uow)
        apply(uow, "t1", 4000)
        for number in ("t1", "t-p1"):
            reverse(uow, number)
        uow.billing.payments.remove(PAYMENT.id, NOW)
        assert payment(uow) == replace(PAYMENT, removed_at=NOW)
        assert payment(uow).credit == Money(0)


def test_the_payments_on_a_bill_come_once_each(furnished: SqlDatabase) -> None:
    third = replace(SECOND, id=PaymentId("p3"), client=JANE, transaction=TransactionId("t-p3"))
    with furnished.writing() as uow:
        two_bills(uow)
        for each in (PAYMENT, SECOND, third):
            add_payment(uow, each)
        apply(uow, "t1", 100)
        apply(uow, "t2", 100)
        apply(uow, "t3", 100, payment=third)
        apply(uow, "t4", 100, "b2", SECOND)
        payments = uow.billing.payments
        assert [each.id for each in payments.on(BILL.id)] == ["p3", "p1"]
        reverse(uow, "t3")
        assert [each.id for each in payments.on(BILL.id)] == ["p1"]
        assert payments.on(BillId("none")) == []
