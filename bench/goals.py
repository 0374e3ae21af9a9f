"""The goals: how fast, flat, small and ready Praxical has to be, and whether it is."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bench.figures import GROWTH_GOAL, STOCK, Figures
from bench.operations import Operation
from bench.peaks import Peaks
from bench.rounds import Cell, Schedule
from bench.sites import Starts
from bench.targets.catalogue import TargetName

# How many times as fast as stock Radicale at the largest N; None where only the figure counts.
TIMES: Final[dict[Operation, float | None]] = {
    Operation.CTAG: 1_000.0,
    Operation.SYNC_NOTHING: 1_000.0,
    Operation.SYNC_CHANGE: 1_000.0,
    Operation.GET: 5.0,
    Operation.MULTIGET: 10.0,
    Operation.WEEK: 200.0,
    Operation.MONTH: 200.0,
    Operation.EXPAND: 5_000.0,
    Operation.FREE_BUSY: 500.0,
    Operation.PROPFIND: 60.0,
    Operation.SYNC_INITIAL: 60.0,
    Operation.DELETE: 20.0,
    Operation.PUT_NEW: 80.0,
    Operation.PUT_CHANGED: None,
}
MEMORY_MIB: Final = 250.0
START_SECONDS: Final = 1.5


@dataclass(frozen=True, slots=True)
class Goal:
    """What is wanted of a target, and what came; `figure` None where it could not be found.

    `is_least` says that the figure must not be less, else it must not be more;
    `is_bound` that the true one is still better; `operation` which of many it is that of.
    A goal without `wanted` only shows a figure.
    """

    title: str
    clients: int | None
    target: TargetName
    wanted: float | None
    figure: float | None
    is_least: bool = False
    is_bound: bool = False
    operation: Operation | None = None

    @property
    def is_reached(self) -> bool | None:
        """True where the figure exists and is good enough; None where nothing is wanted."""
        if self.wanted is None:
            return None
        if self.figure is None:
            return False
        return self.figure >= self.wanted if self.is_least else self.figure <= self.wanted


@dataclass(frozen=True, slots=True)
class Found:
    """What goals are compared with: figures, seconds to the first answer, peak memory."""

    schedule: Schedule
    figures: Figures
    starts: Starts
    peaks: dict[tuple[TargetName, int], Peaks]


def ratio_goal(schedule: Schedule, figures: Figures, cell: Cell) -> Goal | None:
    """How much faster than stock Radicale this cell has to be; None where that is no goal."""
    is_goal = cell.target.is_ours and cell.size == max(schedule.sizes)
    if not is_goal or STOCK not in schedule.targets or cell.operation not in TIMES:
        return None
    ratio = figures.ratio(cell)
    return Goal(
        cell.operation,
        cell.clients,
        cell.target,
        TIMES[cell.operation],
        ratio.times if ratio else None,
        is_least=True,
        is_bound=bool(ratio and ratio.is_bound),
    )


def goals(found: Found) -> list[Goal]:
    """Every goal that this run can speak about, for every target of ours."""
    return [*_times(found), *_growth(found), *_servers(found)]


def _times(found: Found) -> Iterator[Goal]:
    size = max(found.schedule.sizes)
    for clients in sorted(found.schedule.concurrency):
        for operation in TIMES:
            for target in _ours(found):
                cell = Cell(target, size, operation, clients)
                goal = ratio_goal(found.schedule, found.figures, cell)
                if goal and operation in found.schedule.operations:
                    yield goal


def _growth(found: Found) -> Iterator[Goal]:
    growths = found.figures.growths(found.schedule)
    for clients in sorted(found.schedule.concurrency):
        for target in _ours(found):
            own = [
                growth
                for growth in growths
                if (growth.cell.target, growth.cell.clients) == (target, clients)
            ]
            if own:
                most = max(own, key=lambda growth: growth.share)
                yield Goal(
                    "growth",
                    clients,
                    target,
                    GROWTH_GOAL,
                    most.share,
                    operation=most.cell.operation,
                )


def _servers(found: Found) -> Iterator[Goal]:
    size = max(found.schedule.sizes)
    for target in _ours(found):
        whole = found.peaks[target, size].whole
        if Operation.READ_WHOLE in found.schedule.operations:
            largest = whole.largest if whole else None
            yield Goal("memory", None, target, MEMORY_MIB, largest)
    for target in _ours(found):
        yield Goal("start", None, target, START_SECONDS, found.starts[target, size])


def _ours(found: Found) -> list[TargetName]:
    return [target for target in found.schedule.targets if target.is_ours]
