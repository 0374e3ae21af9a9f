"""Who waited for another writer goes by what that one has left behind."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import text

from server.billing_hooks.sales import take_back
from server.domain.appointment import Appointment
from server.domain.charges import ChargeKind
from server.domain.ids import CalendarId
from server.domain.vocabulary import Status
from server.practice_db.database import SqlDatabase
from server.usecases.edit_appointment import Changes, Target, edit_appointment
from server.usecases.ports import ChargeFilter, UnitOfWork
from tests.contract.billing_house import Practice
from tests.contract.samples import ALMAS, INDEXED, NOW, THEOS, VISIT, occurrence, visit
from tests.practice import ALMA, JANE, at, furnish, session, timed

PATIENCE = 20
"""Seconds after which a test gives up waiting."""


class Other:
    """Another writer, in a thread of its own."""

    def __init__(self, database: SqlDatabase, work: Callable[[UnitOfWork], object]) -> None:
        self._database = database
        self._work = work
        self._wants = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def start_and_want_a_lock(self) -> None:
        """Let it begin; come back when it asks for a row, or cannot even begin."""
        self._database.watch(self._told)
        self._thread.start()
        # A second writer of an embedded file waits before it asks for anything.
        assert self._database.engines.is_sqlite or self._wants.wait(PATIENCE)

    def end(self) -> None:
        """Wait until it is done."""
        self._thread.join(PATIENCE)
        self._database.watch(None)
        assert not self._thread.is_alive()

    def _told(self, statement: str) -> None:
        if threading.current_thread() is self._thread and "FOR NO KEY UPDATE" in statement:
            self._wants.set()

    def _run(self) -> None:
        with self._database.writing() as uow:
            self._work(uow)


def store(uow: UnitOfWork, one: Appointment) -> None:
    uow.appointments.save(one, [occurrence(one, NOW)], INDEXED)


def is_free(database: SqlDatabase, calendar: CalendarId) -> bool:
    """Whether another writer could have a calendar now; in an embedded file there is none."""
    if database.engines.is_sqlite:
        return False
    wanted = text("SELECT id FROM calendar WHERE id = :one FOR UPDATE SKIP LOCKED")
    with database.engines.writing.connect() as connection:
        return connection.execute(wanted, {"one": calendar}).first() is not None


def test_who_waited_for_a_calendar_follows_what_was_moved_out_of_it(
    furnished: SqlDatabase,
) -> None:
    free: list[bool] = []

    def follow(uow: UnitOfWork) -> None:
        uow.calendars.lock_of([VISIT])
        free.append(is_free(furnished, THEOS))

    other = Other(furnished, follow)
    with furnished.writing() as uow:
        store(uow, visit())
    with furnished.writing() as uow:
        uow.calendars.lock([ALMAS])
        other.start_and_want_a_lock()
        store(uow, visit(calendar=THEOS))
    other.end()
    assert free == [False]


@pytest.fixture
def practice(database: SqlDatabase) -> Practice:
    """Return the small practice, which bills, on each engine in turn."""
    with database.writing() as uow:
        furnish(uow)
    return Practice(database)


def test_a_product_taken_back_while_its_visit_is_dragged_goes_with_it_and_stays_away(
    practice: Practice,
) -> None:
    number = practice.book(timed(at(24)), session(JANE, status=Status.ARRIVED))
    [herbs] = [one for one in practice.charges(number) if one.line.kind is ChargeKind.PRODUCT]
    other = Other(
        practice.database, lambda uow: take_back(uow, practice.context(), herbs.id, "none left")
    )
    with practice.database.writing([(ALMA, "appointments")]) as uow:
        other.start_and_want_a_lock()
        changes = Changes(when=timed(at(25)))
        edit_appointment(uow, practice.context(), Target(number), changes)
    other.end()
    with practice.database.reading() as uow:
        charges = uow.billing.charges.matching(
            ChargeFilter(appointment=number, reversed_too=True)
        )
    assert {one.service_date for one in charges} == {at(25).date()}
    assert [one.line.kind for one in charges if not one.stands] == [ChargeKind.PRODUCT]
    assert list(practice.wrong()) == []
