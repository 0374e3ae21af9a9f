"""`python -m tests.google.sweep`: CASES histories from SEED, each made shorter where it fails.

ENGINE is sqlite or postgres, GOOGLE as_reported or otherwise; WITHOUT names acts that are left
out. After FAILURES of them it stops.
"""

from __future__ import annotations

import logging
import os
import random
import shutil
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from secrets import randbelow
from typing import TypeAlias

from server.practice_db.database import SqlDatabase
from server.practice_db.engines import database_file
from tests.databases import PostgresServer, prepare
from tests.google.converging import WEIGHED, History, Step, converge, opened
from tests.local_google import Unknowns
from tests.practice import furnish

Fails: TypeAlias = Callable[[History], str]
Fresh: TypeAlias = Callable[[], AbstractContextManager[SqlDatabase]]
_LONGEST = 30
_FEW = 7
_ALWAYS = frozenset({"book_series", "sync"})
_EVERY = 100
_LINES = 25


def history_of(seed: int, without: frozenset[str] = frozenset()) -> History:
    """Return the history that a number stands for.

    Every other one keeps to a few acts: these meet each other more often then.
    """
    chance = random.Random(seed)
    acts = [one for one in WEIGHED if one not in without]
    if seed % 2:
        kinds = sorted(set(acts))
        acts = [*chance.sample(kinds, min(len(kinds), _FEW)), *sorted(_ALWAYS - without)]
    steps = tuple(
        Step(chance.choice(acts), chance.randrange(2**32), chance.randrange(2))
        for _ in range(chance.randint(4, _LONGEST))
    )
    return History(steps, chance.choice((1, 1, 1, 2)), chance.random() < 0.4)


def shorter(history: History, fails: Fails) -> tuple[History, str]:
    """Return the shortest history found that fails, and how it does; "" for one that does not.

    Halves are left out, then quarters, and so on down to single steps.
    """
    said = fails(history)
    size = max(1, len(history.steps) // 2)
    while size:
        at = 0
        while at < len(history.steps):
            steps = history.steps[:at] + history.steps[at + size :]
            tried = replace(history, steps=steps)
            found = fails(tried)
            history, said = (tried, found) if found else (history, said)
            at += 0 if found else size
        size //= 2
    for plain in ({"links": 1}, {"watches": False}):
        tried = replace(history, **plain)
        found = fails(tried)
        history, said = (tried, found) if found else (history, said)
    return history, said


@contextmanager
def on_sqlite() -> Iterator[Fresh]:
    """Yield what opens a furnished practice, each time one of its own."""
    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder, "template")
        template.mkdir()
        prepare(database_file(template))
        with opened(database_file(template)) as database, database.writing() as uow:
            furnish(uow)

        @contextmanager
        def fresh() -> Iterator[SqlDatabase]:
            house = Path(folder, "house")
            shutil.copytree(template, house)
            try:
                with opened(database_file(house)) as database:
                    yield database
            finally:
                shutil.rmtree(house)

        yield fresh


@contextmanager
def on_postgres() -> Iterator[Fresh]:
    """The same on the PostgreSQL that the wheel brings."""
    server = PostgresServer()

    @contextmanager
    def fresh() -> Iterator[SqlDatabase]:
        name = server.take()
        try:
            with opened(server.url(name)) as database:
                with database.writing() as uow:
                    furnish(uow)
                yield database
        finally:
            server.give_back(name)

    yield fresh


ENGINES = {"sqlite": on_sqlite, "postgres": on_postgres}


def failing(fresh: Fresh, unknowns: Unknowns) -> Fails:
    """Return what says how a history fails."""

    def fails(history: History) -> str:
        try:
            with fresh() as database:
                converge(database, unknowns, history)
        except Exception as error:  # noqa: BLE001  # whatever it is, it is what is looked for
            return "".join(traceback.format_exception(error))
        return ""

    return fails


def main() -> int:
    """Sweep, tell each history that fails at its shortest; return 1 where there was one."""
    logging.disable(logging.CRITICAL)
    said = os.environ
    cases, most = int(said.get("CASES") or 500), int(said.get("FAILURES") or 8)
    seed = int(said.get("SEED") or randbelow(1_000_000))
    engine, google = said.get("ENGINE") or "sqlite", said.get("GOOGLE") or "as_reported"
    without = frozenset((said.get("WITHOUT") or "").split())
    _say(f"CASES={cases} SEED={seed} ENGINE={engine} GOOGLE={google}")
    began, failed, done = time.monotonic(), 0, 0
    with ENGINES[engine]() as fresh:
        fails = failing(fresh, getattr(Unknowns, google)())
        while done < cases and failed < most:
            history = history_of(seed + done, without)
            if fails(history):
                failed += 1
                _tell(seed + done, *shorter(history, fails))
            done += 1
            if not done % _EVERY:
                _say(f"{done} done, {failed} did not end alike")
    _say(f"{done} histories in {time.monotonic() - began:.0f} s, {failed} did not end alike")
    return 1 if failed else 0


def _tell(number: int, history: History, said: str) -> None:
    _say(f"\n=== {number} (links={history.links} watches={history.watches})")
    for step in history.steps:
        _say(f"    {step}")
    _say("\n".join(said.splitlines()[-_LINES:]))


def _say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
