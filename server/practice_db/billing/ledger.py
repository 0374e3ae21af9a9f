"""The ledger in the database: entries first, then the header that closes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from itertools import groupby
from typing import Final

from sqlalchemy import ColumnElement, bindparam, insert, or_, select

from server.domain.calendars import Actor
from server.domain.errors import AlreadyThere
from server.domain.ids import BillId, TransactionId
from server.domain.ledger import Account, Entry
from server.domain.ledger import Transaction as Posted
from server.domain.money import Money
from server.practice_db.billing.sums import ENTRY, HEADER, WITH_HEADER, minor
from server.practice_db.billing.verify import wrong_with_money
from server.practice_db.columns import Instant
from server.practice_db.statement import PRACTICE, AnyRow, Statement, insert_new
from server.practice_db.tables.billing import ledger_entry, ledger_transaction
from server.practice_db.transaction import Transaction

_OURS: Final = ENTRY.practice_id == PRACTICE
_SIDES: Final = (
    ENTRY.account,
    ENTRY.amount_minor,
    ENTRY.currency,
    ENTRY.holder,
    ENTRY.charge_id,
    ENTRY.bill_id,
    ENTRY.payment_id,
)
_EVERY: Final = (
    select(
        HEADER.id,
        HEADER.key,
        HEADER.kind,
        HEADER.at,
        HEADER.user_name,
        HEADER.role,
        HEADER.door,
        HEADER.credential,
        HEADER.reverses,
        HEADER.reason,
        *_SIDES,
    )
    .select_from(WITH_HEADER)
    .where(_OURS)
    .order_by(HEADER.at, HEADER.id, ENTRY.position)
)
_ONE: Final = Statement(_EVERY.where(ENTRY.transaction_id == bindparam("one")), named=True)
# A holder is looked for in the accounts that have one: that is what the index begins with.
_HELD: Final = (
    select(ENTRY.transaction_id)
    .where(
        _OURS,
        or_(*(ENTRY.account == account for account in Account if account.has_holder)),
        ENTRY.holder == bindparam("holder"),
    )
    .correlate(None)
)
_NAMING_BILL: Final = (
    select(ENTRY.transaction_id)
    .where(_OURS, ENTRY.bill_id == bindparam("bill"))
    .correlate(None)
)
_CONDITIONS: Final[Mapping[str, ColumnElement[bool]]] = {
    "holder": HEADER.id.in_(_HELD),
    "bill": HEADER.id.in_(_NAMING_BILL),
    "since": HEADER.at >= bindparam("since", type_=Instant),
}
_OF_KEY: Final = Statement(
    select(HEADER.id).where(HEADER.practice_id == PRACTICE, HEADER.key == bindparam("once"))
)
_REVERSAL: Final = Statement(
    select(HEADER.id).where(
        HEADER.practice_id == PRACTICE,
        HEADER.reverses.is_not(None),
        HEADER.reverses == bindparam("original"),
    )
)
_INSERT_ENTRY: Final = Statement(insert(ledger_entry))
_INSERT: Final = insert_new(ledger_transaction)
_ON_BILL: Final = Statement(
    select(*_SIDES)
    .select_from(WITH_HEADER)
    .where(_OURS, ENTRY.bill_id == bindparam("bill"))
    .order_by(HEADER.at, HEADER.id, ENTRY.position),
    named=True,
)
_SUM: Final = minor(ENTRY.amount_minor)
_BY_ACCOUNT: Final = Statement(
    select(ENTRY.account, ENTRY.currency, _SUM)
    .where(_OURS)
    .group_by(ENTRY.account, ENTRY.currency)
    .order_by(ENTRY.account)
)
_BY_HOLDER: Final = Statement(
    select(ENTRY.account, ENTRY.currency, _SUM, ENTRY.holder)
    .where(_OURS)
    .group_by(ENTRY.account, ENTRY.currency, ENTRY.holder)
    .order_by(ENTRY.account, ENTRY.holder)
)
_OF_ACCOUNT: Final = (
    select(ENTRY.account, ENTRY.currency, _SUM)
    .where(_OURS, ENTRY.account == bindparam("account"))
    .group_by(ENTRY.account, ENTRY.currency)
)
_BALANCE: Final = Statement(_OF_ACCOUNT)
_BALANCE_OF_HOLDER: Final = Statement(_OF_ACCOUNT.where(ENTRY.holder == bindparam("holder")))


class SqlLedger:
    """Implements server.usecases.ports.Ledger.

    Sums raise Invalid where an account holds two currencies; one without entries is zero.
    """

    __slots__ = ("_transaction",)

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def post(self, transaction: Posted) -> bool:
        """Add a transaction, or return False: see the port.

        Raises AlreadyThere for a second reversal, and where another writer, who was not to be
        seen yet when this one looked, posted the same key first; nothing of the caller's
        transaction can be kept then.
        """
        if self._transaction.first(_OF_KEY, once=transaction.key) is not None:
            return False
        self._transaction.add_all(_INSERT_ENTRY, _entry_rows(transaction))
        if not self._transaction.add_new(_INSERT, _header_row(transaction)):
            raise AlreadyThere("ledger transaction", transaction.key)
        return True

    def get(self, transaction: TransactionId) -> Posted | None:
        rows = self._transaction.all(_ONE, one=transaction)
        return next(iter(_posted(rows)), None)

    def reversal_of(self, transaction: TransactionId) -> TransactionId | None:
        row = self._transaction.first(_REVERSAL, original=transaction)
        return None if row is None else row[0]

    def matching(
        self,
        *,
        holder: str | None = None,
        bill: BillId | None = None,
        since: datetime | None = None,
    ) -> Sequence[Posted]:
        given = {"holder": holder, "bill": bill, "since": since}
        values = {name: value for name, value in given.items() if value is not None}
        return _posted(self._transaction.all(_matching(frozenset(values)), **values))

    def balances(self, *, by_holder: bool = False) -> Mapping[tuple[Account, str], Money]:
        return _sums(self._transaction.all(_BY_HOLDER if by_holder else _BY_ACCOUNT))

    def balance(self, account: Account, holder: str = "") -> Money:
        """Return the sum of an account: of one holder, or of all."""
        if holder:
            rows = self._transaction.all(_BALANCE_OF_HOLDER, account=account, holder=holder)
        else:
            rows = self._transaction.all(_BALANCE, account=account)
        return _sums(rows).get((account, ""), Money(0))

    def entries_on(self, bill: BillId) -> Sequence[Entry]:
        return [_entry(row) for row in self._transaction.all(_ON_BILL, bill=bill)]

    def unbalanced(self) -> Sequence[str]:
        """Return what is wrong, each with the id of what it is wrong with."""
        return wrong_with_money(self._transaction)


@cache
def _matching(conditions: frozenset[str]) -> Statement:
    narrowed = _EVERY.where(*(_CONDITIONS[name] for name in sorted(conditions)))
    return Statement(narrowed, named=True)


def _header_row(transaction: Posted) -> dict[str, object]:
    actor = transaction.actor
    return {
        "id": transaction.id,
        "key": transaction.key,
        "kind": transaction.kind,
        "at": transaction.at,
        "user_name": actor.user,
        "role": actor.role,
        "door": actor.door,
        "credential": actor.credential,
        "reverses": transaction.reverses,
        "reason": transaction.reason,
    }


def _entry_rows(transaction: Posted) -> list[dict[str, object]]:
    return [
        {
            "transaction_id": transaction.id,
            "position": position,
            "account": entry.account,
            "holder": entry.holder,
            "amount_minor": entry.amount.minor,
            "currency": entry.amount.currency,
            "charge_id": entry.charge,
            "bill_id": entry.bill,
            "payment_id": entry.payment,
        }
        for position, entry in enumerate(transaction.entries, start=1)
    ]


def _posted(rows: Iterable[AnyRow]) -> list[Posted]:
    return [_transaction(list(same)) for _, same in groupby(rows, key=lambda row: row.id)]


def _transaction(rows: Sequence[AnyRow]) -> Posted:
    head = rows[0]
    return Posted(
        id=head.id,
        key=head.key,
        kind=head.kind,
        at=head.at,
        actor=Actor(head.user_name, head.role, head.door, head.credential),
        entries=tuple(_entry(row) for row in rows),
        reverses=head.reverses,
        reason=head.reason,
    )


def _entry(row: AnyRow) -> Entry:
    return Entry(
        row.account,
        Money(row.amount_minor, row.currency),
        row.holder,
        row.charge_id,
        row.bill_id,
        row.payment_id,
    )


def _sums(rows: Iterable[AnyRow]) -> dict[tuple[Account, str], Money]:
    sums: dict[tuple[Account, str], Money] = {}
    for account, currency, amount, *holder in rows:
        key = (account, *holder) if holder else (account, "")
        money = Money(amount, currency)
        sums[key] = sums[key] + money if key in sums else money
    return sums
