"""An insurer's share of a bill: asked for, adjusted by the contract, received, taken back."""

from __future__ import annotations

from server.billing_hooks.bills import find_bill
from server.billing_hooks.holds import show_holds
from server.billing_hooks.posting import reverse_transaction
from server.billing_hooks.settlements import (
    open_to_settle,
    post_settlement,
    standing_on,
    within,
)
from server.domain.bills import Bill, Method
from server.domain.errors import Invalid, NotFound
from server.domain.ids import BillId, PayerId
from server.domain.ledger import Account, Entry, TransactionKind, transfer
from server.domain.money import Money, total
from server.usecases.context import Context
from server.usecases.ports import UnitOfWork


def insurer_share(
    uow: UnitOfWork, context: Context, number: BillId | str, payer: PayerId, amount: Money
) -> Bill:
    """Ask an insurer for a share of a bill instead of the client.

    Raises NotFound, WrongStage, Invalid, TooMuch.
    """
    bill = open_to_settle(uow, number)
    wanted = within(amount, bill.open_amount)
    entries = transfer(
        Entry(Account.RECEIVABLE_PAYER, wanted, payer, bill=bill.id),
        Entry(Account.RECEIVABLE_CLIENT, wanted, bill.client, bill=bill.id),
    )
    post_settlement(uow, context, TransactionKind.INSURER_SHARE, entries)
    return _shown(uow, context, bill)


def contractual_adjustment(
    uow: UnitOfWork, context: Context, number: BillId | str, payer: PayerId, amount: Money
) -> Bill:
    """Take off an insurer's share what its contract allows nobody to ask for.

    Raises NotFound, WrongStage, Invalid, TooMuch.
    """
    bill = open_to_settle(uow, number)
    wanted = within(amount, _owed_by(uow, bill, payer))
    entries = transfer(
        Entry(Account.ADJUSTMENT_CONTRACTUAL, wanted, bill=bill.id),
        Entry(Account.RECEIVABLE_PAYER, wanted, payer, bill=bill.id),
    )
    post_settlement(uow, context, TransactionKind.CONTRACTUAL, entries)
    return _shown(uow, context, bill)


def insurer_payment(
    uow: UnitOfWork,
    context: Context,
    number: BillId | str,
    paid: tuple[PayerId, Method],
    amount: Money,
) -> Bill:
    """Record that an insurer paid its share of a bill, or a part; raises as the others."""
    payer, method = paid
    bill = open_to_settle(uow, number)
    wanted = within(amount, _owed_by(uow, bill, payer))
    entries = transfer(
        Entry(method.account, wanted, bill=bill.id),
        Entry(Account.RECEIVABLE_PAYER, wanted, payer, bill=bill.id),
    )
    post_settlement(uow, context, TransactionKind.INSURER_PAYMENT, entries)
    return _shown(uow, context, bill)


def take_back_share(uow: UnitOfWork, context: Context, number: BillId | str) -> Bill:
    """Ask the client again for what an insurer was asked for; raises NotFound, Invalid.

    What the insurer has paid, or a contract has taken off, must not be there any more.
    """
    bill = open_to_settle(uow, number)
    shares = standing_on(uow, bill, TransactionKind.INSURER_SHARE)
    if not shares:
        raise NotFound("share of an insurer in this bill", str(number)[:40])
    if standing_on(uow, bill, TransactionKind.INSURER_PAYMENT):
        raise Invalid("share", "the insurer has paid of it")
    adjusted = standing_on(uow, bill, TransactionKind.CONTRACTUAL)
    for transaction in (*adjusted, *shares):
        reverse_transaction(uow, context, transaction)
    return _shown(uow, context, bill)


def _owed_by(uow: UnitOfWork, bill: Bill, payer: PayerId) -> Money:
    """Return what an insurer still owes of a bill."""
    entries = uow.billing.ledger.entries_on(bill.id)
    amounts = (
        entry.amount
        for entry in entries
        if entry.account is Account.RECEIVABLE_PAYER and entry.holder == payer
    )
    return total(amounts, bill.paid.currency)


def _shown(uow: UnitOfWork, context: Context, bill: Bill) -> Bill:
    show_holds(uow, context, uow.billing.holds.of_bill(bill.id))
    return find_bill(uow, bill.id)
