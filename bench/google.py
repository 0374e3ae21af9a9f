"""The benchmark of Google sync: `python -m bench.google --help`.

The real worker syncs practices with the local Google, which runs as a process of its own: first
syncs and changes on both sides with a Google that answers at once and with one that takes a
tenth of a second, what an idle link asks for in days, and a thousand links in one worker.
"""

import argparse
import multiprocessing
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from bench.google_beside import Clock, google_beside
from bench.google_house import migrated
from bench.google_many import Many, measure_many
from bench.google_measures import (
    TOGETHER,
    Idle,
    OneLink,
    Rate,
    measure_idle,
    measure_limits,
    measure_link,
    measure_together,
)
from bench.targets.catalogue import postgres_in
from server.practice_db.engines import database_file

T = TypeVar("T")
_SLOW: Final = 0.1
_SLOW_PART: Final = 10
_CHANGES: Final = 20
_ACCOUNTS: Final = 20
_LINKS_AT_LEAST: Final = 4
_WIDTH: Final = 110


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many appointments are synced with a Google that answers at once, and late; links."""

    at_once: int
    late: int
    links: int


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured with one database."""

    database: str
    at_once: OneLink
    late: OneLink
    together: Rate
    limits: float
    told: Idle
    told_of_two: Idle
    untold: Idle
    many: Many


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table: what, how it is told, and what it is to be at most."""

    name: str
    value: Callable[[Figures], float]
    digits: int = 1
    at_most: float | None = None

    def cells(self, found: Sequence[Figures]) -> Iterator[str]:
        """Return the line, the goal and whether each figure reaches it last."""
        yield self.name
        for one in found:
            value = self.value(one)
            met = "" if self.at_most is None else " ✓" if value <= self.at_most else " ✗"
            yield f"{value:,.{self.digits}f}{met}"
        yield "" if self.at_most is None else f"≤ {self.at_most:g}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run it; 0 when done."""
    options = _options(arguments)
    late = max(10, options.appointments // _SLOW_PART)
    sizes = Sizes(options.appointments, late, options.links)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        urls = {"SQLite": database_file(folder)}
        if not options.sqlite_only:
            server = stack.enter_context(postgres_in(folder / "postgres"))
            server.psql("CREATE DATABASE google;")
            urls["PostgreSQL"] = server.get_uri(database="google", driver="psycopg")
        progress = stack.enter_context(Progress(console=Console(stderr=True), transient=True))
        found = [_measure(name, url, sizes, progress) for name, url in urls.items()]
    _show(found, sizes)
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.google", description=__doc__)
    parser.add_argument("--appointments", type=int, default=500, help="default: 500")
    parser.add_argument("--links", type=int, default=1000, help="in one worker; 1,000")
    parser.add_argument("--sqlite-only", action="store_true")
    options = parser.parse_args(arguments)
    if options.appointments < 1 or options.links < _LINKS_AT_LEAST:
        parser.error(f"needs an appointment and {_LINKS_AT_LEAST} links at least")
    return options


def _measure(name: str, url: str, sizes: Sizes, progress: Progress) -> Figures:
    task = progress.add_task(name, total=None)

    def now(what: str, measure: Callable[..., T], *more: Any, **said: Any) -> T:  # noqa: ANN401
        progress.update(task, description=f"{name}: {what}")
        return measure(url, what.replace(" ", "-"), clock, *more, **said)

    migrated(url)
    with google_beside(sizes.links + _ACCOUNTS) as google:
        clock = Clock(google)
        found = Figures(
            name,
            at_once=now("at once", measure_link, sizes.at_once, 0.0),
            late=now("late", measure_link, sizes.late, _SLOW),
            together=now("together", measure_together, sizes.late, _SLOW),
            limits=now("limits", measure_limits, sizes.at_once),
            told=now("told", measure_idle),
            told_of_two=now("told of two", measure_idle, "primary"),
            untold=now("untold", measure_idle, push=False),
            many=now("many", _apart, sizes.links),
        )
    progress.remove_task(task)
    return found


def _apart(url: str, slug: str, clock: Clock, links: int) -> Many:
    """Measure many links in a new process, whose memory is the worker's own."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as process:
        changes = min(_CHANGES, links // 2)
        return process.submit(measure_many, url, slug, clock, links, changes).result()


def _show(found: Sequence[Figures], sizes: Sizes) -> None:
    table = Table(title="Google sync, by one worker")
    table.add_column("")
    for one in found:
        table.add_column(one.database, justify="right")
    table.add_column("goal", justify="right")
    for title, rows in _parts(sizes):
        table.add_section()
        table.add_row(f"[bold]{title}")
        for row in rows:
            table.add_row(*row.cells(found))
    console = Console() if sys.stdout.isatty() else Console(width=_WIDTH)
    console.print(table)


def _parts(sizes: Sizes) -> Iterator[tuple[str, Sequence[Row]]]:
    yield f"{sizes.at_once:,} appointments, answers at once: a second", _rates(_at_once)
    yield f"{sizes.late:,} appointments, answers after 100 ms: a second", _rates(_late)
    yield f"{TOGETHER} links with {sizes.late:,} each, after 100 ms: a second", _TOGETHER
    yield "first sync within the limits: a minute", _LIMITS
    yield "write requests for each object", _WRITES
    yield "an idle link: calls of the API an hour", _IDLE
    yield f"{sizes.links:,} links", _MANY


def _at_once(one: Figures) -> OneLink:
    return one.at_once


def _late(one: Figures) -> OneLink:
    return one.late


def _rates(of: Callable[[Figures], OneLink]) -> Sequence[Row]:
    return (
        Row("first sync", lambda one: of(one).first.a_second),
        Row("moved here", lambda one: of(one).moved_here.a_second),
        Row("moved in Google", lambda one: of(one).moved_there.a_second),
        Row("cancelled here", lambda one: of(one).cancelled_here.a_second),
    )


_TOGETHER: Final = (Row("first sync", lambda one: one.together.a_second),)
_LIMITS: Final = (Row("appointments", lambda one: one.limits),)
_WRITES: Final = (
    Row("first sync", lambda one: one.at_once.first.writes_each, 2, 1),
    Row("moved here", lambda one: one.at_once.moved_here.writes_each, 2, 1),
    Row("moved in Google", lambda one: one.at_once.moved_there.writes_each, 2, 0),
    Row(
        "cancelled: emptied, deleted", lambda one: one.at_once.cancelled_here.writes_each, 2, 2
    ),
    Row("two more turns, in all", lambda one: one.at_once.quiet.writes, 0, 0),
)
_IDLE: Final = (
    Row("with push", lambda one: one.told.calls, 2, 2),
    Row("with push, and one more calendar watched", lambda one: one.told_of_two.calls, 2, 2),
    Row("most within any hour: a new channel", lambda one: one.told.most, 0),
    Row("without push", lambda one: one.untold.calls, 2),
    Row("tokens, beside these", lambda one: one.told.tokens, 2),
)
_MANY: Final = (
    Row("connected a second", lambda one: one.many.connected),
    Row("idle turns a second", lambda one: one.many.turns),
    Row("idle turns a second that are needed without push", lambda one: one.many.needed),
    Row("all due at once: the last one after, s", lambda one: one.many.behind),
    Row("to see that none is due, ms", lambda one: one.many.look),
    Row("a change here is in Google after, s", lambda one: one.many.lag, 2),
    Row("95 of 100 are after, s", lambda one: one.many.lag_of_most, 2),
    Row("while all are due at once, s", lambda one: one.many.burst),
    Row("memory of the process, MiB", lambda one: one.many.memory, 0),
    Row("for each link, KiB", lambda one: one.many.each, 0),
)


if __name__ == "__main__":
    sys.exit(main())
