"""The billing hooks through the use cases: what went wrong once, and the practice's choices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from server.billing_hooks.bill_edits import LineEdit, edit_line
from server.domain.appointment import FeeOverride
from server.domain.charges import ChargeKind
from server.domain.errors import Invalid, Locked
from server.domain.ids import AppointmentId
from server.domain.ledger import Account
from server.domain.money import Money
from server.domain.vocabulary import Lock, Status
from server.domain.when import MASTER, key_of
from server.practice_db.database import SqlDatabase
from server.usecases.check_database import Finding, check
from server.usecases.context import Rules
from server.usecases.delete_appointment import cancel_appointment, delete_appointment
from server.usecases.edit_appointment import Changes, Target, edit_appointment
from server.usecases.move_event import Move, move_event
from tests.contract.billing_house import Practice
from tests.practice import (
    ALMA,
    DESK,
    JANE,
    JOHN,
    TELEHEALTH,
    THEO,
    WEEKLY,
    Field,
    at,
    following,
    furnish,
    session,
    this,
    timed,
)
from tests.property.devices import MovingClock

INITIAL = ["C1001 97810*1 85.00", "C1001 97811*1 45.00", "C1001 HERB-1*1 19.00"]
SECOND = at(1, month=12)


@pytest.fixture
def practice(database: SqlDatabase) -> Practice:
    """Return the small practice, which bills, on each engine in turn."""
    with database.writing() as uow:
        furnish(uow)
    return Practice(database)


def arrived(practice: Practice, **details: Field) -> AppointmentId:
    """Book Jane Doe, who has arrived."""
    return practice.book(details=session(JANE, status=Status.ARRIVED, **details))


def repeat(practice: Practice, number: AppointmentId) -> None:
    """Make a single appointment a weekly series."""
    with practice.database.writing() as uow:
        changes = Changes(recurrence=WEEKLY)
        edit_appointment(uow, practice.context(), Target(number), changes)


def stop_repeating(practice: Practice, number: AppointmentId) -> None:
    """Make a series the single appointment that it began with."""
    with practice.database.writing() as uow:
        changes = Changes(stops_repeating=True)
        edit_appointment(uow, practice.context(), Target(number), changes)


def findings(practice: Practice) -> Sequence[Finding]:
    """Return what a check of the database finds, and what is wrong with the money."""
    with practice.database.reading() as uow:
        found = list(check(uow, practice.rules, MovingClock(practice.now)))
    assert list(practice.wrong()) == []
    return found


def hand_over(practice: Practice, number: AppointmentId) -> None:
    """Move an appointment of Alma's into Theo's calendar."""
    with practice.database.writing() as uow:
        stored = uow.objects.of_appointment(number)
        assert stored is not None
        source = (ALMA, "appointments", stored.href)
        target = (THEO, "appointments", stored.href)
        move_event(uow, practice.context(), Move(source, target, uow.catalogue.user[DESK]))


def test_an_arrival_after_a_move_is_charged_though_the_calendars_count_alike(
    practice: Practice,
) -> None:
    number = practice.book(details=session(JANE))
    practice.edit(number, status=Status.ARRIVED)
    charged_at = practice.get(number).revision
    practice.edit(number, status=Status.BOOKED)
    hand_over(practice, number)
    assert practice.get(number).revision < charged_at
    for _ in range(3):
        practice.edit(number, status=Status.ARRIVED)
        assert practice.owed(number) == INITIAL
        practice.edit(number, status=Status.BOOKED)
    assert practice.owed(number) == []
    assert findings(practice) == []


def test_a_charge_follows_its_appointment_to_another_practitioner(practice: Practice) -> None:
    number = arrived(practice)
    before = [charge.id for charge in practice.charges(number)]
    hand_over(practice, number)
    after = practice.charges(number)
    assert [charge.id for charge in after] == before
    assert {charge.practitioner for charge in after} == {THEO}


def test_a_series_that_stops_repeating_is_not_charged_twice_for_one_visit(
    practice: Practice,
) -> None:
    number = practice.book(details=session(JANE), recurrence=WEEKLY)
    practice.edit(this(number, at(24)), status=Status.ARRIVED)
    charges = [charge.id for charge in practice.charges(number)]
    stop_repeating(practice, number)
    practice.edit(number, status=Status.ARRIVED)
    assert [charge.id for charge in practice.charges(number)] == charges
    assert {charge.key for charge in practice.charges(number)} == {MASTER}
    assert practice.details(number).status is Status.ARRIVED
    assert practice.get(number).overrides == {}
    assert findings(practice) == []


def test_a_billed_appointment_may_begin_and_stop_repeating(practice: Practice) -> None:
    number = arrived(practice)
    bill = practice.bill()
    repeat(practice, number)
    first = practice.get(number).overrides[key_of(at(24))]
    assert first.held == {Lock.BILL_OPEN}
    with pytest.raises(Locked):
        practice.edit(this(number, at(24)), status=Status.BOOKED)
    stop_repeating(practice, number)
    assert practice.get(number).first_part.held == {Lock.BILL_OPEN}
    with pytest.raises(Locked):
        practice.edit(number, status=Status.BOOKED)
    assert practice.find(bill).charged == Money(14900)
    assert findings(practice) == []


def test_a_signed_note_goes_with_an_appointment_that_begins_to_repeat(
    practice: Practice,
) -> None:
    number = practice.book(details=session(JANE))
    practice.sign(Target(number))
    repeat(practice, number)
    series = practice.get(number)
    assert series.master is not None
    assert series.master.held == frozenset()
    assert series.overrides[key_of(at(24))].held == {Lock.NOTE_SIGNED}
    with pytest.raises(Locked):
        practice.edit(this(number, at(24)), timed(at(24, 16)))
    assert findings(practice) == []


def test_a_fee_for_a_cancellation_stays_when_the_appointment_begins_to_repeat(
    practice: Practice,
) -> None:
    practice.rules = Rules(fee_statuses=frozenset({Status.CANCELLED}))
    number = practice.book(details=session(JANE))
    practice.edit(number, status=Status.CANCELLED, fee=FeeOverride(Money(2500)))
    assert practice.owed(number) == ["C1001 late-fee*1 25.00"]
    repeat(practice, number)
    assert practice.owed(number) == ["C1001 late-fee*1 25.00"]
    assert list(practice.wrong()) == []


def test_a_note_on_billed_work_passes_though_the_location_asks_for_95_since(
    practice: Practice,
) -> None:
    with practice.database.writing() as uow:
        place = uow.catalogue.location[TELEHEALTH]
        uow.configuration.save_location(replace(place, auto_95=False))
    number = arrived(practice, location=TELEHEALTH)
    practice.bill()
    with practice.database.writing() as uow:
        uow.configuration.save_location(place)
    practice.edit(number, note="Called about the bill")
    assert practice.owed(number) == INITIAL


def test_lines_stand_on_a_bill_in_the_order_of_the_services(practice: Practice) -> None:
    arrived(practice)
    bill = practice.bill()
    assert [charge.line.code for charge in bill.charges] == ["97810", "97811", "HERB-1"]


def test_a_payment_in_another_currency_is_not_applied(practice: Practice) -> None:
    arrived(practice)
    bill = practice.bill()
    payment = practice.receive(Money(5000, "EUR"))
    with pytest.raises(Invalid, match="the bill is in USD"):
        practice.apply(payment, bill)
    assert practice.find(bill).paid == Money(0)


def test_sh27_a_service_is_edited_on_the_bill_and_in_the_appointment(
    practice: Practice,
) -> None:
    number = arrived(practice)
    bill = practice.bill()
    with practice.database.writing() as uow:
        edit = LineEdit(units=3, modifiers=("GT",))
        edit_line(uow, practice.context(), bill.id, bill.charges[0].id, edit)
    assert practice.details(number).services[0].modifiers == ("GT",)
    assert practice.find(bill).charged == Money(3 * 8500 + 4500 + 1900)
    assert practice.get(number).first_part.held == {Lock.BILL_OPEN}
    assert findings(practice) == []


def test_sh27_with_a_signed_note_services_are_not_edited_on_the_bill(
    practice: Practice,
) -> None:
    number = arrived(practice)
    practice.sign(Target(number))
    bill = practice.bill()
    with (
        pytest.raises(Locked, match="note of this appointment is signed"),
        practice.database.writing() as uow,
    ):
        edit_line(uow, practice.context(), bill.id, bill.charges[0].id, LineEdit(units=2))
    assert practice.owed(number) == INITIAL


def test_a_practice_that_charges_on_completion_charges_then(practice: Practice) -> None:
    practice.rules = Rules(charge_on=Status.COMPLETED)
    number = practice.book(details=session(JANE))
    practice.edit(number, status=Status.ARRIVED)
    assert practice.owed(number) == []
    practice.edit(number, status=Status.COMPLETED)
    assert practice.owed(number) == INITIAL
    practice.edit(number, status=Status.ARRIVED)
    assert (practice.owed(number), practice.reversed(number)) == ([], 3)
    practice.edit(number, status=Status.COMPLETED)
    practice.bill()
    with pytest.raises(Locked):
        practice.edit(number, status=Status.ARRIVED)
    assert findings(practice) == []


def test_completing_who_has_arrived_charges_nothing_more(practice: Practice) -> None:
    number = arrived(practice)
    practice.edit(number, status=Status.COMPLETED)
    assert (practice.owed(number), practice.reversed(number)) == (INITIAL, 0)


@pytest.mark.parametrize("kind", [ChargeKind.NO_SHOW, ChargeKind.LATE])
def test_sh33_which_statuses_bring_a_fee_is_the_practices_choice(
    practice: Practice, kind: ChargeKind
) -> None:
    practice.set_fee(kind, 4000)
    practice.rules = Rules(fee_statuses=frozenset({Status.CANCELLED}))
    number = practice.book(details=session(JANE))
    practice.edit(number, status=Status.NO_SHOW)
    assert practice.owed(number) == []
    with practice.database.writing() as uow:
        cancel_appointment(uow, practice.context(), Target(number))
    due = ["C1001 late-fee*1 40.00"] if kind is ChargeKind.LATE else []
    assert practice.owed(number) == due


def test_a_split_leaves_what_has_happened_with_the_series_that_ends(practice: Practice) -> None:
    number = practice.book(details=session(JANE), recurrence=WEEKLY)
    practice.edit(this(number, at(8, month=12)), status=Status.ARRIVED)
    practice.bill()
    later = practice.edit(following(number, SECOND), timed(at(1, 16, month=12)))
    assert later != number
    assert (practice.owed(number), practice.owed(later)) == (INITIAL, [])
    with pytest.raises(Locked), practice.database.writing() as uow:
        delete_appointment(uow, practice.context(), Target(number))
    with practice.database.writing() as uow:
        delete_appointment(uow, practice.context(), Target(later))
    assert practice.owed() == INITIAL
    assert findings(practice) == []


def test_a_series_is_not_split_past_a_signed_note(practice: Practice) -> None:
    number = practice.book(details=session(JANE), recurrence=WEEKLY)
    practice.sign(this(number, at(8, month=12)))
    with pytest.raises(Locked):
        practice.edit(following(number, SECOND), timed(at(1, 16, month=12)))
    assert findings(practice) == []


def test_another_client_owes_what_the_first_one_owed(practice: Practice) -> None:
    number = arrived(practice)
    practice.edit(number, client=JOHN)
    assert practice.owed(number) == [line.replace("C1001", "C1002") for line in INITIAL]
    assert practice.balance(Account.RECEIVABLE_CLIENT, JANE) == 0
    assert practice.balance(Account.RECEIVABLE_CLIENT, JOHN) == 14900
    assert findings(practice) == []
