"""What must hold of bills and payments, as statements that find what breaks it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sqlalchemy import and_, case, func, or_, select

from server.domain.bills import Stage
from server.domain.ledger import Account, TransactionKind
from server.practice_db.billing.ledger_rules import is_posted, is_reversed
from server.practice_db.billing.sums import ENTRY, KIND, SETTLES, WITH_REVERSED
from server.practice_db.statement import PRACTICE, Statement
from server.practice_db.tables.billing import bill, bill_count, charge, payment

_b = bill.c
_c = charge.c
_p = payment.c
_BILLS: Final = select(_b.id).where(_b.practice_id == PRACTICE).order_by(_b.id)

_SETTLED: Final = func.coalesce(
    select(-func.sum(ENTRY.amount_minor))
    .select_from(WITH_REVERSED)
    .where(ENTRY.practice_id == _b.practice_id, ENTRY.bill_id == _b.id, SETTLES)
    .correlate(bill)
    .scalar_subquery(),
    0,
)
_CHARGED: Final = func.coalesce(
    select(func.sum(_c.unit_minor * _c.units))
    .where(_c.practice_id == _b.practice_id, _c.bill_id == _b.id, _c.reversed_at.is_(None))
    .correlate(bill)
    .scalar_subquery(),
    0,
)
_MISPLACED: Final = (
    select(_c.id)
    .select_from(charge.join(bill, and_(_b.practice_id == _c.practice_id, _b.id == _c.bill_id)))
    .where(
        _c.practice_id == PRACTICE,
        _c.reversed_at.is_(None),
        or_(
            _b.client_number != _c.client_number,
            _b.currency != _c.currency,
            _b.stage == Stage.CANCELLED,
        ),
    )
    .order_by(_c.id)
)

_before = bill.alias("before")
_MISSING: Final = (
    select(_b.number - 1)
    .where(
        _b.practice_id == PRACTICE,
        _b.number > 1,
        ~select(_before.c.id)
        .where(_before.c.practice_id == _b.practice_id, _before.c.number == _b.number - 1)
        .exists(),
    )
    .order_by(_b.number)
)
_LAST_NUMBER: Final = func.coalesce(
    select(func.max(_b.number))
    .where(_b.practice_id == bill_count.c.practice_id)
    .correlate(bill_count)
    .scalar_subquery(),
    0,
)
_MISCOUNTED: Final = select(bill_count.c.last_number, _LAST_NUMBER).where(
    bill_count.c.practice_id == PRACTICE, bill_count.c.last_number != _LAST_NUMBER
)

_PAYMENTS: Final = select(_p.id).where(_p.practice_id == PRACTICE).order_by(_p.id)
_RECEIVED: Final = is_posted(
    payment,
    TransactionKind.PAYMENT,
    ENTRY.account == Account.CREDIT_CLIENT,
    ENTRY.payment_id == _p.id,
    ENTRY.amount_minor == -_p.amount_minor,
)
_USED: Final = func.coalesce(
    select(func.sum(ENTRY.amount_minor))
    .select_from(WITH_REVERSED)
    .where(
        ENTRY.practice_id == _p.practice_id,
        ENTRY.payment_id == _p.id,
        ENTRY.account == Account.CREDIT_CLIENT,
        or_(KIND == TransactionKind.APPLICATION, KIND == TransactionKind.REFUND),
    )
    .correlate(payment)
    .scalar_subquery(),
    0,
)
_THERE: Final = case((_p.removed_at.is_(None), _p.amount_minor), else_=0)

BILL_RULES: Final[Mapping[str, Statement]] = {
    "charge {}: is on a bill that cannot have it": Statement(_MISPLACED),
    "bill {}: less than nothing is settled": Statement(_BILLS.where(_SETTLED < 0)),
    "bill {}: more is settled than it asks for": Statement(_BILLS.where(_SETTLED > _CHARGED)),
    "bill {}: is open without a number": Statement(
        _BILLS.where(_b.stage == Stage.OPEN, _b.number.is_(None))
    ),
    "bill number {}: is missing": Statement(_MISSING),
    "bill numbers: {} are counted, the last one is {}": Statement(_MISCOUNTED),
    "payment {}: is not in the ledger as it is": Statement(_PAYMENTS.where(~_RECEIVED)),
    "payment {}: is there, but reversed in the ledger": Statement(
        _PAYMENTS.where(_p.removed_at.is_(None), is_reversed(payment))
    ),
    "payment {}: is removed, but not reversed in the ledger": Statement(
        _PAYMENTS.where(_p.removed_at.is_not(None), ~is_reversed(payment))
    ),
    "payment {}: less than nothing of it is used": Statement(_PAYMENTS.where(_USED < 0)),
    "payment {}: more of it is used than there is": Statement(_PAYMENTS.where(_USED > _THERE)),
}
"""Each says what is wrong; its statement gives what to name there."""
