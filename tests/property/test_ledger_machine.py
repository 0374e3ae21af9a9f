"""Random appointments, bills, payments and refunds: the ledger says what a plain model says."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import count
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, run_state_machine_as_test
from typing_extensions import override

from server.practice_db.database import SqlDatabase, open_database
from server.practice_db.engines import database_file
from server.usecases.check_database import check
from tests.databases import SLUG, PostgresServer
from tests.property import ledger_audit as audit
from tests.property.in_process import shared
from tests.property.ledger_doors import HouseClock, through_any_door
from tests.property.ledger_rules import NAMES

FEWEST = 4
"""On PostgreSQL each example takes a database of its own."""
STEPS = 60
PICK = st.integers(0, 10_000)
CLIENTS = st.sampled_from(sorted(NAMES))
SESSIONS = st.sampled_from(("acupinitial", "acupfollow"))
STATUSES = st.sampled_from(("arrived", "arrived", "completed", "booked"))
MISSED = st.sampled_from(("no-show", "late-cancelled", "cancelled"))
FEES = st.sampled_from((None, 0, 4000, 5500))
AMOUNTS = st.sampled_from((None, 100, 4000, 8500, 30000))
Where = tuple[str, ...]
"""The words that tell a command which practice is meant."""
Opening = Callable[[], AbstractContextManager[tuple[SqlDatabase, Where]]]


class Ledger(audit.Audited):
    """A practice that books, works, bills and is paid, in any order."""

    opening: ClassVar[Opening]

    def __init__(self) -> None:
        super().__init__()
        self._open = type(self).opening()
        self.furnish(*self._open.__enter__())

    @initialize()
    def begin(self) -> None:
        """Two clients who came, one who is yet to come, one whose series has begun."""
        for number, client in enumerate(sorted(NAMES)):
            self.book_by_title(client, "acupinitial", arrived=number > 0)
        self.book("C1001", "acupfollow", 1, series=True)
        self.become(self.books.visits[-1], "arrived", None, by_title=False)
        self.bill_client("C1001", draft=False, half=False)
        self.receive("C1001", 14900)

    # --- appointments -----------------------------------------------------------------------

    @through_any_door(
        client=CLIENTS, name=SESSIONS, day=st.integers(0, 40), series=st.booleans()
    )
    def book_at_the_desk(self, client: str, name: str, day: int, series: bool) -> None:
        self.book(client, name, day, series=series)

    @through_any_door(client=CLIENTS, name=SESSIONS, arrived=st.booleans())
    def book_in_a_calendar(self, client: str, name: str, arrived: bool) -> None:
        self.book_by_title(client, name, arrived=arrived)

    @precondition(audit.has_live)
    @through_any_door(pick=PICK, status=STATUSES, by_title=st.booleans())
    def come(self, pick: int, status: str, by_title: bool) -> None:
        for visit in self.pick_live(pick):
            self.become(visit, status, None, by_title=by_title)

    @precondition(audit.has_live)
    @through_any_door(pick=PICK, status=MISSED, fee=FEES, by_title=st.booleans())
    def miss(self, pick: int, status: str, fee: int | None, by_title: bool) -> None:
        for visit in self.pick_live(pick):
            self.become(visit, status, fee, by_title=by_title)

    @precondition(audit.has_live)
    @through_any_door(pick=PICK)
    def undo(self, pick: int) -> None:
        for visit in self.pick_live(pick):
            self.take_check_away(visit)

    @precondition(audit.has_live)
    @through_any_door(pick=PICK, days=st.integers(1, 5))
    def move(self, pick: int, days: int) -> None:
        for visit in self.pick_live(pick):
            self.drag(visit, days)

    @precondition(audit.has_live)
    @through_any_door(pick=PICK)
    def give_to_a_colleague(self, pick: int) -> None:
        for visit in self.pick_live(pick):
            self.hand_over(visit)

    @precondition(audit.has_live)
    @through_any_door(pick=PICK)
    def look_and_add_a_line(self, pick: int) -> None:
        for visit in self.pick_live(pick):
            self.touch(visit)

    @precondition(audit.has_live)
    @through_any_door(pick=PICK)
    def make_it_weekly(self, pick: int) -> None:
        for visit in self.pick_live(pick):
            self.begin_to_repeat(visit)

    @precondition(audit.has_live)
    @through_any_door(pick=PICK, client=CLIENTS)
    def change_client(self, pick: int, client: str) -> None:
        for visit in self.pick_live(pick):
            self.give_to_client(visit, client)

    @precondition(audit.has_live)
    @through_any_door(pick=PICK, location=st.sampled_from(("main", "telehealth")))
    def change_location(self, pick: int, location: str) -> None:
        for visit in self.pick_live(pick):
            self.relocate(visit, location)

    @precondition(audit.has_live)
    @through_any_door(pick=PICK, units=st.integers(1, 3))
    def change_units(self, pick: int, units: int) -> None:
        for visit in self.pick_live(pick):
            self.charge_units(visit, units)

    @precondition(audit.has_live)
    @through_any_door(pick=PICK, whole=st.booleans())
    def end(self, pick: int, whole: bool) -> None:
        for visit in self.pick_live(pick):
            self.delete(visit, whole=whole or not visit.key)

    @precondition(audit.has_gone)
    @through_any_door(pick=PICK)
    def bring_back(self, pick: int) -> None:
        for visit in audit.one_of([one for one in self.books.visits if one.gone], pick):
            self.restore(visit)

    @precondition(audit.has_live)
    @through_any_door(pick=PICK, signed=st.booleans())
    def write_a_note(self, pick: int, signed: bool) -> None:
        for visit in self.pick_live(pick):
            self.sign(visit, signed=signed)

    # --- money ------------------------------------------------------------------------------

    @precondition(audit.has_unbilled)
    @through_any_door(client=CLIENTS, draft=st.booleans(), half=st.booleans())
    def bill(self, client: str, draft: bool, half: bool) -> None:
        self.bill_client(client, draft=draft, half=half)

    @precondition(audit.has_draft)
    @through_any_door(pick=PICK)
    def open_one(self, pick: int) -> None:
        for number in self.pick_bills(pick):
            self.open(number)

    @through_any_door(pick=PICK)
    def cancel(self, pick: int) -> None:
        for number in self.pick_bills(pick):
            self.cancel_bill(number)

    @precondition(audit.has_billed)
    @through_any_door(pick=PICK, fee=st.sampled_from((1, 7000)))
    def change_fee_on_bill(self, pick: int, fee: int) -> None:
        for place in audit.one_of(self.places(lambda line: line.bill is not None), pick):
            self.edit_fee(place, fee)

    @precondition(audit.has_billed)
    @through_any_door(pick=PICK, units=st.integers(1, 3))
    def change_units_on_bill(self, pick: int, units: int) -> None:
        for place in audit.one_of(self.places(lambda line: line.bill is not None), pick):
            self.edit_units(place, units)

    @precondition(audit.has_billed)
    @through_any_door(pick=PICK)
    def take_a_line_off(self, pick: int) -> None:
        for place in audit.one_of(self.places(lambda line: line.bill is not None), pick):
            self.take_off(place)

    @through_any_door(pick=PICK)
    def put_a_line_on(self, pick: int) -> None:
        for number in self.pick_bills(pick):
            for place in audit.one_of(self.places(lambda line: line.bill is None), pick):
                self.put_on(number, place)

    @through_any_door(client=CLIENTS, minor=st.sampled_from((500, 8500, 14900, 50000)))
    def be_paid(self, client: str, minor: int) -> None:
        self.receive(client, minor)

    @through_any_door(client=CLIENTS, each=st.sampled_from((1000, 4000)))
    def pay_something_of_everything(self, client: str, each: int) -> None:
        self.spread(client, each)

    @through_any_door(payment=PICK, bill=PICK, minor=AMOUNTS)
    def apply_one(self, payment: int, bill: int, minor: int | None) -> None:
        for number in self.pick_bills(bill):
            client = self.books.bills[number].client
            theirs = [name for name, one in self.books.payments.items() if one.client == client]
            for name in audit.one_of(theirs, payment) or self.pick_payments(payment):
                self.apply(name, number, minor)

    @precondition(audit.has_applied)
    @through_any_door(payment=PICK, bill=PICK, everywhere=st.booleans())
    def unapply_one(self, payment: int, bill: int, everywhere: bool) -> None:
        for name in self.pick_payments(payment):
            for number in self.pick_bills(bill):
                self.unapply(name, None if everywhere else number)

    @through_any_door(payment=PICK, minor=AMOUNTS)
    def refund_one(self, payment: int, minor: int | None) -> None:
        for name in self.pick_payments(payment):
            self.refund(name, minor)

    @through_any_door(payment=PICK)
    def remove_one(self, payment: int) -> None:
        for name in self.pick_payments(payment):
            self.remove(name)

    @through_any_door(pick=PICK, minor=AMOUNTS)
    def give_up(self, pick: int, minor: int | None) -> None:
        for number in self.pick_bills(pick):
            self.write_off(number, minor)

    @precondition(audit.has_written_off)
    @through_any_door(pick=PICK)
    def ask_again(self, pick: int) -> None:
        for number in self.pick_bills(pick):
            self.undo_write_off(number)

    @through_any_door(pick=PICK, minor=st.sampled_from((400, 4000)))
    def ask_an_insurer(self, pick: int, minor: int) -> None:
        for number in self.pick_bills(pick):
            self.insure(number, minor)

    @through_any_door(pick=PICK)
    def ask_the_client_instead(self, pick: int) -> None:
        for number in self.pick_bills(pick):
            self.take_back_share(number)

    @override
    def teardown(self) -> None:
        try:
            with self.house.database.reading() as uow:
                assert list(check(uow, self.house.rules, HouseClock(self.house))) == []
        finally:
            self.doors.close()
            self._open.__exit__(None, None, None)


def _run(opening: Opening, chosen: settings) -> None:
    machine: type[Ledger] = type("OpenedLedger", (Ledger,), {"opening": staticmethod(opening)})
    run_state_machine_as_test(machine, settings=settings(chosen, stateful_step_count=STEPS))


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_no_money_is_lost_or_doubled_whatever_happens(
    sqlite_template: Path, tmp_path: Path
) -> None:
    folders = (tmp_path / str(number) for number in count())

    @contextmanager
    def copied() -> Iterator[tuple[SqlDatabase, Where]]:
        folder = next(folders)
        shutil.copytree(sqlite_template, folder)
        opened = open_database(database_file(folder), SLUG)
        yield opened, ("--data-dir", str(folder))
        opened.close()

    _run(copied, shared())


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.postgres
def test_no_money_is_lost_or_doubled_whatever_happens_on_postgresql(
    postgres_server: PostgresServer,
) -> None:
    @contextmanager
    def created() -> Iterator[tuple[SqlDatabase, Where]]:
        name = postgres_server.create_prepared()
        url = postgres_server.url(name)
        opened = open_database(url, SLUG)
        yield opened, ("--database", url, "--practice", SLUG)
        opened.close()
        postgres_server.drop(name)

    _run(created, shared(FEWEST))
