"""The migrations: up and down on both engines, and the same tables as the program knows."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text
from sqlalchemy.exc import DatabaseError

from server.practice_db import migrations, tables
from server.practice_db.columns import METADATA
from server.practice_db.engines import begin, connect
from server.practice_db.migrations import HEAD, current_revision, downgrade, is_current, upgrade

ALL_TABLES = (tables.appointments, tables.calendars, tables.practice, tables.record)


def test_up_brings_exactly_the_tables_that_the_program_knows(unmigrated_url: str) -> None:
    engine = connect(unmigrated_url)
    upgrade(engine)
    with begin(engine) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []
    engine.dispose()


def test_up_and_down_and_up_again(unmigrated_url: str) -> None:
    engine = connect(unmigrated_url)
    assert current_revision(engine) is None
    upgrade(engine)
    assert is_current(engine)
    downgrade(engine)
    assert inspect(engine).get_table_names() == ["alembic_version"]
    assert not is_current(engine)
    upgrade(engine)
    assert is_current(engine)
    engine.dispose()


def test_each_step_goes_up_and_down(unmigrated_url: str) -> None:
    engine = connect(unmigrated_url)
    steps = [f"{number:04}" for number in range(1, int(HEAD) + 1)]
    for step in steps:
        upgrade(engine, step)
        assert current_revision(engine) == step
    for step in reversed(steps[:-1]):
        downgrade(engine, step)
        assert current_revision(engine) == step
    engine.dispose()


def test_migrating_twice_changes_nothing(unmigrated_url: str) -> None:
    engine = connect(unmigrated_url)
    upgrade(engine)
    upgrade(engine)
    assert current_revision(engine) == HEAD
    engine.dispose()


def test_the_program_names_the_last_step() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    config.set_main_option("path_separator", "os")
    assert ScriptDirectory.from_config(config).get_current_head() == HEAD


def test_going_down_leaves_the_guards_of_the_history_no_trace(unmigrated_url: str) -> None:
    engine = connect(unmigrated_url)
    upgrade(engine)
    downgrade(engine, "0003")
    with begin(engine) as connection:
        if connection.dialect.name == "sqlite":
            left = connection.execute(
                text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            ).all()
        else:
            left = connection.execute(
                text("SELECT proname FROM pg_proc WHERE proname LIKE 'history%'")
            ).all()
    assert left == []
    engine.dispose()


def test_a_step_that_fails_leaves_the_database_as_it_was(unmigrated_url: str) -> None:
    engine = connect(unmigrated_url)
    upgrade(engine, "0001")
    with begin(engine) as connection:
        connection.execute(text("CREATE TABLE occurrence (practice_id INTEGER)"))
    with pytest.raises(DatabaseError):
        upgrade(engine)
    assert current_revision(engine) == "0001"
    assert "calendar" not in inspect(engine).get_table_names()
    engine.dispose()
