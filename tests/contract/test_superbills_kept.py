"""What ports.papers.Superbills promises, and what the database itself refuses."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from threading import Thread

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from server.domain.money import Money
from server.domain.superbills import Superbill
from server.practice_db.database import SqlDatabase, open_database
from server.practice_db.engines import begin
from tests.contract.paper_samples import VOIDING
from tests.contract.samples import JOHN, another_practice
from tests.databases import SLUG
from tests.papers import JANE, superbill, superbill_line


def of_john() -> Superbill:
    made = superbill()
    client = replace(made.content.client, number=JOHN)
    return replace(made, number=8, content=replace(made.content, client=client))


@pytest.fixture
def issued(furnished: SqlDatabase) -> SqlDatabase:
    """Return a database with the superbills 7 and 8, of Jane and John."""
    with furnished.writing() as uow:
        uow.papers.superbills.add(superbill())
        uow.papers.superbills.add(of_john())
    return furnished


def test_a_superbill_comes_back_as_it_was_issued(furnished: SqlDatabase) -> None:
    lines = (superbill_line(), superbill_line(2, modifiers=(), paid=Money(1)))
    first, second = superbill(*lines), replace(superbill(number=8), replaces=7)
    with furnished.writing() as uow:
        uow.papers.superbills.add(first)
        uow.papers.superbills.add(second)
    with furnished.reading() as uow:
        assert uow.papers.superbills.get(7) == first
        assert uow.papers.superbills.get(8) == second
        assert uow.papers.superbills.get(9) is None


def test_superbills_are_found_by_their_client(issued: SqlDatabase) -> None:
    with issued.reading() as uow:
        assert [one.number for one in uow.papers.superbills.of()] == [7, 8]
        assert [one.number for one in uow.papers.superbills.of(JANE)] == [7]


def test_a_voided_superbill_stays_and_says_why(issued: SqlDatabase) -> None:
    with issued.writing() as uow:
        uow.papers.superbills.void(7, VOIDING)
    with issued.reading() as uow:
        assert uow.papers.superbills.get(7) == superbill(voided=VOIDING)
        assert uow.papers.superbills.get(8) == of_john()


def run(database: SqlDatabase, statement: str) -> None:
    """Run a statement past the program."""
    with begin(database.engines.writing) as connection:
        connection.execute(text(statement))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE superbill SET content = '{}' WHERE number = 7",
        "UPDATE superbill SET content = '{}', voided_at = 1 WHERE number = 7",
        "UPDATE superbill SET issued_on = '2026-01-01', voided_at = 1 WHERE number = 7",
        "UPDATE superbill SET replaces = 8, voided_at = 1 WHERE number = 7",
        "UPDATE superbill SET client_number = 'C1002', voided_at = 1 WHERE number = 7",
        "DELETE FROM superbill WHERE number = 7",
    ],
)
def test_the_database_lets_nobody_change_what_was_issued(
    issued: SqlDatabase, statement: str
) -> None:
    with pytest.raises(DatabaseError):
        run(issued, statement)
    with issued.reading() as uow:
        assert uow.papers.superbills.get(7) == superbill()


def test_the_database_lets_a_superbill_be_voided_once(issued: SqlDatabase) -> None:
    with issued.writing() as uow:
        uow.papers.superbills.void(7, VOIDING)
    for statement in (
        "UPDATE superbill SET void_reason = 'another' WHERE number = 7",
        "UPDATE superbill SET voided_at = NULL, voided_by = NULL WHERE number = 7",
    ):
        with pytest.raises(DatabaseError):
            run(issued, statement)


def test_a_number_cannot_be_used_twice(issued: SqlDatabase) -> None:
    with pytest.raises(DatabaseError), issued.writing() as uow:
        uow.papers.superbills.add(superbill())
    if issued.engines.writing.dialect.name == "sqlite":
        with pytest.raises(DatabaseError):
            run(issued, "REPLACE INTO superbill SELECT * FROM superbill WHERE number = 7")
    else:
        with pytest.raises(DatabaseError):
            run(issued, "TRUNCATE superbill")


def test_numbers_have_no_gaps_where_a_transaction_is_undone(furnished: SqlDatabase) -> None:
    def take(*, keep: bool) -> int:
        with furnished.writing() as uow:
            number = uow.papers.superbills.next_number()
            if not keep:
                raise InterruptedError
        return number

    taken = [take(keep=True)]
    for _ in range(2):
        with suppress(InterruptedError):
            take(keep=False)
    taken.append(take(keep=True))
    assert taken == [1, 2]


def test_two_who_want_a_number_at_once_get_two(database_url: str) -> None:
    numbers: list[int] = []

    def take_five() -> None:
        database = open_database(database_url, SLUG)
        for _ in range(5):
            with database.writing() as uow:
                numbers.append(uow.papers.superbills.next_number())
        database.close()

    threads = [Thread(target=take_five) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(numbers) == list(range(1, 11))


def test_each_kind_of_paper_and_each_practice_counts_for_itself(
    furnished: SqlDatabase,
) -> None:
    other = another_practice(furnished)
    for database in (furnished, other):
        with database.writing() as uow:
            papers = uow.papers
            assert papers.superbills.next_number() == 1
            assert papers.claims.next_number() == 1
            assert papers.claims.next_interchange() == 1
            assert papers.superbills.next_number() == 2
    other.close()
