"""The benchmark of busy times, free slots and bookings: `python -m bench.booking --help`.

A practice with many practitioners and years of appointments is asked as its readers ask it:
busy times of one and of all practitioners for a month, free slots of two months, and bookings
by several visitors at once. Before each round one calendar changes, and a month that begins at
another hour is asked for: what a server keeps of its answers counts as far as it helps then.
How CalDAV's free-busy report compares with stock Radicale's is told by `python -m bench`,
beside everything else that both can do.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Final

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from bench.booking_readers import PATIENCE, VISITORS, Asking
from bench.busy_practice import Size, build
from bench.processes import ServerProcess, TargetFailed, free_port
from bench.targets.catalogue import postgres_in
from bench.wire import Connection, Endpoint
from server.practice_db.engines import database_file
from server.usecases.clock import SystemClock

_ROUNDS: Final = 15
_WIDTH: Final = 110
# Nobody is asked for a code, and nobody is slowed down: all visitors come from one address.
_OPEN: Final = {
    "PRAXICAL_BOOKING_VERIFICATION_CODES": "false",
    "PRAXICAL_BOOKING_PER_NETWORK_AN_HOUR": "1000000",
    "PRAXICAL_BOOKING_PER_ADDRESS_AN_HOUR": "1000000",
}


@dataclass(frozen=True, slots=True)
class Figures:
    """What one database took: milliseconds, and bookings a second."""

    database: str
    address: float
    report: float
    all_reports: float
    all_anew: float
    all_at_once: float
    all_again: float
    slots: float
    found: int
    bookings: int
    bookings_per_second: float


def main(arguments: Sequence[str] | None = None) -> int:
    """Run it; 0 when done."""
    options = _options(arguments)
    size = Size(options.practitioners, options.appointments, min(20, options.practitioners))
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        urls = {"SQLite": database_file(folder)}
        if not options.sqlite_only:
            server = stack.enter_context(postgres_in(folder / "postgres"))
            server.psql("CREATE DATABASE booking;")
            urls["PostgreSQL"] = server.get_uri(database="booking", driver="psycopg")
        progress = stack.enter_context(Progress(console=Console(stderr=True), transient=True))
        found = []
        for name, url in urls.items():
            task = progress.add_task(name, total=None)
            found.append(_measure(name, url, size, folder))
            progress.remove_task(task)
    _show(found, size)
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.booking", description=__doc__)
    parser.add_argument("--practitioners", type=int, default=100, help="default: 100")
    parser.add_argument("--appointments", type=int, default=10_000, help="of each; 10,000")
    parser.add_argument("--sqlite-only", action="store_true")
    return parser.parse_args(arguments)


def _measure(name: str, url: str, size: Size, folder: Path) -> Figures:
    now = SystemClock().now().replace(second=0, microsecond=0)
    readers = build(url, size, now)
    with _served(url, folder / f"{name}.log") as port:
        asking = Asking(port, readers, now, size)
        samples: dict[str, list[float]] = {what: [] for what in asking.questions}
        for number in range(_ROUNDS):
            asking.change(number)
            for what, ask in asking.questions.items():
                begun = perf_counter()
                ask()
                samples[what].append(1000 * (perf_counter() - begun))
        middle = {what: median(took) for what, took in samples.items()}
        slots = asking.slots()
        bookings, seconds = asking.book(slots)
    return Figures(
        name,
        **middle,
        found=len(slots),
        bookings=bookings,
        bookings_per_second=bookings / seconds,
    )


@contextmanager
def _served(url: str, log: Path) -> Iterator[int]:
    port = free_port()
    program = str(Path(sys.executable).with_name("praxical"))
    command = [program, "serve", "--port", str(port), "--database", url]
    process = ServerProcess(command, log, _OPEN)
    try:
        begun = perf_counter()
        while not _listens(port):
            process.wait_a_moment()
            if perf_counter() - begun > PATIENCE:
                raise TargetFailed(process.last_words())
        yield port
    finally:
        process.stop()


def _listens(port: int) -> bool:
    try:
        with Connection(Endpoint(port, "/", "", ""), PATIENCE):
            return True
    except OSError:
        return False


def _show(found: Sequence[Figures], size: Size) -> None:
    title = (
        f"{size.people} practitioners, {size.appointments:,} appointments each; "
        f"slots of {size.bookable}; {VISITORS} visitors at once"
    )
    table = Table(title=title)
    table.add_column("milliseconds, median")
    for one in found:
        table.add_column(one.database, justify="right")
    for name, cell in _ROWS:
        table.add_row(name, *(cell(one) for one in found))
    console = Console() if sys.stdout.isatty() else Console(width=_WIDTH)
    console.print(table)


_ROWS: Final[Sequence[tuple[str, Callable[[Figures], str]]]] = (
    ("a month of one, free/busy address", lambda one: f"{one.address:.2f}"),
    ("a month of one, REPORT", lambda one: f"{one.report:.2f}"),
    ("a month of all, a REPORT for each", lambda one: f"{one.all_reports:.1f}"),
    ("a month of all, API, one answer", lambda one: f"{one.all_at_once:.1f}"),
    ("times as fast", lambda one: f"{one.all_reports / one.all_at_once:.1f}"),
    ("the same, asked once more", lambda one: f"{one.all_again:.1f}"),
    ("times as fast", lambda one: f"{one.all_reports / one.all_again:.1f}"),
    ("the same, nothing kept of it", lambda one: f"{one.all_anew:.1f}"),
    ("times as fast", lambda one: f"{one.all_reports / one.all_anew:.1f}"),
    ("free slots of 60 days", lambda one: f"{one.slots:.1f}"),
    ("slots found", lambda one: f"{one.found:,}"),
    ("bookings", lambda one: f"{one.bookings:,}"),
    ("bookings a second", lambda one: f"{one.bookings_per_second:,.0f}"),
)


if __name__ == "__main__":
    sys.exit(main())
