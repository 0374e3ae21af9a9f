"""The served application within the test's process: hundreds of requests in a second."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, settings

from server.caldav.application import Application
from server.practice_db.database import SqlDatabase, open_database
from server.storage_plugin.house import House
from server.usecases.check_database import Finding, check
from tests.databases import SLUG
from tests.system.phone import Answer, Phone
from tests.system.practice import furnish, hire

FEWER = 12
"""How many examples a test takes on PostgreSQL, whose transactions cost more."""


def shared(max_examples: int | None = None) -> settings:
    """Return settings for a test whose examples share one database, each with names of its own.

    Asked for when a test is defined: a profile that was chosen on the command line is in force.
    """
    allowed = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
    chosen = settings(suppress_health_check=allowed)
    return chosen if max_examples is None else settings(chosen, max_examples=max_examples)


@dataclass
class Inside:
    """A practice and the application that serves it, called directly."""

    database: SqlDatabase = field(repr=False)
    house: House = field(repr=False)
    application: Application = field(repr=False)
    secrets: dict[str, str] = field(repr=False)

    def send(self, method: str, target: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Answer one request as the HTTP server would."""
        began: list[tuple[str, list[tuple[str, str]]]] = []

        def start(status: str, headers: list[tuple[str, str]], *_: object) -> None:
            began.append((status, headers))

        parts = self.application(_environ(method, target, body, headers), start)
        whole = b"".join(parts)
        status, answered = began[-1]
        named = {name.lower(): value for name, value in answered}
        return Answer(int(status.split()[0]), named, whole)

    def phone(self, user: str) -> Phone:
        """Return a device of a user."""
        return Phone(self.send, user, self.secrets[user], f"/{user}/appointments/")

    def newcomer(self) -> Phone:
        """Return a device of a practitioner whom nobody else uses."""
        name = f"p{uuid4().hex[:10]}"
        self.secrets[name] = hire(self.database, name)
        return self.phone(name)

    def findings(self) -> list[Finding]:
        """Return what `praxical check` finds."""
        with self.database.reading() as uow:
            return list(check(uow, self.house.rules, self.house.clock))


def _environ(
    method: str, target: str, body: bytes, headers: Mapping[str, str]
) -> dict[str, Any]:
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote(target, "latin-1"),
        "QUERY_STRING": "",
        "CONTENT_LENGTH": str(len(body)),
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
    }
    for name, value in headers.items():
        key = name.upper().replace("-", "_")
        environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
    return environ


@pytest.fixture
def sqlite_inside(sqlite_url: str) -> Iterator[Inside]:
    """Return the furnished practice on the embedded database."""
    with opened(sqlite_url) as inside:
        yield inside


@pytest.fixture
def postgres_inside(postgres_url: str) -> Iterator[Inside]:
    """Return the furnished practice on PostgreSQL."""
    with opened(postgres_url) as inside:
        yield inside


@contextmanager
def opened(url: str) -> Iterator[Inside]:
    """Furnish the empty practice of a prepared database, and serve it."""
    database = open_database(url, SLUG)
    try:
        with database.writing() as uow:
            secrets = furnish(uow)
        house = House(database)
        yield Inside(database, house, Application(house), secrets)
    finally:
        database.close()
