"""The benchmark: `python -m bench --help`."""

import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from bench.clients import Clients
from bench.figures import Figures
from bench.floor import SERVER, EmptyAnswer, Floor
from bench.goals import Found
from bench.machine import load, this_machine
from bench.options import read_options, schedule_of
from bench.processes import TargetFailed
from bench.report import Run, as_json, show
from bench.rounds import Cell, Rounds, Schedule
from bench.servers.contenders import serving
from bench.sites import make_sites
from bench.tables import TITLES
from bench.targets.catalogue import Catalogue
from bench.targets.praxical import Calendar

_WIDTH: Final = 200


def main(arguments: Sequence[str] | None = None) -> int:
    """Run it; 0 when done, 1 when Praxical answered wrongly, 2 when a server did not start."""
    options = read_options(arguments)
    console = Console() if sys.stdout.isatty() else Console(width=_WIDTH)
    try:
        run = _measure(schedule_of(options), options.calendar)
    except TargetFailed as error:
        sys.stderr.write(f"bench: {error}\n")
        return 2
    show(run, console)
    if options.json is not None:
        options.json.write_text(as_json(run))
    figures = run.found.figures.by_cell
    return int(any(figure.wrong for cell, figure in figures.items() if cell.target.is_ours))


def _measure(schedule: Schedule, calendar: Calendar) -> Run:
    begun, before = perf_counter(), load()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        progress = stack.enter_context(_progress())
        clients = stack.enter_context(Clients(max(schedule.concurrency)))
        catalogue = Catalogue(folder, calendar, stack)
        left_out = catalogue.provide(schedule.targets)
        present = tuple(name for name in schedule.targets if name not in left_out)
        if not present:
            raise TargetFailed("; ".join(left_out.values()))
        schedule = replace(schedule, targets=present)
        end = begun + 60 * schedule.minutes
        found, floor = _rounds(schedule, catalogue, clients, progress, end)
    minutes = (perf_counter() - begun) / 60
    return Run(found, this_machine(), (before, load()), floor, left_out, minutes)


def _rounds(
    schedule: Schedule, catalogue: Catalogue, clients: Clients, progress: Progress, end: float
) -> tuple[Found, dict[int, EmptyAnswer]]:
    task = progress.add_task("starting", total=None)

    def tell(cell: Cell, turn: int) -> None:
        what = f"round {turn + 1}: {TITLES[cell.operation]}, {cell.target}, N = {cell.size:,}"
        progress.update(task, advance=1, description=what)

    with serving(SERVER) as empty:
        floor = Floor(empty.endpoint, clients, schedule.concurrency, schedule.seconds)
        floor.measure()
        sites, starts = make_sites(
            schedule, catalogue, clients, lambda text: progress.update(task, description=text)
        )
        rounds = Rounds(schedule, sites, clients)
        progress.update(task, total=schedule.rounds * len(rounds.records))
        rounds.run(end, tell)
        floor.measure()
    found = Found(schedule, Figures(rounds.records), starts, rounds.peaks())
    return found, floor.found()


def _progress() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    return Progress(*columns, console=Console(stderr=True), transient=True)


if __name__ == "__main__":
    sys.exit(main())
