"""What the contract tests share: databases of both engines, empty and furnished."""

from __future__ import annotations

import pytest

from server.practice_db.database import SqlDatabase
from tests.contract.samples import furnish
from tests.databases import (
    database,
    database_url,
    postgres_server,
    postgres_url,
    sqlite_database,
    sqlite_template,
    sqlite_url,
    unmigrated_url,
)

__all__ = [
    "database",
    "database_url",
    "postgres_server",
    "postgres_url",
    "sqlite_database",
    "sqlite_template",
    "sqlite_url",
    "unmigrated_url",
]


@pytest.fixture
def furnished(database: SqlDatabase) -> SqlDatabase:
    """Return a database with the invented practice of samples.py in it."""
    with database.writing() as uow:
        furnish(uow)
    return database
