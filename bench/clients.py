"""The clients: processes that put prebuilt requests to a server and time each answer."""

import multiprocessing
import traceback
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import count
from multiprocessing.connection import Connection as Pipe
from time import perf_counter
from types import TracebackType
from typing import Final, Self
from zlib import crc32

from bench.answers import Expectation, fault
from bench.wire import Answer, Connection, Endpoint

# Stock Radicale needs a minute for one expanded month of 10,000 events, more on a busy machine.
_TIMEOUT_SECONDS: Final = 600.0
_KEPT_OCTETS: Final = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request, what its answer must be, the href it adds or takes away.

    `parts` is what the answer consists of: members, or instances of them; 0 for one thing.
    """

    request: bytes
    expectation: Expectation
    href: str = ""
    parts: int = 0


@dataclass(frozen=True, slots=True)
class Batch:
    """One client's work: exchanges in turn, again if `repeats`, at most `most` (0: all)."""

    endpoint: Endpoint
    exchanges: tuple[Exchange, ...]
    seconds: float
    most: int
    repeats: bool


@dataclass(slots=True)
class Outcome:
    """Seconds of each right answer, of each wrong one, and of all; reasons; requests sent."""

    latencies: list[float] = field(default_factory=list)
    wrong_latencies: list[float] = field(default_factory=list)
    elapsed: float = 0.0
    faults: list[str] = field(default_factory=list)
    sent: int = 0


class Clients:
    """As many client processes as the greatest concurrency asks for."""

    def __init__(self, number: int) -> None:
        # Spawned, not forked: a client must not carry the generated calendars along.
        context = multiprocessing.get_context("spawn")
        self._pipes: list[Pipe] = []
        self._stack = ExitStack()
        for _ in range(number):
            ours, theirs = context.Pipe()
            process = context.Process(target=_client, args=(theirs,), daemon=True)
            process.start()
            theirs.close()
            self._pipes.append(ours)
            self._stack.callback(process.join, 5)
            self._stack.callback(ours.close)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    def run(self, batches: Sequence[Batch]) -> list[Outcome]:
        """One client per batch, all at once; answers are judged when the last is in."""
        pipes = self._pipes[: len(batches)]
        for pipe, batch in zip(pipes, batches, strict=True):
            pipe.send(batch)
        for step in ("go", "judge"):
            for pipe in pipes:
                pipe.recv()
            for pipe in pipes:
                pipe.send(step)
        return [pipe.recv() for pipe in pipes]


class _Run:
    """One batch in one client: latencies and, per kind of answer, where it was first seen."""

    def __init__(self, batch: Batch) -> None:
        self._batch = batch
        self._latencies: list[tuple[float, tuple[int, int]]] = []
        self._answers: dict[tuple[int, int], Answer] = {}
        self._room = _KEPT_OCTETS
        self._lost: list[str] = []
        self._elapsed = 0.0
        self._sent = 0

    def work(self, connection: Connection) -> None:
        """Ask until the seconds or the number are used up; at least one request is made."""
        begun = perf_counter()
        for turn in range(self._batch.most) if self._batch.most else count():
            index = turn % len(self._batch.exchanges)
            if turn and (index == 0 and not self._batch.repeats):
                break
            self._one(connection, index)
            self._elapsed = perf_counter() - begun
            if self._elapsed >= self._batch.seconds:
                break

    def outcome(self) -> Outcome:
        """Judge every different answer once."""
        verdicts = {
            key: fault(self._batch.exchanges[key[0]].expectation, answer)
            for key, answer in self._answers.items()
        }
        outcome = Outcome(elapsed=self._elapsed, faults=self._lost, sent=self._sent)
        for seconds, key in self._latencies:
            reason = verdicts.get(key)
            if reason is None:
                outcome.latencies.append(seconds)
            else:
                outcome.wrong_latencies.append(seconds)
                outcome.faults.append(reason)
        return outcome

    def _one(self, connection: Connection, index: int) -> None:
        request = self._batch.exchanges[index].request
        begun = perf_counter()
        self._sent += 1
        try:
            answer = connection.ask(request)
        except OSError as error:
            connection.close()
            self._lost.append(f"no answer: {type(error).__name__}")
            return
        seconds = perf_counter() - begun
        # The same bytes need judging once; a changing answer is kept up to a bound of memory.
        key = (index, crc32(answer.body, answer.status))
        self._latencies.append((seconds, key))
        if key not in self._answers and (self._room > 0 or not self._answers):
            self._answers[key] = answer
            self._room -= len(answer.body)


def _client(pipe: Pipe) -> None:
    try:
        while True:
            batch: Batch = pipe.recv()
            pipe.send(_perform(batch, pipe))
    except (EOFError, KeyboardInterrupt):
        return
    except OSError:
        traceback.print_exc()


def _perform(batch: Batch, pipe: Pipe) -> Outcome:
    run = _Run(batch)
    with Connection(batch.endpoint, _TIMEOUT_SECONDS) as connection:
        pipe.send("ready")
        pipe.recv()
        run.work(connection)
    pipe.send("done")
    pipe.recv()
    return run.outcome()
