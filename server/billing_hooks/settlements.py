"""What settles a bill without anybody's money: write-offs."""

from __future__ import annotations

from enum import StrEnum

from server.billing_hooks.bills import find_bill, locked_bill
from server.billing_hooks.holds import show_holds
from server.billing_hooks.posting import reverse_transaction
from server.billing_hooks.refusals import TooMuch, WrongStage
from server.domain.bills import Bill, Stage
from server.domain.errors import Invalid, NotFound
from server.domain.ids import BillId, TransactionId, new_ulid
from server.domain.ledger import Account, Entry, Transaction, TransactionKind, transfer
from server.domain.money import Money
from server.usecases.context import Context
from server.usecases.ports import UnitOfWork


class WriteOff(StrEnum):
    """Why nobody will pay."""

    BAD_DEBT = "bad-debt"
    COURTESY = "courtesy"

    @property
    def account(self) -> Account:
        """Where it goes."""
        return Account(f"written-off:{self.value}")


def write_off(
    uow: UnitOfWork,
    context: Context,
    number: BillId | str,
    why: WriteOff,
    amount: Money | None = None,
) -> Bill:
    """Write off what is open of a bill, or an amount of it.

    Raises NotFound, WrongStage, Invalid, TooMuch.
    """
    bill = open_to_settle(uow, number)
    wanted = within(amount, bill.open_amount)
    entries = transfer(
        Entry(why.account, wanted, bill=bill.id),
        Entry(Account.RECEIVABLE_CLIENT, wanted, bill.client, bill=bill.id),
    )
    post_settlement(uow, context, TransactionKind.WRITE_OFF, entries)
    show_holds(uow, context, uow.billing.holds.of_bill(bill.id))
    return find_bill(uow, bill.id)


def undo_write_off(uow: UnitOfWork, context: Context, number: BillId | str) -> Bill:
    """Reverse what was written off of a bill; raises NotFound where nothing was."""
    bill = locked_bill(uow, number)
    found = standing_on(uow, bill, TransactionKind.WRITE_OFF)
    if not found:
        raise NotFound("write-off of this bill", str(number)[:40])
    for one in found:
        reverse_transaction(uow, context, one)
    show_holds(uow, context, uow.billing.holds.of_bill(bill.id))
    return find_bill(uow, bill.id)


def standing_on(uow: UnitOfWork, bill: Bill, kind: TransactionKind) -> list[TransactionId]:
    """Return the transactions of a kind on a bill that are not reversed, the newest first."""
    posted = uow.billing.ledger.matching(bill=bill.id)
    taken_back = {one.reverses for one in posted}
    standing = [one.id for one in posted if one.kind is kind and one.id not in taken_back]
    return standing[::-1]


def open_to_settle(uow: UnitOfWork, number: BillId | str) -> Bill:
    """Return an open bill, locked; raises NotFound and WrongStage."""
    bill = locked_bill(uow, number)
    if bill.stage is not Stage.OPEN:
        raise WrongStage("Only an open bill is settled.")
    return bill


def within(amount: Money | None, most: Money, of: str = "of this bill is open") -> Money:
    """Return the amount, or the most there is; raises Invalid and TooMuch.

    ``of`` ends the sentence that says how much is possible.
    """
    wanted = amount or most
    if wanted.currency != most.currency:
        raise Invalid("amount", f"it must be in {most.currency}")
    if most.minor > 0 and wanted.minor <= 0:
        raise Invalid("amount", "it must be more than nothing")
    if wanted.minor > most.minor or most.minor <= 0:
        raise TooMuch(f"At most {most} {of}.")
    return wanted


def post_settlement(
    uow: UnitOfWork, context: Context, kind: TransactionKind, entries: tuple[Entry, Entry]
) -> None:
    """Post what settles something; each has a key of its own."""
    number = TransactionId(new_ulid(context.now))
    uow.billing.ledger.post(
        Transaction(number, f"{kind.value}:{number}", kind, context.now, context.actor, entries)
    )
