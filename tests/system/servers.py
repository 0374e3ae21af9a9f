"""Real servers for the system tests: `praxical serve` as processes of their own.

``site`` runs a test on SQLite and on PostgreSQL, each served once per test process. Tests share
what is served: each takes a practitioner of its own (``phone``), or names and days of its own.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from uuid import uuid4

import pytest

from server.domain.appointment import Appointment, Details
from server.domain.calendars import Calendar, StoredObject
from server.domain.ids import UserName
from server.domain.vocabulary import TitleLevel
from server.practice_db.database import SqlDatabase, open_database
from server.practice_db.engines import database_file
from server.usecases.check_database import Finding
from server.usecases.context import Rules
from server.usecases.list_appointments import Listed, list_appointments
from server.usecases.ports import OccurrenceFilter, UnitOfWork
from tests.databases import BOTH, SLUG, PostgresServer
from tests.system.checking import Checker
from tests.system.phone import Phone, Wire, hang_up
from tests.system.practice import ALMA, furnish, hire, operator

ROOT = Path(__file__).resolve().parents[2]
STARTS_WITHIN_SECONDS = 60
_POLL_SECONDS = 0.05


@dataclass
class Server:
    """One running `praxical serve`."""

    process: subprocess.Popen[bytes]
    port: int

    @property
    def address(self) -> str:
        """The address of the root, with a slash at its end."""
        return f"http://127.0.0.1:{self.port}/"

    def stop(self) -> None:
        """Ask the server to end, and see that it does."""
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(20)


def praxical(url: str, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command line on a database and return what it printed."""
    return subprocess.run(
        [sys.executable, "-m", "server", "--database", url, "--practice", SLUG, *words],
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
        cwd=ROOT,
        env={**os.environ, **environment},
    )


def launch(url: str, processes: int = 1, **environment: str) -> Server:
    """Start a server on a free port and wait until it answers."""
    port = free_port()
    words = ["--database", url, "--practice", SLUG, "serve", "--port", str(port)]
    told = {"PRAXICAL_SERVER_PROCESSES": str(processes), "PRAXICAL_LOG_LEVEL": "warning"}
    process = subprocess.Popen(
        [sys.executable, "-m", "server", *words],
        cwd=ROOT,
        env={**os.environ, **told, **environment},
        stdout=subprocess.DEVNULL,
    )
    server = Server(process, port)
    try:
        _wait_for(server)
    except BaseException:
        server.stop()
        raise
    return server


@contextmanager
def serving(url: str, processes: int = 1, **environment: str) -> Iterator[Server]:
    """Serve a database for as long as the block runs."""
    server = launch(url, processes, **environment)
    try:
        yield server
    finally:
        server.stop()


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(server: Server) -> None:
    pause = Event()
    for _ in range(int(STARTS_WITHIN_SECONDS / _POLL_SECONDS)):
        if server.process.poll() is not None:
            raise RuntimeError(f"the server ended with {server.process.returncode}")
        try:
            socket.create_connection(("127.0.0.1", server.port), timeout=1).close()
        except OSError:
            pause.wait(_POLL_SECONDS)
        else:
            return
    raise TimeoutError("the server does not answer")


@dataclass
class Site:
    """A served practice: its server, its database, and the secrets of its users."""

    url: str
    database: SqlDatabase
    secrets: dict[str, str]
    server: Server
    rules: Rules = field(default_factory=Rules)
    checker: Checker = field(init=False)

    def __post_init__(self) -> None:
        self.checker = Checker(self.database, self.rules)

    @property
    def address(self) -> str:
        """The address of the server's root, with a slash at its end."""
        return self.server.address

    def phone(self, user: str, secret: str | None = None, **headers: str) -> Phone:
        """Return a device of a user, with a connection of its own."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        known = self.secrets.get(user, "") if secret is None else secret
        wire = Wire(self.server.port)
        return Phone(wire.send, user, known, f"/{user}/appointments/", named)

    def stranger(self) -> Phone:
        """Return a device that has not signed in."""
        return Phone(Wire(self.server.port).send)

    def newcomer(
        self, discipline: str = "acupuncture", level: TitleLevel = TitleLevel.INITIALS
    ) -> Phone:
        """Return a device of a practitioner whom nobody else uses, at a title level."""
        name = f"p{uuid4().hex[:10]}"
        self.secrets[name] = hire(self.database, name, discipline, level)
        return self.phone(name)

    @contextmanager
    def reading(self) -> Iterator[UnitOfWork]:
        """Read in the database, beside the server."""
        with self.database.reading() as uow:
            yield uow

    def calendar(self, owner: str, slug: str = "appointments") -> Calendar:
        """Return a calendar as it is now."""
        with self.reading() as uow:
            found = uow.calendars.get(UserName(owner), slug)
        assert found is not None
        return found

    def stored(
        self, owner: str, href: str, slug: str = "appointments"
    ) -> tuple[StoredObject, Appointment] | None:
        """Return an object and its appointment as they are in the database."""
        calendar = self.calendar(owner, slug)
        with self.reading() as uow:
            found = uow.objects.get(calendar.id, href)
            if found is None or found.appointment is None:
                return None
            appointment = uow.appointments.get(found.appointment)
        return (found, appointment) if appointment is not None else None

    def appointment(
        self, owner: str, href: str, slug: str = "appointments"
    ) -> Appointment | None:
        """Return the appointment that an object shows, None if there is no such object."""
        found = self.stored(owner, href, slug)
        return found[1] if found else None

    def details(self, owner: str, href: str) -> Details:
        """Return the details of the single appointment or the master that an object shows."""
        appointment = self.appointment(owner, href)
        assert appointment is not None
        assert appointment.master is not None
        return appointment.master.details

    def listed(self, **wanted: object) -> Sequence[Listed]:
        """Return what `appointment list` does; ``wanted`` are fields of OccurrenceFilter."""
        with self.reading() as uow:
            asked = OccurrenceFilter(**wanted)  # type: ignore[arg-type]  # named in the test
            return list_appointments(uow, operator(), asked)

    def history(self, appointment: Appointment) -> list[str]:
        """Return the facts told of an appointment, in order."""
        with self.reading() as uow:
            return [
                fact.value for line in uow.history.of(appointment.id) for fact in line.facts
            ]

    def findings(self) -> list[Finding]:
        """Return what `praxical check` finds in what has changed since the last time."""
        return self.checker.changed()


def open_site(url: str, processes: int = 1, **environment: str) -> Site:
    """Furnish a prepared database and serve it; ``close_site`` ends it."""
    database = open_database(url, SLUG)
    with database.writing() as uow:
        secrets = furnish(uow)
    return Site(url, database, secrets, launch(url, processes, **environment))


def close_site(site: Site) -> None:
    """Stop the server and close the database."""
    site.server.stop()
    site.database.close()


@contextmanager
def prepared_url(engine: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """Return the URL of a migrated database, for fixtures that outlive a test."""
    if engine == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        made: pytest.TempPathFactory = request.getfixturevalue("tmp_path_factory")
        folder = made.mktemp("site") / "data"
        shutil.copytree(template, folder)
        yield database_file(folder)
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    name = server.create_prepared()
    yield server.url(name)
    server.drop(name)


@pytest.fixture(scope="session", params=BOTH)
def site(request: pytest.FixtureRequest) -> Iterator[Site]:
    """Return the invented practice, served; on each engine in turn."""
    with prepared_url(request.param, request) as url:
        opened = open_site(url, 2 if request.param == "postgres" else 1)
        yield opened
        left_wrong = opened.checker.everything()
        close_site(opened)
        assert left_wrong == []


@pytest.fixture(autouse=True)
def hung_up() -> Iterator[None]:
    """Close a test's connections when it ends."""
    yield
    hang_up()


@pytest.fixture
def phone(site: Site) -> Phone:
    """Return a device of a new acupuncturist whom no other test uses."""
    return site.newcomer()


@pytest.fixture
def alma(site: Site) -> Phone:
    """Return a device of alma; whoever uses it takes days and names of the own."""
    return site.phone(ALMA)


@pytest.fixture
def desk(site: Site, phone: Phone) -> Phone:
    """Return the front desk, looking at the calendar of the test's practitioner."""
    found = site.phone("desk")
    found.calendar = f"/desk/{phone.user}/"
    return found


@pytest.fixture
def colleague(site: Site, phone: Phone) -> Phone:
    """Return another practitioner, looking at the calendar of the test's practitioner."""
    found = site.newcomer("psychotherapy")
    found.calendar = f"/{found.user}/{phone.user}/"
    return found
