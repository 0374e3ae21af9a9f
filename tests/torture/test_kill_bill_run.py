"""kill -9 in the middle of billing everybody: started again, each client is billed once."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from threading import Event
from uuid import uuid4

import pytest

from server.billing_hooks.hooks import BillingHooks
from server.billing_hooks.sales import Sale, sell
from server.domain.appointment import Details
from server.domain.bills import Bill
from server.domain.ids import ClientNumber, SessionTypeId
from server.domain.practice import Client
from server.domain.vocabulary import Kind, Status
from server.domain.when import Timed
from server.practice_db.database import SqlDatabase, open_database
from server.usecases.check_database import check
from server.usecases.clock import SystemClock
from server.usecases.context import Context, Rules
from server.usecases.edit_appointment import new_appointment
from server.usecases.manage_clients import add_client
from server.usecases.ports import UnitOfWork
from tests.databases import BOTH, SLUG
from tests.system.events import DAY, monday
from tests.system.practice import ALMA, MAIN, furnish, operator
from tests.system.servers import ROOT, praxical, prepared_url

FEW, MANY = 90, 600
"""How many clients there are to bill, in the short form and in the long one."""
POLL_SECONDS = 0.003
UNTIL = (monday(0) - DAY).date()
TOLD = ("bill", "run", "--until", str(UNTIL))


def cashier() -> Context:
    """Return the context of somebody whose changes are charged."""
    return replace(operator(), hooks=BillingHooks())


def owing(uow: UnitOfWork, number: int) -> None:
    """Add a client who was here last week, or has bought something."""
    blank = Client(ClientNumber(""), "Test", uuid4().hex[:10].title())
    client = add_client(uow, cashier(), blank)
    if number % 3:
        sell(uow, cashier(), Sale(client, "herbs", UNTIL))
        return
    details = Details(
        Kind.SESSION,
        Status.ARRIVED,
        ALMA,
        client=client,
        session_type=SessionTypeId("acupfollow"),
        location=MAIN,
    )
    start = monday(-1 - number, 9)
    new_appointment(uow, cashier(), Timed(start, start + DAY / 24), details)


def bills(database: SqlDatabase) -> list[Bill]:
    """Return all bills of the practice."""
    with database.reading() as uow:
        return list(uow.billing.bills.of())


def left(database: SqlDatabase) -> int:
    """Return how many clients are still to be billed."""
    with database.reading() as uow:
        return len(uow.billing.charges.clients_unbilled(UNTIL))


def killed_run(url: str, database: SqlDatabase, more: int) -> None:
    """Start a run, and kill it once so many more clients are billed."""
    before = left(database)
    words = ["-m", "server", "--database", url, "--practice", SLUG, *TOLD]
    process = subprocess.Popen(
        [sys.executable, *words],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
    )
    pause = Event()
    while left(database) > before - more:
        assert process.poll() is None, "the run ended without being killed"
        pause.wait(POLL_SECONDS)
    process.kill()
    process.wait(20)


def wrong(database: SqlDatabase) -> list[object]:
    """Return what `praxical check` finds."""
    with database.reading() as uow:
        return list(check(uow, Rules(), SystemClock()))


def billed_once(engine: str, request: pytest.FixtureRequest, count: int, kills: int) -> None:
    """Bill so many clients in a run that is killed so many times."""
    with prepared_url(engine, request) as url:
        database = open_database(url, SLUG)
        with database.writing() as uow:
            furnish(uow)
            for number in range(count):
                owing(uow, number)
        for still in range(kills, 0, -1):
            before = left(database)
            # A part of what would be this run's share: it goes on while it is looked at.
            killed_run(url, database, before // (2 * still + 2))
            assert 0 < left(database) < before
            assert wrong(database) == []
        assert praxical(url, *TOLD).returncode == 0
        made = bills(database)
        assert praxical(url, *TOLD).returncode == 0
        assert bills(database) == made
        assert len({bill.client for bill in made}) == len(made) == count
        assert sorted(bill.number or 0 for bill in made) == list(range(1, count + 1))
        assert all(bill.charges for bill in made)
        assert wrong(database) == []
        database.close()


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("engine", BOTH)
def test_a_run_that_was_killed_goes_on_and_bills_everybody_once(
    engine: str, request: pytest.FixtureRequest
) -> None:
    billed_once(engine, request, FEW, kills=2)


@pytest.mark.torture
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("engine", BOTH)
def test_a_run_that_was_killed_twenty_times_bills_everybody_once(
    engine: str, request: pytest.FixtureRequest
) -> None:
    billed_once(engine, request, MANY, kills=20)
