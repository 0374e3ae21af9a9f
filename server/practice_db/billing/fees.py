"""Default fees in the database."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import bindparam, delete, select

from server.domain.fees import FeeRule
from server.domain.money import Money
from server.practice_db.statement import PRACTICE, Statement, upsert
from server.practice_db.tables.billing import fee_rule
from server.practice_db.transaction import Transaction

_f = fee_rule.c
_ALL: Final = Statement(
    select(_f.scope, _f.subject, _f.kind, _f.amount_minor, _f.currency)
    .where(_f.practice_id == PRACTICE)
    .order_by(_f.scope, _f.subject, _f.kind)
)
_PUT: Final = upsert(fee_rule)
_REMOVE: Final = Statement(
    delete(fee_rule).where(
        _f.practice_id == PRACTICE,
        _f.scope == bindparam("scope"),
        _f.subject == bindparam("subject"),
        _f.kind == bindparam("kind"),
    )
)


class SqlFees:
    """Implements server.usecases.ports.Fees."""

    __slots__ = ("_transaction",)

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def all(self) -> Sequence[FeeRule]:
        return [
            FeeRule(scope, subject, kind, Money(minor, currency))
            for scope, subject, kind, minor, currency in self._transaction.all(_ALL)
        ]

    def put(self, rule: FeeRule) -> None:
        self._transaction.add(
            _PUT,
            {
                "scope": rule.scope,
                "subject": rule.subject,
                "kind": rule.kind,
                "amount_minor": rule.amount.minor,
                "currency": rule.amount.currency,
            },
        )

    def remove(self, rule: FeeRule) -> bool:
        scope, subject, kind = rule.scope, rule.subject, rule.kind
        return self._transaction.run(_REMOVE, scope=scope, subject=subject, kind=kind) > 0
