"""Events that are left alone, or wait for an answer: what is done with them all the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from server.domain.google import EventKind, EventMap, MapState, MovePolicy, OutwardLevel
from server.domain.ids import AppointmentId
from server.domain.vocabulary import Status
from server.domain.when import Recurrence, key_of
from server.google_sync.deciding.connect_decision import Decision, decide
from server.usecases import google_links
from server.usecases.delete_appointment import delete_appointment
from server.usecases.edit_appointment import Target
from tests.google.house import Linked
from tests.google.test_deletions import forty, standing
from tests.local_google import Fault
from tests.practice import at, event, this, timed


def fought_over(alma: Linked) -> AppointmentId:
    """Book for a client whose name Google is told, and move it on both sides till the fuse."""
    alma.change(level=OutwardLevel.FULL)
    number = alma.house.book()
    alma.settle()
    for turn in range(8):
        alma.drag(alma.only["id"], at(25, 8 + turn % 3))
        alma.house.edit(number, timed(at(24, 14 + turn % 2)))
        alma.sync()
    assert (alma.pair(number).state, alma.only["summary"]) == (MapState.PARKED, "Jane Doe")
    return number


def resync(alma: Linked) -> None:
    with alma.house.database.writing() as uow:
        google_links.resync(uow, alma.house.context(), alma.now_link)
    alma.settle()


def there(alma: Linked) -> list[str]:
    """Return when the events in Google begin, by the practice's clock."""
    begins = (datetime.fromisoformat(one["start"]["dateTime"]) for one in alma.events)
    return sorted(one.astimezone(at(24).tzinfo).strftime("%m-%d %H:%M") for one in begins)


def names_left(alma: Linked) -> list[str]:
    """Return the titles that Google holds, in deleted events too, which name somebody."""
    return [one["summary"] for one in alma.all_events if "Doe" in str(one.get("summary"))]


def test_g079_a_lower_level_takes_the_name_out_of_an_event_that_is_left_alone(
    alma: Linked,
) -> None:
    number = fought_over(alma)
    start = alma.starts()
    alma.change(level=OutwardLevel.GENERIC, rewriting=True)
    alma.settle()
    assert not alma.now_link.rewriting
    assert (alma.only["summary"], alma.starts()) == ("Appointment", start)
    assert alma.pair(number).state is MapState.PARKED


def test_g079_a_lower_level_takes_the_name_out_of_an_event_that_was_moved_since(
    alma: Linked,
) -> None:
    fought_over(alma)
    alma.drag(alma.only["id"], at(26, 9))
    alma.change(level=OutwardLevel.GENERIC, rewriting=True)
    alma.settle()
    assert (alma.only["summary"], alma.starts()) == ("Appointment", ["11-26 14:00"])


@pytest.mark.parametrize("kind", ["move", "delete"])
def test_g079_a_lower_level_takes_the_name_out_of_an_event_that_waits_for_an_answer(
    alma: Linked, kind: str
) -> None:
    alma.change(level=OutwardLevel.FULL, policy=MovePolicy.PROPOSE)
    number = alma.house.book()
    alma.settle()
    name = alma.only["id"]
    alma.act("delete", name) if kind == "delete" else alma.drag(name, at(25, 10))
    alma.settle()
    alma.change(level=OutwardLevel.GENERIC, rewriting=True)
    alma.settle()
    assert not alma.now_link.rewriting
    assert names_left(alma) == []
    assert alma.pair(number).state is MapState.CONFLICT
    assert len(alma.conflicts(settled=False)) == 1


def test_g079_a_lower_level_takes_the_names_out_of_a_series_that_is_left_alone(
    alma: Linked,
) -> None:
    alma.change(level=OutwardLevel.FULL)
    number = alma.house.book(recurrence=Recurrence(("FREQ=WEEKLY;COUNT=4",)))
    alma.settle()
    series = alma.only["id"]
    alma.drag(alma.instance(series, at(24, 14)), at(25, 9))
    alma.settle()
    park(alma, alma.pair(number), "ping-pong")
    alma.change(level=OutwardLevel.GENERIC, rewriting=True)
    alma.settle()
    assert not alma.now_link.rewriting
    assert names_left(alma) == []


def park(alma: Linked, pair: EventMap, reason: str) -> None:
    with alma.house.database.writing() as uow:
        uow.google.events.save(replace(pair, state=MapState.PARKED, reason=reason))


@pytest.mark.parametrize("ends", ["cancelled", "deleted"])
def test_an_event_that_is_left_alone_goes_with_its_appointment(alma: Linked, ends: str) -> None:
    number = fought_over(alma)
    alma.drag(alma.only["id"], at(26, 9))
    alma.sync()
    if ends == "cancelled":
        alma.house.edit(number, status=Status.CANCELLED)
    else:
        with alma.house.database.writing() as uow:
            delete_appointment(uow, alma.house.context(), Target(number))
    alma.settle()
    assert alma.events == []
    assert names_left(alma) == []


def test_a_resync_ends_a_fight_that_was_left_alone(alma: Linked) -> None:
    number = fought_over(alma)
    resync(alma)
    assert alma.pair(number).state is MapState.LIVE
    assert there(alma) == alma.house.starts(number)


def test_a_resync_makes_again_what_kept_vanishing(alma: Linked) -> None:
    number = alma.house.book()
    alma.house.edit(number, status=Status.ARRIVED)
    alma.settle()
    for _ in range(4):
        alma.act("delete", alma.only["id"])
        alma.house = alma.house.later(hours=1)
        alma.sync()
    assert (alma.pair(number).state, alma.events) == (MapState.PARKED, [])
    alma.house = alma.house.later(hours=1)
    resync(alma)
    assert alma.pair(number).state is MapState.LIVE
    assert there(alma) == alma.house.starts(number)
    alma.act("delete", alma.only["id"])
    alma.sync()
    assert alma.pair(number).state is MapState.PARKED


def test_accepted_deletions_cancel_whatever_the_policy_says(alma: Linked) -> None:
    alma.change(policy=MovePolicy.PROPOSE)
    numbers = forty(alma)
    alma.house = alma.house.later(minutes=1)
    for number in numbers[:15]:
        alma.act("delete", alma.pair(number).event)
    alma.sync()
    with alma.house.database.writing() as uow:
        decide(uow, alma.house.context(), alma.now_link, Decision.ACCEPT)
    alma.settle(20)
    assert (standing(alma, numbers), len(alma.events)) == (25, 25)
    assert alma.conflicts(settled=False) == []


def test_what_is_moved_here_while_its_deletion_waits_is_in_google_again(
    alma: Linked,
) -> None:
    alma.change(policy=MovePolicy.PROPOSE)
    number = alma.house.book()
    alma.settle()
    alma.act("delete", alma.only["id"])
    alma.settle()
    alma.house.edit(number, timed(at(27, 10)))
    alma.settle()
    assert there(alma) == alma.house.starts(number) == ["11-27 10:00"]
    assert alma.pair(number).generation == 1
    assert alma.decisions() == ["proposed", "moved-here-deleted-there"]
    assert alma.conflicts(settled=False) == []


@pytest.mark.parametrize("overtaken", ["moved", "cancelled", "moved back"])
def test_a_proposal_that_was_overtaken_is_not_open_any_more(
    alma: Linked, overtaken: str
) -> None:
    alma.change(policy=MovePolicy.PROPOSE)
    number = alma.house.book()
    alma.settle()
    alma.drag(alma.only["id"], at(25, 10))
    alma.settle()
    assert len(alma.conflicts(settled=False)) == 1
    if overtaken == "moved":
        alma.house.edit(number, timed(at(26, 10)))
    elif overtaken == "cancelled":
        alma.house.edit(number, status=Status.CANCELLED)
    else:
        alma.drag(alma.only["id"], at(24, 14))
    alma.settle()
    assert alma.conflicts(settled=False) == []
    assert there(alma) == alma.house.starts(number)


def test_of_two_proposals_about_one_event_the_last_one_waits(alma: Linked) -> None:
    alma.change(policy=MovePolicy.PROPOSE)
    alma.house.book()
    alma.settle()
    for day in (25, 26):
        alma.drag(alma.only["id"], at(day, 10))
        alma.settle()
    waiting = alma.conflicts(settled=False)
    assert [one.decision for one in alma.conflicts()] == ["proposed", "proposed"]
    assert waiting == alma.conflicts()[-1:]


@pytest.mark.parametrize("request_", ["insert", "patch"])
def test_a_resync_tries_again_what_google_had_refused(alma: Linked, request_: str) -> None:
    if request_ == "patch":
        number = alma.house.book()
        alma.settle()
        alma.house.edit(number, timed(at(26, 10)))
    else:
        number = alma.house.book(timed(at(26, 10)))
    refusal = Fault(f"events.{request_}", status=400, reason="invalid", times=1)
    alma.google.script(refusal)
    alma.settle()
    assert alma.pair(number).state is MapState.PARKED
    resync(alma)
    assert alma.pair(number).state is MapState.LIVE
    assert there(alma) == ["11-26 10:00"]


def test_a_resync_leaves_alone_again_what_google_cannot_keep(alma: Linked) -> None:
    alma.house.put(event("jd acf", "20261124T140000", "RRULE:FREQ=HOURLY;COUNT=3"))
    alma.settle()
    resync(alma)
    (pair,) = alma.pairs()
    assert (pair.state, alma.events) == (MapState.PARKED, [])


def test_a_resync_looks_again_for_an_occurrence_that_was_not_found(alma: Linked) -> None:
    number = alma.house.book(recurrence=Recurrence(("FREQ=WEEKLY;COUNT=2",)))
    alma.settle()
    series = alma.pair(number)
    key = key_of(at(24, 14))
    lost = replace(series, event=f"{series.event}_lost", key=key, etag="", series=series.event)
    lost = replace(lost, original=key, kind=EventKind.EXCEPTION)
    park(alma, lost, "occurrence-lost")
    alma.house.edit(this(number, at(24, 14)), timed(at(25, 10)))
    alma.settle()
    assert len(alma.events) == 1
    resync(alma)
    assert "11-25 10:00" in there(alma)
