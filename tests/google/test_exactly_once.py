"""Whatever becomes of a request or its answer: one event, and nothing lost."""

from __future__ import annotations

import pytest

from server.domain.google import LinkState, MapState
from server.domain.vocabulary import Status
from server.google_sync.links.syncing import LeaseLost, Report
from server.google_sync.worker.cycle import cycle, write_all
from server.usecases.delete_appointment import delete_appointment, restore_appointment
from server.usecases.edit_appointment import Target
from tests.google.house import Linked
from tests.local_google import Befalls, Fault
from tests.practice import JOHN, at, session, timed

LOST = [Befalls.LOSE_ANSWER, Befalls.REFUSE_AFTER, Befalls.CLOSE]


def test_g009_an_own_event_that_comes_back_before_its_answer_is_known(alma: Linked) -> None:
    number = alma.house.book()
    alma.google.script(Fault("events.insert", Befalls.LOSE_ANSWER))
    assert alma.try_sync().failure is not None
    assert alma.pair(number).state is MapState.PENDING
    mark = alma.mark
    alma.settle()
    assert alma.writes(mark) == []
    assert alma.starts() == ["11-24 19:00"]


@pytest.mark.parametrize("befalls", LOST)
def test_g015_g016_g017_an_insert_whose_answer_is_lost_makes_one_event(
    alma: Linked, befalls: Befalls
) -> None:
    alma.house.book()
    alma.google.script(Fault("events.insert", befalls))
    assert alma.try_sync().failure is not None
    mark = alma.mark
    # Without reading first: the second try meets what the first one made.
    write_all(alma.syncing, Report())
    assert alma.asked(mark)["events.insert"] == 1
    alma.settle()
    assert len(alma.all_events) == 1
    assert alma.house.details(alma.pairs()[0].appointment).status is Status.BOOKED


@pytest.mark.parametrize("befalls", LOST)
@pytest.mark.parametrize("method", ["events.patch", "events.delete"])
def test_g016_g017_a_change_whose_answer_is_lost_is_made_once(
    alma: Linked, befalls: Befalls, method: str
) -> None:
    number = alma.house.book()
    alma.settle()
    if method == "events.patch":
        alma.house.edit(number, timed(at(25, 10)))
    else:
        alma.house.edit(number, status=Status.CANCELLED)
    alma.google.script(Fault(method, befalls))
    assert alma.try_sync().failure is not None
    alma.settle()
    assert alma.starts() == (["11-25 15:00"] if method == "events.patch" else [])
    assert len(alma.all_events) == 1
    assert alma.conflicts() == []


def test_g019_who_lost_the_link_records_nothing(alma: Linked) -> None:
    alma.house.book()
    first = alma.syncing
    alma.house = alma.house.later(hours=2)
    alma.holder = "somebody else"
    second = alma.syncing
    with pytest.raises(LeaseLost):
        cycle(first)
    assert alma.events == []
    assert cycle(second).failure is None
    assert len(alma.events) == 1


def test_g020_somebody_elses_event_under_our_id_is_left_alone(alma: Linked) -> None:
    number = alma.house.book()
    alma.google.script(Fault("events.insert", Befalls.CLOSE))
    alma.try_sync()
    name = alma.pair(number).event
    bounds = {which: {"dateTime": "2026-11-27T09:00:00-05:00"} for which in ("start", "end")}
    bounds["end"] = {"dateTime": "2026-11-27T10:00:00-05:00"}
    alma.act("create", id=name, body={"summary": "Theirs", **bounds})
    write_all(alma.syncing, Report())
    alma.settle()
    assert alma.pair(number).generation == 1
    assert alma.starts() == ["11-24 19:00", "11-27 14:00"]
    assert {one["summary"] for one in alma.events} == {"Appointment", "Theirs"}


def test_g022_what_was_deleted_and_restored_is_one_event_again(alma: Linked) -> None:
    number = alma.house.book()
    alma.settle()
    with alma.house.database.writing() as uow:
        delete_appointment(uow, alma.house.context(), Target(number))
    alma.settle()
    assert alma.events == []
    with alma.house.database.writing() as uow:
        restore_appointment(uow, alma.house.context(), Target(number))
    alma.settle()
    assert alma.starts() == ["11-24 19:00"]
    assert alma.pair(number).generation == 1


@pytest.mark.parametrize("status", [0, 404])
def test_g023_what_is_gone_already_is_deleted(alma: Linked, status: int) -> None:
    number = alma.house.book()
    alma.settle()
    alma.house.edit(number, status=Status.CANCELLED)
    alma.google.script(Fault("events.delete", Befalls.LOSE_ANSWER))
    assert alma.try_sync().failure is not None
    if status:
        alma.google.script(Fault("events.delete", status=status, reason="notFound"))
    write_all(alma.syncing, Report())
    alma.settle()
    assert alma.events == []
    assert alma.pair(number).state is MapState.GONE_LOCAL


def test_g024_an_event_that_changed_meanwhile_is_read_again(alma: Linked) -> None:
    number = alma.house.book()
    alma.settle()
    alma.house.edit(number, timed(at(25, 10)))
    held = Fault("events.patch", Befalls.REFUSE, status=412, reason="conditionNotMet")
    alma.google.script(held)
    mark = alma.mark
    alma.sync()
    assert alma.asked(mark)["events.patch"] == 2
    alma.settle()
    assert alma.starts() == ["11-25 15:00"]


def test_g025_an_event_that_keeps_changing_waits_for_the_next_cycle(alma: Linked) -> None:
    number = alma.house.book()
    alma.settle()
    alma.house.edit(number, timed(at(25, 10)))
    refused = Fault("events.patch", status=412, reason="conditionNotMet", times=4)
    alma.google.script(refused)
    mark = alma.mark
    alma.sync()
    assert alma.asked(mark)["events.patch"] == 4
    assert alma.starts() == ["11-24 19:00"]
    alma.house = alma.house.later(minutes=2)
    alma.settle()
    assert alma.starts() == ["11-25 15:00"]


def test_g091_what_google_refuses_for_good_is_parked_and_the_rest_flows(alma: Linked) -> None:
    number = alma.house.book()
    other_one = alma.house.book(timed(at(26)), session(JOHN))
    name = alma.house.get(number).id
    alma.google.script(Fault("events.insert", status=400, reason="invalid", times=1))
    alma.sync()
    states = {alma.pair(name).state, alma.pair(other_one).state}
    assert states == {MapState.PARKED, MapState.LIVE}
    alma.settle()
    parked = number if alma.pair(number).state is MapState.PARKED else other_one
    alma.house.edit(parked, timed(at(27, 10)))
    alma.settle()
    assert alma.pair(parked).state is MapState.LIVE
    assert len(alma.events) == 2
    assert alma.now_link.state is LinkState.CONNECTED
