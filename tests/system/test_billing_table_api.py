"""Every cell of the table of states and changes, by requests to the HTTP API."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from server.domain.appointment import Appointment
from server.domain.ids import AppointmentId
from server.domain.vocabulary import Lock
from tests.system.api import Program, program, read, visit
from tests.system.billing_table import (
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
from tests.system.billing_till import Till
from tests.system.events import monday
from tests.system.phone import Answer, Phone
from tests.system.servers import Site

START = monday(weeks=1, hour=9)
SAID: dict[Change, dict[str, object]] = {
    Change.TIME: {"start": f"{START + timedelta(days=1):%Y-%m-%dT%H:%M}"},
    Change.DURATION: {"minutes": 60},
    Change.LOCATION: {"location": "telehealth"},
    Change.ROOM: {"room": "room-2"},
    Change.SERVICE: {"services": [{"code": "97811"}]},
    Change.MODIFIERS: {"services": [{"code": "97810", "modifiers": ["GT"]}]},
    Change.UNITS: {"services": [{"code": "97810", "units": 2}]},
    Change.CLIENT: {"client": "C1002"},
    Change.ARRIVED: {"status": "arrived"},
    Change.NO_SHOW: {"status": "no-show", "fee": {"amount_minor": 4000}},
    Change.LATE: {"status": "late-cancelled", "fee": {"amount_minor": 3000}},
    Change.CANCELLED: {"status": "cancelled"},
    Change.NOTE: {"note": "Said that the knee hurts"},
    # A client's time is never free; a program that says so is told, an app only ignored.
    Change.FREE: {"busy": True},
}


@pytest.fixture
def mine(site: Site, phone: Phone) -> Program:
    """Return a program of the test's own practitioner."""
    return program(site, phone.user)


def prepare(site: Site, mine: Program, phone: Phone, state: State) -> Till:
    """Book Jane Doe, and bring the money to a state."""
    said = visit(
        phone.user,
        session="acupfollow",
        start=f"{START:%Y-%m-%dT%H:%M}",
        location="main",
        status="booked" if state is State.BOOKED else "arrived",
    )
    number = read(mine.post("/appointments", said), 201)["id"]
    till = Till(site.database, stored(site, number))
    bring_to(till, state)
    return till


def stored(site: Site, number: str) -> Appointment:
    """Return an appointment as it is in the database."""
    with site.reading() as uow:
        found = uow.appointments.get(AppointmentId(number))
    assert found is not None
    return found


def do(mine: Program, till: Till, change: Change) -> Answer:
    """Ask for a change as a program does."""
    path = f"/appointments/{till.appointment.id}"
    return mine.delete(path) if change is Change.DELETE else mine.patch(path, SAID[change])


@pytest.mark.parametrize(("change", "state"), TAKEN, ids=name_of)
def test_a_change_that_is_taken_leaves_just_the_charges_that_are_due(
    site: Site, mine: Program, phone: Phone, change: Change, state: State
) -> None:
    till = prepare(site, mine, phone, state)
    assert do(mine, till, change).status in (200, 204)
    expected = outcome(change, state)
    assert expected is not None
    agrees(till, expected)
    assert site.findings() == []


@pytest.mark.parametrize(("change", "state"), REFUSED, ids=name_of)
def test_a_change_that_is_refused_leaves_all_as_it_was_and_says_why(
    site: Site, mine: Program, phone: Phone, change: Change, state: State
) -> None:
    till = prepare(site, mine, phone, state)
    before = stored(site, till.appointment.id)
    charges, postings = till.charges, till.postings
    answer = do(mine, till, change)
    problem = json.loads(answer.body)
    assert (answer.status, problem["detail"]) == (409, SENTENCES[state])
    order = [Lock.NOTE_SIGNED, Lock.BILL_OPEN, Lock.PAYMENT]
    assert problem["locks"] == [lock.value for lock in order if lock in HELD[state]]
    assert (till.charges, till.postings, till.wrong) == (charges, postings, [])
    assert stored(site, till.appointment.id) == before
    assert site.findings() == []


@pytest.mark.parametrize("state", HELD, ids=name_of)
def test_a_change_that_mixes_allowed_and_refused_is_refused_whole(
    site: Site, mine: Program, phone: Phone, state: State
) -> None:
    till = prepare(site, mine, phone, state)
    mixed = {**SAID[Change.ROOM], **SAID[Change.UNITS]}
    assert mine.patch(f"/appointments/{till.appointment.id}", mixed).status == 409
    assert stored(site, till.appointment.id).first_part.details.room is None


def test_an_app_and_a_program_that_say_arrived_are_charged_once(
    site: Site, mine: Program, phone: Phone
) -> None:
    till = prepare(site, mine, phone, State.BOOKED)
    name = f"{till.appointment.id}.ics"
    for _ in range(2):
        assert do(mine, till, Change.ARRIVED).status == 200
        title = phone.get(name).value("SUMMARY") or ""
        assert phone.edit(name, (title, f"{title} #arrived")).status == 204
    assert (till.shown(), till.reversed) == (["C1001 97810*1 @11 65.00"], 0)
