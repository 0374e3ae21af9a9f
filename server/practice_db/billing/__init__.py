"""Money in the database: charges, the ledger, bills, payments, notes and fees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import bindparam, select

from server.practice_db.billing.bills import SqlBills
from server.practice_db.billing.charges import SqlCharges
from server.practice_db.billing.fees import SqlFees
from server.practice_db.billing.holds import SqlHolds
from server.practice_db.billing.ledger import SqlLedger
from server.practice_db.billing.notes import SqlNotes
from server.practice_db.billing.payments import SqlPayments
from server.practice_db.billing.runs import SqlBillRuns
from server.practice_db.statement import PRACTICE, Statement
from server.practice_db.tables.practice import client
from server.practice_db.transaction import Transaction
from server.usecases import ports

if TYPE_CHECKING:
    from server.domain.ids import ClientNumber

__all__ = ["SqlBilling"]

_LOCK: Final = Statement(
    select(client.c.number)
    .where(client.c.practice_id == PRACTICE, client.c.number == bindparam("client"))
    .with_for_update(key_share=True)
)


class SqlBilling:
    """Implements server.usecases.ports.Billing."""

    def __init__(self, transaction: Transaction) -> None:
        self.charges: ports.Charges = SqlCharges(transaction)
        self.ledger: ports.Ledger = SqlLedger(transaction)
        self.bills: ports.Bills = SqlBills(transaction)
        self.payments: ports.Payments = SqlPayments(transaction)
        self.notes: ports.Notes = SqlNotes(transaction)
        self.fees: ports.Fees = SqlFees(transaction)
        self.holds: ports.Holds = SqlHolds(transaction)
        self.runs: ports.BillRuns = SqlBillRuns(transaction)
        self._transaction = transaction

    def lock(self, client: ClientNumber) -> None:
        # In SQLite a writer is alone anyway.
        if not self._transaction.is_sqlite:
            self._transaction.all(_LOCK, client=client)
