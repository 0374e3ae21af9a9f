"""The report: readable tables for people, one JSON document for scripts."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from bench.figures import GROWTH_GOAL, STOCK, Figures, Goal
from bench.machine import Machine
from bench.operations import Operation
from bench.processes import Memory
from bench.rounds import Cell, Schedule
from bench.sites import Starts
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
    Operation.SYNC_INITIAL: "sync, initial",
    Operation.SYNC_NOTHING: "sync, nothing changed",
    Operation.SYNC_CHANGE: "sync, one change",
    Operation.DELETE: "DELETE",
}


@dataclass(frozen=True, slots=True)
class Run:
    """Everything that a run found out."""

    schedule: Schedule
    machine: Machine
    loads: tuple[float, float]
    figures: Figures
    starts: Starts
    memory: dict[tuple[TargetName, int], Memory | None]
    minutes: float


def show(run: Run, console: Console) -> None:
    """Print every table; times in milliseconds."""
    machine, loads = run.machine, run.loads
    console.print(
        f"{machine.processors} processors, {machine.system}, Python {machine.python}, "
        f"Radicale {machine.radicale}; load {loads[0]:.1f} before, {loads[1]:.1f} after; "
        f"seed {run.schedule.seed}, {run.minutes:.1f} minutes in all"
    )
    for size in run.schedule.sizes:
        for clients in run.schedule.concurrency:
            console.print(_times(run, size, clients))
    if len(run.schedule.sizes) > 1:
        console.print(_growth(run))
    goals = run.figures.goals(run.schedule)
    if goals:
        console.print(_goals(run, goals))
    console.print(_servers(run))
    for fault in _faults(run.figures):
        console.print(fault, style="bold red", highlight=False)


def as_json(run: Run) -> str:
    """The whole run as JSON; times in milliseconds, memory in MiB, starts in seconds."""
    figures, schedule = run.figures, run.schedule
    loads = {"load_before": run.loads[0], "load_after": run.loads[1]}
    document = {
        "schedule": asdict(schedule),
        "machine": asdict(run.machine) | loads,
        "minutes": run.minutes,
        "figures": [
            _flat(asdict(figure), times_stock=figures.ratio(figure.cell))
            for figure in figures.by_cell.values()
        ],
        "growth": [
            _flat(asdict(growth), reached=growth.is_reached)
            for growth in figures.growths(schedule)
        ],
        "goals": [
            _flat(asdict(goal), reached=goal.is_reached) for goal in figures.goals(schedule)
        ],
        "servers": [
            {"target": name, "size": size, "first_answer": seconds}
            | {"peak": asdict(peak) if (peak := run.memory[name, size]) else None}
            for (name, size), seconds in run.starts.items()
        ],
    }
    return json.dumps(document, indent=2) + "\n"


def _times(run: Run, size: int, clients: int) -> Table:
    noun = "client" if clients == 1 else "clients"
    table = Table(title=f"N = {size:,}, {clients} {noun}: milliseconds", title_justify="left")
    table.add_column("operation")
    for name in run.schedule.targets:
        table.add_column(f"{name}\np50", justify="right")
        table.add_column("\np95", justify="right")
        table.add_column("\nper s", justify="right")
        if name is not STOCK and STOCK in run.schedule.targets:
            table.add_column("times\nas fast", justify="right", style="bold")
    for operation in run.schedule.operations:
        row = [TITLES[operation]]
        for name in run.schedule.targets:
            row += _time_fields(run, Cell(name, size, operation, clients))
        table.add_row(*row)
    return table


def _time_fields(run: Run, cell: Cell) -> list[str]:
    figure = run.figures.by_cell[cell]
    if figure.wrong:
        fields = ["wrong", "", ""]
    else:
        fields = [_number(figure.p50), _number(figure.p95), _number(figure.per_second)]
    if cell.target is not STOCK and STOCK in run.schedule.targets:
        fields.append(_number(run.figures.ratio(cell)))
    return fields


def _growth(run: Run) -> Table:
    small, large = min(run.schedule.sizes), max(run.schedule.sizes)
    table = Table(
        title=f"Growth from N = {small:,} to {large:,} (goal: at most {GROWTH_GOAL} "
        "times the growth of the answer)",
        title_justify="left",
    )
    for title in ("operation", "clients", "answer grows"):
        table.add_column(title, justify="right" if title != "operation" else "left")
    for name in run.schedule.targets:
        table.add_column(name, justify="right")
    found = {growth.cell: growth for growth in run.figures.growths(run.schedule)}
    for clients in run.schedule.concurrency:
        for operation in run.schedule.operations:
            row = [found.get(Cell(n, large, operation, clients)) for n in run.schedule.targets]
            answer = next((_number(each.answer) for each in row if each), "-")
            fields = [f"{_number(e.cost)} {_yes(e.is_reached)}" if e else "-" for e in row]
            table.add_row(TITLES[operation], str(clients), answer, *fields)
    return table


def _goals(run: Run, goals: Iterable[Goal]) -> Table:
    size = max(run.schedule.sizes)
    title = f"Goals at N = {size:,}: times as fast as stock Radicale"
    table = Table(title=title, title_justify="left")
    found = {goal.cell: goal for goal in goals}
    ours = [name for name in run.schedule.targets if name.is_ours]
    for title in ("operation", "clients", "goal", *ours):
        table.add_column(title, justify="left" if title == "operation" else "right")
    for clients in run.schedule.concurrency:
        for operation in run.schedule.operations:
            row = [found.get(Cell(name, size, operation, clients)) for name in ours]
            wanted = [_number(goal.wanted) for goal in row if goal]
            fields = [f"{_number(g.ratio)} {_yes(g.is_reached)}" if g else "-" for g in row]
            if wanted:
                table.add_row(TITLES[operation], str(clients), wanted[0], *fields)
    return table


def _servers(run: Run) -> Table:
    table = Table(title="Servers", title_justify="left")
    table.add_column("target")
    for title in ("N", "first answer, s", "largest process, MiB", "all processes, MiB"):
        table.add_column(title, justify="right")
    for (name, size), seconds in run.starts.items():
        peak = run.memory[name, size]
        weights = [f"{peak.largest:.0f}", f"{peak.together:.0f}"] if peak else ["-", "-"]
        table.add_row(name, f"{size:,}", f"{seconds:.2f}", *weights)
    return table


def _faults(figures: Figures) -> Iterable[str]:
    for cell, figure in figures.by_cell.items():
        if figure.wrong:
            where = f"{cell.target}, N = {cell.size:,}, {cell.clients} at a time"
            what = f"{TITLES[cell.operation]} ({where}), {figure.wrong} times"
            yield f"wrong: {what}: {figure.first_fault}"


def _flat(row: dict[str, Any], **more: object) -> dict[str, Any]:
    """A row of JSON with the fields of its cell beside its own."""
    return {**row.pop("cell"), **row, **more}


def _number(value: float | None) -> str:
    if value is None:
        return "-"
    decimals = 0 if value >= 100 else 1 if value >= 10 else 2  # noqa: PLR2004  # three digits
    return f"{value:,.{decimals}f}"


def _yes(reached: bool) -> str:  # noqa: FBT001  # the word for a truth value
    return "yes" if reached else "no"
