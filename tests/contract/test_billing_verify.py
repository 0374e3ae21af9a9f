"""Ledger.unbalanced finds whatever was changed past the program and the guards."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest
from sqlalchemy import text

from server.domain.appointment import OccurrenceId
from server.domain.bills import Stage
from server.domain.ids import BillId, PaymentId, TransactionId
from server.domain.notes import NoteState
from server.domain.vocabulary import Lock
from server.domain.when import MASTER
from server.practice_db.database import SqlDatabase
from server.practice_db.engines import begin
from server.usecases.ports import UnitOfWork
from tests.contract.billing_samples import (
    BILL,
    CHARGE,
    PAYMENT,
    add_bill,
    add_payment,
    another_charge,
    apply,
    contractual,
    insurer_share,
    post_charge,
    refund,
    reverse,
    write_off,
)
from tests.contract.samples import ALMA, JOHN, NOW, VISIT, another_practice, save, visit

REMOVED = replace(PAYMENT, id=PaymentId("p2"), transaction=TransactionId("t-p2"))
HELD = frozenset({Lock.BILL_OPEN, Lock.PAYMENT, Lock.NOTE_SIGNED})
HELD_BY_ALL = "is held by bill-open note-signed payment"


def work(uow: UnitOfWork) -> None:
    """Let everything happen once that the ledger knows: 130.00 are billed, 60.00 settled."""
    save(uow, visit())
    johns = replace(another_charge(4), client=JOHN, appointment=None)
    for number, client, charges in (("b1", BILL.client, [CHARGE]), ("b2", JOHN, [johns])):
        bill = replace(BILL, id=BillId(number), client=client)
        add_bill(uow, replace(bill, number=uow.billing.bills.next_number()), charges)
    uow.billing.bills.add(replace(BILL, id=BillId("b3"), stage=Stage.DRAFT, number=None))
    post_charge(uow, another_charge(2))
    take_back(uow)
    settle(uow)
    uow.billing.notes.add(NoteState(VISIT, MASTER, signed=True, at=NOW, by=ALMA))
    uow.billing.holds.put(OccurrenceId(VISIT, MASTER), HELD)


def take_back(uow: UnitOfWork) -> None:
    third = post_charge(uow, another_charge(3))
    reverse(uow, third.transaction)
    uow.billing.charges.save(replace(third, reversed_at=NOW))
    add_payment(uow, REMOVED)
    reverse(uow, REMOVED.transaction)
    uow.billing.payments.remove(REMOVED.id, NOW)


def settle(uow: UnitOfWork) -> None:
    add_payment(uow)
    apply(uow, "a1", 4000)
    apply(uow, "a2", 100)
    reverse(uow, "a2")
    refund(uow, "f1", 1000)
    write_off(uow, "w1", 500)
    insurer_share(uow, "s1", 1500)
    contractual(uow, "s2", 200)


@pytest.fixture
def sound(furnished: SqlDatabase) -> SqlDatabase:
    """Return a database in which everything about money is right."""
    with furnished.writing() as uow:
        work(uow)
    return furnished


def damage(database: SqlDatabase, *statements: str) -> None:
    """Run statements with all guards and foreign keys off."""
    url = database.engines.writing.url
    if not database.engines.is_sqlite:
        with begin(database.engines.writing) as connection:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            for statement in statements:
                connection.execute(text(statement))
        return
    with closing(sqlite3.connect(str(url.database))) as file, file:
        guards = file.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in guards.fetchall():
            file.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            file.execute(statement)


def found(database: SqlDatabase) -> set[str]:
    with database.reading() as uow:
        return set(uow.billing.ledger.unbalanced())


def test_where_everything_is_right_nothing_is_found(
    furnished: SqlDatabase, sound: SqlDatabase
) -> None:
    assert furnished is sound
    assert found(sound) == set()


DAMAGE = {
    "UPDATE ledger_entry SET amount_minor = amount_minor + 1 "
    "WHERE transaction_id = 'w1' AND position = 1": {"transaction w1: does not sum to zero"},
    "DELETE FROM ledger_entry WHERE transaction_id = 'w1' AND position = 1": {
        "transaction w1: has fewer than two entries",
        "transaction w1: does not sum to zero",
    },
    "DELETE FROM ledger_entry WHERE transaction_id = 'w1'": {
        "transaction w1: has fewer than two entries"
    },
    "UPDATE ledger_entry SET currency = 'EUR' WHERE transaction_id = 'w1' AND position = 1": {
        "transaction w1: has more than one currency"
    },
    "DELETE FROM ledger_transaction WHERE id = 'w1'": {"transaction w1: was never closed"},
    "UPDATE ledger_transaction SET kind = 'write-off' WHERE id = 'r-a2'": {
        "transaction r-a2: reverses nothing, or is no reversal"
    },
    "UPDATE ledger_entry SET holder = 'C1002' "
    "WHERE transaction_id = 'r-a2' AND account = 'receivable:client'": {
        "transaction r-a2: does not mirror what it reverses"
    },
    "UPDATE ledger_entry SET amount_minor = 2 * amount_minor WHERE transaction_id = 'r-a2'": {
        "transaction r-a2: does not mirror what it reverses"
    },
    "UPDATE ledger_entry SET bill_id = 'b9' WHERE transaction_id = 'w1'": {
        "transaction w1: names a bill that is not there"
    },
    "UPDATE ledger_entry SET payment_id = 'p9' WHERE transaction_id = 'w1'": {
        "transaction w1: names a payment that is not there"
    },
    "DELETE FROM charge WHERE id = 'c2'": {
        "transaction t-c2: charges for nothing that is there",
        "transaction t-c2: names a charge that is not there",
    },
    "UPDATE charge SET units = units + 1 WHERE id = 'c2'": {
        "charge c2: is not in the ledger as it is"
    },
    "UPDATE charge SET client_number = 'C1002' WHERE id = 'c2'": {
        "charge c2: is not in the ledger as it is"
    },
    "UPDATE charge SET reversed_at = NULL WHERE id = 'c3'": {
        "charge c3: stands, but is reversed in the ledger"
    },
    "UPDATE charge SET reversed_at = 1 WHERE id = 'c2'": {
        "charge c2: is reversed, but not in the ledger"
    },
    "UPDATE charge SET bill_id = 'b2' WHERE id = 'c2'": {
        "charge c2: is on a bill that cannot have it",
    },
    "UPDATE bill SET stage = 'cancelled' WHERE id = 'b2'": {
        "charge c4: is on a bill that cannot have it"
    },
    "UPDATE bill SET stage = 'open' WHERE id = 'b3'": {"bill b3: is open without a number"},
    "UPDATE bill SET number = 5 WHERE id = 'b2'": {
        "bill number 4: is missing",
        "bill numbers: 2 are counted, the last one is 5",
    },
    "UPDATE bill SET number = NULL, stage = 'draft' WHERE id = 'b1'": {
        "bill number 1: is missing"
    },
    "UPDATE bill_count SET last_number = 7": {"bill numbers: 7 are counted, the last one is 2"},
    "UPDATE payment SET amount_minor = 20000 WHERE id = 'p1'": {
        "payment p1: is not in the ledger as it is"
    },
    "UPDATE payment SET removed_at = NULL WHERE id = 'p2'": {
        "payment p2: is there, but reversed in the ledger"
    },
    "UPDATE payment SET removed_at = 1 WHERE id = 'p1'": {
        "payment p1: is removed, but not reversed in the ledger",
        "payment p1: more of it is used than there is",
    },
    "UPDATE ledger_entry SET amount_minor = 3 * amount_minor WHERE transaction_id = 'a1'": {
        "payment p1: more of it is used than there is",
        "bill b1: more is settled than it asks for",
    },
    "UPDATE ledger_entry SET amount_minor = -3 * amount_minor WHERE transaction_id = 'a1'": {
        "payment p1: less than nothing of it is used",
        "bill b1: less than nothing is settled",
        f"appointment {VISIT}: {HELD_BY_ALL}, not bill-open note-signed",
    },
    "UPDATE appointment_part SET held = 'bill-open'": {
        f"appointment {VISIT}: is held by bill-open, not bill-open note-signed payment"
    },
    "UPDATE appointment_part SET held = ''": {
        f"appointment {VISIT}: is held by nothing, not bill-open note-signed payment"
    },
    "UPDATE note_state SET signed = 'f' WHERE number = 1": {
        f"appointment {VISIT}: {HELD_BY_ALL}, not bill-open payment"
    },
}


@pytest.mark.parametrize(("statement", "wrong"), DAMAGE.items())
def test_what_was_changed_is_named(sound: SqlDatabase, statement: str, wrong: set[str]) -> None:
    damage(sound, statement)
    assert found(sound) == wrong


def test_a_reversal_of_a_reversal_is_named(sound: SqlDatabase) -> None:
    damage(sound, "UPDATE ledger_transaction SET reverses = 'r-a2' WHERE id = 'r-t-c3'")
    assert "transaction r-t-c3: reverses a reversal" in found(sound)


def test_a_lock_without_any_reason_is_named(sound: SqlDatabase) -> None:
    damage(
        sound,
        "UPDATE charge SET bill_id = NULL WHERE id = 'c1'",
        "DELETE FROM note_state",
    )
    assert f"appointment {VISIT}: {HELD_BY_ALL}, not nothing" in found(sound)


def test_what_was_charged_for_an_appointment_that_is_gone_holds_nothing(
    sound: SqlDatabase,
) -> None:
    damage(sound, "DELETE FROM appointment_part", "DELETE FROM appointment")
    assert found(sound) == set()


def test_one_practice_hears_nothing_of_another(sound: SqlDatabase) -> None:
    other = another_practice(sound)
    with other.writing() as uow:
        work(uow)
    damage(sound, "UPDATE charge SET units = 9 WHERE practice_id = 1 AND id = 'c2'")
    assert found(other) == set()
    assert found(sound) == {"charge c2: is not in the ledger as it is"}
    other.close()
