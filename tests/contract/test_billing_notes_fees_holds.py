"""What ports.Notes, ports.Fees and ports.Holds promise."""

from __future__ import annotations

from dataclasses import replace

from server.domain.appointment import OccurrenceId
from server.domain.charges import ChargeKind
from server.domain.fees import FeeScope
from server.domain.ids import AppointmentId, BillId
from server.domain.money import Money
from server.domain.notes import NoteState
from server.domain.vocabulary import Lock
from server.domain.when import MASTER, RecurrenceKey
from server.practice_db.database import SqlDatabase
from server.usecases.ports import UnitOfWork
from tests.contract.billing_samples import BILL, CHARGE, FEE, FIRST, add_bill, another_charge
from tests.contract.samples import (
    ALMA,
    DAY,
    INITIAL,
    JANE,
    NOW,
    SERIES,
    THEO,
    VISIT,
    save,
    visit,
)

KEY = RecurrenceKey("20261124T140000Z")
SIGNED = NoteState(VISIT, MASTER, signed=True, at=NOW, by=ALMA, diagnoses=("F41.1", "M54.50"))
UNLOCKED = NoteState(VISIT, MASTER, signed=False, at=NOW + DAY, by=THEO)
OF_KEY = replace(SIGNED, key=KEY)
SECOND = OccurrenceId(VISIT, KEY)


def test_the_last_state_of_a_note_counts_and_all_stay(furnished: SqlDatabase) -> None:
    again = replace(SIGNED, at=NOW + 2 * DAY)
    with furnished.writing() as uow:
        notes = uow.billing.notes
        assert notes.get(FIRST) is None
        for state in (SIGNED, UNLOCKED, again):
            notes.add(state)
            assert notes.get(FIRST) == state
        assert notes.story(FIRST) == [SIGNED, UNLOCKED, again]
        assert notes.story(SECOND) == []


def test_the_notes_of_an_appointment_come_by_their_keys(furnished: SqlDatabase) -> None:
    with furnished.writing() as uow:
        notes = uow.billing.notes
        for state in (OF_KEY, SIGNED, UNLOCKED, replace(SIGNED, appointment=SERIES)):
            notes.add(state)
        assert notes.of(VISIT) == {MASTER: UNLOCKED, KEY: OF_KEY}
        assert notes.of(AppointmentId("none")) == {}


def test_the_story_of_a_note_follows_its_occurrence(furnished: SqlDatabase) -> None:
    with furnished.writing() as uow:
        notes = uow.billing.notes
        notes.add(SIGNED)
        notes.add(UNLOCKED)
        notes.rekey(VISIT, MASTER, KEY)
        assert notes.story(FIRST) == []
        assert notes.story(SECOND) == [OF_KEY, replace(UNLOCKED, key=KEY)]


def test_a_story_that_moves_comes_behind_the_one_that_is_there(furnished: SqlDatabase) -> None:
    with furnished.writing() as uow:
        notes = uow.billing.notes
        for state in (OF_KEY, SIGNED, UNLOCKED):
            notes.add(state)
        notes.rekey(VISIT, MASTER, KEY)
        assert notes.story(SECOND) == [OF_KEY, OF_KEY, replace(UNLOCKED, key=KEY)]


def test_fees_are_put_replaced_and_removed(furnished: SqlDatabase) -> None:
    of_client = replace(FEE, scope=FeeScope.CLIENT, subject=JANE, amount=Money(0, "EUR"))
    late = replace(FEE, scope=FeeScope.SESSION_TYPE, subject=INITIAL, kind=ChargeKind.LATE)
    dearer = replace(FEE, amount=Money(5000))
    with furnished.writing() as uow:
        fees = uow.billing.fees
        for rule in (late, FEE, of_client, dearer):
            fees.put(rule)
        assert fees.all() == [of_client, dearer, late]
        assert fees.remove(FEE)
        assert not fees.remove(FEE)
        assert fees.all() == [of_client, late]


def held(uow: UnitOfWork) -> frozenset[Lock]:
    found = uow.appointments.get(VISIT)
    assert found is not None
    return found.first_part.held


def test_what_holds_an_occurrence_is_stored_with_it(furnished: SqlDatabase) -> None:
    with furnished.writing() as uow:
        save(uow, visit())
        assert uow.billing.holds.put(FIRST, [Lock.NOTE_SIGNED, Lock.BILL_OPEN])
        assert held(uow) == {Lock.NOTE_SIGNED, Lock.BILL_OPEN}
        assert uow.billing.holds.put(FIRST, [])
        assert held(uow) == frozenset()


def test_what_is_stored_already_is_no_news(furnished: SqlDatabase) -> None:
    both = frozenset({Lock.BILL_OPEN, Lock.PAYMENT})
    part = replace(visit().first_part, held=both)
    with furnished.writing() as uow:
        save(uow, replace(visit(), master=part))
        assert not uow.billing.holds.put(FIRST, [Lock.PAYMENT, Lock.BILL_OPEN, Lock.PAYMENT])
        assert not uow.billing.holds.put(SECOND, both)
        assert held(uow) == both


def test_the_occurrences_of_a_bill_come_once_each(furnished: SqlDatabase) -> None:
    second = replace(another_charge(2), key=KEY)
    alone = replace(another_charge(3), appointment=None)
    gone = replace(another_charge(4), key=RecurrenceKey("gone"), reversed_at=NOW)
    with furnished.writing() as uow:
        add_bill(uow, BILL, [second, CHARGE, another_charge(5), alone, gone])
        assert uow.billing.holds.of_bill(BILL.id) == [FIRST, SECOND]
        assert uow.billing.holds.of_bill(BillId("none")) == []
