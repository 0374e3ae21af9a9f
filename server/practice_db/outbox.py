"""Facts waiting to be told to subscribers, in the database."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final
from uuid import uuid4

from sqlalchemy import insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql import ClauseElement

from server.domain.calendars import OutboxRow
from server.domain.ids import AppointmentId, UserName
from server.domain.vocabulary import Fact
from server.domain.when import RecurrenceKey
from server.practice_db.catalogue import CatalogueReader
from server.practice_db.configuration import count_up_catalogue
from server.practice_db.statement import PRACTICE, Statement, insert_new
from server.practice_db.tables.google import google_dirty
from server.practice_db.tables.record import outbox, subscriber
from server.practice_db.transaction import Transaction

_o = outbox.c
_SUBSCRIBE: Final = insert_new(subscriber)
_INSERT: Final = Statement(insert(outbox))
_WAITING: Final = Statement(
    select(
        _o.id,
        _o.subscriber,
        _o.appointment_id,
        _o.key,
        _o.fact,
        _o.revision,
        _o.due_at,
        _o.attempts,
        _o.told_at,
    )
    .where(_o.practice_id == PRACTICE, _o.told_at.is_(None))
    .order_by(_o.due_at, _o.revision, _o.id)
)
"""The columns of OutboxRow, in its order."""


def _marking(insert_into: sqlite.Insert | postgresql.Insert) -> ClauseElement:
    return insert_into.on_conflict_do_update(
        index_elements=list(google_dirty.primary_key.columns),
        set_={
            "revision": insert_into.excluded.revision,
            "due_at": insert_into.excluded.due_at,
            "attempts": 0,
        },
    )


_MARK: Final = Statement(
    _marking(sqlite.insert(google_dirty)), _marking(postgresql.insert(google_dirty))
)


class SqlOutbox:
    """Implements server.usecases.ports.Outbox."""

    __slots__ = ("_reader", "_transaction")

    def __init__(self, transaction: Transaction, reader: CatalogueReader) -> None:
        self._transaction = transaction
        self._reader = reader

    def subscribers(self) -> Sequence[str]:
        return self._reader.configured().subscribers

    def subscribe(self, name: str) -> None:
        self._transaction.add_new(_SUBSCRIBE, {"name": name})
        # Subscribers are read with the catalogue, so that telling nobody costs nothing.
        count_up_catalogue(self._transaction, self._reader)

    def announce(
        self,
        fact: Fact,
        appointment: AppointmentId,
        key: RecurrenceKey,
        revision: int,
        due_at: datetime,
    ) -> None:
        rows: list[dict[str, object]] = [
            {
                "id": uuid4().hex,
                "subscriber": name,
                "appointment_id": appointment,
                "key": key,
                "fact": fact,
                "revision": revision,
                "due_at": due_at,
                "attempts": 0,
                "told_at": None,
            }
            for name in self.subscribers()
        ]
        self._transaction.add_all(_INSERT, rows)

    def waiting(self) -> Sequence[OutboxRow]:
        return [OutboxRow(*row) for row in self._transaction.all(_WAITING)]

    def mark_for_google(
        self,
        users: Collection[UserName],
        appointment: AppointmentId,
        revision: int,
        due_at: datetime,
    ) -> None:
        linked = self._reader.configured().google_links
        rows = [
            {
                "link_id": link,
                "appointment_id": appointment,
                "revision": revision,
                "due_at": due_at,
                "attempts": 0,
            }
            for user in users
            for link in linked.get(user, ())
        ]
        self._transaction.add_all(_MARK, rows)
