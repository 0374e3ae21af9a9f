"""What holds work that is signed, billed or paid: the table of states, line by line."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from server.domain.appointment import (
    Details,
    FeeOverride,
    Part,
    Reminder,
    parse_services,
)
from server.domain.errors import Locked
from server.domain.ids import ClientNumber, LocationKey, RoomKey, SessionTypeId, UserName
from server.domain.locks import BILLING, refuse_locked_change
from server.domain.money import Money
from server.domain.vocabulary import Attention, Kind, Lock, Status
from server.domain.when import AllDay, Timed, When

START = datetime(2026, 11, 24, 14, tzinfo=ZoneInfo("America/New_York"))
HOUR = timedelta(hours=1)
WHEN = Timed(START, START + HOUR)
ARRIVED = Details(
    Kind.SESSION,
    Status.ARRIVED,
    UserName("alma"),
    client=ClientNumber("C1001"),
    session_type=SessionTypeId("acupfollow"),
    services=parse_services("97810"),
    location=LocationKey("main"),
)
STATES = {
    "billed": frozenset({Lock.BILL_OPEN}),
    "paid": frozenset({Lock.BILL_OPEN, Lock.PAYMENT}),
    "signed": frozenset({Lock.NOTE_SIGNED}),
}
SENTENCES = {
    "billed": "This appointment is billed. Cancel the bill first.",
    "paid": "This appointment is billed. Cancel the bill first. "
    "A payment is applied to this appointment. Refund it first.",
    "signed": "The note of this appointment is signed. Unlock the note first.",
}
TIMES = {
    "time": Timed(START + HOUR, START + 2 * HOUR),
    "duration": Timed(START, START + timedelta(minutes=50)),
    "whole day": AllDay(START.date(), 1),
}
WORK: dict[str, dict[str, object]] = {
    "location": {"location": LocationKey("telehealth")},
    "place in words": {"place": "At home"},
    "service": {"services": parse_services("97811")},
    "modifiers": {"services": parse_services("97810+95")},
    "units": {"services": parse_services("97810*2")},
    "session type": {"session_type": SessionTypeId("acupinitial")},
    "client": {"client": ClientNumber("C1002")},
    "practitioner": {"practitioner": UserName("theo")},
    "kind": {"kind": Kind.OTHER},
    "fee": {"fee": FeeOverride(Money(0))},
}
HARMLESS: dict[str, dict[str, object]] = {
    "room": {"room": RoomKey("room-2")},
    "note": {"note": "The lift is out of order."},
    "title": {"title": "words"},
    "link": {"url": "https://video.example/1"},
    "instructions": {"instructions": "Ring twice."},
    "busy": {"busy": False},
    "travel": {"travel": timedelta(minutes=20)},
    "reminders": {"reminders": (Reminder(1, "text"),)},
    "attention": {"attention": frozenset({Attention.OVERLAP})},
}
TAKEN_BACK = (Status.BOOKED, Status.CONFIRMED, Status.REQUESTED)
MISSED = (Status.NO_SHOW, Status.CANCELLED, Status.LATE_CANCELLED)


def held(state: str, status: Status = Status.ARRIVED) -> Part:
    return Part(WHEN, replace(ARRIVED, status=status), ("SUMMARY:x",), held=STATES[state])


def changed(before: Part, **change: object) -> Part:
    details = replace(before.details, **change)  # type: ignore[arg-type]  # fields of Details
    return replace(before, details=details)


def refused(before: Part, after: Part | None) -> str:
    with pytest.raises(Locked) as refusal:
        refuse_locked_change(before, after)
    return refusal.value.sentence


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("when", TIMES.values(), ids=TIMES.keys())
def test_sh30_the_time_of_work_that_is_held_does_not_change(state: str, when: When) -> None:
    before = held(state)
    assert refused(before, replace(before, when=when)) == SENTENCES[state]


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("change", WORK.values(), ids=WORK.keys())
def test_what_was_charged_does_not_change(state: str, change: dict[str, object]) -> None:
    before = held(state)
    assert refused(before, changed(before, **change)) == SENTENCES[state]


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("change", HARMLESS.values(), ids=HARMLESS.keys())
def test_what_touches_no_charge_passes(state: str, change: dict[str, object]) -> None:
    before = held(state)
    refuse_locked_change(before, changed(before, **change))


@pytest.mark.parametrize("state", STATES)
def test_a_persons_own_lines_pass(state: str) -> None:
    before = held(state)
    refuse_locked_change(before, replace(before, lines=("X-MOZ-LASTACK:x",)))


@pytest.mark.parametrize("state", STATES)
def test_sh28_what_is_held_is_not_deleted(state: str) -> None:
    before = held(state)
    assert refused(before, None) == SENTENCES[state]
    assert refused(before, replace(before, deleted=True)) == SENTENCES[state]


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("status", [*TAKEN_BACK, *MISSED])
def test_who_has_arrived_stays_arrived(state: str, status: Status) -> None:
    before = held(state)
    assert refused(before, changed(before, status=status)) == SENTENCES[state]


@pytest.mark.parametrize("state", STATES)
def test_arriving_again_and_completing_change_nothing_that_is_held(state: str) -> None:
    before = held(state)
    refuse_locked_change(before, before)
    refuse_locked_change(before, changed(before, status=Status.COMPLETED))


@pytest.mark.parametrize("before", [Status.BOOKED, Status.CONFIRMED])
def test_a_note_may_be_signed_before_anybody_arrives(before: Status) -> None:
    signed = held("signed", before)
    refuse_locked_change(signed, changed(signed, status=Status.ARRIVED))
    assert refused(signed, changed(signed, status=Status.CANCELLED))


@pytest.mark.parametrize("status", MISSED)
@pytest.mark.parametrize("after", [Status.BOOKED, Status.ARRIVED, Status.COMPLETED])
def test_a_fee_that_is_billed_keeps_what_was_missed_missed(
    status: Status, after: Status
) -> None:
    before = held("billed", status)
    assert refused(before, changed(before, status=after)) == SENTENCES["billed"]


def test_a_mixed_change_is_refused_whole() -> None:
    before = held("billed")
    mixed = changed(before, room=RoomKey("room-2"), location=LocationKey("telehealth"))
    assert refused(before, mixed) == SENTENCES["billed"]


def test_sh27_services_change_where_the_bills_lock_is_lifted() -> None:
    before = held("billed")
    refuse_locked_change(before, changed(before, **WORK["units"]), {Lock.BILL_OPEN})


@pytest.mark.parametrize("state", ["paid", "signed"])
def test_lifting_the_bills_lock_opens_no_other(state: str) -> None:
    before = held(state)
    with pytest.raises(Locked) as refusal:
        refuse_locked_change(before, changed(before, **WORK["units"]), {Lock.BILL_OPEN})
    assert refusal.value.locks == tuple(STATES[state] - {Lock.BILL_OPEN})


def test_every_state_of_the_table_is_a_lock_of_billing() -> None:
    assert frozenset().union(*STATES.values()) == BILLING
