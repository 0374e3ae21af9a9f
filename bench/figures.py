"""From samples to figures: medians, tails, ratios, growth with N."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from statistics import median
from typing import Final

from bench.operations import Operation
from bench.rounds import Cell, Record, Records, Schedule
from bench.targets.catalogue import TargetName

STOCK: Final = TargetName.RADICALE
GROWTH_GOAL: Final = 1.3

# Here a wrong answer of stock Radicale is timed as well: else nothing could be compared.
_TIMED_THOUGH_WRONG: Final = frozenset({Operation.EXPAND, Operation.FREE_BUSY})


@dataclass(frozen=True, slots=True)
class Figure:
    """A cell in numbers: milliseconds, answers a second; None where an answer was wrong.

    `is_bound`: fewer clients were at work, so it would have taken longer.
    """

    cell: Cell
    samples: int
    p50: float | None
    p95: float | None
    per_second: float | None
    parts: float
    rounds: int
    wrong: int
    first_fault: str | None
    is_bound: bool

    @property
    def is_timed_though_wrong(self) -> bool:
        """True where there is a time, but of an answer that was not right."""
        return bool(self.wrong) and self.p50 is not None


@dataclass(frozen=True, slots=True)
class Ratio:
    """How many times as fast, at least so if `is_bound`."""

    times: float
    is_bound: bool


@dataclass(frozen=True, slots=True)
class Growth:
    """Cost at the largest N over cost at the smallest, and how much the answer itself grew."""

    cell: Cell
    cost: float
    answer: float

    @property
    def share(self) -> float:
        """The part of the growth that the answer does not explain."""
        return self.cost / self.answer

    @property
    def is_reached(self) -> bool:
        """At most 1.3 times the cost, times what the answer grew."""
        return self.share <= GROWTH_GOAL


class Figures:
    """All figures of a run, by cell."""

    def __init__(self, records: Records) -> None:
        self.by_cell = {cell: _figure(cell, record) for cell, record in records.items()}

    def ratio(self, cell: Cell, opponent: TargetName = STOCK) -> Ratio | None:
        """How many times as fast as stock Radicale (or another), by medians."""
        other = self.by_cell.get(Cell(opponent, cell.size, cell.operation, cell.clients))
        own = self.by_cell.get(cell)
        if other is None or own is None or not other.p50 or not own.p50:
            return None
        return Ratio(other.p50 / own.p50, other.is_bound)

    def growth(self, cell: Cell, smallest: int) -> Growth | None:
        """The cell's cost against the same at the smallest N."""
        before = self.by_cell.get(Cell(cell.target, smallest, cell.operation, cell.clients))
        now = self.by_cell[cell]
        if before is None or not before.p50 or not now.p50:
            return None
        answer = now.parts / before.parts if before.parts else 1.0
        return Growth(cell, _cost(before, now), max(1.0, answer))

    def growths(self, schedule: Schedule) -> list[Growth]:
        """Growth from the smallest to the largest N, of every cell that has both."""
        small, large = min(schedule.sizes), max(schedule.sizes)
        if small == large:
            return []
        cells = [cell for cell in self.by_cell if cell.size == large]
        return [found for cell in cells if (found := self.growth(cell, small))]


def percentile(samples: Sequence[float], share: float) -> float:
    """The nearest-rank percentile of samples in any order."""
    ordered = sorted(samples)
    return ordered[max(0, ceil(share * len(ordered)) - 1)]


def _cost(before: Figure, now: Figure) -> float:
    """Return how many times as much an answer costs now.

    How long one of several clients waits in the queue says little of what its answer costs the
    server; how many answers there are in a second does.
    """
    if now.cell.clients > 1 and before.per_second and now.per_second:
        return before.per_second / now.per_second
    return (now.p50 or 0.0) / (before.p50 or 1.0)


def _figure(cell: Cell, record: Record) -> Figure:
    wrong, samples = len(record.faults), record.latencies
    if cell.target.is_radicale and cell.operation in _TIMED_THOUGH_WRONG:
        samples = samples + record.wrong_latencies
    elif wrong:
        # One wrong answer spoils the cell: a server that is wrong quickly must not look good.
        samples = []
    is_rate = bool(samples) and bool(record.elapsed) and not record.is_bound
    return Figure(
        cell=cell,
        samples=len(samples),
        p50=median(samples) * 1000 if samples else None,
        p95=percentile(samples, 0.95) * 1000 if samples else None,
        per_second=len(samples) / record.elapsed if is_rate else None,
        parts=record.parts,
        rounds=record.rounds,
        wrong=wrong,
        first_fault=record.faults[0] if wrong else None,
        is_bound=record.is_bound,
    )
