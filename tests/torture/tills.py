"""A cashier's process, seen from outside: what it has said was done, and what was under way."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from random import Random
from threading import Event, Thread

from server.domain.ids import ClientNumber
from server.practice_db.database import SqlDatabase
from server.usecases.manage_users import APPOINTMENTS
from tests.system.practice import ALMA
from tests.system.servers import ROOT
from tests.torture.picture import picture_of

STARTS_WITHIN_SECONDS = 60


@dataclass
class Till:
    """One client's money: ``state`` was acknowledged, ``doubt`` was under way at a kill."""

    url: str
    client: ClientNumber
    random: Random
    state: str = ""
    doubt: str = ""
    under_way: str = ""
    done: Counter[str] = field(default_factory=Counter)
    interrupted: int = 0
    _process: subprocess.Popen[str] | None = None

    def start(self, database: SqlDatabase) -> None:
        """See what survived the last kill, and start a cashier, who waits to begin."""
        self.settle(database)
        seed = str(self.random.random())
        words = ["-m", "tests.torture.cashier", self.url, self.client, seed]
        self._process = subprocess.Popen(
            [sys.executable, *words],
            cwd=ROOT,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self._ready = Event()
        self._listener = Thread(target=self._listen, args=(self._process.stdout,))
        self._listener.start()

    def begin(self) -> None:
        """Let the cashier begin."""
        assert self._ready.wait(STARTS_WITHIN_SECONDS)
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write("begin\n")
        self._process.stdin.flush()

    def kill(self) -> None:
        """Kill the cashier, and hear all that was said until then."""
        assert self._process is not None
        assert self._process.poll() is None, "the cashier ended without being killed"
        self.end()
        self.interrupted += bool(self.doubt)

    def end(self) -> None:
        """Kill the cashier if there is one: none outlives a test that has failed."""
        if self._process is None:
            return
        self._process.kill()
        self._process.wait(20)
        self._listener.join()
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            pipe.close()
        self._process = None

    def _listen(self, said: Iterable[str]) -> None:
        for line in said:
            self._hear(line.split())

    def _hear(self, words: list[str]) -> None:
        match words:
            case ["ready"]:
                self._ready.set()
            case ["trying", act, picture]:
                self.under_way, self.doubt = act, picture
            case ["done"]:
                self.done[self.under_way] += 1
                self.state, self.doubt = self.doubt, ""
            case _:  # refused
                self.doubt = ""

    def settle(self, database: SqlDatabase) -> None:
        """See that what was acknowledged is there, and the last act whole or not at all."""
        # Whoever locks both waits for what a killed process has left running in PostgreSQL.
        with database.writing([(ALMA, APPOINTMENTS)]) as uow:
            uow.billing.lock(self.client)
            found = picture_of(uow, self.client)
        assert found in (self.state or found, self.doubt), (self.client, self.under_way)
        self.state, self.doubt = found, ""
