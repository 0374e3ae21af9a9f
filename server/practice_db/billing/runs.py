"""Runs that bill everybody, in the database: one for each last day, and whether it is done."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from sqlalchemy import bindparam, func, select, update

from server.practice_db.columns import Instant
from server.practice_db.statement import PRACTICE, Statement, insert_new
from server.practice_db.tables.billing import bill_run
from server.practice_db.transaction import Transaction

_r = bill_run.c
_START: Final = insert_new(bill_run)
_OF: Final = Statement(
    select(_r.finished_at).where(_r.practice_id == PRACTICE, _r.until == bindparam("day"))
)
_FINISH: Final = Statement(
    update(bill_run)
    .where(_r.practice_id == PRACTICE, _r.until == bindparam("day"))
    .values(finished_at=bindparam("moment", type_=Instant))
)
_LAST: Final = Statement(
    select(func.max(_r.until)).where(_r.practice_id == PRACTICE, _r.finished_at.is_not(None))
)


class SqlBillRuns:
    """Implements server.usecases.ports.BillRuns."""

    __slots__ = ("_transaction",)

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def start(self, until: date, at: datetime) -> bool:
        row = {"until": until, "started_at": at, "finished_at": None}
        if self._transaction.add_new(_START, row):
            return True
        found = self._transaction.first(_OF, day=until)
        return found is not None and found[0] is None

    def finish(self, until: date, at: datetime) -> None:
        self._transaction.run(_FINISH, day=until, moment=at)

    def last_finished(self) -> date | None:
        row = self._transaction.first(_LAST)
        return row[0] if row else None
