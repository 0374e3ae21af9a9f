"""The run: each cell of each round in turn over the targets: all see the same machine."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from statistics import median
from time import perf_counter
from typing import Final

from bench.clients import Batch, Clients, Exchange, Outcome
from bench.operations import Need, Operation, exchanges, note_sent
from bench.peaks import Peaks, Scale
from bench.processes import TargetFailed
from bench.site import Site
from bench.targets.catalogue import TargetName

_PATIENCE: Final = 2.0
# A server that one client has to wait for as long as this is not asked by several at once.
_TOO_SLOW_SECONDS: Final = 4.0


@dataclass(frozen=True, slots=True)
class Schedule:
    """What is measured: `seconds` a cell, `most` requests a client, `minutes` in all.

    What can be asked again and again is asked for all of its `seconds`, over `most` different
    requests. `patient` asks slow servers by as many clients as the others, once.
    """

    operations: tuple[Operation, ...]
    concurrency: tuple[int, ...]
    sizes: tuple[int, ...]
    targets: tuple[TargetName, ...]
    rounds: int
    seconds: float
    most: int
    minutes: float
    seed: int
    patient: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure of the table."""

    target: TargetName
    size: int
    operation: Operation
    clients: int

    @property
    def is_asked_once(self) -> bool:
        """True for what takes others a minute: one request of one client stands for all."""
        return self.operation is Operation.EXPAND and not self.target.is_ours


@dataclass(slots=True)
class Record:
    """What was seen of a cell over the rounds; seconds, and the parts of a typical answer.

    `is_bound` says that fewer clients were at work than the cell is for: a lower bound.
    """

    latencies: list[float] = field(default_factory=list)
    wrong_latencies: list[float] = field(default_factory=list)
    elapsed: float = 0.0
    faults: list[str] = field(default_factory=list)
    parts: float = 0.0
    rounds: int = 0
    spent: float = 0.0
    is_bound: bool = False


Sites = dict[tuple[TargetName, int], Site]
Records = dict[Cell, Record]


class Rounds:
    """Interleaved rounds over filled, running sites."""

    def __init__(self, schedule: Schedule, sites: Sites, clients: Clients) -> None:
        self._schedule = schedule
        self._sites = sites
        self._clients = clients
        self.records: Records = {cell: Record() for cell in _cells(schedule, 0)}
        self._scales = {key: Scale(site.target) for key, site in sites.items()}

    def run(self, end: float, tell: Callable[[Cell, int], None]) -> None:
        """Measure; the first round is always whole, later ones stop at `end` (perf_counter)."""
        for turn in range(self._schedule.rounds):
            for cell in _cells(self._schedule, turn):
                tell(cell, turn)
                if turn and (perf_counter() > end or self._had_its_share(cell)):
                    continue
                self._take(cell, turn)
            self._tidy()
        for scale in self._scales.values():
            scale.note()

    def peaks(self) -> dict[tuple[TargetName, int], Peaks]:
        """Peak memory of every target at every size."""
        return {key: scale.peaks for key, scale in self._scales.items()}

    def _had_its_share(self, cell: Cell) -> bool:
        # A server that needs seconds for one answer is asked in fewer rounds.
        share = _PATIENCE * self._schedule.seconds * self._schedule.rounds
        record = self.records[cell]
        return record.is_bound or cell.is_asked_once or record.spent > share

    def _take(self, cell: Cell, turn: int) -> None:
        alone = self.records[self._alone(cell)]
        patient = self._schedule.patient
        if cell != self._alone(cell) and not patient and lets_wait_too_long(cell, alone):
            self.records[cell] = Record(
                alone.latencies, alone.wrong_latencies, faults=alone.faults,
                parts=alone.parts, rounds=alone.rounds, is_bound=True,
            )  # fmt: skip
        elif cell.operation is Operation.READ_WHOLE:
            with self._scales[cell.target, cell.size].while_read_whole():
                self._measure(cell, turn)
        else:
            self._measure(cell, turn)

    def _alone(self, cell: Cell) -> Cell:
        fewest = min(self._schedule.concurrency)
        return Cell(cell.target, cell.size, cell.operation, fewest)

    def _measure(self, cell: Cell, turn: int) -> None:
        record, begun = self.records[cell], perf_counter()
        site = self._sites[cell.target, cell.size]
        clients = 1 if cell.is_asked_once and not self._schedule.patient else cell.clients
        most = 1 if cell.is_asked_once else self._schedule.most
        need = Need(most, clients, self._schedule.seed, turn)
        try:
            asked = exchanges(cell.operation, site, need)
            batches = self._batches(site, asked, need, once=cell.operation.is_used_up)
            outcomes = self._clients.run(batches)
        except TargetFailed as error:
            record.faults.append(str(error))
        else:
            _note(record, outcomes, asked)
            for batch, outcome in zip(batches, outcomes, strict=True):
                hrefs = [exchange.href for exchange in batch.exchanges[: outcome.sent]]
                note_sent(cell.operation, site, hrefs)
        record.is_bound = clients < cell.clients
        record.rounds += 1
        record.spent += perf_counter() - begun

    def _batches(
        self, site: Site, asked: Sequence[Exchange], need: Need, *, once: bool
    ) -> list[Batch]:
        width = min(need.clients, len(asked)) if once else need.clients
        shares = [
            tuple(asked[part::width]) if once else _turned(asked, part) for part in range(width)
        ]
        endpoint, seconds = site.target.endpoint, self._schedule.seconds
        most = need.most if once or need.most == 1 else 0
        return [Batch(endpoint, share, seconds, most, repeats=not once) for share in shares]

    def _tidy(self) -> None:
        for site in self._sites.values():
            site.tidy()


def lets_wait_too_long(cell: Cell, alone: Record) -> bool:
    """Whether another's server is too slow for several clients, by what one of them saw."""
    if cell.target.is_ours:
        return False
    seen = alone.latencies + alone.wrong_latencies
    return cell.is_asked_once or (bool(seen) and median(seen) > _TOO_SLOW_SECONDS)


def _cells(schedule: Schedule, turn: int) -> Iterator[Cell]:
    """All cells in the order of a round; the target that goes first changes with the round."""
    first = turn % len(schedule.targets)
    targets = schedule.targets[first:] + schedule.targets[:first]
    # Few clients first: how long one waits decides whether several are sent.
    for clients in sorted(schedule.concurrency):
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
        record.wrong_latencies += outcome.wrong_latencies
        record.faults += outcome.faults
    record.elapsed += max(outcome.elapsed for outcome in outcomes)
    record.parts = sum(exchange.parts for exchange in asked) / len(asked)
