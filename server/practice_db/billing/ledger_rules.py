"""What must hold of the ledger, as statements that find what breaks it.

The database refuses most of this when it is written; a file that was damaged, restored in part
or edited by hand is found out here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sqlalchemy import ColumnElement, Table, and_, case, func, or_, select

from server.domain.ledger import Account, TransactionKind
from server.practice_db.billing.sums import ENTRY, HEADER, WITH_HEADER
from server.practice_db.statement import PRACTICE, Statement
from server.practice_db.tables.billing import (
    bill,
    charge,
    ledger_entry,
    ledger_transaction,
    payment,
)

_OURS: Final = HEADER.practice_id == PRACTICE
_original = ledger_transaction.alias("original")
_reversal = ledger_transaction.alias("reversal")

_OF_EACH: Final = (
    select(HEADER.id)
    .select_from(
        ledger_transaction.outerjoin(
            ledger_entry,
            and_(ENTRY.practice_id == HEADER.practice_id, ENTRY.transaction_id == HEADER.id),
        )
    )
    .where(_OURS)
    .group_by(HEADER.id)
    .order_by(HEADER.id)
)
_UNCLOSED: Final = (
    select(ENTRY.transaction_id)
    .where(
        ENTRY.practice_id == PRACTICE,
        ~select(HEADER.id)
        .where(HEADER.practice_id == ENTRY.practice_id, HEADER.id == ENTRY.transaction_id)
        .exists(),
    )
    .distinct()
    .order_by(ENTRY.transaction_id)
)
_NAMES_NOTHING: Final = select(HEADER.id).where(
    _OURS, (HEADER.kind == TransactionKind.REVERSAL) != HEADER.reverses.is_not(None)
)
_TWICE_REVERSED: Final = (
    select(HEADER.id)
    .select_from(
        ledger_transaction.join(
            _original,
            and_(
                _original.c.practice_id == HEADER.practice_id,
                _original.c.id == HEADER.reverses,
            ),
        )
    )
    .where(_OURS, _original.c.reverses.is_not(None))
    .order_by(HEADER.id)
)
# Entries of a reversal and of its original, side by side: of each kind of entry there must be
# as many on both sides, and they must come to nothing together.
_BOTH_SIDES: Final = (
    ENTRY.account,
    ENTRY.holder,
    ENTRY.currency,
    func.abs(ENTRY.amount_minor),
    func.coalesce(ENTRY.charge_id, ""),
    func.coalesce(ENTRY.bill_id, ""),
    func.coalesce(ENTRY.payment_id, ""),
)
_NO_MIRROR: Final = (
    select(HEADER.id)
    .select_from(
        ledger_transaction.join(
            ledger_entry,
            and_(
                ENTRY.practice_id == HEADER.practice_id,
                or_(ENTRY.transaction_id == HEADER.id, ENTRY.transaction_id == HEADER.reverses),
            ),
        )
    )
    .where(_OURS, HEADER.reverses.is_not(None))
    .group_by(HEADER.id, *_BOTH_SIDES)
    .having(
        or_(
            func.sum(ENTRY.amount_minor) != 0,
            func.sum(case((ENTRY.transaction_id == HEADER.id, 1), else_=-1)) != 0,
        )
    )
)


def _naming_nothing(column: ColumnElement[str | None], table: Table) -> Statement:
    there = (
        select(table.c.id)
        .where(table.c.practice_id == ENTRY.practice_id, table.c.id == column)
        .exists()
    )
    return Statement(
        select(ENTRY.transaction_id)
        .where(ENTRY.practice_id == PRACTICE, column.is_not(None), ~there)
        .distinct()
        .order_by(ENTRY.transaction_id)
    )


def is_posted(
    table: Table, kind: TransactionKind, *says: ColumnElement[bool]
) -> ColumnElement[bool]:
    """Return whether an entry of a row's own transaction says what the row says."""
    fits = and_(
        ENTRY.holder == table.c.client_number,
        ENTRY.currency == table.c.currency,
        HEADER.kind == kind,
        *says,
    )
    # Inside of an aggregate: SQLite would look for such entries in the whole ledger otherwise,
    # by what they have in common with thousands of others.
    best = (
        select(func.max(case((fits, 1), else_=0)))
        .select_from(WITH_HEADER)
        .where(
            ENTRY.practice_id == table.c.practice_id,
            ENTRY.transaction_id == table.c.transaction_id,
        )
        .correlate(table)
        .scalar_subquery()
    )
    return func.coalesce(best, 0) == 1


def is_reversed(table: Table) -> ColumnElement[bool]:
    """Return whether the transaction of a row has a reversal."""
    return (
        select(_reversal.c.id)
        .where(
            _reversal.c.practice_id == table.c.practice_id,
            _reversal.c.reverses == table.c.transaction_id,
        )
        .exists()
    )


_c = charge.c
_CHARGES: Final = select(_c.id).where(_c.practice_id == PRACTICE).order_by(_c.id)
_CHARGED: Final = is_posted(
    charge,
    TransactionKind.CHARGE,
    ENTRY.account == Account.RECEIVABLE_CLIENT,
    ENTRY.charge_id == _c.id,
    ENTRY.amount_minor == _c.unit_minor * _c.units,
)
_CHARGES_NOTHING: Final = (
    select(HEADER.id)
    .select_from(
        WITH_HEADER.outerjoin(
            charge,
            and_(
                _c.practice_id == ENTRY.practice_id,
                _c.id == ENTRY.charge_id,
                _c.transaction_id == HEADER.id,
            ),
        )
    )
    .where(
        ENTRY.practice_id == PRACTICE,
        ENTRY.account == Account.RECEIVABLE_CLIENT,
        HEADER.kind == TransactionKind.CHARGE,
        _c.id.is_(None),
    )
    .order_by(HEADER.id)
)

LEDGER_RULES: Final[Mapping[str, Statement]] = {
    "transaction {}: has fewer than two entries": Statement(
        _OF_EACH.having(func.count(ENTRY.position) < 2)  # noqa: PLR2004 - double entry
    ),
    "transaction {}: does not sum to zero": Statement(
        _OF_EACH.having(func.sum(ENTRY.amount_minor) != 0)
    ),
    "transaction {}: has more than one currency": Statement(
        _OF_EACH.having(func.count(ENTRY.currency.distinct()) > 1)
    ),
    "transaction {}: was never closed": Statement(_UNCLOSED),
    "transaction {}: reverses nothing, or is no reversal": Statement(_NAMES_NOTHING),
    "transaction {}: reverses a reversal": Statement(_TWICE_REVERSED),
    "transaction {}: does not mirror what it reverses": Statement(
        select(_NO_MIRROR.subquery().c.id).distinct()
    ),
    "transaction {}: names a charge that is not there": _naming_nothing(
        ENTRY.charge_id, charge
    ),
    "transaction {}: names a bill that is not there": _naming_nothing(ENTRY.bill_id, bill),
    "transaction {}: names a payment that is not there": _naming_nothing(
        ENTRY.payment_id, payment
    ),
    "transaction {}: charges for nothing that is there": Statement(_CHARGES_NOTHING),
    "charge {}: is not in the ledger as it is": Statement(_CHARGES.where(~_CHARGED)),
    "charge {}: stands, but is reversed in the ledger": Statement(
        _CHARGES.where(_c.reversed_at.is_(None), is_reversed(charge))
    ),
    "charge {}: is reversed, but not in the ledger": Statement(
        _CHARGES.where(_c.reversed_at.is_not(None), ~is_reversed(charge))
    ),
}
"""Each says what is wrong; its statement gives what to name there."""
