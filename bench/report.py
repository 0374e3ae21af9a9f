"""The report: readable tables for people, one JSON document for scripts."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import product
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.figures import STOCK, Figures
from bench.floor import EmptyAnswer
from bench.goals import Found, Goal, goals
from bench.machine import Machine
from bench.processes import Memory
from bench.rounds import Cell
from bench.tables import (
    TITLES,
    footnotes,
    goals_table,
    growth_table,
    servers_table,
    times_table,
)
from bench.targets.catalogue import TargetName


@dataclass(frozen=True, slots=True)
class Run:
    """Everything that a run found out; `floor` by the number of clients."""

    found: Found
    machine: Machine
    loads: tuple[float, float]
    floor: dict[int, EmptyAnswer]
    left_out: dict[TargetName, str]
    minutes: float


def show(run: Run, console: Console) -> None:
    """Print every table; times in milliseconds."""
    machine, loads, schedule = run.machine, run.loads, run.found.schedule
    console.print(
        f"{machine.processors} processors, {machine.system}, Python {machine.python}, "
        f"Radicale {machine.radicale}; load {loads[0]:.1f} before, {loads[1]:.1f} after; "
        f"seed {schedule.seed}, {run.minutes:.1f} minutes in all"
    )
    for name, reason in run.left_out.items():
        console.print(f"{name} is left out: {reason}", highlight=False)
    for size, clients in product(schedule.sizes, schedule.concurrency):
        console.print(times_table(run.found, size, clients))
        console.print(_floor(run.floor[clients]), highlight=False)
    for note in footnotes(run.found):
        console.print(note, highlight=False)
    for table in _summaries(run.found):
        console.print(table)
    for fault in _faults(run.found.figures):
        console.print(fault, style="bold red", highlight=False)


def as_json(run: Run) -> str:
    """The whole run as JSON; times in milliseconds, memory in MiB, starts in seconds."""
    figures, schedule = run.found.figures, run.found.schedule
    loads = {"load_before": run.loads[0], "load_after": run.loads[1]}
    document = {
        "schedule": asdict(schedule),
        "machine": asdict(run.machine) | loads,
        "minutes": run.minutes,
        "left_out": run.left_out,
        "empty_answer": [
            {"clients": clients, **asdict(empty)} for clients, empty in run.floor.items()
        ],
        "figures": [
            _flat(asdict(figure), **_ratios(figures, figure.cell))
            for figure in figures.by_cell.values()
        ],
        "growth": [
            _flat(asdict(growth), reached=growth.is_reached)
            for growth in figures.growths(schedule)
        ],
        "goals": [_goal(goal) for goal in goals(run.found)],
        "servers": [_server(run, *key) for key in run.found.starts],
    }
    return json.dumps(document, indent=2) + "\n"


def _summaries(found: Found) -> Iterator[Table]:
    if len(found.schedule.sizes) > 1:
        yield growth_table(found)
    yield servers_table(found)
    if wanted := goals(found):
        yield goals_table(found, wanted)


def _floor(empty: EmptyAnswer) -> str:
    """The floor's line below a table."""
    return (
        f"empty answer (granian, same clients): p50 {empty.p50:.3f}, p95 {empty.p95:.3f}, "
        f"{empty.per_second:,.0f} per s\n"
    )


def _ratios(figures: Figures, cell: Cell) -> dict[str, float | None]:
    stock, granian = (
        figures.ratio(cell, each) for each in (STOCK, TargetName.RADICALE_GRANIAN)
    )
    return {
        "times_stock": stock.times if stock else None,
        "times_granian": granian.times if granian else None,
    }


def _goal(goal: Goal) -> dict[str, Any]:
    return {**asdict(goal), "reached": goal.is_reached}


def _server(run: Run, name: TargetName, size: int) -> dict[str, Any]:
    peaks = run.found.peaks[name, size]
    return {
        "target": name,
        "size": size,
        "first_answer": run.found.starts[name, size],
        "peak": _weight(peaks.run),
        "peak_while_read_whole": _weight(peaks.whole),
    }


def _weight(memory: Memory | None) -> dict[str, Any] | None:
    if memory is None:
        return None
    return {"largest": memory.largest, "processes": memory.processes}


def _faults(figures: Figures) -> Iterator[str]:
    for cell, figure in figures.by_cell.items():
        if figure.wrong and not figure.is_bound:
            where = f"{cell.target}, N = {cell.size:,}, {cell.clients} at a time"
            what = f"{TITLES[cell.operation]} ({where}), {figure.wrong} times"
            yield f"wrong: {what}: {figure.first_fault}"


def _flat(row: dict[str, Any], **more: object) -> dict[str, Any]:
    """A row of JSON with the fields of its cell beside its own."""
    return {**row.pop("cell"), **row, **more}
