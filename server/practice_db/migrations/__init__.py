"""Migrations of the database, run from code: up, down, and where it stands."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection, Engine, inspect, text

from server.practice_db.engines import begin

if TYPE_CHECKING:
    from alembic.config import Config

HEAD: Final = "0017"
"""The revision that this program works with."""

_LOCK: Final = text("SELECT pg_advisory_xact_lock(7305802914)")


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the tables to a revision, all in one transaction."""
    from alembic import command  # noqa: PLC0415 - a server's start need not wait for Alembic

    _run(engine, lambda config: command.upgrade(config, revision))


def downgrade(engine: Engine, revision: str = "base") -> None:
    """Take the tables back to a revision, all in one transaction; what they hold is lost."""
    from alembic import command  # noqa: PLC0415 - as above

    _run(engine, lambda config: command.downgrade(config, revision))


def current_revision(engine: Engine) -> str | None:
    """Return the revision of the tables, None if there are none."""
    with begin(engine) as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        row = connection.execute(text("SELECT version_num FROM alembic_version")).first()
    return None if row is None else str(row[0])


def is_current(engine: Engine) -> bool:
    """Whether the tables are those that this program works with."""
    return current_revision(engine) == HEAD


def _run(engine: Engine, command: Callable[[Config], None]) -> None:
    from alembic.config import Config as AlembicConfig  # noqa: PLC0415 - as above

    config = AlembicConfig()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    with begin(engine) as connection:
        _alone(connection)
        config.attributes["connection"] = connection
        command(config)


def _alone(connection: Connection) -> None:
    # Two servers that start at once must not both migrate; SQLite has one writer anyway.
    if connection.dialect.name == "postgresql":
        connection.execute(_LOCK)
