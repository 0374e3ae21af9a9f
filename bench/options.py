"""The options of `python -m bench`, and what they choose."""

import argparse
from collections.abc import Callable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, TypeVar

import bench
from bench.operations import Operation
from bench.rounds import Schedule
from bench.targets.catalogue import TargetName
from bench.targets.praxical import Calendar

Choice = TypeVar("Choice", bound=StrEnum)

_TARGETS: Final = (TargetName.RADICALE, TargetName.PRAXICAL, TargetName.PRAXICAL_POSTGRES)
_TARGETS_HELP: Final = """\
radicale: stock Radicale as it is installed, with its own HTTP server; every ratio and goal \
is against it. radicale-granian: its application under granian with keep-alive, the harder \
opponent; adds a column and a ratio of its own. xandikos: installed for this run into a \
temporary environment; left out where that fails. praxical: on SQLite. praxical-postgres: on \
PostgreSQL. Default: radicale,praxical,praxical-postgres"""
_CALENDAR_HELP: Final = """\
what Praxical's events are put into. personal: a calendar made by MKCALENDAR, where events \
stay as they are. practice: the appointments of a new practice, where each becomes an Other \
Event, at the same times, with the practice's rules and history (default: personal)"""

# A look whether everything works, in about a minute.
_QUICK: Final[dict[str, Any]] = {
    "sizes": (1_000,),
    "targets": (TargetName.RADICALE, TargetName.PRAXICAL),
    "rounds": 1,
    "seconds": 0.2,
    "minutes": 1.0,
}
# The first round takes minutes then, and one look at what is fast is no figure.
_PATIENT: Final[dict[str, Any]] = {"minutes": 25.0}


def read_options(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line; `--quick` changes what is not said."""
    parser = _parser()
    said = parser.parse_args(arguments)
    if said.patient:
        parser.set_defaults(**_PATIENT)
    if said.quick:
        parser.set_defaults(**_QUICK)
    return parser.parse_args(arguments)


def schedule_of(options: argparse.Namespace) -> Schedule:
    """What the options ask to be measured."""
    return Schedule(
        operations=options.operations,
        concurrency=options.concurrency,
        sizes=options.sizes,
        targets=options.targets,
        rounds=options.rounds,
        patient=options.patient,
        seconds=options.seconds,
        most=options.most,
        minutes=options.minutes,
        seed=options.seed,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bench", description=bench.__doc__)
    add = parser.add_argument
    add("--quick", action="store_true", help="a look in about a minute, at N = 1,000")
    add("--sizes", type=_numbers, default=(1_000, 10_000), help="events per calendar")
    add("--targets", type=_choices(TargetName), default=_TARGETS, help=_TARGETS_HELP)
    operations = _choices(Operation)
    add("--operations", type=operations, default=tuple(Operation), help=_names(Operation))
    add("--concurrency", type=_numbers, default=(1, 8), help="clients at the same time")
    add("--calendar", type=Calendar, default=Calendar.PERSONAL, help=_CALENDAR_HELP)
    add("--rounds", type=_whole, default=3, help="interleaved rounds")
    add("--seconds", type=float, default=0.5, help="at most, for one figure in one round")
    add("--most", type=_whole, default=100, help="different requests of one client, likewise")
    add(
        "--patient",
        action="store_true",
        help="ask slow servers by several clients at once, too; takes minutes for each",
    )
    add(
        "--minutes",
        type=float,
        default=11.0,
        help="from the start; no figure is taken later, but the first round is whole",
    )
    add("--seed", type=int, default=1, help="of the generated calendars")
    add("--json", type=Path, metavar="FILE", help="write everything measured to a file")
    return parser


def _whole(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text}: a number from 1")
    return number


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(sorted({_whole(part) for part in text.split(",")}))


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
