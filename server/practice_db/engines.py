"""Connections: how SQLite and PostgreSQL are set up for reading and for writing."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, OperationalError

from server.practice_db.errors import UnknownDatabaseUrl
from server.practice_db.write_queue import PATIENCE

FILE_NAME: Final = "praxical.sqlite3"
"""The database file in a data folder."""
_BEGIN: Final = "praxical_begin"
"""The execution option that says how a transaction begins."""
_CONNECTIONS: Final = 16
_MORE_CONNECTIONS: Final = 48
_PREPARED: Final = 400
"""Statements that a connection to PostgreSQL keeps prepared: more than we have."""

_SQLITE_SETUP: Final = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA cache_size=-16000",
)


@dataclass(frozen=True, slots=True)
class Engines:
    """One pool of connections that only read, and one of connections that write."""

    reading: Engine
    writing: Engine

    @property
    def is_sqlite(self) -> bool:
        """Whether the database is an embedded file."""
        return self.writing.dialect.name == "sqlite"

    def dispose(self) -> None:
        """Close all connections."""
        self.reading.dispose()
        self.writing.dispose()


def database_file(folder: Path) -> str:
    """Return the URL of the embedded database in a data folder."""
    return f"sqlite:///{(folder / FILE_NAME).absolute()}"


def read_url(url: str) -> URL:
    """Return the URL with its driver; raises UnknownDatabaseUrl."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise UnknownDatabaseUrl from error
    match parsed.drivername:
        case "sqlite" | "sqlite+pysqlite" if parsed.database not in {None, "", ":memory:"}:
            return parsed
        case "postgresql" | "postgres" | "postgresql+psycopg":
            return parsed.set(drivername="postgresql+psycopg")
        case _:
            raise UnknownDatabaseUrl


def connect(url: str) -> Engine:
    """Return an engine that writes; an embedded file is made, for its owner only.

    Raises UnknownDatabaseUrl.
    """
    parsed = read_url(url)
    if parsed.drivername.startswith("sqlite"):
        _make_private(Path(parsed.database or ""))
        return _sqlite(parsed, "BEGIN IMMEDIATE")
    return _postgres(parsed, reading=False)


def connect_both(url: str) -> Engines:
    """Return the engines of a database that is there; raises UnknownDatabaseUrl."""
    parsed = read_url(url)
    if parsed.drivername.startswith("sqlite"):
        return Engines(
            _sqlite(parsed, "BEGIN", "PRAGMA query_only=ON"), _sqlite(parsed, "BEGIN IMMEDIATE")
        )
    return Engines(_postgres(parsed, reading=True), _postgres(parsed, reading=False))


def _make_private(path: Path) -> None:
    # SQLite gives its -wal and -shm files the mode of the database file.
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))


@contextmanager
def begin(engine: Engine) -> Iterator[Connection]:
    """Open a transaction that commits when the block ends and is undone when it raises."""
    with engine.begin() as connection:
        how = begins_with(engine)
        if how:
            _begin_by_hand(connection, how)
        yield connection


def begins_with(engine: Engine) -> str | None:
    """Return the statement that begins a transaction, None where the driver sends it."""
    statement: str | None = engine.get_execution_options().get(_BEGIN)
    return statement


def _begin_by_hand(connection: Connection, statement: str) -> None:
    # A listener for this would make every later statement slower.
    driver: Any = connection.connection.driver_connection
    try:
        driver.execute(statement)
    except connection.dialect.loaded_dbapi.OperationalError as error:
        raise OperationalError(statement, None, error) from error


def _sqlite(url: URL, begin_with: str, *more_setup: str) -> Engine:
    # isolation_level None: the driver begins nothing by itself, we say how and when.
    engine = create_engine(
        url,
        connect_args={
            "isolation_level": None,
            "timeout": PATIENCE,
            "check_same_thread": False,
            "cached_statements": 512,
        },
        execution_options={_BEGIN: begin_with},
        **_POOL,
    )

    def set_up(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own
        for statement in (*_SQLITE_SETUP, *more_setup):
            connection.execute(statement).close()

    event.listen(engine, "connect", set_up)
    return engine


def _postgres(url: URL, *, reading: bool) -> Engine:
    from psycopg.types.numeric import Int8Dumper  # noqa: PLC0415 - SQLite does without it

    engine = create_engine(
        url,
        isolation_level="REPEATABLE READ" if reading else "READ COMMITTED",
        **_POOL,
    )

    def set_up(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own
        # All our statements are short and go through an index whatever their values: planning
        # each time anew would take longer than running them.
        connection.autocommit = True
        connection.execute("SET plan_cache_mode = force_generic_plan")
        connection.execute("SET jit = off")
        connection.autocommit = False
        # One size of integer, so that a statement is prepared once and not for each size.
        connection.adapters.register_dumper(int, Int8Dumper)
        connection.prepared_max = _PREPARED
        connection.read_only = reading

    event.listen(engine, "connect", set_up)
    return engine


_POOL: Final[dict[str, Any]] = {
    # Errors name the statement, never the values: those are people's data.
    "hide_parameters": True,
    "pool_size": _CONNECTIONS,
    "max_overflow": _MORE_CONNECTIONS,
    "pool_timeout": PATIENCE,
    "pool_use_lifo": True,
    # Every transaction of ours ends by itself; there is nothing left to roll back.
    "pool_reset_on_return": None,
}
