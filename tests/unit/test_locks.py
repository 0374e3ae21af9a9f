"""Locks: what holds an appointment, what it holds, and the sentence that says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from server.domain.appointment import Details, Part
from server.domain.errors import Locked
from server.domain.ids import ClientNumber, RoomKey, UserName
from server.domain.locks import locks_of, refuse_locked_change
from server.domain.vocabulary import Attention, Kind, Lock, Status
from server.domain.when import Timed

START = datetime(2026, 11, 24, 14, tzinfo=ZoneInfo("America/New_York"))
WHEN = Timed(START, START + timedelta(minutes=50))
BOOKED = Details(Kind.SESSION, Status.BOOKED, UserName("alma"), client=ClientNumber("C1001"))
REQUESTED = replace(BOOKED, kind=Kind.REQUEST, status=Status.REQUESTED)
REQUEST = frozenset({Lock.REQUEST})
BILLED = frozenset({Lock.BILL_OPEN})


def part(details: Details = BOOKED, **more: object) -> Part:
    return Part(WHEN, replace(details, **more), ("SUMMARY:x",))  # type: ignore[arg-type]  # fields of Details


def billed(before: Part) -> Part:
    return replace(before, held=BILLED)


def moved(before: Part) -> Part:
    return replace(before, when=Timed(START + timedelta(hours=1), START + timedelta(hours=2)))


def test_a_booked_appointment_is_held_by_nothing() -> None:
    assert locks_of(part()) == frozenset()


@pytest.mark.parametrize(
    "details",
    [
        REQUESTED,
        replace(REQUESTED, status=Status.BOOKED),
        replace(BOOKED, status=Status.REQUESTED),
    ],
    ids=["both", "by its kind", "by its status"],
)
def test_a_request_holds_itself(details: Details) -> None:
    assert locks_of(part(details)) == REQUEST


def test_a_request_whose_times_no_session_has_holds_itself() -> None:
    unusual = frozenset({Attention.TIMES_UNUSUAL})
    assert locks_of(part(REQUESTED, kind=Kind.OTHER, attention=unusual)) == REQUEST


def test_an_event_of_ones_own_that_is_not_certain_is_held_by_nothing() -> None:
    assert locks_of(part(REQUESTED, kind=Kind.OTHER, client=None)) == frozenset()


def test_what_billing_holds_counts_too() -> None:
    assert locks_of(billed(part(REQUESTED))) == {Lock.REQUEST, Lock.BILL_OPEN}


def test_without_a_lock_everything_may_change() -> None:
    refuse_locked_change(part(), moved(part(status=Status.ARRIVED)))
    refuse_locked_change(part(), None)


def test_sh32_a_request_is_neither_moved_nor_deleted() -> None:
    before = part(REQUESTED)
    for after in (moved(before), None):
        with pytest.raises(Locked) as refusal:
            refuse_locked_change(before, after)
        assert refusal.value.locks == (Lock.REQUEST,)


def test_m14_a_request_is_accepted_or_declined_where_it_is() -> None:
    before = part(REQUESTED)
    accepted = part(BOOKED, room=RoomKey("room-1"))
    declined = part(REQUESTED, status=Status.CANCELLED)
    for after in (accepted, declined):
        refuse_locked_change(before, after)
        with pytest.raises(Locked):
            refuse_locked_change(before, moved(after))


def test_a_request_that_only_claims_to_be_booked_is_not_accepted() -> None:
    with pytest.raises(Locked):
        refuse_locked_change(part(REQUESTED), part(REQUESTED, status=Status.BOOKED))


@pytest.mark.parametrize(
    "change",
    [
        {"note": "The lift is out of order."},
        {"title": "words"},
        {"attention": frozenset({Attention.OVERLAP})},
    ],
    ids=lambda change: next(iter(change)),
)
def test_notes_and_warnings_of_a_request_pass(change: dict[str, object]) -> None:
    refuse_locked_change(part(REQUESTED), part(REQUESTED, **change))


def test_accepting_does_not_open_another_lock() -> None:
    with pytest.raises(Locked) as refusal:
        refuse_locked_change(billed(part(REQUESTED)), part(BOOKED))
    assert refusal.value.locks == (Lock.BILL_OPEN,)


def test_the_sentence_says_what_to_do_first_in_a_fixed_order() -> None:
    refusal = Locked([Lock.PAYMENT, Lock.NOTE_SIGNED])
    assert refusal.locks == (Lock.NOTE_SIGNED, Lock.PAYMENT)
    assert refusal.sentence == (
        "The note of this appointment is signed. Unlock the note first. "
        "A payment is applied to this appointment. Refund it first."
    )


@pytest.mark.parametrize("lock", list(Lock))
def test_every_lock_has_a_sentence(lock: Lock) -> None:
    assert Locked([lock]).sentence.endswith(".")
