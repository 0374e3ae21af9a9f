"""Every cell of the table of states and changes, by the use cases of every other door."""

from __future__ import annotations

from datetime import timedelta

import pytest

from server.domain.appointment import Details, FeeOverride, parse_services
from server.domain.errors import Locked
from server.domain.ids import ClientNumber, RoomKey, SessionTypeId
from server.domain.money import Money
from server.domain.vocabulary import Kind, Status
from server.domain.when import Timed
from server.practice_db.database import SqlDatabase
from server.usecases.delete_appointment import (
    cancel_appointment,
    delete_appointment,
    restore_appointment,
)
from server.usecases.edit_appointment import (
    Changes,
    Target,
    edit_appointment,
    new_appointment,
)
from tests.system.billing_table import (
    CELLS,
    HELD,
    REFUSED,
    SENTENCES,
    TAKEN,
    Change,
    State,
    agrees,
    bring_to,
    name_of,
    outcome,
)
from tests.system.billing_till import Till, clerk
from tests.system.events import monday
from tests.system.practice import ALMA, MAIN, TELEHEALTH, furnish

START = monday(weeks=1, hour=9)
LENGTH = timedelta(minutes=45)
EDITS = {
    Change.TIME: Changes(
        when=Timed(START + timedelta(days=1), START + timedelta(days=1) + LENGTH)
    ),
    Change.DURATION: Changes(when=Timed(START, START + timedelta(hours=1))),
    Change.LOCATION: Changes({"location": TELEHEALTH}),
    Change.ROOM: Changes({"room": RoomKey("room-2")}),
    Change.SERVICE: Changes({"services": parse_services("97811")}),
    Change.MODIFIERS: Changes({"services": parse_services("97810+GT")}),
    Change.UNITS: Changes({"services": parse_services("97810*2")}),
    Change.CLIENT: Changes({"client": ClientNumber("C1002")}),
    Change.ARRIVED: Changes({"status": Status.ARRIVED}),
    Change.NO_SHOW: Changes({"status": Status.NO_SHOW, "fee": FeeOverride(Money(4000))}),
    Change.LATE: Changes({"status": Status.LATE_CANCELLED, "fee": FeeOverride(Money(3000))}),
    Change.NOTE: Changes({"note": "Said that the knee hurts"}),
    Change.FREE: Changes({"busy": False}),
}


@pytest.fixture
def practice(database: SqlDatabase) -> SqlDatabase:
    """Return the invented practice on each engine in turn."""
    with database.writing() as uow:
        furnish(uow)
    return database


def prepare(practice: SqlDatabase, state: State) -> Till:
    """Book Jane Doe with Alma, and bring the money to a state."""
    details = Details(
        Kind.SESSION,
        Status.BOOKED if state is State.BOOKED else Status.ARRIVED,
        ALMA,
        client=ClientNumber("C1001"),
        session_type=SessionTypeId("acupfollow"),
        services=parse_services("97810"),
        location=MAIN,
    )
    with practice.writing() as uow:
        number = new_appointment(uow, clerk(), Timed(START, START + LENGTH), details)
        found = uow.appointments.get(number)
    assert found is not None
    till = Till(practice, found)
    bring_to(till, state)
    return till


def do(till: Till, change: Change) -> None:
    """Ask for a change as the desk does."""
    target = Target(till.appointment.id)
    with till.database.writing() as uow:
        match change:
            case Change.DELETE:
                delete_appointment(uow, clerk(), target)
            case Change.CANCELLED:
                cancel_appointment(uow, clerk(), target)
            case _:
                edit_appointment(uow, clerk(), target, EDITS[change])


def test_the_table_has_a_cell_for_every_change_in_every_state() -> None:
    assert len(CELLS) == len(Change) * len(State) == len(TAKEN) + len(REFUSED)
    assert {state for _, state in REFUSED} == set(HELD)


@pytest.mark.parametrize(("change", "state"), TAKEN, ids=name_of)
def test_a_change_that_is_taken_leaves_just_the_charges_that_are_due(
    practice: SqlDatabase, change: Change, state: State
) -> None:
    till = prepare(practice, state)
    do(till, change)
    expected = outcome(change, state)
    assert expected is not None
    agrees(till, expected)


@pytest.mark.parametrize(("change", "state"), REFUSED, ids=name_of)
def test_a_change_that_is_refused_leaves_all_as_it_was(
    practice: SqlDatabase, change: Change, state: State
) -> None:
    till = prepare(practice, state)
    with practice.reading() as uow:
        before = uow.appointments.get(till.appointment.id)
    charges, postings = till.charges, till.postings
    with pytest.raises(Locked) as refusal:
        do(till, change)
    assert refusal.value.sentence == SENTENCES[state]
    assert (till.charges, till.postings, till.wrong) == (charges, postings, [])
    with practice.reading() as uow:
        assert uow.appointments.get(till.appointment.id) == before


@pytest.mark.parametrize("change", [Change.DELETE, Change.CANCELLED])
def test_what_comes_back_is_charged_anew_once_the_client_arrives(
    practice: SqlDatabase, change: Change
) -> None:
    till = prepare(practice, State.UNBILLED)
    target = Target(till.appointment.id)
    do(till, change)
    with practice.writing() as uow:
        if change is Change.DELETE:
            restore_appointment(uow, clerk(), target)
        else:
            edit_appointment(uow, clerk(), target, Changes({"status": Status.BOOKED}))
            edit_appointment(uow, clerk(), target, Changes({"status": Status.ARRIVED}))
    assert till.shown() == ["C1001 97810*1 @11 65.00"]
    assert (till.reversed, till.wrong) == (1, [])
