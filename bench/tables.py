"""The tables of the report, as a person reads them."""

from collections.abc import Iterator, Sequence
from typing import Final

from rich.table import Table

from bench.figures import GROWTH_GOAL, STOCK, Figure, Growth, Ratio
from bench.goals import Found, Goal, ratio_goal
from bench.operations import Operation
from bench.processes import Memory
from bench.rounds import Cell
from bench.targets.catalogue import TargetName

TITLES: Final = {
    Operation.PUT_NEW: "PUT new",
    Operation.PUT_CHANGED: "PUT with If-Match",
    Operation.GET: "GET",
    Operation.CTAG: "PROPFIND ctag",
    Operation.PROPFIND: "PROPFIND depth 1, etags",
    Operation.MULTIGET: "multiget of 100",
    Operation.WEEK: "query, one week",
    Operation.MONTH: "query, one month",
    Operation.QUIET: "query, week of 20 events",
    Operation.EXPAND: "query, one month, expand",
    Operation.FREE_BUSY: "free-busy, one month",
    Operation.READ_WHOLE: "query, every event",
    Operation.SYNC_INITIAL: "sync, initial",
    Operation.SYNC_NOTHING: "sync, nothing changed",
    Operation.SYNC_CHANGE: "sync, one change",
    Operation.DELETE: "DELETE",
}
_GOAL_TITLES: Final = {
    "growth": "largest growth with N beyond the answer's",
    "memory": "largest process while all is read, MiB",
    "start": "first answer after the start, s",
}
_GRANIAN: Final = TargetName.RADICALE_GRANIAN


def times_table(found: Found, size: int, clients: int) -> Table:
    """Every operation against every target, with ratios and, at the largest N, goals."""
    noun = "client" if clients == 1 else "clients"
    table = Table(title=f"N = {size:,}, {clients} {noun}: milliseconds", title_justify="left")
    table.add_column("operation")
    schedule = found.schedule
    for name in schedule.targets:
        for title in (f"{name}\np50", "\np95", "\nper s"):
            table.add_column(title, justify="right")
        for opponent in _opponents(found, name):
            title = "times\nstock" if opponent is STOCK else "times\ngranian"
            table.add_column(title, justify="right", style="bold")
    if _has_goals(found, size):
        table.add_column("goal:\ntimes", justify="right")
    for operation in schedule.operations:
        cells = [Cell(name, size, operation, clients) for name in schedule.targets]
        row = [field for cell in cells for field in _time_fields(found, cell)]
        table.add_row(TITLES[operation], *row, *_wanted(found, cells))
    return table


def footnotes(found: Found) -> Iterator[str]:
    """What the marks in the tables mean, where there are any."""
    figures = found.figures.by_cell.values()
    if any(figure.is_timed_though_wrong for figure in figures):
        yield "* A wrong answer (see below); its time stands, or nothing could be compared."
    if any(figure.is_bound and figure.p50 for figure in figures):
        yield (
            "> Too slow to be asked by several clients at once: the time that one client "
            "waited, so at least as much, and at least as many times as fast."
        )


def growth_table(found: Found) -> Table:
    """The cost at the largest N over that at the smallest."""
    schedule = found.schedule
    small, large = min(schedule.sizes), max(schedule.sizes)
    table = Table(
        title=f"Growth from N = {small:,} to {large:,} (goal: at most {GROWTH_GOAL} "
        "times the growth of the answer)",
        title_justify="left",
    )
    for title in ("operation", "clients", "answer grows", *schedule.targets):
        table.add_column(title, justify="left" if title == "operation" else "right")
    grown = {growth.cell: growth for growth in found.figures.growths(schedule)}
    for clients in schedule.concurrency:
        for operation in schedule.operations:
            row = [grown.get(Cell(n, large, operation, clients)) for n in schedule.targets]
            answer = next((_number(each.answer) for each in row if each), "-")
            table.add_row(TITLES[operation], str(clients), answer, *map(_growth_field, row))
    return table


def servers_table(found: Found) -> Table:
    """How soon each server answers, and how much memory its processes need."""
    table = Table(title="Servers", title_justify="left")
    table.add_column("target")
    for title in (
        "N",
        "first answer, s",
        "peak of each process, MiB",
        "together, MiB",
        "while all is read, MiB",
    ):
        table.add_column(title, justify="right")
    for (name, size), seconds in found.starts.items():
        peaks = found.peaks[name, size]
        together = f"{peaks.run.together:.0f}" if peaks.run else "-"
        weights = (_weights(peaks.run), together, _weights(peaks.whole))
        table.add_row(name, f"{size:,}", f"{seconds:.2f}", *weights)
    return table


def goals_table(found: Found, goals: Sequence[Goal]) -> Table:
    """Every goal with what came of it."""
    size = max(found.schedule.sizes)
    title = f"Goals at N = {size:,}: times as fast as stock Radicale, and others"
    table = Table(title=title, title_justify="left")
    ours = [name for name in found.schedule.targets if name.is_ours]
    for column in ("goal", "clients", "wanted", *ours):
        table.add_column(column, justify="left" if column == "goal" else "right")
    rows: dict[tuple[str, int | None], dict[TargetName, Goal]] = {}
    for goal in goals:
        rows.setdefault((goal.title, goal.clients), {})[goal.target] = goal
    for (name, clients), by_target in rows.items():
        fields = [_goal_field(by_target.get(target)) for target in ours]
        wanted = _limit(next(iter(by_target.values())))
        table.add_row(_goal_title(name), str(clients or ""), wanted, *fields)
    return table


def _opponents(found: Found, name: TargetName) -> list[TargetName]:
    """Whom a target is compared with in columns of their own."""
    opponents = [] if name is STOCK else [STOCK]
    if name.is_ours:
        opponents.append(_GRANIAN)
    return [opponent for opponent in opponents if opponent in found.schedule.targets]


def _time_fields(found: Found, cell: Cell) -> list[str]:
    fields = _figure_fields(found.figures.by_cell[cell])
    for opponent in _opponents(found, cell.target):
        field = _ratio(found.figures.ratio(cell, opponent))
        goal = ratio_goal(found.schedule, found.figures, cell) if opponent is STOCK else None
        fields.append(f"{field}{_verdict(goal)}")
    return fields


def _figure_fields(figure: Figure) -> list[str]:
    if figure.p50 is None:
        return ["wrong" if figure.wrong else "-", "", ""]
    mark = ">" if figure.is_bound else ""
    star = "*" if figure.wrong else ""
    # A tail of one sample is none.
    tail = "1 sample" if figure.samples == 1 else _number(figure.p95)
    rate = _number(figure.per_second) if figure.per_second else ""
    return [f"{mark}{_number(figure.p50)}{star}", tail, rate]


def _has_goals(found: Found, size: int) -> bool:
    return size == max(found.schedule.sizes) and STOCK in found.schedule.targets


def _wanted(found: Found, cells: Sequence[Cell]) -> list[str]:
    if not _has_goals(found, cells[0].size):
        return []
    goals = (ratio_goal(found.schedule, found.figures, cell) for cell in cells)
    return [next((_number(goal.wanted) for goal in goals if goal), "-")]


def _ratio(ratio: Ratio | None) -> str:
    if ratio is None:
        return "-"
    return f"{'>' if ratio.is_bound else ''}{_number(ratio.times)}"


def _growth_field(growth: Growth | None) -> str:
    if growth is None:
        return "-"
    return f"{_number(growth.cost)} {_yes(growth.is_reached)}"


def _goal_title(name: str) -> str:
    return _GOAL_TITLES[name] if name in _GOAL_TITLES else TITLES[Operation(name)]


def _limit(goal: Goal) -> str:
    if goal.wanted is None:
        return "-"
    return f"{'' if goal.is_least else '≤ '}{_number(goal.wanted)}"


def _goal_field(goal: Goal | None) -> str:
    if goal is None:
        return "-"
    detail = f" ({TITLES[goal.operation]})" if goal.operation else ""
    mark = ">" if goal.is_bound else ""
    return f"{mark}{_number(goal.figure)}{_verdict(goal)}{detail}"


def _verdict(goal: Goal | None) -> str:
    reached = goal.is_reached if goal else None
    return "" if reached is None else f" {_yes(reached)}"


def _weights(memory: Memory | None) -> str:
    return " + ".join(f"{each:.0f}" for each in memory.processes) if memory else "-"


def _number(value: float | None) -> str:
    if value is None:
        return "-"
    decimals = 0 if value >= 100 else 1 if value >= 10 else 2  # noqa: PLR2004  # three digits
    return f"{value:,.{decimals}f}"


def _yes(reached: bool) -> str:  # noqa: FBT001  # the word for a truth value
    return "yes" if reached else "no"
