"""One open transaction of one practice: what the repositories share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import BigInteger, Connection, Insert, Row, Table, bindparam, select, tuple_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql import Executable

from server.domain.ids import CalendarId, PracticeId, UserName
from server.practice_db.engines import control
from server.practice_db.one_of import one_of
from server.practice_db.tables.calendars import calendar

PRACTICE: Final = bindparam("practice", type_=BigInteger)
"""The practice of the transaction; every statement is bound to it."""

AnyRow = Row[*tuple[Any, ...]]
"""A row of any columns; its readers know them."""

_LOCK: Final = (
    select(calendar.c.id)
    .where(
        calendar.c.practice_id == PRACTICE,
        one_of(calendar.c.id, "calendars"),
    )
    .order_by(calendar.c.id)
    .with_for_update(key_share=True)
)
_LOCK_PATHS: Final = (
    select(calendar.c.id)
    .where(
        calendar.c.practice_id == PRACTICE,
        tuple_(calendar.c.owner, calendar.c.slug).in_(bindparam("paths", expanding=True)),
    )
    .order_by(calendar.c.id)
    .with_for_update(key_share=True)
)


class Upsert:
    """INSERT, or UPDATE of the row with that primary key, in either engine's words."""

    def __init__(self, table: Table) -> None:
        keys = list(table.primary_key.columns)
        names = [column.name for column in table.columns if not column.primary_key]
        on_sqlite = sqlite.insert(table)
        self._on_sqlite = on_sqlite.on_conflict_do_update(
            index_elements=keys, set_={name: on_sqlite.excluded[name] for name in names}
        )
        on_postgres = postgresql.insert(table)
        self._on_postgres = on_postgres.on_conflict_do_update(
            index_elements=keys, set_={name: on_postgres.excluded[name] for name in names}
        )

    def on(self, transaction: Transaction) -> Executable:
        """Return the statement for the transaction's engine."""
        return self._on_sqlite if transaction.is_sqlite else self._on_postgres


class InsertNew:
    """INSERT that leaves a row alone that is there already."""

    def __init__(self, table: Table) -> None:
        self._on_sqlite = _returning(sqlite.insert(table).on_conflict_do_nothing())
        self._on_postgres = _returning(postgresql.insert(table).on_conflict_do_nothing())

    def on(self, transaction: Transaction) -> Executable:
        """Return the statement for the transaction's engine."""
        return self._on_sqlite if transaction.is_sqlite else self._on_postgres


def _returning(statement: Insert) -> Executable:
    # Counting rows is not something every driver does for an INSERT.
    return statement.returning(statement.table.c.practice_id)


class Transaction:
    """An open transaction; every statement goes through here and gets the practice bound."""

    __slots__ = ("_locked", "_savepoints", "connection", "is_sqlite", "practice")

    def __init__(self, connection: Connection, practice: PracticeId) -> None:
        self.connection = connection
        self.practice = practice
        self.is_sqlite = connection.dialect.name == "sqlite"
        self._locked: set[str] = set()
        self._savepoints = 0

    def all(self, statement: Executable, **values: object) -> Sequence[AnyRow]:
        """Return all rows."""
        values["practice"] = self.practice
        return self.connection.execute(statement, values).all()

    def first(self, statement: Executable, **values: object) -> AnyRow | None:
        """Return the first row, None if there is none."""
        values["practice"] = self.practice
        return self.connection.execute(statement, values).first()

    def run(self, statement: Executable, **values: object) -> int:
        """Run an UPDATE or DELETE and return how many rows it touched."""
        values["practice"] = self.practice
        return self.connection.execute(statement, values).rowcount

    def add(self, statement: Executable, row: Mapping[str, object]) -> None:
        """Run an INSERT of one row."""
        self.connection.execute(statement, {"practice_id": self.practice, **row})

    def add_new(self, statement: InsertNew, row: Mapping[str, object]) -> bool:
        """Run an INSERT of a row unless it is there already; return whether it was not."""
        values = {"practice_id": self.practice, **row}
        return self.connection.execute(statement.on(self), values).first() is not None

    def add_all(self, statement: Executable, rows: Sequence[dict[str, object]]) -> None:
        """Run an INSERT of many rows at once."""
        if not rows:
            return
        for row in rows:
            row["practice_id"] = self.practice
        self.connection.execute(statement, rows)

    def lock(self, calendars: Iterable[CalendarId]) -> None:
        """Lock calendar rows in the order of their ids; in SQLite a writer is alone anyway."""
        wanted = sorted(set(calendars) - self._locked)
        if self.is_sqlite or not wanted:
            return
        self.all(_LOCK, calendars=wanted)
        self._locked.update(wanted)

    def lock_paths(self, paths: Sequence[tuple[UserName, str]]) -> None:
        """Lock calendar rows by owner and slug, in the order of their ids."""
        if not self.is_sqlite and paths:
            self._locked.update(row[0] for row in self.all(_LOCK_PATHS, paths=list(paths)))

    def begin_savepoint(self) -> str:
        """Begin a savepoint, inside others perhaps, and return its name."""
        self._savepoints += 1
        point = f"point_{self._savepoints}"
        control(self.connection, f"SAVEPOINT {point}")
        return point

    def release(self, point: str) -> None:
        """Keep what was done since the savepoint, as far as what is around it is kept."""
        control(self.connection, f"RELEASE SAVEPOINT {point}")

    def undo_to(self, point: str) -> None:
        """Undo what was done since the savepoint."""
        control(self.connection, f"ROLLBACK TO SAVEPOINT {point}")
        self.release(point)
        # The locks taken since then are gone with it.
        self._locked.clear()
