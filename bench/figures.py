"""From samples to figures: medians, tails, ratios, growth with N, and the goals."""

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

# How many times as fast as stock Radicale; deleting has no goal of its own in the issue.
GOALS: Final = {
    Operation.PUT_NEW: 5.0,
    Operation.PUT_CHANGED: 5.0,
    Operation.GET: 1.0,
    Operation.CTAG: 20.0,
    Operation.PROPFIND: 1.0,
    Operation.MULTIGET: 1.0,
    Operation.WEEK: 20.0,
    Operation.MONTH: 20.0,
    Operation.QUIET: 20.0,
    Operation.SYNC_INITIAL: 1.0,
    Operation.SYNC_NOTHING: 20.0,
    Operation.SYNC_CHANGE: 1.0,
}


@dataclass(frozen=True, slots=True)
class Figure:
    """A cell in numbers: milliseconds, answers a second; None where an answer was wrong."""

    cell: Cell
    samples: int
    p50: float | None
    p95: float | None
    per_second: float | None
    members: float
    rounds: int
    wrong: int
    first_fault: str | None


@dataclass(frozen=True, slots=True)
class Growth:
    """Cost at the largest N over cost at the smallest, and how much the answer itself grew."""

    cell: Cell
    cost: float
    answer: float

    @property
    def is_reached(self) -> bool:
        """At most 1.3 times the cost, times what the answer grew."""
        return self.cost <= GROWTH_GOAL * self.answer


@dataclass(frozen=True, slots=True)
class Goal:
    """What was wanted of a cell and what came; `ratio` None where a figure is missing."""

    cell: Cell
    wanted: float
    ratio: float | None

    @property
    def is_reached(self) -> bool:
        """True where the figure exists and is good enough."""
        return self.ratio is not None and self.ratio >= self.wanted


class Figures:
    """All figures of a run, by cell."""

    def __init__(self, records: Records) -> None:
        self.by_cell = {cell: _figure(cell, record) for cell, record in records.items()}

    def ratio(self, cell: Cell) -> float | None:
        """How many times as fast as stock Radicale, by medians."""
        stock = self._p50(Cell(STOCK, cell.size, cell.operation, cell.clients))
        own = self._p50(cell)
        return stock / own if stock and own else None

    def growth(self, cell: Cell, smallest: int) -> Growth | None:
        """The cell's cost against the same at the smallest N."""
        before = self.by_cell.get(Cell(cell.target, smallest, cell.operation, cell.clients))
        now = self.by_cell[cell]
        if before is None or not before.p50 or not now.p50:
            return None
        answer = now.members / before.members if before.members else 1.0
        return Growth(cell, now.p50 / before.p50, max(1.0, answer))

    def growths(self, schedule: Schedule) -> list[Growth]:
        """Growth from the smallest to the largest N, of every cell that has both."""
        small, large = min(schedule.sizes), max(schedule.sizes)
        if small == large:
            return []
        cells = [cell for cell in self.by_cell if cell.size == large]
        return [found for cell in cells if (found := self.growth(cell, small))]

    def goals(self, schedule: Schedule) -> list[Goal]:
        """The goals at the largest N, for every target but the stock ones."""
        return [
            Goal(cell, GOALS[cell.operation], self.ratio(cell))
            for cell in self.by_cell
            if cell.size == max(schedule.sizes)
            and cell.target.is_ours
            and cell.operation in GOALS
            and STOCK in schedule.targets
        ]

    def _p50(self, cell: Cell) -> float | None:
        figure = self.by_cell.get(cell)
        return figure.p50 if figure else None


def percentile(samples: Sequence[float], share: float) -> float:
    """The nearest-rank percentile of samples in any order."""
    ordered = sorted(samples)
    return ordered[max(0, ceil(share * len(ordered)) - 1)]


def _figure(cell: Cell, record: Record) -> Figure:
    wrong, samples = len(record.faults), record.latencies
    # One wrong answer spoils the cell: a server that is wrong quickly must not look good.
    counts = bool(samples) and not wrong
    return Figure(
        cell=cell,
        samples=len(samples),
        p50=median(samples) * 1000 if counts else None,
        p95=percentile(samples, 0.95) * 1000 if counts else None,
        per_second=len(samples) / record.elapsed if counts and record.elapsed else None,
        members=record.answer_members,
        rounds=record.rounds,
        wrong=wrong,
        first_fault=record.faults[0] if wrong else None,
    )
