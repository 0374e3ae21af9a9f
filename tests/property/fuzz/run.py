"""Sends requests made at random to the application in this process, and judges each answer."""

from __future__ import annotations

import gc
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import psutil

from server.practice_db.engines import database_file
from server.usecases.maintain import maintain
from tests.databases import prepare
from tests.property.devices import listing
from tests.property.fuzz.bodies import Known
from tests.property.fuzz.requests import Sent, made
from tests.property.fuzz.verdicts import Answered, judge
from tests.property.in_process import Inside, opened
from tests.system.practice import operator

SECONDS_AT_MOST = 5.0
"""Of the processor's time for one request: what takes longer stops the others."""
BYTES_MORE_AT_MOST = 64 * 1024 * 1024
"""What the process may hold more at the end than after the first tenth."""
_FILES_MORE_AT_MOST = 4
"""Connections of the pool, which are opened when they are needed."""
_MAINTAINED_EACH = 5_000
_OK = 200
_OF_CALENDAR = 3


@dataclass
class Run:
    """One run of many requests; the same seed makes the same ones."""

    inside: Inside
    chance: Random
    known: Known = field(default_factory=Known)
    statuses: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    slowest: tuple[float, str] = (0.0, "")
    number: int = 0

    def take(self, cases: int) -> None:
        """Send so many requests; what is wrong is kept with what was sent."""
        for number in range(self.number, self.number + cases):
            sent = made(self.chance, self.known)
            began = time.process_time()
            self._send(number, sent)
            self._note_time(time.process_time() - began, number, sent)
            if number % _MAINTAINED_EACH == _MAINTAINED_EACH - 1:
                maintain(self.inside.database, operator())
        self.number += cases

    def _send(self, number: int, sent: Sent) -> None:
        try:
            answered = _answered(self.inside, sent)
            judge(answered, sent.method.upper(), sent.user)
        except Exception as error:  # noqa: BLE001 - whatever the application raises is a finding
            self.wrong.append(f"{number}: {type(error).__name__} {error}\n  {sent}")
            return
        self.statuses[f"{sent.method} {answered.status}"] += 1
        self.known.learn(sent.path, answered.tokens, answered.tags)

    def _note_time(self, seconds: float, number: int, sent: Sent) -> None:
        if seconds > self.slowest[0]:
            self.slowest = seconds, f"{number}: {sent.method} {sent.path}"
        if seconds > SECONDS_AT_MOST:
            self.wrong.append(f"{number}: {seconds:.1f} s\n  {sent}")


def _answered(inside: Inside, sent: Sent) -> Answered:
    began: list[tuple[str, list[tuple[str, str]]]] = []

    def start(status: str, headers: list[tuple[str, str]], *_: object) -> None:
        began.append((status, headers))

    parts = inside.application(sent.environ(inside.secrets), start)
    status, headers = began[-1]
    return Answered.of(status, headers, list(parts))


@dataclass(frozen=True)
class Held:
    """What a process holds: memory, open files, and temporary files that it left behind."""

    memory: int
    files: int
    temporary: int

    @classmethod
    def now(cls) -> Held:
        """Return what is held after everything that can go is gone."""
        gc.collect()
        temporary = sum(1 for _ in Path(tempfile.gettempdir()).iterdir())
        process = psutil.Process()
        return cls(process.memory_info().rss, process.num_fds(), temporary)

    def grown_by(self, later: Held) -> list[str]:
        """Return in what there is more later."""
        found = []
        if later.memory - self.memory > BYTES_MORE_AT_MOST:
            found.append(f"memory grew by {(later.memory - self.memory) // 1_000_000} MB")
        if later.files > self.files + _FILES_MORE_AT_MOST:
            found.append(f"{later.files - self.files} more files are open")
        if later.temporary > self.temporary:
            found.append(f"{later.temporary - self.temporary} more temporary files")
        return found


@contextmanager
def furnished(url: str | None = None) -> Iterator[Inside]:
    """Return a practice in a prepared database, on the embedded one if none is given.

    Temporary files are made in a folder where nobody else makes any, and which goes again.
    """
    with tempfile.TemporaryDirectory(prefix="praxical-fuzz-") as folder:
        usual, data, temporary = tempfile.tempdir, Path(folder, "data"), Path(folder, "tmp")
        data.mkdir()
        temporary.mkdir()
        if url is None:
            url = database_file(data)
            prepare(url)
        try:
            tempfile.tempdir = str(temporary)
            with opened(url) as inside:
                for slug in ("mine", "other"):
                    inside.phone("alma").mkcalendar(f"/alma/{slug}/")
                yield inside
        finally:
            tempfile.tempdir = usual


def fuzzed(seed: int, cases: int, url: str | None = None) -> Run:
    """Return a run of so many requests, with everything that was found wrong."""
    with furnished(url) as inside:
        run = Run(inside, Random(seed))
        run.take(cases // 10)
        before = Held.now()
        run.take(cases - cases // 10)
        run.wrong += before.grown_by(Held.now())
        run.wrong += [f"check: {finding}" for finding in inside.findings()]
        run.wrong += unreadable(inside)
    return run


def unreadable(inside: Inside) -> list[str]:
    """Return which objects cannot be got one by one, of all that the calendars hold."""
    alma = inside.phone("alma")
    homes = alma.propfind("/alma/", "D:resourcetype", depth=1).responses
    found = [path for path in homes if path.count("/") == _OF_CALENDAR]
    held = [f"{path}{name}" for path in found for name in listing(alma, path)]
    return [f"cannot be read: {path}" for path in held if alma.get(path).status != _OK]
