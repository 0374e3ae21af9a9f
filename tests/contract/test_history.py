"""What ports.History promises: lines are only added, and their chain tells."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from server.domain.ids import AppointmentId, CalendarId
from server.domain.vocabulary import Door, Fact
from server.practice_db.database import SqlDatabase
from server.practice_db.engines import begin
from tests.contract.samples import ALMAS, DAY, NOW, PHONE, SERIES, THEOS, VISIT, happened


def test_what_happened_comes_back_in_order(furnished: SqlDatabase) -> None:
    worker = replace(PHONE, door=Door.WORKER, credential=None)
    lines = [
        happened(1, Fact.BOOKED),
        replace(happened(2, Fact.MOVED, Fact.EDITED), changes={}, at=NOW + DAY),
        replace(happened(3), actor=worker, at=NOW + 2 * DAY),
    ]
    with furnished.writing() as uow:
        uow.history.append(ALMAS, lines[0])
        uow.history.append(ALMAS, happened(1, appointment=SERIES))
        uow.history.append(ALMAS, lines[1])
        uow.history.append(THEOS, lines[2])
    with furnished.reading() as uow:
        assert uow.history.of(VISIT) == lines
        assert uow.history.of(AppointmentId("none")) == []


def three_lines(database: SqlDatabase) -> None:
    with database.writing() as uow:
        for revision in (1, 2, 3):
            uow.history.append(ALMAS, happened(revision, Fact.BOOKED))
        uow.history.append(THEOS, happened(1, appointment=SERIES))


def test_an_untouched_chain_has_no_broken_links(furnished: SqlDatabase) -> None:
    three_lines(furnished)
    with furnished.reading() as uow:
        assert uow.history.broken_links() == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE history SET user_name = 'theo' WHERE practice_id = 1",
        "DELETE FROM history WHERE practice_id = 1",
        "DELETE FROM history WHERE practice_id = 1 AND number = 3",
    ],
)
def test_the_database_refuses_to_change_or_remove_a_line(
    furnished: SqlDatabase, statement: str
) -> None:
    three_lines(furnished)
    with (
        pytest.raises(DatabaseError, match="insert only"),
        begin(furnished.engines.writing) as connection,
    ):
        connection.execute(text(statement))
    with furnished.reading() as uow:
        assert len(uow.history.of(VISIT)) == 3


def test_sqlite_refuses_to_replace_a_line(sqlite_database: SqlDatabase) -> None:
    with sqlite_database.writing() as uow:
        uow.history.append(CalendarId("c"), happened(1))
    replaced = "REPLACE INTO history SELECT * FROM history WHERE practice_id = 1"
    with (
        pytest.raises(DatabaseError, match="insert only"),
        begin(sqlite_database.engines.writing) as connection,
    ):
        connection.execute(text(replaced))
    with sqlite_database.reading() as uow:
        assert uow.history.of(VISIT) == [happened(1)]


@pytest.mark.postgres
def test_postgres_refuses_to_empty_the_history(furnished: SqlDatabase) -> None:
    three_lines(furnished)
    emptied = "DELETE FROM history" if furnished.engines.is_sqlite else "TRUNCATE history"
    with (
        pytest.raises(DatabaseError, match="insert only"),
        begin(furnished.engines.writing) as connection,
    ):
        connection.execute(text(emptied))
    with furnished.reading() as uow:
        assert len(uow.history.of(VISIT)) == 3


GUARDS_OFF = {
    "sqlite": ("DROP TRIGGER history_no_update", "DROP TRIGGER history_no_delete"),
    "postgresql": ("SET LOCAL session_replication_role = replica",),
}


@pytest.mark.parametrize(
    ("statement", "broken"),
    [
        ("UPDATE history SET user_name = 'theo' WHERE number = 2", [f"{ALMAS}#2"]),
        ("UPDATE history SET changes = '{}' WHERE number = 3", [f"{ALMAS}#3"]),
        ("UPDATE history SET hash = 'f00' WHERE number = 2", [f"{ALMAS}#2", f"{ALMAS}#3"]),
        ("DELETE FROM history WHERE number = 2", [f"{ALMAS}#3"]),
    ],
)
def test_the_chain_shows_what_was_changed_past_the_guards(
    furnished: SqlDatabase, statement: str, broken: list[str]
) -> None:
    three_lines(furnished)
    with begin(furnished.engines.writing) as connection:
        for guard in GUARDS_OFF[connection.dialect.name]:
            connection.execute(text(guard))
        connection.execute(text(statement))
    with furnished.reading() as uow:
        assert uow.history.broken_links() == broken
