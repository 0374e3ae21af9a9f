"""What billing and notes hold of occurrences, as it is stored with them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from sqlalchemy import bindparam, select, update

from server.domain.appointment import OccurrenceId
from server.domain.ids import BillId
from server.domain.vocabulary import Lock
from server.practice_db.statement import PRACTICE, Statement
from server.practice_db.tables.appointments import appointment_part
from server.practice_db.tables.billing import charge
from server.practice_db.transaction import Transaction

_p = appointment_part.c
_c = charge.c
_PUT: Final = Statement(
    update(appointment_part)
    .where(
        _p.practice_id == PRACTICE,
        _p.appointment_id == bindparam("appointment"),
        _p.key == bindparam("occurrence"),
        _p.held != bindparam("words"),
    )
    .values(held=bindparam("words"))
)
_OF_BILL: Final = Statement(
    select(_c.appointment_id, _c.key)
    .where(
        _c.practice_id == PRACTICE,
        _c.bill_id == bindparam("bill"),
        _c.appointment_id.is_not(None),
        _c.reversed_at.is_(None),
    )
    .distinct()
    .order_by(_c.appointment_id, _c.key)
)


class SqlHolds:
    """Implements server.usecases.ports.Holds."""

    __slots__ = ("_transaction",)

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def put(self, occurrence: OccurrenceId, locks: Iterable[Lock]) -> bool:
        appointment, key = occurrence
        words = " ".join(sorted(set(locks)))
        return (
            self._transaction.run(_PUT, appointment=appointment, occurrence=key, words=words)
            > 0
        )

    def of_bill(self, bill: BillId) -> Sequence[OccurrenceId]:
        return [OccurrenceId(*row) for row in self._transaction.all(_OF_BILL, bill=bill)]
