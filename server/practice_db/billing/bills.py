"""Bills in the database, and the count that numbers them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Final

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from server.domain.bills import Bill
from server.domain.charges import Charge
from server.domain.ids import BillId, ClientNumber
from server.domain.money import Money
from server.practice_db.billing.charges import CHARGES_ON, charge_of
from server.practice_db.billing.endings import ending_statement, ids_ending
from server.practice_db.billing.sums import Settled, settled
from server.practice_db.one_of import one_of
from server.practice_db.statement import PRACTICE, AnyRow, Statement
from server.practice_db.tables.billing import bill, bill_count
from server.practice_db.transaction import Transaction

_b = bill.c
_EVERY: Final = select(bill).where(_b.practice_id == PRACTICE).order_by(_b.made_at, _b.id)
_ALL: Final = Statement(_EVERY, named=True)
_OF_CLIENT: Final = Statement(_EVERY.where(_b.client_number == bindparam("client")), named=True)
_ONE: Final = Statement(_EVERY.where(_b.id == bindparam("bill")), named=True)
_NUMBERED: Final = Statement(_EVERY.where(_b.number == bindparam("number")), named=True)
_ENDING: Final = ending_statement(bill)
_NUMBERS: Final = Statement(
    select(_b.id, _b.number).where(_b.practice_id == PRACTICE, one_of(_b.id, "bills"))
)
_INSERT: Final = Statement(insert(bill))
_CHANGEABLE: Final = (_b.stage, _b.number, _b.opened_on, _b.due_on, _b.cancelled_at)
_SAVE: Final = Statement(
    update(bill)
    .where(_b.practice_id == PRACTICE, _b.id == bindparam("bill"))
    .values(
        {
            column.name: bindparam(f"new_{column.name}", type_=column.type)
            for column in _CHANGEABLE
        }
    )
)
_COUNT_UP: Final = {"last_number": bill_count.c.last_number + 1}
_FIRST: Final = {"practice_id": PRACTICE, "last_number": 1}
_KEY: Final = [bill_count.c.practice_id]
# One row for the practice: the second of two writers waits here until the first has ended, and
# what is rolled back has counted nothing.
_NEXT_NUMBER: Final = Statement(
    sqlite.insert(bill_count)
    .values(_FIRST)
    .on_conflict_do_update(index_elements=_KEY, set_=_COUNT_UP)
    .returning(bill_count.c.last_number),
    postgresql.insert(bill_count)
    .values(_FIRST)
    .on_conflict_do_update(index_elements=_KEY, set_=_COUNT_UP)
    .returning(bill_count.c.last_number),
)


class SqlBills:
    """Implements server.usecases.ports.Bills."""

    __slots__ = ("_transaction",)

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def add(self, bill: Bill) -> None:
        row = {
            "id": bill.id,
            "client_number": bill.client,
            "made_at": bill.made_at,
            "currency": bill.paid.currency,
            **_changeable(bill),
        }
        self._transaction.add(_INSERT, row)

    def get(self, bill: BillId) -> Bill | None:
        return self._only(self._transaction.all(_ONE, bill=bill))

    def ending(self, end: str) -> Sequence[BillId]:
        return [BillId(one) for one in ids_ending(self._transaction, _ENDING, end)]

    def numbers(self, bills: Collection[BillId]) -> Mapping[BillId, int | None]:
        rows = self._transaction.all(_NUMBERS, bills=list(bills)) if bills else ()
        return {BillId(number): counted for number, counted in rows}

    def numbered(self, number: int) -> Bill | None:
        return self._only(self._transaction.all(_NUMBERED, number=number))

    def of(self, client: ClientNumber | None = None) -> Sequence[Bill]:
        if client is None:
            return self._bills(self._transaction.all(_ALL))
        return self._bills(self._transaction.all(_OF_CLIENT, client=client))

    def save(self, bill: Bill) -> None:
        values = {f"new_{name}": value for name, value in _changeable(bill).items()}
        self._transaction.run(_SAVE, bill=bill.id, **values)

    def next_number(self) -> int:
        return int(self._transaction.all(_NEXT_NUMBER)[0][0])

    def _only(self, rows: Sequence[AnyRow]) -> Bill | None:
        return next(iter(self._bills(rows)), None)

    def _bills(self, rows: Sequence[AnyRow]) -> Sequence[Bill]:
        """Return bills with their charges and sums, in three statements however many."""
        if not rows:
            return []
        ids = [row.id for row in rows]
        charges: defaultdict[str, list[Charge]] = defaultdict(list)
        for row in self._transaction.all(CHARGES_ON, bills=ids):
            charges[row.bill_id].append(charge_of(row))
        sums = settled(self._transaction, ids)
        return [_bill(row, charges[row.id], sums[row.id]) for row in rows]


def _bill(row: AnyRow, charges: Sequence[Charge], sums: Settled) -> Bill:
    return Bill(
        id=row.id,
        client=row.client_number,
        stage=row.stage,
        made_at=row.made_at,
        charges=tuple(charges),
        paid=Money(sums.paid, row.currency),
        written_off=Money(sums.written_off, row.currency),
        number=row.number,
        opened_on=row.opened_on,
        due_on=row.due_on,
        cancelled_at=row.cancelled_at,
    )


def _changeable(bill: Bill) -> dict[str, object]:
    return {
        "stage": bill.stage,
        "number": bill.number,
        "opened_on": bill.opened_on,
        "due_on": bill.due_on,
        "cancelled_at": bill.cancelled_at,
    }
