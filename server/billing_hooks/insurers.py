"""An insurer's share of a bill: asked for, adjusted by the contract, received, taken back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from server.billing_hooks.bills import find_bill
from server.billing_hooks.holds import show_holds
from server.billing_hooks.papers.profiles import find_payer
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
    uow: UnitOfWork,
    context: Context,
    number: BillId | str,
    payer: PayerId,
    amount: Money | None = None,
) -> Bill:
    """Ask an insurer instead of the client for what is open of a bill, or for a part of it.

    Raises NotFound, WrongStage, Invalid, TooMuch.
    """
    find_payer(uow, payer)
    bill = open_to_settle(uow, number)
    wanted = within(amount, bill.open_amount)
    entries = transfer(
        Entry(Account.RECEIVABLE_PAYER, wanted, payer, bill=bill.id),
        Entry(Account.RECEIVABLE_CLIENT, wanted, bill.client, bill=bill.id),
    )
    post_settlement(uow, context, TransactionKind.INSURER_SHARE, entries)
    return _shown(uow, context, bill)


def contractual_adjustment(
    uow: UnitOfWork,
    context: Context,
    number: BillId | str,
    payer: PayerId,
    amount: Money | None = None,
) -> Bill:
    """Take off an insurer's share what its contract allows nobody to ask for; else all of it.

    Raises NotFound, WrongStage, Invalid, TooMuch.
    """
    find_payer(uow, payer)
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
    amount: Money | None = None,
) -> Bill:
    """Record that an insurer paid its share of a bill, or a part; raises as the others."""
    payer, method = paid
    find_payer(uow, payer)
    bill = open_to_settle(uow, number)
    wanted = within(amount, _owed_by(uow, bill, payer))
    entries = transfer(
        Entry(method.account, wanted, bill=bill.id),
        Entry(Account.RECEIVABLE_PAYER, wanted, payer, bill=bill.id),
    )
    post_settlement(uow, context, TransactionKind.INSURER_PAYMENT, entries)
    return _shown(uow, context, bill)


def undo_insurer_payment(uow: UnitOfWork, context: Context, number: BillId | str) -> Bill:
    """Reverse what insurers paid of a bill, as it was entered wrongly; the share stands again.

    Raises NotFound where nothing was paid, and WrongStage.
    """
    bill = open_to_settle(uow, number)
    paid = standing_on(uow, bill, TransactionKind.INSURER_PAYMENT)
    if not paid:
        raise NotFound("payment of an insurer for this bill", str(number)[:40])
    for transaction in paid:
        reverse_transaction(uow, context, transaction)
    return _shown(uow, context, bill)


def take_back_share(uow: UnitOfWork, context: Context, number: BillId | str) -> Bill:
    """Ask the client again for what insurers were asked for, adjustments included.

    Raises NotFound where none was asked, WrongStage, and Invalid where one has paid of it.
    """
    bill = open_to_settle(uow, number)
    shares = standing_on(uow, bill, TransactionKind.INSURER_SHARE)
    if not shares:
        raise NotFound("share of an insurer in this bill", str(number)[:40])
    if standing_on(uow, bill, TransactionKind.INSURER_PAYMENT):
        raise Invalid("share", "an insurer has paid of it")
    adjusted = standing_on(uow, bill, TransactionKind.CONTRACTUAL)
    for transaction in (*adjusted, *shares):
        reverse_transaction(uow, context, transaction)
    return _shown(uow, context, bill)


def owed_by_insurers(uow: UnitOfWork, bill: Bill) -> Money:
    """Return what insurers were asked for of a bill and still owe, all of them together."""
    return _sum(bill, _of_payers(uow, bill))


def _owed_by(uow: UnitOfWork, bill: Bill, payer: PayerId) -> Money:
    return _sum(bill, (entry for entry in _of_payers(uow, bill) if entry.holder == payer))


def _of_payers(uow: UnitOfWork, bill: Bill) -> Iterator[Entry]:
    for entry in uow.billing.ledger.entries_on(bill.id):
        if entry.account is Account.RECEIVABLE_PAYER:
            yield entry


def _sum(bill: Bill, entries: Iterable[Entry]) -> Money:
    return total((entry.amount for entry in entries), bill.paid.currency)


def _shown(uow: UnitOfWork, context: Context, bill: Bill) -> Bill:
    show_holds(uow, context, uow.billing.holds.of_bill(bill.id))
    return find_bill(uow, bill.id)
