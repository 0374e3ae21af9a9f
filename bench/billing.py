"""The benchmark of charges and bills: `python -m bench.billing --help`.

Appointments are booked, then all of them are marked arrived, in turns with the billing hooks
and without them: the ratio says what posting costs. Then one monthly run bills everybody; it is
stopped half-way and asked for again, and once more when it is done.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Final
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from bench.targets.catalogue import postgres_in
from server.billing_hooks.bill_runs import run_bills
from server.billing_hooks.hooks import BillingHooks
from server.domain.appointment import Details, ServiceLine
from server.domain.calendars import Actor
from server.domain.ids import AppointmentId, ClientNumber, PracticeId, UserName
from server.domain.money import Money
from server.domain.practice import Client, Practice, Service, User
from server.domain.vocabulary import Door, Kind, Role, Status
from server.domain.when import Timed
from server.practice_db.database import SqlDatabase, create_practice, open_database
from server.practice_db.engines import connect
from server.practice_db.migrations import upgrade
from server.usecases.context import Context
from server.usecases.edit_appointment import Changes, Target, edit_appointment, new_appointment
from server.usecases.manage_users import add_user

_ZONE: Final = ZoneInfo("America/New_York")
_STAFF: Final = tuple(UserName(f"alma{number}") for number in range(24))
_ADMIN: Final = Actor(UserName("admin"), Role.ADMIN, Door.COMMAND_LINE)
_NOW: Final = datetime(2026, 12, 1, 12, tzinfo=UTC)
_FIRST: Final = datetime(2026, 11, 2, 8, tzinfo=_ZONE)
_LAST_DAY: Final = date(2026, 11, 30)
_LENGTH: Final = timedelta(minutes=45)
_OF_A_CLIENT: Final = 4
_WIDTH: Final = 120
_SLOTS_OF_A_DAY: Final = 16
_DAYS: Final = 28
_SERVICES: Final = (ServiceLine("97810"), ServiceLine("97811", 2))
_HOOKS: Final = BillingHooks()


class _StoppedError(Exception):
    """What stops a run half-way."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What one database took; milliseconds for each arrival, seconds for the runs."""

    database: str
    arrivals: int
    plain: float
    charged: float
    bills: int
    run: float
    again: float


def main(arguments: Sequence[str] | None = None) -> int:
    """Run it; 0 when done."""
    options = _options(arguments)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        urls = {"SQLite": f"sqlite:///{folder / 'billing.sqlite3'}"}
        if not options.sqlite_only:
            server = stack.enter_context(postgres_in(folder / "postgres"))
            server.psql("CREATE DATABASE billing;")
            urls["PostgreSQL"] = server.get_uri(database="billing", driver="psycopg")
        progress = stack.enter_context(Progress(console=Console(stderr=True), transient=True))
        found = [_measure(name, url, options.arrivals, progress) for name, url in urls.items()]
    _show(found)
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.billing", description=__doc__)
    parser.add_argument("--arrivals", type=int, default=10_000, help="default: 10,000")
    parser.add_argument("--sqlite-only", action="store_true")
    return parser.parse_args(arguments)


def _measure(name: str, url: str, arrivals: int, progress: Progress) -> Figures:
    database = _practice(url, arrivals)
    booked = _book(database, arrivals, progress)
    database.refresh_statistics()
    plain, charged = _arrive(database, booked, progress)
    run, bills = _bill_everybody(database, progress)
    begun = perf_counter()
    if run_bills(database, _context(), _LAST_DAY):
        raise RuntimeError("a finished run has billed again")
    again = perf_counter() - begun
    with database.reading() as uow:
        if wrong := uow.billing.ledger.unbalanced():
            raise RuntimeError(f"the ledger is wrong: {wrong[0]}")
    database.close()
    return Figures(name, len(charged), median(plain), median(charged), bills, run, again)


def _practice(url: str, arrivals: int) -> SqlDatabase:
    engine = connect(url)
    upgrade(engine)
    create_practice(engine, Practice(PracticeId(0), "bench", "Bench", _ZONE))
    engine.dispose()
    database = open_database(url, "bench")
    with database.writing() as uow:
        for code, fee in (("97810", 6500), ("97811", 4500)):
            uow.configuration.save_service(Service(code, f"Service {code}", Money(fee)))
        for name in _STAFF:
            user = User(name, name, f"{name}@practice.example", Role.PRACTITIONER, "needles")
            add_user(uow, _context(), user)
        for number in range(arrivals // _OF_A_CLIENT + 1):
            uow.clients.save(Client(_client(number), "Client", str(number)))
    return database


def _client(number: int) -> ClientNumber:
    return ClientNumber(f"C{number:06d}")


def _context() -> Context:
    return Context(_ADMIN, _NOW, hooks=_HOOKS)


def _book(database: SqlDatabase, arrivals: int, progress: Progress) -> list[AppointmentId]:
    """Book twice as many as arrive with hooks: the other half arrives without."""
    booked = []
    numbers = progress.track(range(2 * arrivals), description="booking")
    for number in numbers:
        slots, staff = divmod(number, len(_STAFF))
        day, slot = divmod(slots, _SLOTS_OF_A_DAY)
        start = _FIRST + timedelta(days=day % _DAYS, minutes=45 * slot)
        details = Details(
            Kind.SESSION,
            Status.BOOKED,
            _STAFF[staff],
            client=_client(number // (2 * _OF_A_CLIENT)),
            services=_SERVICES,
        )
        with database.writing() as uow:
            when = Timed(start, start + _LENGTH)
            booked.append(new_appointment(uow, _context(), when, details))
    return booked


def _arrive(
    database: SqlDatabase, booked: Sequence[AppointmentId], progress: Progress
) -> tuple[list[float], list[float]]:
    """Mark all arrived, in turns without hooks and with them; milliseconds of each."""
    took: tuple[list[float], list[float]] = ([], [])
    contexts = (replace(_context(), hooks=Context(_ADMIN, _NOW).hooks), _context())
    changes = Changes({"status": Status.ARRIVED})
    numbers = progress.track(range(len(booked)), description="arriving")
    for number in numbers:
        begun = perf_counter()
        with database.writing() as uow:
            edit_appointment(uow, contexts[number % 2], Target(booked[number]), changes)
        took[number % 2].append(1000 * (perf_counter() - begun))
    return took


def _bill_everybody(database: SqlDatabase, progress: Progress) -> tuple[float, int]:
    """Run the month, stopped half-way and asked for again; seconds, and bills in all."""
    task = progress.add_task("billing", total=None)

    def half(done: int, of: int) -> None:
        progress.update(task, completed=done, total=of)
        if done == of // 2:
            raise _StoppedError

    begun = perf_counter()
    try:
        run_bills(database, _context(), _LAST_DAY, half)
    except _StoppedError:
        run_bills(
            database,
            _context(),
            _LAST_DAY,
            lambda done, of: progress.update(task, completed=done, total=of),
        )
    seconds = perf_counter() - begun
    with database.reading() as uow:
        return seconds, len(uow.billing.bills.of())


def _show(found: Sequence[Figures]) -> None:
    table = Table(title="Charges and bills")
    columns = ("database", "arrivals", "arrive, ms", "and charge, ms", "times", "bills")
    for name in (*columns, "run, s", "bills per s", "done already, s"):
        table.add_column(name, justify="right")
    for one in found:
        table.add_row(*_cells(one))
    console = Console() if sys.stdout.isatty() else Console(width=_WIDTH)
    console.print(table)


def _cells(one: Figures) -> Iterator[str]:
    yield one.database
    yield f"{one.arrivals:,}"
    yield f"{one.plain:.2f}"
    yield f"{one.charged:.2f}"
    yield f"{one.charged / one.plain:.2f}"
    yield f"{one.bills:,}"
    yield f"{one.run:.1f}"
    yield f"{one.bills / one.run:,.0f}"
    yield f"{one.again:.3f}"


if __name__ == "__main__":
    sys.exit(main())
