"""kill -9 in the middle of writes: what was acknowledged is there, and nothing is half done."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from random import Random
from threading import Event, Thread

import psutil
import pytest

from server.domain.ids import ClientNumber
from server.practice_db.database import SqlDatabase, open_database
from server.usecases.check_database import Finding, check
from server.usecases.clock import SystemClock
from server.usecases.context import Rules
from tests.databases import BOTH, SLUG
from tests.system.practice import furnish, hire
from tests.system.servers import Server, launch, praxical, prepared_url
from tests.torture.markers import Marker
from tests.torture.tills import Till
from tests.torture.writers import Writer

CLIENTS = 4
CASHED = (ClientNumber("C1002"), ClientNumber("C1003"))
"""Whose money is handled beside the server; the calendar apps know them only by their names."""
KILLS_OF_A_DATABASE = 20
"""After so many kills a new database is taken: to check an ever larger one is slow."""
SHORT = 6
LONG = 200


@dataclass
class Victim:
    """A practice whose server is killed again and again."""

    url: str
    processes: int
    database: SqlDatabase
    writers: list[Writer]
    marker: Marker
    tills: list[Till]
    random: Random

    @property
    def apps(self) -> list[Writer]:
        """All calendar apps."""
        return [*self.writers, self.marker]

    def round(self) -> None:
        """Start, see what survived the last kill, let all write, and kill."""
        server = launch(self.url, self.processes)
        try:
            for till in self.tills:
                till.start(self.database)
            self._settle(server)
            self._write_and_kill(server)
        finally:
            kill(server)
            for till in self.tills:
                till.end()
        assert self.findings() == []

    def _settle(self, server: Server) -> None:
        for app in self.apps:
            app.settle(server.port)
        self.marker.see_charges(self.database)

    def _write_and_kill(self, server: Server) -> None:
        begun, never = Event(), Event()
        threads = [Thread(target=app.write_at, args=(server.port, begun)) for app in self.apps]
        for till in self.tills:
            till.begin()
        for thread in threads:
            thread.start()
        begun.wait(20)
        never.wait(self.random.uniform(0.01, 0.4))
        for end in self._ends(server):
            end()
        for thread in threads:
            thread.join()

    def _ends(self, server: Server) -> list[Callable[[], None]]:
        """Return what kills each process, in any order."""
        ends: list[Callable[[], None]] = [till.kill for till in self.tills]
        ends.append(partial(kill, server))
        return self.random.sample(ends, len(ends))

    def findings(self) -> list[Finding]:
        """Return what `praxical check` finds."""
        with self.database.reading() as uow:
            return list(check(uow, Rules(), SystemClock()))

    def end(self) -> None:
        """See that after the last kill, too, all is well, also by the command line."""
        server = launch(self.url, self.processes)
        self._settle(server)
        server.stop()
        for till in self.tills:
            till.settle(self.database)
        for words in (("check",), ("ledger", "verify")):
            checked = praxical(self.url, *words)
            assert checked.returncode == 0, checked.stdout
        assert all(app.acknowledged for app in self.apps)
        assert any(app.interrupted for app in self.apps)
        assert all(till.done for till in self.tills)


def kill(server: Server) -> None:
    """Kill a server and its processes, the one that would start others anew first."""
    if server.process.poll() is not None:
        return
    parent = psutil.Process(server.process.pid)
    family = [parent, *parent.children(recursive=True)]
    for process in family:
        process.kill()
    server.process.wait(20)
    psutil.wait_procs(family, timeout=20)


@contextmanager
def victim(
    engine: str, request: pytest.FixtureRequest, processes: int, seed: int
) -> Iterator[Victim]:
    """Return a practice with five people who write, and two who handle money beside them."""
    with prepared_url(engine, request) as url:
        database = open_database(url, SLUG)
        with database.writing() as uow:
            furnish(uow)
        writers = [
            Writer(name, hire(database, name), Random(f"{seed}-{name}"))
            for name in (f"writer{number}" for number in range(CLIENTS))
        ]
        marker = Marker("marker", hire(database, "marker"), Random(f"{seed}-marker"))
        tills = [Till(url, client, Random(f"{seed}-{client}")) for client in CASHED]
        yield Victim(url, processes, database, writers, marker, tills, Random(seed))
        database.close()


def killed(engine: str, request: pytest.FixtureRequest, times: int, processes: int = 1) -> None:
    """Kill so many times, on as many databases as that takes."""
    for seed, first in enumerate(range(0, times, KILLS_OF_A_DATABASE)):
        with victim(engine, request, processes, seed) as one:
            for _ in range(min(KILLS_OF_A_DATABASE, times - first)):
                one.round()
            one.end()


@pytest.mark.slow
@pytest.mark.timeout(400)
@pytest.mark.parametrize("engine", BOTH)
def test_what_was_acknowledged_survives_a_kill(
    engine: str, request: pytest.FixtureRequest
) -> None:
    killed(engine, request, SHORT)


@pytest.mark.torture
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("engine", BOTH)
def test_what_was_acknowledged_survives_two_hundred_kills(
    engine: str, request: pytest.FixtureRequest
) -> None:
    killed(engine, request, LONG, processes=2)
