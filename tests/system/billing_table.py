"""The table of states and changes: what each change comes to in each state of the money.

Every door must answer every cell alike; the tests of each door are parametrised with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from server.domain.vocabulary import Lock
from tests.system.billing_till import Till


class State(StrEnum):
    """How far the money of an appointment has come; a column of the table."""

    BOOKED = "no charge yet"
    UNBILLED = "unbilled charge"
    BILLED = "bill open"
    PAID = "payment applied"
    SIGNED = "note signed"


class Change(StrEnum):
    """What is done to the appointment; a row of the table."""

    TIME = "time"
    DURATION = "duration"
    LOCATION = "location"
    ROOM = "room"
    SERVICE = "service"
    MODIFIERS = "modifiers"
    UNITS = "units"
    CLIENT = "client"
    ARRIVED = "arrived"
    NO_SHOW = "no-show"
    LATE = "late"
    CANCELLED = "cancelled"
    DELETE = "delete"
    NOTE = "own note"
    FREE = "transparency"


@dataclass(frozen=True)
class Outcome:
    """What stands afterwards: charges, how many were reversed, days moved and minutes."""

    charges: tuple[str, ...] = ()
    reversed: int = 0
    days: int = 0
    minutes: int = 45


HELD = {
    State.BILLED: frozenset({Lock.BILL_OPEN}),
    State.PAID: frozenset({Lock.BILL_OPEN, Lock.PAYMENT}),
    State.SIGNED: frozenset({Lock.NOTE_SIGNED}),
}
SENTENCES = {
    State.BILLED: "This appointment is billed. Cancel the bill first.",
    State.PAID: (
        "This appointment is billed. Cancel the bill first. "
        "A payment is applied to this appointment. Refund it first."
    ),
    State.SIGNED: "The note of this appointment is signed. Unlock the note first.",
}
HARMLESS = frozenset({Change.ROOM, Change.ARRIVED, Change.NOTE, Change.FREE})

SESSION = "C1001 97810*1 @11 65.00"
NO_SHOW, LATE = "C1001 no-show-fee*1 40.00", "C1001 late-fee*1 30.00"
_UNTOUCHED = Outcome((SESSION,))

_WITHOUT_CHARGE = {
    Change.ARRIVED: _UNTOUCHED,
    Change.NO_SHOW: Outcome((NO_SHOW,)),
    Change.LATE: Outcome((LATE,)),
}
_UNBILLED = {
    Change.TIME: Outcome((SESSION,), days=1),
    Change.DURATION: Outcome((SESSION,), minutes=60),
    Change.LOCATION: Outcome(("C1001 97810*1+95 @10 65.00",), 1),
    Change.SERVICE: Outcome(("C1001 97811*1 @11 45.00",), 1),
    Change.MODIFIERS: Outcome(("C1001 97810*1+GT @11 65.00",), 1),
    Change.UNITS: Outcome(("C1001 97810*2 @11 130.00",), 1),
    Change.CLIENT: Outcome(("C1002 97810*1 @11 65.00",), 1),
    Change.NO_SHOW: Outcome((NO_SHOW,), 1),
    Change.LATE: Outcome((LATE,), 1),
    Change.CANCELLED: Outcome((), 1),
    Change.DELETE: Outcome((), 1),
}


def outcome(change: Change, state: State) -> Outcome | None:
    """Return what a cell says, None where the change is refused."""
    match state:
        case State.BOOKED:
            return _WITHOUT_CHARGE.get(change, Outcome())
        case State.UNBILLED:
            return _UNBILLED.get(change, _UNTOUCHED)
        case State.BILLED | State.PAID | State.SIGNED:
            return _UNTOUCHED if change in HARMLESS else None


CELLS = [(change, state) for change in Change for state in State]
TAKEN = [cell for cell in CELLS if outcome(*cell) is not None]
REFUSED = [cell for cell in CELLS if outcome(*cell) is None]


def name_of(value: object) -> str:
    """Return a row or a column in the name of a test."""
    return str(value).replace(" ", "-")


def bring_to(till: Till, state: State) -> None:
    """Bring the money of an appointment whose client has arrived to a state."""
    if state in (State.BILLED, State.PAID):
        bill = till.bill()
        if state is State.PAID:
            till.pay(bill)
    if state is State.SIGNED:
        till.sign()


def agrees(till: Till, expected: Outcome) -> None:
    """See that just these charges stand, on the right day, and all sums are right."""
    assert till.shown() == list(expected.charges)
    assert till.reversed == expected.reversed
    if expected.charges:
        assert till.dates() == [(expected.days, expected.minutes)]
    assert till.wrong == []
