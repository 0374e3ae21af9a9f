"""A practice goes whole or not at all, and what was posted goes in no other way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from server.domain.errors import NotFound
from server.domain.ids import PracticeId
from server.domain.practice import Practice
from server.practice_db.columns import METADATA
from server.practice_db.database import SqlDatabase, create_practice, open_database
from server.practice_db.engines import begin, connect
from server.practice_db.practice_ends import overwrite_free_space
from tests.contract.samples import JANE_DOE, NEW_YORK, another_practice, furnish
from tests.contract.test_tenants import is_bound, statements
from tests.contract.whole_practice import ENDS, Dump, dump, fill, of, remove
from tests.databases import SLUG

KEPT = ("history", "ledger_transaction", "ledger_entry", "superbill", "claim_step")
"""The tables whose rows go with their practice only."""
ENDING = "INSERT INTO practice_ending (practice_id) VALUES (1)"
ENDED = "INSERT INTO practice_ended (practice_id) VALUES (1)"
DELETE = "DELETE FROM {}"
UPDATE = "UPDATE {} SET practice_id = 1 WHERE practice_id = 2"
PRACTICE = "INSERT INTO practice SELECT {}, 'again', 'Again', 'UTC', 0"


@pytest.fixture
def full(furnished: SqlDatabase) -> SqlDatabase:
    """Return a database in which every table has a row of the practice."""
    fill(furnished)
    return furnished


@pytest.fixture
def other(full: SqlDatabase) -> Iterator[SqlDatabase]:
    """Return a second practice in that database, with the same rows."""
    opened = another_practice(full)
    fill(opened)
    yield opened
    opened.close()


def test_a_practice_leaves_no_row_in_any_table_but_its_number(full: SqlDatabase) -> None:
    before = of(1, dump(full))
    assert set(METADATA.tables) - ENDS == set(before), "fill() has to write to every table"
    removed = remove(full)
    assert removed == sum(map(len, before.values()))
    assert of(1, dump(full)) == {"practice_ended": [(1,)]}


def test_the_number_of_a_practice_stands_beside_nothing() -> None:
    for name in ENDS:
        assert [column.name for column in METADATA.tables[name].columns] == ["practice_id"]


def test_another_practice_keeps_every_row(full: SqlDatabase, other: SqlDatabase) -> None:
    before = dump(full)
    remove(full)
    after = dump(full)
    assert of(2, after) == of(2, before)
    assert {row[0] for each in after.values() for row in each} == {1, 2}
    with other.reading() as uow:
        assert list(uow.billing.ledger.unbalanced()) == []
        assert list(uow.history.broken_links()) == []


def test_every_statement_of_the_removal_names_the_practice(full: SqlDatabase) -> None:
    with statements(full) as seen:
        remove(full)
    assert [statement for statement in seen if not is_bound(statement)] == []


def test_every_table_hangs_on_its_practice() -> None:
    for name in set(METADATA.tables) - ENDS - {"practice"}:
        keys = METADATA.tables[name].foreign_key_constraints
        sure = [key for key in keys if not any(one.nullable for one in key.columns)]
        assert sure, f"rows of {name} could be added while the practice goes"


def test_what_is_removed_and_then_undone_is_all_there(full: SqlDatabase) -> None:
    before = dump(full)
    with full.writing() as uow, suppress(ZeroDivisionError), uow.savepoint():
        uow.whole_practice.hold()
        assert uow.whole_practice.remove()
        raise ZeroDivisionError
    assert dump(full) == before


def test_a_practice_that_is_gone_cannot_be_removed(full: SqlDatabase) -> None:
    remove(full)
    with pytest.raises(NotFound, match="practice"):
        remove(full)


def test_no_practice_gets_the_number_of_one_before_it(full: SqlDatabase) -> None:
    remove(full)
    engine = connect(full.engines.writing.url.render_as_string(hide_password=False))
    made = create_practice(engine, Practice(PracticeId(0), SLUG, "Anew", NEW_YORK))
    engine.dispose()
    assert made == 2
    with pytest.raises(NotFound), full.reading() as uow:
        assert uow.practice.id


@pytest.mark.parametrize("living", [True, False])
def test_what_is_removed_is_not_to_be_found_in_the_file(
    sqlite_database: SqlDatabase, living: bool
) -> None:
    path = Path(sqlite_database.engines.writing.url.database or "")
    if living:
        another_practice(sqlite_database).close()
    with sqlite_database.writing() as uow:
        furnish(uow)
        uow.clients.save(replace(JANE_DOE, last_name="Wildermuth"))
    with sqlite_database.writing() as uow:
        uow.clients.save(replace(JANE_DOE, last_name="Wildermuth-Doe"))
    remove(sqlite_database)
    sqlite_database.close()
    engine = connect(f"sqlite:///{path}")
    assert overwrite_free_space(engine)
    engine.dispose()
    files = [file.read_bytes() for file in path.parent.iterdir()]
    assert not any(b"Wildermuth" in content for content in files)
    assert any(b"Lindqvist" in content for content in files) is living


def test_who_reads_meanwhile_keeps_the_file_from_being_written_anew(
    sqlite_database: SqlDatabase,
) -> None:
    engine = connect(sqlite_database.engines.writing.url.render_as_string())
    with sqlite_database.reading() as uow:
        assert uow.practice.slug == SLUG
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA busy_timeout=0").close()
        assert not overwrite_free_space(engine)
    engine.dispose()


@pytest.mark.postgres
def test_postgresql_looks_after_its_free_space_itself(postgres_url: str) -> None:
    engine = connect(postgres_url)
    assert overwrite_free_space(engine)
    engine.dispose()


# --- nothing else has become possible -------------------------------------------------------


INSERT_ONLY = "insert only|as it was issued|as they were issued"
AT_THE_END = "FOREIGN KEY|foreign key"
"""What a transaction is told that does not end what it began."""


def refused(database: SqlDatabase, why: str, *said: str) -> Dump:
    """Check that statements in one transaction come to nothing; return what is there."""
    before = dump(database)
    with pytest.raises(DatabaseError, match=why):
        say(database, said)
    assert dump(database) == before
    return before


def say(database: SqlDatabase, said: Sequence[str]) -> None:
    engine = connect(database.engines.writing.url.render_as_string(hide_password=False))
    try:
        with begin(engine) as connection:
            for statement in said:
                connection.execute(text(statement))
    finally:
        engine.dispose()


def test_a_practice_with_rows_cannot_be_deleted_by_itself(full: SqlDatabase) -> None:
    refused(full, AT_THE_END, "DELETE FROM practice")
    refused(full, AT_THE_END, ENDING, "DELETE FROM practice")


@pytest.mark.parametrize("table", KEPT)
def test_what_is_kept_of_a_living_practice_cannot_be_deleted(
    full: SqlDatabase, other: SqlDatabase, table: str
) -> None:
    assert other.practice == 2
    found = refused(full, INSERT_ONLY, DELETE.format(table))
    assert of(1, found)[table]
    assert of(2, found)[table]
    # That one practice ends lets nothing of another go.
    refused(full, INSERT_ONLY, ENDING, f"{DELETE.format(table)} WHERE practice_id = 2")
    refused(full, INSERT_ONLY, ENDING, UPDATE.format(table))


@pytest.mark.parametrize("table", KEPT)
def test_who_says_that_a_practice_ends_and_removes_a_part_removes_nothing(
    full: SqlDatabase, table: str
) -> None:
    refused(full, AT_THE_END, *parts(table))
    refused(full, "has not ended", *parts(table), ENDED)
    refused(full, "has ended", *parts(table), "DELETE FROM practice_ending")
    refused(full, "has ended", *parts(table), "UPDATE practice_ending SET practice_id = 2")


def parts(table: str) -> list[str]:
    """Return statements that remove a table's rows with those that point to them."""
    needed = {
        "ledger_transaction": ["ledger_entry", "charge", "payment"],
        "superbill": [],
    }
    return [ENDING, *(DELETE.format(one) for one in [*needed.get(table, ()), table])]


def test_it_is_not_enough_to_say_nothing_but_that_it_ends(full: SqlDatabase) -> None:
    refused(full, AT_THE_END, ENDING)
    refused(full, "has not ended", ENDED)


def test_a_practice_does_not_come_back_under_its_number(
    full: SqlDatabase, other: SqlDatabase
) -> None:
    remove(full)
    assert other.practice == 2
    refused(full, "used once", PRACTICE.format(1))
    refused(full, "keeps its number", "UPDATE practice SET practice_id = 1")
    refused(full, "has ended", "DELETE FROM practice_ended")
    refused(full, "has ended", "UPDATE practice_ended SET practice_id = 3")


def test_a_practice_keeps_its_number(database: SqlDatabase) -> None:
    refused(database, "keeps its number", "UPDATE practice SET practice_id = 7")


@pytest.mark.postgres
@pytest.mark.parametrize("table", sorted(ENDS))
def test_what_ends_is_not_truncated(postgres_url: str, table: str) -> None:
    database = open_database(postgres_url, SLUG)
    refused(database, "has ended", f"TRUNCATE {table} CASCADE")
    database.close()


def test_keys_that_are_checked_late_open_no_way_around(sqlite_database: SqlDatabase) -> None:
    late = "PRAGMA defer_foreign_keys=ON"
    with sqlite_database.writing() as uow:
        furnish(uow)
    fill(sqlite_database)
    gone = [late, ENDING, "DELETE FROM ledger_entry"]
    renamed = "UPDATE practice SET practice_id = 9"
    refused(sqlite_database, "keeps its number", *gone, renamed, ENDED)
    again = ["DELETE FROM practice", PRACTICE.format(1)]
    refused(sqlite_database, "used once", *gone, *again)
    replacing = f"INSERT OR REPLACE INTO practice SELECT 2, '{SLUG}', 'Other', 'UTC', 0"
    refused(sqlite_database, "used once", *gone, replacing, ENDED, PRACTICE.format(1))
    refused(sqlite_database, AT_THE_END, *gone, replacing, ENDED)


def test_without_foreign_keys_no_practice_ends(sqlite_url: str) -> None:
    engine = connect(sqlite_url)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF").close()
        with pytest.raises(DatabaseError, match="have to be held"):
            connection.execute(text(ENDING))
    engine.dispose()
