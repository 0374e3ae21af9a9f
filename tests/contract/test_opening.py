"""Opening a database, and what is said when it cannot be opened."""

from __future__ import annotations

import sqlite3
import stat
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from server.domain.errors import AlreadyThere, NotFound
from server.domain.ids import PracticeId
from server.domain.practice import Practice
from server.practice_db.database import SqlDatabase, create_practice, open_database
from server.practice_db.engines import FILE_NAME, begin, connect, database_file, read_url
from server.practice_db.errors import (
    DatabaseBusy,
    DatabaseUnreachable,
    NotMigrated,
    UnknownDatabaseUrl,
)
from server.practice_db.migrations import HEAD
from server.usecases.ports import UnitOfWork
from tests.databases import SLUG, ZONE


def test_a_database_that_was_never_migrated_is_refused(unmigrated_url: str) -> None:
    with pytest.raises(NotMigrated, match="praxical migrate"):
        open_database(unmigrated_url, SLUG)


def test_a_database_of_another_revision_is_refused(database_url: str) -> None:
    engine = connect(database_url)
    with begin(engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    engine.dispose()
    with pytest.raises(NotMigrated, match=f"'0000'.*'{HEAD}'"):
        open_database(database_url, SLUG)


def test_opening_makes_no_file(tmp_path: Path) -> None:
    with pytest.raises(NotMigrated):
        open_database(database_file(tmp_path), SLUG)
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_practice_is_refused(database_url: str) -> None:
    with pytest.raises(NotFound, match="practice 'elsewhere'"):
        open_database(database_url, "elsewhere")


def test_a_practice_has_its_slug_for_itself(database: SqlDatabase) -> None:
    again = Practice(PracticeId(0), SLUG, "Again", ZONE)
    with pytest.raises(AlreadyThere):
        create_practice(database.engines.writing, again)


def test_a_new_practice_gets_the_next_id(database: SqlDatabase) -> None:
    second = Practice(PracticeId(0), "second", "Second", ZONE)
    assert create_practice(database.engines.writing, second) == 2


def test_only_the_owner_may_read_the_file(tmp_path: Path) -> None:
    engine = connect(database_file(tmp_path / "data"))
    with begin(engine) as connection:
        connection.execute(text("CREATE TABLE one (practice_id INTEGER)"))
        files = {path.name: path for path in (tmp_path / "data").iterdir()}
        assert {f"{FILE_NAME}-wal", FILE_NAME} <= set(files)
        modes = {stat.S_IMODE(path.stat().st_mode) for path in files.values()}
    engine.dispose()
    assert modes == {0o600}


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_each_way_of_writing_postgres_is_understood(scheme: str) -> None:
    parsed = read_url(f"{scheme}://user:secret@db.example:5433/practice")
    assert parsed.drivername == "postgresql+psycopg"
    assert (parsed.host, parsed.port, parsed.database) == ("db.example", 5433, "practice")


@pytest.mark.parametrize(
    "url", ["", "nonsense", "mysql://localhost/x", "sqlite://", "sqlite:///:memory:"]
)
def test_other_urls_are_refused(url: str) -> None:
    with pytest.raises(UnknownDatabaseUrl):
        open_database(url, SLUG)


def test_a_server_that_does_not_answer_is_named_without_its_address() -> None:
    with pytest.raises(DatabaseUnreachable) as refusal:
        open_database("postgresql://user:secret@127.0.0.1:1/practice", SLUG)
    assert "secret" not in str(refusal.value)
    assert "127.0.0.1" not in str(refusal.value)


def test_a_file_that_another_program_holds_is_busy(sqlite_database: SqlDatabase) -> None:
    with begin(sqlite_database.engines.writing) as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout=1")
    file = sqlite_database.engines.writing.url.database
    other = sqlite3.connect(file or "", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseBusy), sqlite_database.writing():
        raise AssertionError
    other.close()
    with sqlite_database.writing() as uow:
        assert uow.practice.slug == SLUG


@pytest.mark.postgres
def test_a_connection_that_was_cut_is_told_once_and_then_made_anew(postgres_url: str) -> None:
    database = open_database(postgres_url, SLUG)
    with pytest.raises(DatabaseUnreachable), database.writing() as uow:
        cut_connections_and_read(uow, postgres_url)
    with database.writing() as uow:
        assert uow.practice.slug == SLUG
    database.close()


def cut_connections_and_read(uow: UnitOfWork, url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    assert uow.practice.slug == SLUG


def test_what_is_no_state_of_the_database_is_not_called_one(
    sqlite_database: SqlDatabase,
) -> None:
    with begin(sqlite_database.engines.writing) as connection:
        connection.execute(text("DROP TABLE notice"))
    with (
        pytest.raises(OperationalError, match="no such table"),
        sqlite_database.reading() as uow,
    ):
        uow.notices.of()


def test_a_practice_that_is_gone_is_missed(database: SqlDatabase) -> None:
    gone = SqlDatabase(database.engines, PracticeId(99))
    with gone.reading() as uow, pytest.raises(NotFound):
        assert uow.practice.slug == SLUG


def test_statistics_can_be_refreshed(database: SqlDatabase) -> None:
    database.refresh_statistics()
    with database.reading() as uow:
        assert uow.practice.slug == SLUG


def test_sqlite_is_set_up_to_lose_nothing(sqlite_database: SqlDatabase) -> None:
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30000}
    for engine in (sqlite_database.engines.reading, sqlite_database.engines.writing):
        with begin(engine) as connection:
            found = {
                name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in wanted
            }
        assert found == wanted
