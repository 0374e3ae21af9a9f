"""Payments: received, applied to bills, taken off them, given back, removed (SH-29)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from server.billing_hooks.bills import find_bill, lock_account, locked_bill, told
from server.billing_hooks.holds import show_holds
from server.billing_hooks.posting import reverse_transaction
from server.billing_hooks.refusals import WrongStage
from server.billing_hooks.settlements import post_settlement, within
from server.billing_hooks.webhook_events import EventType, announce
from server.domain.bills import Bill, BillState, Method, Payment, Stage
from server.domain.card_numbers import holds_card_number
from server.domain.charges import Charge
from server.domain.errors import Invalid, NotFound
from server.domain.ids import BillId, ClientNumber, PaymentId, TransactionId, new_ulid
from server.domain.ledger import Account, Entry, Transaction, TransactionKind, transfer
from server.domain.money import Money
from server.usecases.context import Context
from server.usecases.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class Received:
    """Money that came in; ``reference`` is the number of a check or transfer, not of a card."""

    client: ClientNumber
    method: Method
    amount: Money
    received_on: date
    reference: str = ""


def record_payment(uow: UnitOfWork, context: Context, received: Received) -> Payment:
    """Record a payment: it is the client's credit until it is applied to bills.

    Raises NotFound and Invalid.
    """
    if uow.clients.get(received.client) is None:
        raise NotFound("client", received.client)
    if received.amount.minor <= 0:
        raise Invalid("amount", "a payment is more than nothing")
    if holds_card_number(received.reference):
        raise Invalid("reference", "it looks like the number of a card, which is kept nowhere")
    uow.billing.lock(received.client)
    payment = Payment(
        id=PaymentId(new_ulid(context.now)),
        client=received.client,
        method=received.method,
        amount=received.amount,
        received_on=received.received_on,
        transaction=TransactionId(new_ulid(context.now)),
        refunded=Money(0, received.amount.currency),
        reference=received.reference,
    )
    entries = transfer(
        Entry(received.method.account, received.amount, payment=payment.id),
        Entry(Account.CREDIT_CLIENT, received.amount, received.client, payment=payment.id),
    )
    key = f"payment:{payment.id}"
    kind = TransactionKind.PAYMENT
    uow.billing.ledger.post(
        Transaction(payment.transaction, key, kind, context.now, context.actor, entries)
    )
    uow.billing.payments.add(payment)
    announce(uow, context, EventType.PAYMENT_RECORDED, _told(payment, received.amount))
    return payment


def record_and_apply(
    uow: UnitOfWork, context: Context, received: Received, bills: Iterable[BillId | str]
) -> Payment:
    """Record a payment and apply it to bills in their order, to each as much as fits.

    Raises as record_payment and apply_payment; nothing is recorded then.
    """
    wanted = [find_bill(uow, bill) for bill in bills]
    # All at once: calendars are never locked behind an account.
    lock_account(uow, received.client, _charges_on(wanted))
    payment = record_payment(uow, context, received)
    for bill in wanted:
        payment = apply_payment(uow, context, payment.id, bill.id)
    return payment


def apply_payment(
    uow: UnitOfWork,
    context: Context,
    payment: PaymentId,
    bill: BillId | str,
    amount: Money | None = None,
) -> Payment:
    """Apply a payment, or an amount of it, to an open bill; by default as much as fits.

    Raises NotFound, Invalid, WrongStage, TooMuch.
    """
    found = locked_bill(uow, bill)
    paying = find_payment(uow, payment)
    if found.stage is not Stage.OPEN:
        raise WrongStage("Payments are applied to open bills.")
    if paying.client != found.client:
        raise Invalid("payment", "it is another client's")
    if paying.amount.currency != found.paid.currency:
        raise Invalid("payment", f"the bill is in {found.paid.currency}")
    most = min(paying.credit.minor, found.open_amount.minor)
    wanted = within(amount, Money(most, paying.amount.currency), "can be applied")
    _post_application(uow, context, paying, found, wanted)
    _settled(uow, context, found)
    return find_payment(uow, payment)


def _post_application(
    uow: UnitOfWork, context: Context, payment: Payment, bill: Bill, amount: Money
) -> None:
    entries = transfer(
        Entry(Account.CREDIT_CLIENT, amount, payment.client, payment=payment.id),
        Entry(
            Account.RECEIVABLE_CLIENT, amount, payment.client, bill=bill.id, payment=payment.id
        ),
    )
    post_settlement(uow, context, TransactionKind.APPLICATION, entries)


def _settled(uow: UnitOfWork, context: Context, before: Bill) -> None:
    """Show what a bill's appointments are held by now; say so if it has just been paid."""
    show_holds(uow, context, uow.billing.holds.of_bill(before.id))
    after = find_bill(uow, before.id)
    if after.state is BillState.PAID and before.state is not BillState.PAID:
        announce(uow, context, EventType.BILL_PAID, told(after))


def find_payment(uow: UnitOfWork, number: PaymentId) -> Payment:
    """Return a payment; raises NotFound."""
    found = uow.billing.payments.get(number)
    if found is None:
        raise NotFound("payment", number[:40])
    return found


def _locked_payment(uow: UnitOfWork, number: PaymentId) -> tuple[Payment, list[Bill]]:
    """Return a payment and its bills, which nobody else changes."""
    payment = find_payment(uow, number)
    bills = _bills_of(uow, payment)
    lock_account(uow, payment.client, _charges_on(bills))
    payment = find_payment(uow, number)
    bills = _bills_of(uow, payment)
    # Somebody may have applied it to one more while this writer waited.
    lock_account(uow, payment.client, _charges_on(bills))
    return payment, bills


def _bills_of(uow: UnitOfWork, payment: Payment) -> list[Bill]:
    numbers = dict.fromkeys(each.bill for each in payment.applications)
    return [find_bill(uow, number) for number in numbers]


def _charges_on(bills: Iterable[Bill]) -> Iterator[Charge]:
    return (charge for bill in bills for charge in bill.charges)


def unapply_payment(
    uow: UnitOfWork, context: Context, number: PaymentId, bill: BillId | str | None = None
) -> Payment:
    """Take a payment off a bill, or off all: it is the client's credit again; loses nothing.

    Raises NotFound where nothing of it is applied there.
    """
    payment, bills = _locked_payment(uow, number)
    wanted = bills if bill is None else [find_bill(uow, bill)]
    taken = [each for each in payment.applications if each.bill in {b.id for b in wanted}]
    if not taken:
        raise NotFound("application of this payment", str(bill or number)[:40])
    for application in taken:
        reverse_transaction(uow, context, application.transaction)
    for each in wanted:
        _settled(uow, context, each)
    return find_payment(uow, number)


def refund_payment(
    uow: UnitOfWork, context: Context, number: PaymentId, amount: Money | None = None
) -> Payment:
    """Give a payment back, in part or full; what is applied is taken off its bills as needed.

    The newest applications are taken off first; of the last one the rest is applied again.
    Raises NotFound, Invalid, TooMuch.
    """
    payment, bills = _locked_payment(uow, number)
    left = payment.credit + payment.applied
    wanted = within(amount, left, "can be refunded")
    _free(uow, context, payment, wanted - payment.credit)
    entries = transfer(
        Entry(Account.CREDIT_CLIENT, wanted, payment.client, payment=payment.id),
        Entry(payment.method.account, wanted, payment=payment.id),
    )
    post_settlement(uow, context, TransactionKind.REFUND, entries)
    for bill in bills:
        _settled(uow, context, bill)
    announce(uow, context, EventType.PAYMENT_REFUNDED, _told(payment, wanted))
    return find_payment(uow, number)


def _free(uow: UnitOfWork, context: Context, payment: Payment, needed: Money) -> None:
    """Take applications off until so much is credit again."""
    for application in reversed(payment.applications):
        if needed.minor <= 0:
            return
        reverse_transaction(uow, context, application.transaction)
        rest = application.amount - needed
        if rest.minor > 0:
            bill = find_bill(uow, application.bill)
            _post_application(uow, context, payment, bill, rest)
        needed = needed - application.amount


def remove_payment(uow: UnitOfWork, context: Context, number: PaymentId) -> Payment:
    """Remove a payment that was entered wrongly: it and its applications are reversed.

    Raises NotFound, and Invalid where it was removed before or something of it was refunded.
    """
    payment, bills = _locked_payment(uow, number)
    if payment.removed_at is not None:
        raise Invalid("payment", "it is removed already")
    if payment.refunded.minor:
        raise Invalid("payment", "part of it was refunded: it was really there")
    for application in payment.applications:
        reverse_transaction(uow, context, application.transaction)
    reverse_transaction(uow, context, payment.transaction)
    uow.billing.payments.remove(payment.id, context.now)
    for bill in bills:
        _settled(uow, context, bill)
    announce(uow, context, EventType.PAYMENT_REMOVED, _told(payment, payment.amount))
    return find_payment(uow, number)


def _told(payment: Payment, amount: Money) -> dict[str, object]:
    """Return what a webhook says of a payment: ids and money, no names."""
    return {
        "payment": payment.id,
        "client": payment.client,
        "method": payment.method.value,
        "amount_minor": amount.minor,
        "currency": amount.currency,
    }
