"""The run: each cell of each round in turn over the targets: all see the same machine."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import Final

from bench.clients import Batch, Clients, Exchange, Outcome
from bench.operations import Need, Operation, exchanges, note_sent
from bench.processes import TargetFailed
from bench.site import Site
from bench.targets.catalogue import TargetName

_PATIENCE: Final = 2.0


@dataclass(frozen=True, slots=True)
class Schedule:
    """What is measured: `seconds` a cell, `most` requests a client, `minutes` in all."""

    operations: tuple[Operation, ...]
    concurrency: tuple[int, ...]
    sizes: tuple[int, ...]
    targets: tuple[TargetName, ...]
    rounds: int
    seconds: float
    most: int
    minutes: float
    seed: int


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure of the table."""

    target: TargetName
    size: int
    operation: Operation
    clients: int


@dataclass(slots=True)
class Record:
    """What was seen of a cell over the rounds; seconds, and the members of a typical answer."""

    latencies: list[float] = field(default_factory=list)
    elapsed: float = 0.0
    faults: list[str] = field(default_factory=list)
    answer_members: float = 0.0
    rounds: int = 0
    spent: float = 0.0


Sites = dict[tuple[TargetName, int], Site]
Records = dict[Cell, Record]


class Rounds:
    """Interleaved rounds over filled, running sites."""

    def __init__(self, schedule: Schedule, sites: Sites, clients: Clients) -> None:
        self._schedule = schedule
        self._sites = sites
        self._clients = clients
        self.records: Records = {cell: Record() for cell in _cells(schedule, 0)}

    def run(self, tell: Callable[[Cell, int], None]) -> None:
        """Measure; the first round is always whole, later ones end with the minutes."""
        end = perf_counter() + self._schedule.minutes * 60
        for turn in range(self._schedule.rounds):
            for cell in _cells(self._schedule, turn):
                tell(cell, turn)
                if turn and (perf_counter() > end or self._had_its_share(cell)):
                    continue
                self._measure(cell, turn)
            self._tidy()

    def _had_its_share(self, cell: Cell) -> bool:
        # A server that needs seconds for one answer is asked in fewer rounds.
        share = _PATIENCE * self._schedule.seconds * self._schedule.rounds
        return self.records[cell].spent > share

    def _measure(self, cell: Cell, turn: int) -> None:
        record, begun = self.records[cell], perf_counter()
        site = self._sites[cell.target, cell.size]
        need = Need(self._schedule.most, cell.clients, self._schedule.seed, turn)
        try:
            asked = exchanges(cell.operation, site, need)
            batches = self._batches(cell, site, asked)
            outcomes = self._clients.run(batches)
        except TargetFailed as error:
            record.faults.append(str(error))
        else:
            _note(record, outcomes, asked)
            for batch, outcome in zip(batches, outcomes, strict=True):
                hrefs = [exchange.href for exchange in batch.exchanges[: outcome.sent]]
                note_sent(cell.operation, site, hrefs)
        record.rounds += 1
        record.spent += perf_counter() - begun

    def _batches(self, cell: Cell, site: Site, asked: Sequence[Exchange]) -> list[Batch]:
        once = cell.operation.is_used_up
        width = min(cell.clients, len(asked)) if once else cell.clients
        shares = [
            tuple(asked[part::width]) if once else _turned(asked, part) for part in range(width)
        ]
        endpoint, seconds = site.target.endpoint, self._schedule.seconds
        return [
            Batch(endpoint, share, seconds, self._schedule.most, repeats=not once)
            for share in shares
        ]

    def _tidy(self) -> None:
        for site in self._sites.values():
            site.tidy()


def _cells(schedule: Schedule, turn: int) -> Iterator[Cell]:
    """All cells in the order of a round; the target that goes first changes with the round."""
    first = turn % len(schedule.targets)
    targets = schedule.targets[first:] + schedule.targets[:first]
    for clients in schedule.concurrency:
        for operation in schedule.operations:
            for size in schedule.sizes:
                for target in targets:
                    yield Cell(target, size, operation, clients)


def _turned(asked: Sequence[Exchange], part: int) -> tuple[Exchange, ...]:
    # Clients begin at different places: otherwise all would ask the same at the same time.
    start = part % len(asked)
    return (*asked[start:], *asked[:start])


def _note(record: Record, outcomes: Sequence[Outcome], asked: Sequence[Exchange]) -> None:
    for outcome in outcomes:
        record.latencies += outcome.latencies
        record.faults += outcome.faults
    record.elapsed += max(outcome.elapsed for outcome in outcomes)
    listed = [len(e.expectation.listing.must) for e in asked if e.expectation.listing]
    record.answer_members = sum(listed) / len(listed) if listed else 0.0
