"""kill -9 in the middle of writes: what was acknowledged is there, and nothing is half done."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random
from threading import Event, Thread

import psutil
import pytest

from server.practice_db.database import SqlDatabase, open_database
from server.usecases.check_database import Finding, check
from server.usecases.clock import SystemClock
from server.usecases.context import Rules
from tests.databases import BOTH, SLUG
from tests.system.practice import furnish, hire
from tests.system.servers import Server, launch, praxical, prepared_url
from tests.torture.writers import Writer

CLIENTS = 4
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
    random: Random

    def round(self) -> None:
        """Start, see what survived the last kill, let all write, and kill."""
        server = launch(self.url, self.processes)
        try:
            for writer in self.writers:
                writer.settle(server.port)
            self._write_and_kill(server)
        finally:
            kill(server)
        assert self.findings() == []

    def _write_and_kill(self, server: Server) -> None:
        begun, never = Event(), Event()
        threads = [
            Thread(target=writer.write_at, args=(server.port, begun)) for writer in self.writers
        ]
        for thread in threads:
            thread.start()
        begun.wait(20)
        never.wait(self.random.uniform(0.01, 0.4))
        kill(server)
        for thread in threads:
            thread.join()

    def findings(self) -> list[Finding]:
        """Return what `praxical check` finds."""
        with self.database.reading() as uow:
            return list(check(uow, Rules(), SystemClock()))

    def end(self) -> None:
        """See that after the last kill, too, all is well, also by the command line."""
        server = launch(self.url, self.processes)
        for writer in self.writers:
            writer.settle(server.port)
        server.stop()
        checked = praxical(self.url, "check")
        assert checked.returncode == 0, checked.stdout
        assert all(writer.acknowledged for writer in self.writers)
        assert any(writer.interrupted for writer in self.writers)


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
    """Return a practice with four people who write."""
    with prepared_url(engine, request) as url:
        database = open_database(url, SLUG)
        with database.writing() as uow:
            furnish(uow)
        writers = [
            Writer(name, hire(database, name), Random(f"{seed}-{name}"))
            for name in (f"writer{number}" for number in range(CLIENTS))
        ]
        yield Victim(url, processes, database, writers, Random(seed))
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
