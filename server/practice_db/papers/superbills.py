"""Superbills in the database; triggers see to it that they stay as they were issued."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import BigInteger, Text, bindparam, insert, select, update

from server.domain.ids import ClientNumber
from server.domain.superbills import Superbill, SuperbillContent, Voiding
from server.practice_db.columns import Instant, code
from server.practice_db.papers.counting import Counted, next_number
from server.practice_db.papers.snapshots import as_json, from_json
from server.practice_db.statement import PRACTICE, AnyRow, Statement
from server.practice_db.tables.papers import superbill
from server.practice_db.transaction import Transaction

_s = superbill.c
_NUMBER: Final = bindparam("which", type_=BigInteger)
_INSERT: Final = Statement(insert(superbill))
_EVERY: Final = select(superbill).where(_s.practice_id == PRACTICE).order_by(_s.number)
_ALL: Final = Statement(_EVERY, named=True)
_OF: Final = Statement(_EVERY.where(_s.client_number == bindparam("client")), named=True)
_ONE: Final = Statement(_EVERY.where(_s.number == _NUMBER), named=True)
_VOID: Final = Statement(
    update(superbill)
    .where(_s.practice_id == PRACTICE, _s.number == _NUMBER)
    .values(
        voided_at=bindparam("moment", type_=Instant),
        voided_by=bindparam("user", type_=code()),
        void_reason=bindparam("reason", type_=Text),
    )
)


class SqlSuperbills:
    """Implements server.usecases.ports.papers.Superbills."""

    __slots__ = ("_transaction",)

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def next_number(self) -> int:
        return next_number(self._transaction, Counted.SUPERBILL)

    def add(self, superbill: Superbill) -> None:
        voided = superbill.voided
        self._transaction.add(
            _INSERT,
            {
                "number": superbill.number,
                "client_number": superbill.client,
                "issued_on": superbill.issued_on,
                "made_at": superbill.made_at,
                "user_name": superbill.by,
                "content": as_json(superbill.content),
                "replaces": superbill.replaces,
                "voided_at": voided.at if voided else None,
                "voided_by": voided.by if voided else None,
                "void_reason": voided.reason if voided else None,
            },
        )

    def get(self, number: int) -> Superbill | None:
        row = self._transaction.first(_ONE, which=number)
        return None if row is None else _superbill(row)

    def of(self, client: ClientNumber | None = None) -> Sequence[Superbill]:
        if client is None:
            rows = self._transaction.all(_ALL)
        else:
            rows = self._transaction.all(_OF, client=client)
        return [_superbill(row) for row in rows]

    def void(self, number: int, voiding: Voiding) -> None:
        values = {"moment": voiding.at, "user": voiding.by, "reason": voiding.reason}
        self._transaction.run(_VOID, which=number, **values)


def _superbill(row: AnyRow) -> Superbill:
    is_voided = row.voided_at is not None
    return Superbill(
        row.number,
        row.issued_on,
        row.made_at,
        row.user_name,
        from_json(SuperbillContent, row.content),
        row.replaces,
        Voiding(row.voided_at, row.voided_by, row.void_reason) if is_voided else None,
    )
