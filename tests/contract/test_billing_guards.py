"""The database itself keeps the ledger: whoever gets past the program is refused."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import DatabaseError, IntegrityError

from server.domain.ids import TransactionId
from server.domain.ledger import Account, TransactionKind
from server.practice_db.database import SqlDatabase, open_database
from server.practice_db.engines import begin
from server.practice_db.tables.billing import ledger_entry, ledger_transaction
from tests.contract.billing_samples import charged, reverse
from tests.contract.samples import NOW, PHONE
from tests.databases import SLUG

TABLES = ("ledger_transaction", "ledger_entry")


@pytest.fixture
def posted(furnished: SqlDatabase) -> SqlDatabase:
    """Return a database with two transactions in it, one of them reversed."""
    with furnished.writing() as uow:
        uow.billing.ledger.post(charged("t1"))
        uow.billing.ledger.post(charged("t2"))
        reverse(uow, "t2")
    return furnished


def entry(number: str, position: int, minor: int, currency: str = "USD") -> dict[str, object]:
    return {
        "practice_id": 1,
        "transaction_id": number,
        "position": position,
        "account": Account.REVENUE_SERVICE,
        "holder": "",
        "amount_minor": minor,
        "currency": currency,
    }


def header(number: str, **more: object) -> dict[str, object]:
    row: dict[str, object] = {
        "practice_id": 1,
        "id": number,
        "key": f"key:{number}",
        "kind": TransactionKind.CHARGE,
        "at": NOW,
        "user_name": PHONE.user,
        "role": PHONE.role,
        "door": PHONE.door,
        "reason": "",
    }
    return row | more


def write(
    database: SqlDatabase,
    entries: list[dict[str, object]],
    headers: list[dict[str, object]],
    instead: str = "",
) -> None:
    """Write rows past the program, in one transaction."""
    with begin(database.engines.writing) as connection:
        for row in entries:
            connection.execute(insert(ledger_entry).prefix_with(instead), row)
        for row in headers:
            connection.execute(insert(ledger_transaction).prefix_with(instead), row)


def balanced(number: str) -> list[dict[str, object]]:
    return [entry(number, 1, 100), entry(number, 2, -100)]


def unchanged(database: SqlDatabase) -> bool:
    with database.reading() as uow:
        found = {one.id: one for one in uow.billing.ledger.matching()}
    return set(found) == {"t1", "t2", "r-t2"} and found[TransactionId("t1")] == charged("t1")


def test_what_balances_may_be_written(posted: SqlDatabase) -> None:
    write(posted, balanced("t9"), [header("t9")])
    assert not unchanged(posted)


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(
    "statement", ["UPDATE {} SET practice_id = 1", "DELETE FROM {}", "DELETE FROM {} WHERE 1=1"]
)
def test_nothing_posted_is_changed_or_removed(
    posted: SqlDatabase, statement: str, table: str
) -> None:
    with (
        pytest.raises(DatabaseError, match="insert only"),
        begin(posted.engines.writing) as connection,
    ):
        connection.execute(text(statement.format(table)))
    assert unchanged(posted)


@pytest.mark.postgres
@pytest.mark.parametrize("table", TABLES)
def test_nothing_posted_is_truncated(postgres_url: str, table: str) -> None:
    database = open_database(postgres_url, SLUG)
    with database.writing() as uow:
        uow.billing.ledger.post(charged("t1"))
    with (
        pytest.raises(DatabaseError, match="insert only"),
        begin(database.engines.writing) as connection,
    ):
        connection.execute(text(f"TRUNCATE {table} CASCADE"))
    with database.reading() as uow:
        assert uow.billing.ledger.matching() == [charged("t1")]
    database.close()


SAME_KEY = """
    INSERT OR REPLACE INTO ledger_transaction
    SELECT practice_id, 'new', key, kind, at, user_name, role, door, credential,
        reverses, reason
    FROM ledger_transaction
"""


@pytest.mark.parametrize(
    "statement",
    [
        "REPLACE INTO ledger_transaction SELECT * FROM ledger_transaction",
        "REPLACE INTO ledger_entry SELECT * FROM ledger_entry",
        SAME_KEY,
    ],
    ids=["header", "entry", "key"],
)
def test_sqlite_replaces_nothing(sqlite_database: SqlDatabase, statement: str) -> None:
    with sqlite_database.writing() as uow:
        uow.billing.ledger.post(charged("t1"))
    with (
        pytest.raises(DatabaseError, match=r"insert only|closed|sum to zero"),
        begin(sqlite_database.engines.writing) as connection,
    ):
        connection.execute(text(statement))
    with sqlite_database.reading() as uow:
        assert uow.billing.ledger.matching() == [charged("t1")]


def test_sqlite_replaces_no_reversal_by_another(sqlite_database: SqlDatabase) -> None:
    with sqlite_database.writing() as uow:
        uow.billing.ledger.post(charged("t1"))
        reverse(uow, "t1")
    again = header("new", kind=TransactionKind.REVERSAL, reverses="t1")
    with pytest.raises(DatabaseError):
        write(sqlite_database, balanced("new"), [again], "OR REPLACE")
    with sqlite_database.reading() as uow:
        assert uow.billing.ledger.reversal_of(TransactionId("t1")) == "r-t1"


UNBALANCED: Mapping[str, list[dict[str, object]]] = {
    "no entries": [],
    "one entry": [entry("t9", 1, 0)],
    "a cent too much": [entry("t9", 1, 100), entry("t9", 2, -99)],
    "two currencies": [entry("t9", 1, 100), entry("t9", 2, -100, "EUR")],
}


@pytest.mark.parametrize("entries", UNBALANCED.values(), ids=UNBALANCED.keys())
def test_a_header_whose_entries_do_not_balance_is_refused(
    posted: SqlDatabase, entries: list[dict[str, object]]
) -> None:
    with pytest.raises(DatabaseError, match="sum to zero"):
        write(posted, entries, [header("t9")])
    assert unchanged(posted)


def test_an_entry_that_comes_later_is_refused(posted: SqlDatabase) -> None:
    with pytest.raises(DatabaseError, match="closed"):
        write(posted, [entry("t1", 3, 100)], [])
    with pytest.raises(DatabaseError, match="closed"):
        write(posted, [entry("t1", 3, 100), entry("t1", 4, -100)], [])
    assert unchanged(posted)


def test_entries_that_nobody_closes_are_refused_at_the_end(posted: SqlDatabase) -> None:
    with pytest.raises(IntegrityError):
        write(posted, balanced("t9"), [])
    assert unchanged(posted)


def test_a_second_reversal_is_refused(posted: SqlDatabase) -> None:
    again = header("t9", kind=TransactionKind.REVERSAL, reverses="t2")
    with pytest.raises(IntegrityError):
        write(posted, balanced("t9"), [again])
    assert unchanged(posted)


def test_a_reversal_of_a_reversal_is_refused(posted: SqlDatabase) -> None:
    back = header("t9", kind=TransactionKind.REVERSAL, reverses="r-t2")
    with pytest.raises(DatabaseError, match="cannot be reversed"):
        write(posted, balanced("t9"), [back])
    assert unchanged(posted)


def test_a_reversal_of_nothing_is_refused(posted: SqlDatabase) -> None:
    of_nothing = header("t9", kind=TransactionKind.REVERSAL, reverses="none")
    with pytest.raises(IntegrityError):
        write(posted, balanced("t9"), [of_nothing])
    assert unchanged(posted)


def test_a_key_is_there_once(posted: SqlDatabase) -> None:
    with pytest.raises(IntegrityError):
        write(posted, balanced("t9"), [header("t9", key="key:t1")])
    assert unchanged(posted)
