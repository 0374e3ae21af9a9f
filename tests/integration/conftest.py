"""What the integration tests share: the databases of both engines, a practice in them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.practice_db.database import SqlDatabase, open_database
from server.practice_db.engines import database_file
from server.usecases.clock import SystemClock
from tests.databases import (
    SLUG,
    database,
    database_url,
    postgres_server,
    postgres_url,
    sqlite_database,
    sqlite_template,
    sqlite_url,
    unmigrated_url,
)
from tests.post_office import Office, post_office
from tests.practice import House, furnish
from tests.receiver import Receiver, receiving
from tests.telling import TellingHouse, telling

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


@pytest.fixture(scope="session")
def furnished(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of an embedded database with the small practice."""
    folder = tmp_path_factory.mktemp("furnished") / "data"
    shutil.copytree(sqlite_template, folder)
    opened = open_database(database_file(folder), SLUG)
    with opened.writing() as uow:
        furnish(uow)
    opened.close()
    return folder


@pytest.fixture
def house(furnished: Path, tmp_path: Path) -> Iterator[House]:
    """Return the small practice in an embedded database of the test's own."""
    folder = tmp_path / "house"
    shutil.copytree(furnished, folder)
    opened = open_database(database_file(folder), SLUG)
    yield House(opened)
    opened.close()


@pytest.fixture
def any_house(database: SqlDatabase) -> House:
    """Return the small practice, on each engine in turn."""
    with database.writing() as uow:
        furnish(uow)
    return House(database)


@pytest.fixture
def telling_house(any_house: House) -> TellingHouse:
    """Return the practice that tells by webhook, at the real time: receivers look at it."""
    any_house.now = SystemClock().now()
    return telling(any_house)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Return a receiver of webhooks that runs on loopback."""
    with receiving() as running:
        yield running


@pytest.fixture
def office() -> Iterator[Office]:
    """Return a mail server that runs on loopback."""
    with post_office() as running:
        yield running
