"""The benchmark of busy times, free slots and bookings: `python -m bench.booking --help`.

A practice with many practitioners and years of appointments is asked as its readers ask it:
busy times of one and of all practitioners for a month, free slots of two months, and bookings
by several visitors at once. How CalDAV's free-busy report compares with stock Radicale's is
told by `python -m bench`, beside everything else that both can do.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, Final

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from bench.busy_practice import SESSION, SLUG, Readers, Size, build, name_of
from bench.expansion import Window
from bench.processes import ServerProcess, TargetFailed, free_port
from bench.requests import free_busy_body
from bench.targets.catalogue import postgres_in
from bench.wire import Answer, Connection, Endpoint
from server.practice_db.engines import database_file
from server.usecases.clock import SystemClock

_MONTH: Final = timedelta(days=30)
_SLOT_DAYS: Final = timedelta(days=60)
_ROUNDS: Final = 15
_VISITORS: Final = 8
_PATIENCE: Final = 60.0
_BOOKINGS_OF_A_VISITOR: Final = 100
_TAKEN: Final = 409
_OK: Final = frozenset({200, 201})
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
    all_at_once: float
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
        asking = _Asking(port, readers, now, size)
        samples: dict[str, list[float]] = {what: [] for what in asking.questions}
        for _ in range(_ROUNDS):
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
            if perf_counter() - begun > _PATIENCE:
                raise TargetFailed(process.last_words())
        yield port
    finally:
        process.stop()


def _listens(port: int) -> bool:
    try:
        with Connection(Endpoint(port, "/", "", ""), _PATIENCE):
            return True
    except OSError:
        return False


class _Asking:
    """The readers of one server, each question on a connection that is kept."""

    def __init__(self, port: int, readers: Readers, now: datetime, size: Size) -> None:
        self._port = port
        self._readers = readers
        self._size = size
        self._now = now
        self._connection = Connection(Endpoint(port, "/", "", ""), _PATIENCE)
        self._reports = [self._report(number) for number in range(size.people)]
        self.questions: dict[str, Callable[[], object]] = {
            "address": lambda: self._get(f"{readers.address}?{self._span('start', 'end')}"),
            "report": lambda: self._ask(self._reports[0]),
            "all_reports": lambda: [self._ask(each) for each in self._reports],
            "all_at_once": lambda: self._get(f"/api/v1/freebusy?{self._span('from', 'to')}"),
            "slots": self.slots,
        }

    def slots(self) -> list[dict[str, Any]]:
        """The free slots of two months, of all who can be booked."""
        until = (self._now + _SLOT_DAYS).date()
        answer = self._get(f"/api/v1/slots?session={SESSION}&to={until}")
        found: list[dict[str, Any]] = json.loads(bytes(answer.body))["items"]
        return found

    def book(self, slots: Sequence[dict[str, Any]]) -> tuple[int, float]:
        """Book by several visitors at once, each with practitioners of their own."""
        with ThreadPoolExecutor(_VISITORS) as pool:
            chosen = [_apart(slots, number) for number in range(_VISITORS)]
            begun = perf_counter()
            done = sum(pool.map(self._book_all, chosen))
            return done, perf_counter() - begun

    def _book_all(self, slots: Sequence[dict[str, Any]]) -> int:
        with Connection(Endpoint(self._port, "/", "", ""), _PATIENCE) as connection:
            return sum(_booked(connection, self._port, slot) for slot in slots)

    def _span(self, first: str, second: str) -> str:
        until = self._now + _MONTH
        return f"{first}={self._now:%Y-%m-%dT%H:%M:%SZ}&{second}={until:%Y-%m-%dT%H:%M:%SZ}"

    def _get(self, path: str) -> Answer:
        lines = (
            f"GET {path} HTTP/1.1",
            f"Host: 127.0.0.1:{self._port}",
            f"Authorization: Bearer {self._readers.token}",
        )
        return self._ask("\r\n".join((*lines, "", "")).encode())

    def _ask(self, request: bytes) -> Answer:
        answer = self._connection.ask(request)
        if answer.status not in _OK:
            raise TargetFailed(f"answered {answer.status}: {bytes(answer.body[:200])!r}")
        return answer

    def _report(self, number: int) -> bytes:
        name = name_of(number)
        endpoint = Endpoint(
            self._port, f"/{name}/appointments/", name, self._readers.passwords[name]
        )
        body = free_busy_body(Window(self._now, self._now + _MONTH))
        return endpoint.request("REPORT", "", body, Content_Type="text/xml", Depth="1")


def _apart(slots: Sequence[dict[str, Any]], visitor: int) -> list[dict[str, Any]]:
    """Slots of one visitor that no other one takes and that do not overlap."""
    own: dict[tuple[str, str], dict[str, Any]] = {}
    for slot in slots:
        if int(slot["practitioner"][1:]) % _VISITORS == visitor:
            own.setdefault((slot["practitioner"], slot["start"][:13]), slot)
    apart: list[dict[str, Any]] = []
    ends: dict[str, datetime] = {}
    for slot in own.values():
        start, end = (datetime.fromisoformat(slot[edge]) for edge in ("start", "end"))
        if ends.get(slot["practitioner"], start) <= start:
            ends[slot["practitioner"]] = end
            apart.append(slot)
    return apart[:_BOOKINGS_OF_A_VISITOR]


def _booked(connection: Connection, port: int, slot: dict[str, Any]) -> bool:
    """Book a slot as somebody new; False where it was taken: rooms are shared."""
    said = {
        "session": SESSION,
        "practitioner": slot["practitioner"],
        "start": slot["start"],
        "name": f"Nobody {slot['practitioner']}",
        "email": f"visitor-{slot['practitioner']}-{slot['start'][:13]}@visitors.example",
    }
    body = json.dumps(said).encode()
    lines = (
        f"POST /api/v1/book/{SLUG}/bookings HTTP/1.1",
        f"Host: 127.0.0.1:{port}",
        "Content-Type: application/json",
        f"Idempotency-Key: {slot['practitioner']}-{slot['start']}",
        f"Content-Length: {len(body)}",
    )
    answer = connection.ask("\r\n".join((*lines, "", "")).encode() + body)
    if answer.status not in {*_OK, _TAKEN}:
        raise TargetFailed(f"answered {answer.status}: {bytes(answer.body[:200])!r}")
    return answer.status != _TAKEN


def _show(found: Sequence[Figures], size: Size) -> None:
    title = (
        f"{size.people} practitioners, {size.appointments:,} appointments each; "
        f"slots of {size.bookable}; {_VISITORS} visitors at once"
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
    ("free slots of 60 days", lambda one: f"{one.slots:.1f}"),
    ("slots found", lambda one: f"{one.found:,}"),
    ("bookings", lambda one: f"{one.bookings:,}"),
    ("bookings a second", lambda one: f"{one.bookings_per_second:,.0f}"),
)


if __name__ == "__main__":
    sys.exit(main())
