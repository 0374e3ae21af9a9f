"""Bills and payments through the use cases: what each step leaves open, and what it refuses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from server.billing_hooks.bill_edits import LineEdit, edit_line, put_on, take_off
from server.billing_hooks.bills import Wanted, cancel_bill, new_bill, open_bill
from server.billing_hooks.insurers import (
    contractual_adjustment,
    insurer_payment,
    insurer_share,
    take_back_share,
)
from server.billing_hooks.payments import (
    apply_payment,
    refund_payment,
    remove_payment,
    unapply_payment,
)
from server.billing_hooks.refusals import (
    NothingToBill,
    PaymentApplied,
    TooMuch,
    WrittenOff,
    WrongStage,
)
from server.billing_hooks.sales import take_back
from server.billing_hooks.settlements import WriteOff, undo_write_off, write_off
from server.domain.bills import Bill, BillState, Method, Payment
from server.domain.charges import ChargeKind
from server.domain.errors import Invalid, NotFound, PracticeError
from server.domain.ids import ClientNumber, PayerId
from server.domain.ledger import Account
from server.domain.money import Money
from server.domain.vocabulary import Lock, Status
from server.practice_db.database import SqlDatabase
from tests.contract.billing_house import Practice
from tests.practice import JANE, JOHN, at, furnish, session, timed

Act = Callable[..., object]
SUNRISE = PayerId("sunrise")
DUE = Money(14900)
"""What a first visit comes to."""


@pytest.fixture
def practice(database: SqlDatabase) -> Practice:
    """Return the small practice, which bills, on each engine in turn."""
    with database.writing() as uow:
        furnish(uow)
    house = Practice(database)
    house.insure(SUNRISE)
    return house


def billed(practice: Practice, day: int = 24, client: ClientNumber = JANE) -> Bill:
    """Bill a client's visit of a day."""
    details = session(client, status=Status.ARRIVED)
    number = practice.book(timed(at(day)), details)
    return practice.bill(client, *practice.charges(number))


def do(practice: Practice, act: Act, *said: object) -> None:
    """Do something a second later, in one transaction."""
    practice.now += timedelta(seconds=1)
    with practice.database.writing() as uow:
        act(uow, practice.context(), *said)


def refuses(practice: Practice, reason: type[PracticeError], act: Act, *said: object) -> None:
    """See that something is refused by its name and leaves nothing behind."""
    owed = practice.balance(Account.RECEIVABLE_CLIENT)
    with pytest.raises(reason):
        do(practice, act, *said)
    assert practice.balance(Account.RECEIVABLE_CLIENT) == owed
    assert list(practice.wrong()) == []


def applied(practice: Practice, payment: Payment) -> list[tuple[str, Money]]:
    """Return what of a payment lies on which bill."""
    with practice.database.reading() as uow:
        found = uow.billing.payments.get(payment.id)
    assert found is not None
    return [(one.bill, one.amount) for one in found.applications]


def test_a_bill_is_open_part_paid_and_paid(practice: Practice) -> None:
    bill = billed(practice)
    assert (bill.state, bill.number, bill.charged) == (BillState.OPEN, 1, DUE)
    practice.apply(practice.receive(Money(4900)), bill)
    assert practice.find(bill).state is BillState.PART_PAID
    last = practice.apply(practice.receive(Money(20000)), bill)
    assert practice.find(bill).state is BillState.PAID
    assert last.credit == Money(10000)
    assert practice.balance(Account.CREDIT_CLIENT, JANE) == -10000
    assert practice.balance(Account.RECEIVABLE_CLIENT, JANE) == 0


def test_of_a_refund_in_part_the_newest_application_gives_way_first(practice: Practice) -> None:
    first, second = billed(practice), billed(practice, 25)
    payment = practice.receive(Money(10000))
    for bill in (first, second):
        do(practice, apply_payment, payment.id, bill.id, Money(4000))
    do(practice, refund_payment, payment.id, Money(3000))
    assert applied(practice, payment) == [(first.id, Money(4000)), (second.id, Money(3000))]
    do(practice, refund_payment, payment.id, Money(4500))
    assert applied(practice, payment) == [(first.id, Money(2500))]
    do(practice, refund_payment, payment.id)
    assert applied(practice, payment) == []
    assert practice.balance(Account.CLEARING_CASH) == 0
    assert list(practice.wrong()) == []


def test_more_than_there_is_is_neither_applied_nor_refunded(practice: Practice) -> None:
    bill = billed(practice)
    payment = practice.receive(Money(5000))
    too_much = Money(5001)
    refuses(practice, TooMuch, apply_payment, payment.id, bill.id, too_much)
    refuses(practice, TooMuch, refund_payment, payment.id, too_much)
    for nothing in (Money(0), Money(-1)):
        refuses(practice, Invalid, refund_payment, payment.id, nothing)


def test_a_payment_is_not_applied_to_another_clients_bill_nor_to_a_draft(
    practice: Practice,
) -> None:
    johns = billed(practice, client=JOHN)
    payment = practice.receive(Money(5000))
    refuses(practice, Invalid, apply_payment, payment.id, johns.id)
    practice.book(timed(at(26)), session(JANE, status=Status.ARRIVED))
    draft = practice.bill(draft=True)
    assert (draft.state, draft.number) == (BillState.DRAFT, None)
    refuses(practice, WrongStage, apply_payment, payment.id, draft.id)
    do(practice, open_bill, draft.id)
    assert practice.apply(payment, draft).applied == Money(5000)


def test_sh29_a_bill_that_something_was_paid_of_is_neither_edited_nor_cancelled(
    practice: Practice,
) -> None:
    bill = billed(practice)
    charge = bill.charges[0].id
    payment = practice.apply(practice.receive(Money(100)), bill)
    edited = (edit_line, bill.id, charge, LineEdit(units=2))
    for act in (edited, (take_off, bill.id, charge), (cancel_bill, bill.id)):
        refuses(practice, PaymentApplied, *act)
    do(practice, unapply_payment, payment.id)
    do(practice, *edited)
    do(practice, cancel_bill, bill.id)
    assert practice.find(bill).state is BillState.CANCELLED
    assert list(practice.wrong()) == []


def test_a_cancelled_bills_charges_are_billed_again_under_a_new_number(
    practice: Practice,
) -> None:
    bill = billed(practice)
    practice.cancel(bill)
    gone = practice.find(bill)
    assert (gone.state, gone.number, gone.charges) == (BillState.CANCELLED, 1, ())
    again = practice.bill()
    assert (again.number, again.charged) == (2, DUE)
    refuses(practice, NothingToBill, new_bill, Wanted(JANE))
    refuses(practice, WrongStage, cancel_bill, bill.id)


def test_a_removed_payment_was_never_there(practice: Practice) -> None:
    bill = billed(practice)
    payment = practice.apply(practice.receive(DUE), bill)
    do(practice, remove_payment, payment.id)
    assert practice.find(bill).state is BillState.OPEN
    assert practice.balance(Account.CLEARING_CASH) == 0
    for act in (remove_payment, refund_payment):
        refuses(practice, PracticeError, act, payment.id)


def test_what_was_refunded_of_was_really_there_and_is_not_removed(practice: Practice) -> None:
    payment = practice.receive(Money(5000))
    do(practice, refund_payment, payment.id, Money(1))
    refuses(practice, Invalid, remove_payment, payment.id)


def test_a_write_off_settles_and_is_undone(practice: Practice) -> None:
    bill = billed(practice)
    why = WriteOff.BAD_DEBT
    do(practice, write_off, bill.id, why, Money(900))
    assert practice.find(bill).open_amount == Money(14000)
    do(practice, write_off, bill.id, why)
    assert practice.find(bill).state is BillState.WRITTEN_OFF
    assert practice.balance(Account.WRITTEN_OFF_BAD_DEBT) == DUE.minor
    refuses(practice, TooMuch, write_off, bill.id, why)
    refuses(practice, WrittenOff, cancel_bill, bill.id)
    do(practice, undo_write_off, bill.id)
    assert practice.find(bill).state is BillState.OPEN
    refuses(practice, NotFound, undo_write_off, bill.id)
    practice.cancel(bill)


def test_taking_a_share_back_takes_back_what_the_contract_took_off_too(
    practice: Practice,
) -> None:
    bill = billed(practice)
    number = bill.id
    do(practice, insurer_share, number, SUNRISE, Money(9000))
    do(practice, contractual_adjustment, number, SUNRISE, Money(2000))
    settled = practice.find(bill)
    assert (settled.paid, settled.written_off) == (Money(7000), Money(2000))
    do(practice, take_back_share, number)
    free = practice.find(bill)
    assert (free.paid, free.written_off, free.state) == (Money(0), Money(0), BillState.OPEN)
    assert practice.balance(Account.RECEIVABLE_PAYER, SUNRISE) == 0
    assert list(practice.wrong()) == []
    practice.cancel(bill)


def test_a_share_that_the_insurer_has_paid_of_is_not_taken_back(practice: Practice) -> None:
    bill = billed(practice)
    number, paid = bill.id, (SUNRISE, Method.TRANSFER)
    do(practice, insurer_share, number, SUNRISE, Money(9000))
    do(practice, insurer_payment, number, paid, Money(4000))
    refuses(practice, Invalid, take_back_share, number)
    refuses(practice, TooMuch, insurer_payment, number, paid, Money(5001))
    assert practice.balance(Account.RECEIVABLE_PAYER, SUNRISE) == 5000


def test_lines_go_off_a_bill_and_come_on_it(practice: Practice) -> None:
    bill, johns = billed(practice), billed(practice, 25, JOHN)
    [first, second, third] = [charge.id for charge in bill.charges]
    do(practice, take_off, bill.id, first)
    do(practice, take_off, bill.id, second)
    refuses(practice, Invalid, take_off, bill.id, third)
    refuses(practice, NotFound, put_on, johns.id, first)
    refuses(practice, NotFound, put_on, bill.id, third)
    do(practice, put_on, bill.id, first)
    assert {charge.id for charge in practice.find(bill).charges} == {first, third}
    number = bill.charges[0].appointment
    assert number is not None
    assert practice.get(number).first_part.held == {Lock.BILL_OPEN}


def test_a_fee_of_its_own_is_this_lines_alone(practice: Practice) -> None:
    bill = billed(practice)
    [charge, *_] = bill.charges
    edit = LineEdit(unit_fee=Money(7000))
    do(practice, edit_line, bill.id, charge.id, edit)
    found = practice.find(bill)
    assert found.charged == DUE - Money(1500)
    for fee in (Money(0), Money(-100)):
        wrong = LineEdit(unit_fee=fee)
        line = found.charges[0].id
        refuses(practice, Invalid, edit_line, bill.id, line, wrong)


def test_a_product_that_a_visit_brought_is_taken_back_and_stays_away(
    practice: Practice,
) -> None:
    number = practice.book(timed(at(24)), session(JANE, status=Status.ARRIVED))
    [herbs] = [one for one in practice.charges(number) if one.line.kind is ChargeKind.PRODUCT]
    do(practice, take_back, herbs.id, "none left")
    practice.edit(number, note="took none home")
    assert ChargeKind.PRODUCT not in {one.line.kind for one in practice.charges(number)}
    assert practice.reversed(number) == 1
    assert list(practice.wrong()) == []
