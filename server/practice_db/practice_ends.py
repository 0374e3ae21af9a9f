"""Removing a practice: every row that is its own, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sqlalchemy import Engine, Table, delete, func, insert, select
from sqlalchemy.exc import OperationalError

from server.domain.errors import NotFound
from server.domain.webhooks import DeliveryState
from server.practice_db import tables
from server.practice_db.columns import METADATA
from server.practice_db.statement import PRACTICE, Statement
from server.practice_db.transaction import Transaction

_ENDING: Final = tables.practice_ends.practice_ending
_PRACTICE: Final = tables.practice.practice
_ENDS: Final = frozenset({_ENDING, tables.practice_ends.practice_ended})
_OWN: Final = tuple(table for table in METADATA.sorted_tables if table not in _ENDS)
"""The tables of a practice, each behind those that it points to; the practice is the first."""
_HELD: Final = tuple(
    table
    for table in _OWN
    if any(key.referred_table is table for one in _OWN for key in one.foreign_key_constraints)
)
"""Those that others point to: who holds their rows lets nobody add to them."""


def _count(table: Table) -> Statement:
    own = table.c.practice_id == PRACTICE
    return Statement(select(func.count()).select_from(table).where(own))


def _hold(table: Table) -> Statement:
    own = select(table.c.practice_id).where(table.c.practice_id == PRACTICE)
    held = own.order_by(*table.primary_key).with_for_update().subquery()
    return Statement(select(func.count()).select_from(held))


def _remove(table: Table) -> Statement:
    return Statement(delete(table).where(table.c.practice_id == PRACTICE))


_COUNTS: Final = {table.name: _count(table) for table in _OWN}
_HOLD_CALENDARS: Final = _hold(tables.calendars.calendar)
_HOLDS: Final = tuple(map(_hold, _HELD))
_REMOVALS: Final = tuple(_remove(table) for table in reversed(_OWN))
_BEGIN: Final = Statement(insert(_ENDING))
_FINISH: Final = _remove(_ENDING)
_MAIL: Final = tables.bookings.mail
_DELIVERY: Final = tables.webhooks.webhook_delivery
_WAITING: Final = {
    "mails": Statement(
        select(func.count())
        .select_from(_MAIL)
        .where(_MAIL.c.practice_id == PRACTICE, _MAIL.c.settled_at.is_(None))
    ),
    "webhooks": Statement(
        select(func.count())
        .select_from(_DELIVERY)
        .where(_DELIVERY.c.practice_id == PRACTICE, _DELIVERY.c.state == DeliveryState.WAITING)
    ),
}


class SqlWholePractice:
    """Implements server.usecases.ports.WholePractice."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def rows(self) -> Mapping[str, int]:
        return self._counted(_COUNTS)

    def waiting(self) -> Mapping[str, int]:
        return self._counted(_WAITING)

    def _counted(self, counts: Mapping[str, Statement]) -> Mapping[str, int]:
        counted = {name: self._transaction.first(count) for name, count in counts.items()}
        return {name: row[0] for name, row in counted.items() if row is not None}

    def hold(self) -> None:
        transaction = self._transaction
        if transaction.is_sqlite:
            # There is one writer, and that is us.
            found = transaction.first(_COUNTS[_PRACTICE.name])
        else:
            # Who writes appointments has a calendar first: after them it is our turn. Then from
            # the practice downwards: what points to a row that is held cannot be added, so that
            # there is nothing new behind what was held already.
            transaction.first(_HOLD_CALENDARS)
            found, *_ = [transaction.first(each) for each in _HOLDS]
        if found is None or not found[0]:
            raise NotFound("practice", str(transaction.practice))

    def remove(self) -> int:
        transaction = self._transaction
        transaction.overwrite_removed()
        transaction.add(_BEGIN, {})
        removed = sum(transaction.run(each) for each in _REMOVALS)
        transaction.run(_FINISH)
        return removed


def overwrite_free_space(engine: Engine) -> bool:
    """Write an embedded database anew, without what its pages still hold of removed rows.

    Return False where others are at work in it, or the disk has no room for another copy; it is
    as it was then. In PostgreSQL that is VACUUM's business, and nothing is done.
    """
    if engine.dialect.name != "sqlite":
        return True
    with engine.connect() as connection:
        try:
            connection.exec_driver_sql("VACUUM").close()
            busy = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").scalar_one()
        except OperationalError:
            return False
    return not busy
