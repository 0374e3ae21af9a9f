"""What a transaction promises about its connection, and about what its errors say."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace

import psycopg
import pytest
from sqlalchemy import create_engine
from sqlalchemy.exc import DBAPIError, IntegrityError

from server.domain.ids import PracticeId
from server.practice_db.database import SqlDatabase, open_database
from server.practice_db.engines import Engines
from server.practice_db.errors import DatabaseBusy, DatabaseUnreachable
from server.usecases.ports import UnitOfWork
from tests.contract.samples import ALMAS, JANE_DOE, stored
from tests.databases import SLUG


@pytest.fixture
def single(sqlite_url: str) -> Iterator[SqlDatabase]:
    """Return a database that has one connection, and waits a moment for it."""
    engine = create_engine(sqlite_url, pool_size=1, max_overflow=0, pool_timeout=0.01)
    database = SqlDatabase(Engines(engine, engine), PracticeId(1))
    yield database
    database.close()


def test_an_error_names_the_statement_but_no_value(furnished: SqlDatabase) -> None:
    with pytest.raises(IntegrityError) as refused, furnished.writing() as uow:
        uow.clients.save(replace(JANE_DOE, last_name="Zyxwvut", phone=None))  # type: ignore[arg-type]  # what the database refuses
    assert "INSERT INTO client" in str(refused.value)
    assert "Zyxwvut" not in str(refused.value)
    assert "Zyxwvut" not in str(refused.value.orig)


def test_after_an_error_the_connection_serves_the_next_transaction(
    furnished: SqlDatabase,
) -> None:
    for revision in range(5):
        with pytest.raises(DBAPIError), furnished.reading() as uow:
            uow.objects.put(stored("a.ics", revision))
    with furnished.reading() as uow:
        assert uow.objects.entries(ALMAS) == []


def test_a_transaction_that_finds_no_free_connection_is_busy(single: SqlDatabase) -> None:
    with single.reading(), pytest.raises(DatabaseBusy), single.reading():
        raise AssertionError
    with single.reading() as uow:
        assert uow.practice.slug == SLUG


def test_every_statement_can_be_watched(furnished: SqlDatabase) -> None:
    seen: list[str] = []
    furnished.watch(seen.append)
    with furnished.writing() as uow:
        uow.objects.delete(ALMAS, "a.ics", 1)
        assert uow.practice.slug == SLUG
    furnished.watch(None)
    with furnished.reading() as uow:
        uow.objects.entries(ALMAS)
    assert [statement.split()[0] for statement in seen] == ["DELETE", "INSERT", "SELECT"]


@pytest.mark.postgres
def test_connections_as_old_as_one_that_was_cut_are_not_used_again(postgres_url: str) -> None:
    database = open_database(postgres_url, SLUG)
    read_at_once(database, 3)
    with pytest.raises(DatabaseUnreachable), database.reading() as uow:
        cut_connections_and_read(uow, postgres_url)
    read_at_once(database, 3)
    database.close()


def read_at_once(database: SqlDatabase, count: int) -> None:
    with ExitStack() as stack:
        for _ in range(count):
            uow = stack.enter_context(database.reading())
            assert uow.practice.slug == SLUG


def cut_connections_and_read(uow: UnitOfWork, url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    assert uow.practice.slug == SLUG


@pytest.mark.postgres
def test_a_statement_is_prepared_once_whatever_the_size_of_its_numbers(
    postgres_url: str,
) -> None:
    database = open_database(postgres_url, SLUG)
    with database.reading() as uow:
        for revision in (1, 70_000, 5_000_000_000):
            assert uow.objects.changed_since(ALMAS, revision) == {}
    # The connection that was used is the next one that is given.
    with database._reading.begin() as link:  # noqa: SLF001 - nothing else runs free SQL there
        found = link.rows(
            "SELECT count(*) FROM pg_prepared_statements"
            " WHERE statement LIKE 'SELECT change.%'",
            (),
        )
    database.close()
    assert found == [(1,)]
