"""How often somebody tried something, and the codes that prove an address, in the database."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Table, bindparam, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from server.domain.bookings import EmailCode
from server.practice_db.columns import Instant
from server.practice_db.one_of import one_of
from server.practice_db.statement import PRACTICE, Statement, insert_new, upsert
from server.practice_db.tables.bookings import booking_attempt, booking_key, email_code
from server.practice_db.transaction import Transaction

_KEY_BYTES: Final = 32
_a, _c = booking_attempt.c, email_code.c
_KEY: Final = Statement(
    select(booking_key.c.secret).where(booking_key.c.practice_id == PRACTICE)
)
_ADD_KEY: Final = insert_new(booking_key)
_COUNTS: Final = Statement(
    select(_a.who, func.sum(_a.times))
    .where(
        _a.practice_id == PRACTICE,
        one_of(_a.who, "keys"),
        _a.at >= bindparam("since", type_=Instant),
    )
    .group_by(_a.who)
)


def _counting(table: Table) -> Statement:
    keys = list(table.primary_key.columns)
    once_more = {"times": table.c.times + 1}
    return Statement(
        sqlite.insert(table).on_conflict_do_update(index_elements=keys, set_=once_more),
        postgresql.insert(table).on_conflict_do_update(index_elements=keys, set_=once_more),
    )


_NOTE: Final = _counting(booking_attempt)
_CODE: Final = Statement(
    select(_c.address_hash, _c.code_hash, _c.expires_at, _c.tries).where(
        _c.practice_id == PRACTICE, _c.address_hash == bindparam("address")
    )
)
"""The columns of EmailCode, in its order."""
_PUT_CODE: Final = upsert(email_code)
_DROP_CODE: Final = Statement(
    delete(email_code).where(
        _c.practice_id == PRACTICE, _c.address_hash == bindparam("address")
    )
)


class SqlAttempts:
    """Implements server.usecases.ports.Attempts."""

    __slots__ = ("_key", "_transaction")

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._key = ""

    def key(self) -> str:
        self._key = self._key or self._kept_key() or self._new_key()
        return self._key

    def _kept_key(self) -> str:
        row = self._transaction.first(_KEY)
        return "" if row is None else str(row[0])

    def _new_key(self) -> str:
        # Another process may be making one too: the first one's is there for both.
        self._transaction.add_new(_ADD_KEY, {"secret": secrets.token_hex(_KEY_BYTES)})
        return self._kept_key()

    def counts(self, keys: Sequence[str], since: datetime) -> Mapping[str, int]:
        found = dict(self._transaction.all(_COUNTS, keys=list(keys), since=since))
        return {key: int(found.get(key, 0)) for key in keys}

    def note(self, keys: Sequence[str], at: datetime) -> None:
        minute = at.replace(second=0, microsecond=0)
        # In one order, so that two who count the same keys do not wait for each other.
        for key in sorted(set(keys)):
            self._transaction.add(_NOTE, {"who": key, "at": minute, "times": 1})

    def code(self, address_hash: str) -> EmailCode | None:
        row = self._transaction.first(_CODE, address=address_hash)
        return None if row is None else EmailCode(*row)

    def save_code(self, code: EmailCode) -> None:
        self._transaction.add(
            _PUT_CODE,
            {
                "address_hash": code.address_hash,
                "code_hash": code.code_hash,
                "expires_at": code.expires_at,
                "tries": code.tries,
            },
        )

    def drop_code(self, address_hash: str) -> bool:
        return bool(self._transaction.run(_DROP_CODE, address=address_hash))
