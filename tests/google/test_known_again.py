"""Events of ours are known again: marks of before, pairs that were lost, two of one id."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from server.domain.google import EventKind, MapState
from server.domain.ids import AppointmentId
from server.domain.vocabulary import Status
from server.domain.when import Recurrence
from server.google_sync.links.syncing import Report
from server.google_sync.model.marks import PROPERTY
from server.google_sync.worker.cycle import write_all
from tests.google.house import Json, Linked
from tests.google.series import instances
from tests.local_google import Befalls, Fault
from tests.practice import JOHN, at, session, this, timed

THERE = [
    "11-24 14:00",
    "11-26 09:00",
    "12-01 14:00",
    "12-09 10:00",
    "12-15 14:00",
]


def told(alma: Linked) -> list[AppointmentId]:
    """Tell Google of a visit and of a series with an occurrence moved and one cancelled."""
    single = alma.house.book(timed(at(26, 9), 45), session(JOHN))
    rule = Recurrence(("FREQ=WEEKLY;COUNT=5",))
    series = alma.house.book(timed(at(24)), session(), rule)
    alma.settle()
    alma.house.edit(this(series, at(8, month=12)), timed(at(9, 10, month=12)))
    alma.house.edit(this(series, at(22, month=12)), status=Status.CANCELLED)
    alma.settle()
    assert instances(alma) == THERE
    return [single, series]


def mark_of(item: Json) -> str:
    return str(item.get("extendedProperties", {}).get("private", {}).get(PROPERTY, ""))


def re_mark(alma: Linked, said: Callable[[str], str]) -> None:
    """Give every event of ours another mark."""
    for item in alma.events:
        mark = mark_of(item)
        if mark and "recurringEventId" not in item:
            changes = {"extendedProperties": {"private": {PROPERTY: said(mark)}}}
            alma.act("edit", item["id"], changes=changes)


def lose_pairs(alma: Linked) -> None:
    """Forget which event stands for what, and up to where Google was read."""
    with alma.house.database.writing() as uow:
        uow.google.events.clear(alma.link)
        calendar = uow.google.calendars.get(alma.link, alma.calendar)
        assert calendar is not None
        uow.google.calendars.remove(alma.link, alma.calendar)
        uow.google.calendars.save(type(calendar)(alma.link, alma.calendar, calendar.role))


def lose_bases(alma: Linked) -> None:
    """Leave of each pair which event stands for what, and no more."""
    with alma.house.database.writing() as uow:
        for pair in uow.google.events.all(alma.link):
            uow.google.events.save(replace(pair, base="", etag=""))


def lose_tokens(alma: Linked) -> None:
    """Have all of the calendar read anew."""
    with alma.house.database.writing() as uow:
        calendar = uow.google.calendars.get(alma.link, alma.calendar)
        assert calendar is not None
        uow.google.calendars.save(replace(calendar, sync_token="", next_full_read_at=None))


def mark_all(alma: Linked) -> None:
    """Note every appointment as changed, as connecting does."""
    with alma.house.database.writing() as uow:
        uow.google.events.mark_all(alma.link, alma.user, alma.house.now, alma.house.now)


def before_this_version(mark: str) -> str:
    """Return a mark as an earlier version might have written it."""
    return f"v0.{mark.split('.')[1][:8]}"


@pytest.mark.parametrize("again", [False, True], ids=["read", "told-anew"])
@pytest.mark.parametrize("pairs", ["kept", "plain", "lost"])
def test_g096_events_of_an_earlier_version_are_known_by_their_id(
    alma: Linked, pairs: str, *, again: bool
) -> None:
    numbers = told(alma)
    names = {alma.pair(number).event for number in numbers}
    re_mark(alma, before_this_version)
    if pairs == "lost":
        lose_pairs(alma)
    elif pairs == "plain":
        lose_bases(alma)
    if again:
        mark_all(alma)
    mark = alma.mark
    alma.settle()
    assert alma.asked(mark)["events.insert"] == 0
    assert {alma.pair(number).event for number in numbers} == names
    assert instances(alma) == THERE
    assert alma.conflicts() == []
    assert alma.notices() == []
    whole = [one for one in alma.events if "recurringEventId" not in one]
    assert {mark_of(one).partition(".")[0] for one in whole} == {"v1"}
    alma.drag(alma.pair(numbers[0]).event, at(27, 9))
    alma.settle()
    assert alma.house.starts(numbers[0]) == ["11-27 09:00"]


@pytest.mark.parametrize("version", ["v0", "v2"])
def test_g096_a_copy_is_known_as_one_by_a_mark_of_any_version(
    alma: Linked, version: str
) -> None:
    number = alma.house.book()
    alma.settle()
    copy = alma.act("duplicate", alma.only["id"])
    changes = {"extendedProperties": {"private": {PROPERTY: f"{version}.something"}}}
    alma.act("edit", copy["id"], changes=changes)
    alma.drag(copy["id"], at(27, 9))
    mark = alma.mark
    alma.settle()
    assert alma.house.starts(number) == ["11-24 14:00"]
    assert alma.writes(mark) == []
    (block,) = [one.appointment for one in alma.pairs() if one.appointment != number]
    assert alma.house.starts(block) == ["11-27 09:00"]
    assert alma.house.details(block).client is None
    assert alma.notices() == ["google-copied"]


def test_g096_a_mark_of_a_newer_version_is_not_written_back(alma: Linked) -> None:
    number = alma.house.book()
    alma.settle()
    re_mark(alma, lambda mark: mark.replace("v1.", "v2."))
    mark = alma.mark
    alma.settle()
    assert alma.writes(mark) == []
    alma.house.edit(number, timed(at(25, 10)))
    alma.settle()
    assert mark_of(alma.only).startswith("v2.")


def test_g096_marks_are_written_anew_by_the_weekly_read_too(alma: Linked) -> None:
    """What is known to be as it was agreed is looked at for its mark all the same."""
    number = alma.house.book()
    alma.settle()
    re_mark(alma, before_this_version)
    with alma.house.database.writing() as uow:
        (pair,) = uow.google.events.all(alma.link)
        uow.google.events.save(replace(pair, etag=alma.only["etag"]))
    mark = alma.mark
    alma.house = alma.house.later(days=8)
    alma.sync()
    assert mark_of(alma.only).startswith("v1.")
    assert [set(one) for one in alma.writes(mark)] == [{"extendedProperties"}]
    assert alma.pair(number).state is MapState.LIVE
    alma.assert_quiet()


@pytest.mark.parametrize("again", [False, True], ids=["read", "told-anew"])
def test_t07_pairs_that_were_lost_double_nothing(alma: Linked, *, again: bool) -> None:
    numbers = told(alma)
    before = {one["id"] for one in alma.all_events}
    lose_pairs(alma)
    if again:
        mark_all(alma)
    mark = alma.mark
    alma.settle()
    assert alma.asked(mark)["events.insert"] == 0
    assert {one["id"] for one in alma.all_events} == before
    assert instances(alma) == THERE
    assert [len(alma.house.starts(number)) for number in numbers] == [1, 4]
    kinds = {one.kind for one in alma.pairs() if one.state is MapState.LIVE}
    assert kinds >= {EventKind.SINGLE, EventKind.MASTER}


def test_t07_what_was_changed_while_pairs_were_lost_is_told(alma: Linked) -> None:
    number, _ = told(alma)
    lose_pairs(alma)
    alma.house.edit(number, timed(at(27, 9), 45))
    mark = alma.mark
    alma.settle()
    assert alma.asked(mark)["events.insert"] == 0
    assert "11-27 09:00" in instances(alma)
    assert "11-26 09:00" not in instances(alma)


def test_t07_an_event_of_another_id_is_an_other_event_and_no_second_appointment(
    alma: Linked,
) -> None:
    number = alma.house.book()
    alma.settle()
    copy = alma.act("duplicate", alma.only["id"])
    alma.act("delete", alma.pair(number).event)
    alma.settle()
    assert alma.house.starts(number) == []
    pair = next(one for one in alma.pairs() if one.event == copy["id"])
    assert pair.appointment != number
    assert alma.house.details(pair.appointment).client is None


@pytest.mark.parametrize("then", ["nothing", "move", "cancel"])
def test_g021_two_events_under_one_id_are_told_of_and_go_no_further(
    alma: Linked, then: str
) -> None:
    """Google says yes to an insert though it has an event of that id already."""
    alma.google.knobs.misses_duplicates = True
    number = alma.house.book()
    alma.google.script(Fault("events.insert", Befalls.LOSE_ANSWER))
    assert alma.try_sync().failure is not None
    # Without reading first: nothing but Google's refusal would tell that one was made.
    write_all(alma.syncing, Report())
    alma.settle()
    assert len(alma.all_events) == 2
    assert alma.notices() == ["google-doubled"]
    if then == "move":
        alma.house.edit(number, timed(at(25, 10)))
        alma.settle()
    elif then == "cancel":
        alma.house.edit(number, status=Status.CANCELLED)
        alma.settle()
    # All of it is read anew: the other one is no move, and nobody is told again.
    alma.house = alma.house.later(days=8)
    alma.settle()
    moved = {"nothing": ["11-24 14:00"], "move": ["11-25 10:00"], "cancel": []}
    assert alma.house.starts(number) == moved[then]
    assert alma.notices() == ["google-doubled"]
    assert alma.conflicts() == []
    assert alma.asked()["events.insert"] == 2


@pytest.mark.parametrize("reading", ["whole", "changes"])
def test_g021_two_events_under_one_id_may_stand_on_two_pages(
    alma: Linked, reading: str
) -> None:
    """The one that is not known was moved since, and is read after the one that is."""
    alma.google.knobs.misses_duplicates = True
    alma.google.knobs.page_size = 1
    alma.settle()
    number = alma.house.book()
    alma.google.script(Fault("events.insert", Befalls.LOSE_ANSWER))
    assert alma.try_sync().failure is not None
    alma.google.clock.advance(timedelta(seconds=1))
    alma.house.edit(number, timed(at(24, 16)))
    write_all(alma.syncing, Report())
    alma.drag(alma.pair(number).event, at(27, 9))
    if reading == "whole":
        lose_tokens(alma)
    mark = alma.mark
    alma.settle()
    assert alma.asked(mark)["events.list"] > 2
    assert alma.notices() == ["google-doubled"]
    assert alma.house.starts(number) == ["11-24 16:00"]
    assert alma.conflicts() == []
    assert alma.writes(mark) == []


def test_g021_an_event_that_changes_between_two_pages_is_no_second_one(alma: Linked) -> None:
    alma.google.knobs.page_size = 1
    numbers = [alma.house.book(timed(at(day, 9)), session(JOHN)) for day in (24, 25, 26)]
    alma.settle()
    lose_tokens(alma)
    alma.google.script(Fault("events.list", skip=2))
    assert alma.try_sync().failure is not None
    for day, number in enumerate(numbers, 24):
        alma.drag(alma.pair(number).event, at(day, 11))
    alma.settle()
    assert [alma.house.starts(one) for one in numbers] == [
        ["11-24 11:00"],
        ["11-25 11:00"],
        ["11-26 11:00"],
    ]
    assert alma.notices() == []
