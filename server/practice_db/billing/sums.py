"""What the ledger says of bills and payments; both are sums of entries that name them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Final, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, and_, cast, func, or_, select

from server.domain.ledger import Account, TransactionKind
from server.practice_db.one_of import one_of
from server.practice_db.statement import PRACTICE, Statement
from server.practice_db.tables.billing import ledger_entry, ledger_transaction
from server.practice_db.transaction import Transaction

ENTRY: Final = ledger_entry.c
HEADER: Final = ledger_transaction.c
_reversed = ledger_transaction.alias("reversed")
_reversal = ledger_transaction.alias("reversal")

WITH_HEADER: Final = ledger_entry.join(
    ledger_transaction,
    and_(HEADER.practice_id == ENTRY.practice_id, HEADER.id == ENTRY.transaction_id),
)
WITH_REVERSED: Final = WITH_HEADER.outerjoin(
    _reversed,
    and_(_reversed.c.practice_id == HEADER.practice_id, _reversed.c.id == HEADER.reverses),
)
KIND: Final = func.coalesce(_reversed.c.kind, HEADER.kind)
"""What was done, or undone: a reversal is of the kind of what it reverses."""

NOT_REVERSED: Final = ~(
    select(_reversal.c.id)
    .where(_reversal.c.practice_id == HEADER.practice_id, _reversal.c.reverses == HEADER.id)
    .exists()
)


def minor(amount: ColumnElement[int]) -> ColumnElement[int]:
    """Return a sum as the integer that it is: PostgreSQL's sums are decimals."""
    return cast(func.sum(amount), BigInteger)


SETTLES: Final = and_(
    ENTRY.account == Account.RECEIVABLE_CLIENT,
    or_(
        KIND == TransactionKind.APPLICATION,
        KIND == TransactionKind.INSURER_SHARE,
        KIND == TransactionKind.WRITE_OFF,
    ),
)
"""Takes something off what the client owes of a bill, or puts it back."""
_ADJUSTS: Final = and_(
    ENTRY.account == Account.RECEIVABLE_PAYER, KIND == TransactionKind.CONTRACTUAL
)

_ON_BILLS: Final = Statement(
    select(ENTRY.bill_id, KIND, minor(-ENTRY.amount_minor))
    .select_from(WITH_REVERSED)
    .where(
        ENTRY.practice_id == PRACTICE,
        ENTRY.bill_id.is_not(None),
        one_of(ENTRY.bill_id, "bills"),
        or_(SETTLES, _ADJUSTS),
    )
    .group_by(ENTRY.bill_id, KIND)
)


class Settled(NamedTuple):
    """What is settled of a bill, in minor units of its currency."""

    paid: int
    written_off: int


def settled(transaction: Transaction, bills: Collection[str]) -> Mapping[str, Settled]:
    """Return what is settled of each of these bills.

    An insurer takes its share over from the client, and what the contract then forbids to ask
    of the insurer is a part of that share that nobody pays.
    """
    sums: defaultdict[str, dict[TransactionKind, int]] = defaultdict(dict)
    for bill, kind, amount in transaction.all(_ON_BILLS, bills=bills) if bills else ():
        sums[bill][kind] = amount
    return {bill: _settled(sums[bill]) for bill in bills}


def _settled(sums: Mapping[TransactionKind, int]) -> Settled:
    contractual = sums.get(TransactionKind.CONTRACTUAL, 0)
    share = sums.get(TransactionKind.INSURER_SHARE, 0)
    return Settled(
        paid=sums.get(TransactionKind.APPLICATION, 0) + share - contractual,
        written_off=sums.get(TransactionKind.WRITE_OFF, 0) + contractual,
    )
