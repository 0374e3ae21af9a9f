"""Deletions in Google: believed one by one, and not all at once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from server.domain.google import LinkState, MovePolicy
from server.domain.ids import AppointmentId
from server.domain.vocabulary import Status
from server.google_sync.deciding.connect_decision import Decision, decide
from server.google_sync.deciding.decisions import answer_proposal
from server.usecases.delete_appointment import delete_appointment, restore_appointment
from server.usecases.edit_appointment import Target
from tests.google.house import Linked
from tests.practice import JOHN, at, session, timed


def forty(alma: Linked) -> list[AppointmentId]:
    """Book forty appointments and tell Google."""
    days = [at(24) + timedelta(days=day) for day in range(20)]
    numbers = [
        alma.house.book(timed(day.replace(hour=hour), 45)) for day in days for hour in (9, 11)
    ]
    alma.settle(20)
    return numbers


def standing(alma: Linked, numbers: list[AppointmentId]) -> int:
    return sum(bool(alma.house.starts(number)) for number in numbers)


@pytest.mark.parametrize("answer", [Decision.RESTORE, Decision.ACCEPT])
def test_g061_very_many_deletions_wait_for_an_answer(alma: Linked, answer: Decision) -> None:
    numbers = forty(alma)
    for number in numbers[:30]:
        alma.act("delete", alma.pair(number).event)
    alma.sync()
    assert alma.now_link.state is LinkState.NEEDS_DECISION
    assert standing(alma, numbers) == 40
    with alma.house.database.writing() as uow:
        decide(uow, alma.house.context(), alma.now_link, answer)
    alma.settle(20)
    left = 40 if answer is Decision.RESTORE else 10
    assert standing(alma, numbers) == left
    assert len(alma.events) == left
    assert alma.now_link.reason == ""


def test_g061_a_few_deletions_are_believed(alma: Linked) -> None:
    numbers = forty(alma)
    for number in numbers[:8]:
        alma.act("delete", alma.pair(number).event)
    alma.settle()
    assert standing(alma, numbers) == 32


def test_g061_the_brake_also_holds_after_a_full_read(alma: Linked) -> None:
    numbers = forty(alma)
    for number in numbers[:30]:
        alma.act("delete", alma.pair(number).event)
    alma.google.knobs.tombstone_life = timedelta(0)
    alma.act("share", **{"with": "somebody@example.net"}, role="reader")
    alma.house = alma.house.later(hours=1)
    alma.sync()
    assert alma.now_link.state is LinkState.NEEDS_DECISION
    assert standing(alma, numbers) == 40


def test_g063_a_copy_made_in_google_takes_time_and_nothing_else(alma: Linked) -> None:
    number = alma.house.book()
    alma.settle()
    copy = alma.act("duplicate", alma.only["id"])
    alma.drag(copy["id"], at(27, 9))
    alma.settle()
    pair = next(one for one in alma.pairs() if one.event == copy["id"])
    assert alma.house.details(pair.appointment).title == "Other event"
    assert alma.house.details(pair.appointment).client is None
    assert alma.house.starts(number) == ["11-24 14:00"]
    assert alma.notices() == ["google-copied"]


@pytest.mark.parametrize("restored", [False, True])
def test_g064_a_deleted_event_that_is_brought_back_in_google(
    alma: Linked, *, restored: bool
) -> None:
    number = alma.house.book()
    alma.settle()
    name = alma.only["id"]
    with alma.house.database.writing() as uow:
        delete_appointment(uow, alma.house.context(), Target(number))
    alma.settle()
    alma.act("undelete", name)
    if restored:
        with alma.house.database.writing() as uow:
            restore_appointment(uow, alma.house.context(), Target(number))
    alma.settle()
    assert len(alma.events) == int(restored)
    assert "Doe" not in alma.said()


def test_g029_what_vanishes_again_and_again_is_left_alone(alma: Linked) -> None:
    number = alma.house.book()
    alma.house.edit(number, status=Status.ARRIVED)
    alma.settle()
    for _ in range(4):
        alma.act("delete", alma.only["id"])
        alma.house = alma.house.later(hours=1)
        alma.sync()
    assert alma.events == []
    assert alma.pair(number).generation == 3
    assert alma.pair(number).state == "parked"
    alma.assert_quiet()


@pytest.mark.parametrize("accepted", [True, False])
@pytest.mark.parametrize("kind", ["move", "delete"])
def test_g032_a_proposal_is_carried_out_when_it_is_answered(
    alma: Linked, kind: str, *, accepted: bool
) -> None:
    alma.change(policy=MovePolicy.PROPOSE)
    number = alma.house.book()
    alma.house.book(timed(at(28, 10)), session(JOHN))
    alma.settle()
    name = alma.pair(number).event
    alma.act("delete", name) if kind == "delete" else alma.drag(name, at(25, 10))
    alma.settle()
    waiting = alma.conflicts(settled=False)[0]
    with alma.house.database.writing() as uow:
        answer_proposal(uow, alma.link, waiting.id, alma.house.now, accepted=accepted)
    alma.settle()
    moved = ["11-25 10:00"] if kind == "move" else []
    assert alma.house.starts(number) == (moved if accepted else ["11-24 14:00"])
    assert len(alma.events) == 1 + len(alma.house.starts(number))
    assert alma.conflicts(settled=False) == []
