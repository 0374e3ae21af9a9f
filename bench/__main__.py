"""The command line of the benchmark: `python -m bench --help`."""

import argparse
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from enum import StrEnum
from pathlib import Path
from time import perf_counter
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

import bench
from bench.clients import Clients
from bench.figures import Figures
from bench.machine import load, this_machine
from bench.operations import Operation
from bench.processes import TargetFailed
from bench.report import TITLES, Run, as_json, show
from bench.rounds import Cell, Rounds, Schedule
from bench.sites import make_sites
from bench.targets.catalogue import Catalogue, TargetName
from bench.targets.praxical import Calendar

Choice = TypeVar("Choice", bound=StrEnum)

_TARGETS = (TargetName.RADICALE, TargetName.PRAXICAL, TargetName.PRAXICAL_POSTGRES)
_WIDTH = 150


def main(arguments: Sequence[str] | None = None) -> int:
    """Run it; 0 when done, 1 when Praxical answered wrongly, 2 when a server did not start."""
    options = _parser().parse_args(arguments)
    schedule = Schedule(
        operations=options.operations,
        concurrency=options.concurrency,
        sizes=options.sizes,
        targets=options.targets,
        rounds=options.rounds,
        seconds=options.seconds,
        most=options.most,
        minutes=options.minutes,
        seed=options.seed,
    )
    console = Console() if sys.stdout.isatty() else Console(width=_WIDTH)
    try:
        run = _measure(schedule, options.calendar)
    except TargetFailed as error:
        sys.stderr.write(f"bench: {error}\n")
        return 2
    show(run, console)
    if options.json is not None:
        options.json.write_text(as_json(run))
    return int(any(f.wrong for c, f in run.figures.by_cell.items() if c.target.is_ours))


def _measure(schedule: Schedule, calendar: Calendar) -> Run:
    begun, before = perf_counter(), load()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        progress = stack.enter_context(_progress())
        task = progress.add_task("starting", total=None)
        clients = stack.enter_context(Clients(max(schedule.concurrency)))
        catalogue = Catalogue(folder, calendar, stack)
        sites, starts = make_sites(
            schedule, catalogue, clients, lambda text: progress.update(task, description=text)
        )
        rounds = Rounds(schedule, sites, clients)
        progress.update(task, total=schedule.rounds * len(rounds.records))

        def tell(cell: Cell, turn: int) -> None:
            text = (
                f"round {turn + 1}: {TITLES[cell.operation]}, {cell.target}, N = {cell.size:,}"
            )
            progress.update(task, advance=1, description=text)

        rounds.run(tell)
        memory = {key: site.target.memory() for key, site in sites.items()}
    minutes = (perf_counter() - begun) / 60
    figures = Figures(rounds.records)
    return Run(schedule, this_machine(), (before, load()), figures, starts, memory, minutes)


def _progress() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    return Progress(*columns, console=Console(stderr=True), transient=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bench", description=bench.__doc__)
    add = parser.add_argument
    add("--sizes", type=_numbers, default=(1_000, 10_000), help="events per calendar")
    add("--targets", type=_choices(TargetName), default=_TARGETS, help=_names(TargetName))
    add(
        "--operations",
        type=_choices(Operation),
        default=tuple(Operation),
        help=_names(Operation),
    )
    add("--concurrency", type=_numbers, default=(1, 8), help="clients at the same time")
    add("--calendar", type=Calendar, default=Calendar.PERSONAL, help=_names(Calendar))
    add("--rounds", type=int, default=3, help="interleaved rounds")
    add("--seconds", type=float, default=0.5, help="at most, for one figure in one round")
    add(
        "--most",
        type=int,
        default=100,
        help="requests of one client for one figure in one round",
    )
    add("--minutes", type=float, default=7.0, help="after which no further round begins")
    add("--seed", type=int, default=1, help="of the generated calendars")
    add("--json", type=Path, metavar="FILE", help="write everything measured to a file")
    return parser


def _numbers(text: str) -> tuple[int, ...]:
    numbers = tuple(int(part) for part in text.split(","))
    if min(numbers) < 1:
        raise argparse.ArgumentTypeError(f"{text}: numbers from 1")
    return numbers


def _choices(kind: type[Choice]) -> Callable[[str], tuple[Choice, ...]]:
    def read(text: str) -> tuple[Choice, ...]:
        wanted = text.split(",")
        if unknown := set(wanted) - set(kind):
            raise argparse.ArgumentTypeError(f"unknown {min(unknown)}: {_names(kind)}")
        # In the order of the enumeration: what adds comes before what deletes.
        return tuple(member for member in kind if member in wanted)

    return read


def _names(kind: type[StrEnum]) -> str:
    return ", ".join(kind)


if __name__ == "__main__":
    sys.exit(main())
