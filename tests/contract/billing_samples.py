"""Invented charges, bills and payments, posted as the use cases post them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from server.domain.appointment import OccurrenceId
from server.domain.bills import Bill, Method, Payment, Stage
from server.domain.charges import Charge, ChargeKind, ChargeLine
from server.domain.fees import FeeRule, FeeScope
from server.domain.ids import BillId, ChargeId, ClientNumber, PaymentId, TransactionId
from server.domain.ledger import (
    Account,
    Entry,
    Transaction,
    TransactionKind,
    reversing,
    transfer,
)
from server.domain.money import Money
from server.domain.notes import NoteState
from server.domain.vocabulary import Lock
from server.domain.when import MASTER, RecurrenceKey
from server.usecases.ports import ChargeFilter, Ledger, UnitOfWork
from tests.contract.samples import ALMA, HOUR, JANE, NOW, PHONE, VISIT

TODAY = date(2026, 11, 21)
PAYER = "sunrise"
"""An invented insurer."""
LINE = ChargeLine(
    ChargeKind.SERVICE, "97810", "Acupuncture", Money(6500), 2, ("95", "GP"), "11"
)
CHARGE = Charge(
    id=ChargeId("c1"),
    appointment=VISIT,
    key=MASTER,
    slot="service:97810:1",
    client=JANE,
    practitioner=ALMA,
    line=LINE,
    service_date=TODAY,
    minutes=60,
    posted_at=NOW,
    transaction=TransactionId("t-c1"),
)
"""Of 130.00 for Jane's visit."""
BILL = Bill(BillId("b1"), JANE, Stage.OPEN, NOW, (), Money(0), Money(0), number=1)
PAYMENT = Payment(
    PaymentId("p1"), JANE, Method.CHECK, Money(10000), TODAY, TransactionId("t-p1"), Money(0)
)
FIRST = OccurrenceId(VISIT, MASTER)
FEE = FeeRule(FeeScope.PRACTICE, "", ChargeKind.NO_SHOW, Money(4000))


def receivable(client: ClientNumber, minor: int, bill: str | None = None) -> Entry:
    """Return an entry of what a client owes."""
    on = BillId(bill) if bill else None
    return Entry(Account.RECEIVABLE_CLIENT, Money(minor), client, bill=on)


def transaction(
    number: str, kind: TransactionKind, debit: Entry, credit: Entry, hours: int = 0
) -> Transaction:
    """Return a transaction of two entries; ``credit`` is given above zero."""
    return Transaction(
        TransactionId(number),
        f"key:{number}",
        kind,
        NOW + hours * HOUR,
        PHONE,
        transfer(debit, credit),
    )


def charged(number: str = "t1", minor: int = 6500, hours: int = 0) -> Transaction:
    """Return a transaction that charges Jane, for no charge in particular."""
    credit = Entry(Account.REVENUE_SERVICE, Money(minor))
    return transaction(number, TransactionKind.CHARGE, receivable(JANE, minor), credit, hours)


def post_charge(uow: UnitOfWork, charge: Charge = CHARGE) -> Charge:
    """Store a charge and post its transaction."""
    amount = charge.line.amount
    debit = replace(receivable(charge.client, amount.minor), charge=charge.id)
    credit = Entry(Account.REVENUE_SERVICE, amount, charge=charge.id)
    posted = transaction(charge.transaction, TransactionKind.CHARGE, debit, credit)
    assert uow.billing.ledger.post(posted)
    uow.billing.charges.add(charge)
    return charge


def another_charge(number: int, minor: int = 1000, bill: str | None = None) -> Charge:
    """Return a further charge of the visit, one unit of so much."""
    return replace(
        CHARGE,
        id=ChargeId(f"c{number}"),
        slot=f"service:97810:{number}",
        line=replace(LINE, unit_fee=Money(minor), units=1),
        transaction=TransactionId(f"t-c{number}"),
        bill=BillId(bill) if bill else None,
    )


def add_bill(uow: UnitOfWork, bill: Bill = BILL, charges: Sequence[Charge] = ()) -> None:
    """Store a bill with these charges, which are posted as well."""
    uow.billing.bills.add(bill)
    for charge in charges:
        post_charge(uow, replace(charge, bill=bill.id))


def add_payment(uow: UnitOfWork, payment: Payment = PAYMENT) -> None:
    """Store a payment and post its transaction."""
    debit = Entry(payment.method.account, payment.amount, payment=payment.id)
    credit = _credit(payment, payment.amount.minor)
    received = transaction(payment.transaction, TransactionKind.PAYMENT, debit, credit)
    assert uow.billing.ledger.post(received)
    uow.billing.payments.add(payment)


def apply(
    uow: UnitOfWork, number: str, minor: int, bill: str = "b1", payment: Payment = PAYMENT
) -> None:
    """Apply so much of a payment to a bill."""
    credit = replace(receivable(payment.client, minor, bill), payment=payment.id)
    _post(uow, number, TransactionKind.APPLICATION, _credit(payment, minor), credit)


def refund(uow: UnitOfWork, number: str, minor: int, payment: Payment = PAYMENT) -> None:
    """Give so much of a payment back."""
    credit = Entry(payment.method.account, Money(minor), payment=payment.id)
    _post(uow, number, TransactionKind.REFUND, _credit(payment, minor), credit)


def write_off(uow: UnitOfWork, number: str, minor: int, bill: str = "b1") -> None:
    """Write off so much of a bill of Jane's."""
    debit = Entry(Account.WRITTEN_OFF_COURTESY, Money(minor))
    _post(uow, number, TransactionKind.WRITE_OFF, debit, receivable(JANE, minor, bill))


def insurer_share(uow: UnitOfWork, number: str, minor: int, bill: str = "b1") -> None:
    """Let the insurer take over so much of a bill of Jane's."""
    debit = Entry(Account.RECEIVABLE_PAYER, Money(minor), PAYER, bill=BillId(bill))
    _post(uow, number, TransactionKind.INSURER_SHARE, debit, receivable(JANE, minor, bill))


def contractual(uow: UnitOfWork, number: str, minor: int, bill: str = "b1") -> None:
    """Take so much of the insurer's share off by contract."""
    debit = Entry(Account.ADJUSTMENT_CONTRACTUAL, Money(minor))
    credit = Entry(Account.RECEIVABLE_PAYER, Money(minor), PAYER, bill=BillId(bill))
    _post(uow, number, TransactionKind.CONTRACTUAL, debit, credit)


def reverse(uow: UnitOfWork, number: str) -> None:
    """Post the reversal of a transaction; its id is ``r-`` and the original's."""
    original = uow.billing.ledger.get(TransactionId(number))
    assert original is not None
    reversal = TransactionId(f"r-{number}")
    assert uow.billing.ledger.post(reversing(original, reversal, NOW, PHONE, "a mistake"))


def _credit(payment: Payment, minor: int) -> Entry:
    return Entry(Account.CREDIT_CLIENT, Money(minor), payment.client, payment=payment.id)


def _post(
    uow: UnitOfWork, number: str, kind: TransactionKind, debit: Entry, credit: Entry
) -> None:
    assert uow.billing.ledger.post(transaction(number, kind, debit, credit))


def write_money(uow: UnitOfWork) -> None:
    """Bill Jane's visit, which is there, and use everything else that writes about money."""
    billing = uow.billing
    billing.lock(JANE)
    add_bill(uow, replace(BILL, number=billing.bills.next_number()), [CHARGE])
    billing.bills.save(BILL)
    billing.charges.save(replace(CHARGE, bill=BILL.id))
    add_payment(uow)
    apply(uow, "a1", 4000)
    billing.notes.add(NoteState(*FIRST, signed=True, at=NOW, by=ALMA))
    billing.holds.put(FIRST, [Lock.BILL_OPEN, Lock.PAYMENT, Lock.NOTE_SIGNED])
    billing.fees.put(FEE)
    billing.runs.start(TODAY, NOW)
    billing.runs.finish(TODAY, NOW)
    # Of what is not there nothing is changed.
    billing.payments.remove(PaymentId("none"), NOW)
    billing.notes.rekey(VISIT, RecurrenceKey("none"), RecurrenceKey("nor this"))
    billing.fees.remove(replace(FEE, subject="none"))


def read_money(uow: UnitOfWork) -> None:
    """Ask for everything that there is about money."""
    billing = uow.billing
    billing.charges.get(CHARGE.id)
    billing.charges.standing(VISIT)
    billing.charges.clients_unbilled(TODAY)
    for unbilled in (True, False):
        billing.charges.matching(ChargeFilter(JANE, VISIT, BILL.id, unbilled, TODAY, TODAY))
    for kind in (billing.bills, billing.charges, billing.payments):
        kind.ending("1")
    billing.bills.get(BILL.id)
    billing.bills.numbered(1)
    billing.bills.numbers([BILL.id])
    billing.payments.get(PAYMENT.id)
    billing.payments.on(BILL.id)
    for client in (JANE, None):
        billing.bills.of(client)
        billing.payments.of(client)
    billing.notes.of(VISIT)
    billing.notes.get(FIRST)
    billing.fees.all()
    billing.holds.of_bill(BILL.id)
    billing.runs.last_finished()
    read_ledger(uow.billing.ledger)


def read_ledger(ledger: Ledger) -> None:
    """Ask for everything in the ledger."""
    ledger.get(CHARGE.transaction)
    ledger.reversal_of(CHARGE.transaction)
    ledger.matching(holder=JANE, bill=BILL.id, since=NOW)
    ledger.entries_on(BILL.id)
    ledger.balance(Account.RECEIVABLE_CLIENT, JANE)
    ledger.balance(Account.REVENUE_SERVICE)
    for by_holder in (True, False):
        ledger.balances(by_holder=by_holder)
    assert ledger.unbalanced() == []
