"""Payments in the database; the ledger says what they are applied to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import and_, bindparam, insert, or_, select, update

from server.domain.bills import Application, Payment
from server.domain.ids import BillId, ClientNumber, PaymentId
from server.domain.ledger import Account, TransactionKind
from server.domain.money import Money, total
from server.practice_db.billing.endings import ending_statement, ids_ending
from server.practice_db.billing.sums import ENTRY, HEADER, NOT_REVERSED, WITH_HEADER
from server.practice_db.columns import Instant
from server.practice_db.one_of import one_of
from server.practice_db.statement import PRACTICE, AnyRow, Statement
from server.practice_db.tables.billing import payment
from server.practice_db.transaction import Transaction

_p = payment.c
_EVERY: Final = select(payment).where(_p.practice_id == PRACTICE)
_BY_DAY: Final = _EVERY.order_by(_p.received_on, _p.id)
_ALL: Final = Statement(_BY_DAY, named=True)
_OF_CLIENT: Final = Statement(
    _BY_DAY.where(_p.client_number == bindparam("client")), named=True
)
_ONE: Final = Statement(_EVERY.where(_p.id == bindparam("payment")), named=True)

_APPLIES: Final = and_(
    HEADER.kind == TransactionKind.APPLICATION, ENTRY.account == Account.RECEIVABLE_CLIENT
)
_REFUNDS: Final = and_(
    HEADER.kind == TransactionKind.REFUND, ENTRY.account == Account.CREDIT_CLIENT
)
_USES: Final = Statement(
    select(
        ENTRY.payment_id,
        ENTRY.transaction_id,
        ENTRY.bill_id,
        HEADER.kind,
        ENTRY.amount_minor,
        ENTRY.currency,
    )
    .select_from(WITH_HEADER)
    .where(
        ENTRY.practice_id == PRACTICE,
        ENTRY.payment_id.is_not(None),
        one_of(ENTRY.payment_id, "payments"),
        or_(_APPLIES, _REFUNDS),
        NOT_REVERSED,
    )
    .order_by(HEADER.at, HEADER.id, ENTRY.position),
    named=True,
)
_APPLIED_TO: Final = (
    select(ENTRY.payment_id)
    .select_from(WITH_HEADER)
    .where(
        ENTRY.practice_id == PRACTICE,
        ENTRY.bill_id == bindparam("bill"),
        _APPLIES,
        NOT_REVERSED,
    )
)
_ON_BILL: Final = Statement(_BY_DAY.where(_p.id.in_(_APPLIED_TO)), named=True)
_ENDING: Final = ending_statement(payment)
_INSERT: Final = Statement(insert(payment))
_REMOVE: Final = Statement(
    update(payment)
    .where(_p.practice_id == PRACTICE, _p.id == bindparam("payment"))
    .values(removed_at=bindparam("moment", type_=Instant))
)


class SqlPayments:
    """Implements server.usecases.ports.Payments."""

    __slots__ = ("_transaction",)

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def add(self, payment: Payment) -> None:
        self._transaction.add(
            _INSERT,
            {
                "id": payment.id,
                "client_number": payment.client,
                "method": payment.method,
                "amount_minor": payment.amount.minor,
                "currency": payment.amount.currency,
                "received_on": payment.received_on,
                "transaction_id": payment.transaction,
                "reference": payment.reference,
                "removed_at": payment.removed_at,
            },
        )

    def get(self, payment: PaymentId) -> Payment | None:
        rows = self._transaction.all(_ONE, payment=payment)
        return next(iter(self._payments(rows)), None)

    def ending(self, end: str) -> Sequence[PaymentId]:
        return [PaymentId(one) for one in ids_ending(self._transaction, _ENDING, end)]

    def of(self, client: ClientNumber | None = None) -> Sequence[Payment]:
        if client is None:
            return self._payments(self._transaction.all(_ALL))
        return self._payments(self._transaction.all(_OF_CLIENT, client=client))

    def on(self, bill: BillId) -> Sequence[Payment]:
        return self._payments(self._transaction.all(_ON_BILL, bill=bill))

    def remove(self, payment: PaymentId, at: datetime) -> None:
        self._transaction.run(_REMOVE, payment=payment, moment=at)

    def _payments(self, rows: Sequence[AnyRow]) -> Sequence[Payment]:
        """Return payments with what became of them, in one more statement however many."""
        if not rows:
            return []
        uses: defaultdict[str, list[AnyRow]] = defaultdict(list)
        for use in self._transaction.all(_USES, payments=[row.id for row in rows]):
            uses[use.payment_id].append(use)
        return [_payment(row, uses[row.id]) for row in rows]


def _payment(row: AnyRow, uses: Sequence[AnyRow]) -> Payment:
    applied = [use for use in uses if use.kind is TransactionKind.APPLICATION]
    refunded = [use for use in uses if use.kind is TransactionKind.REFUND]
    return Payment(
        id=row.id,
        client=row.client_number,
        method=row.method,
        amount=Money(row.amount_minor, row.currency),
        received_on=row.received_on,
        transaction=row.transaction_id,
        refunded=total(
            (Money(use.amount_minor, use.currency) for use in refunded), row.currency
        ),
        reference=row.reference,
        applications=tuple(
            Application(use.transaction_id, use.bill_id, Money(-use.amount_minor, use.currency))
            for use in applied
        ),
        removed_at=row.removed_at,
    )
