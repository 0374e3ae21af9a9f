"""Double entry: transactions that sum to zero, and reversals (part 7 of the billing rules)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from server.domain.calendars import Actor
from server.domain.errors import Invalid
from server.domain.ids import BillId, ChargeId, PaymentId, TransactionId
from server.domain.money import Money, total


class Account(StrEnum):
    """The accounts; those of a client or a payer have one for each ``holder``."""

    RECEIVABLE_CLIENT = "receivable:client"
    RECEIVABLE_PAYER = "receivable:payer"
    CREDIT_CLIENT = "credit:client"
    REVENUE_SERVICE = "revenue:service"
    REVENUE_PRODUCT = "revenue:product"
    REVENUE_FEES = "revenue:fees"
    CLEARING_CASH = "clearing:cash"
    CLEARING_CARD = "clearing:card"
    CLEARING_CHECK = "clearing:check"
    CLEARING_TRANSFER = "clearing:transfer"
    CLEARING_OTHER = "clearing:other"
    WRITTEN_OFF_BAD_DEBT = "written-off:bad-debt"
    WRITTEN_OFF_COURTESY = "written-off:courtesy"
    ADJUSTMENT_CONTRACTUAL = "adjustment:contractual"

    @property
    def has_holder(self) -> bool:
        """Whether it belongs to one client or payer."""
        return self in (
            Account.RECEIVABLE_CLIENT,
            Account.RECEIVABLE_PAYER,
            Account.CREDIT_CLIENT,
        )


class TransactionKind(StrEnum):
    """What happened, in the words of the table of part 7."""

    CHARGE = "charge"
    PAYMENT = "payment"
    APPLICATION = "application"
    REFUND = "refund"
    WRITE_OFF = "write-off"
    INSURER_SHARE = "insurer-share"
    INSURER_PAYMENT = "insurer-payment"
    CONTRACTUAL = "contractual-adjustment"
    REVERSAL = "reversal"


@dataclass(frozen=True, slots=True)
class Entry:
    """One side: a debit is above zero, a credit below. ``holder`` is a client or a payer.

    ``bill`` says on which bill it counts: what is open of a bill is the sum of its charges and
    of the client's receivables that name it.
    """

    account: Account
    amount: Money
    holder: str = ""
    charge: ChargeId | None = None
    bill: BillId | None = None
    payment: PaymentId | None = None

    def __post_init__(self) -> None:
        if self.account.has_holder != bool(self.holder):
            raise Invalid(
                "holder", f"of '{self.account}' it must be given just where it has one"
            )


@dataclass(frozen=True, slots=True)
class Transaction:
    """What is posted at once; raises Invalid unless it sums to zero in one currency.

    ``key`` makes a repeat post nothing: no two transactions of a practice have the same.
    """

    id: TransactionId
    key: str
    kind: TransactionKind
    at: datetime
    actor: Actor
    entries: Sequence[Entry]
    reverses: TransactionId | None = None
    reason: str = ""

    def __post_init__(self) -> None:
        if len(self.entries) < 2 or not all(entry.amount.minor for entry in self.entries):  # noqa: PLR2004 - double entry
            raise Invalid("transaction", "two entries or more are needed, none of zero")
        currency = self.entries[0].amount.currency
        if total((entry.amount for entry in self.entries), currency).minor:
            raise Invalid("transaction", "the entries do not sum to zero")
        if (self.kind is TransactionKind.REVERSAL) != bool(self.reverses):
            raise Invalid("transaction", "a reversal names what it reverses, nothing else does")


def reversing(
    original: Transaction, number: TransactionId, at: datetime, actor: Actor, reason: str
) -> Transaction:
    """Return the one reversal of a transaction; raises Invalid for a reversal's reversal."""
    if original.kind is TransactionKind.REVERSAL:
        raise Invalid("transaction", "a reversal cannot be reversed")
    entries = [
        Entry(e.account, -e.amount, e.holder, e.charge, e.bill, e.payment)
        for e in original.entries
    ]
    kind = TransactionKind.REVERSAL
    key = f"reversal:{original.id}"
    return Transaction(number, key, kind, at, actor, entries, original.id, reason)


def transfer(debit: Entry, credit: Entry) -> tuple[Entry, Entry]:
    """Return both entries of a plain transaction; ``credit`` is given above zero."""
    return debit, Entry(
        credit.account,
        -credit.amount,
        credit.holder,
        credit.charge,
        credit.bill,
        credit.payment,
    )
