"""What Google is told of people: nothing above the level, whatever happens."""

from __future__ import annotations

import pytest

from server.domain.appointment import Details
from server.domain.google import LinkState, MovePolicy, OutwardLevel
from server.domain.vocabulary import Kind, Medium, Status
from server.domain.when import Recurrence
from server.google_sync.links.syncing import Settings
from tests.google.house import Linked
from tests.practice import ALMA, DORN, JANE, JOHN, MARIA, at, other, session, this, timed

NAMES = ("Jane", "Doe", "Dorn", "Garcia", "Maria")
SECRETS = (
    "Acupuncture",
    "acupinitial",
    "97810",
    "Bring the forms",
    "jane@example.org",
    "C1001",
)
ALLOWED = {
    OutwardLevel.BUSY: (),
    OutwardLevel.GENERIC: (),
    OutwardLevel.CODE: ("C1001",),
    OutwardLevel.INITIALS: (),
    OutwardLevel.FIRST: ("Jane", "Maria", "John", "Jana"),
    OutwardLevel.FULL: NAMES,
}
TITLES = {
    OutwardLevel.BUSY: "Busy",
    OutwardLevel.GENERIC: "Appointment",
    OutwardLevel.CODE: "C1001",
    OutwardLevel.INITIALS: "JD",
    OutwardLevel.FIRST: "Jane",
    OutwardLevel.FULL: "Jane Doe",
}


def lower(alma: Linked, level: OutwardLevel) -> None:
    alma.change(level=level, rewriting=True)


@pytest.mark.parametrize("level", list(OutwardLevel))
def test_g078_nothing_above_the_level_ever_reaches_google(
    alma: Linked, level: OutwardLevel
) -> None:
    alma.change(level=level)
    house = alma.house
    number = house.book(details=session(note="Bring the forms"))
    house.book(timed(at(25)), session(DORN), Recurrence(("FREQ=WEEKLY;COUNT=3",)))
    contact = Details(Kind.CONTACT, Status.BOOKED, ALMA, client=MARIA, medium=Medium.PHONE)
    house.book(timed(at(26)), contact)
    house.book(timed(at(27)), other("Jane Doe's birthday"))
    alma.settle()
    assert alma.writes()[-1]
    titles = {one["id"]: one["summary"] for one in alma.events}
    assert titles[alma.pair(number).event] == TITLES[level]
    house.edit(number, timed(at(24, 16)))
    alma.settle()
    alma.drag(alma.pair(number).event, at(24, 17))
    alma.settle()
    house.edit(number, status=Status.CANCELLED)
    alma.settle()
    told = alma.said()
    forbidden = {*NAMES, *SECRETS} - set(ALLOWED[level])
    assert [word for word in sorted(forbidden) if word in told] == []
    kept = "\n".join(str(one) for one in [*alma.conflicts(), *alma.pairs()])
    assert [word for word in NAMES if word in kept] == []


@pytest.mark.parametrize("stopped", [False, True])
def test_g079_a_lower_level_rewrites_what_is_past_and_what_is_gone(
    alma: Linked, *, stopped: bool
) -> None:
    alma.change(level=OutwardLevel.FULL)
    house = alma.house
    past = house.book(timed(at(4)))
    deleted = house.book(timed(at(24)), session(JOHN))
    series = house.book(timed(at(25)), session(), Recurrence(("FREQ=WEEKLY;COUNT=3",)))
    alma.settle()
    house.edit(this(series, at(25)), timed(at(26, 9)))
    alma.settle()
    alma.act("delete", alma.pair(deleted).event)
    alma.settle()
    assert len([one for one in alma.all_events if "Doe" in one["summary"]]) >= 3
    alma.house = house.later(days=7)
    lower(alma, OutwardLevel.GENERIC)
    if stopped:
        alma.settings = Settings(writes_at_most=1)
        alma.sync()
        alma.settings = Settings()
    alma.settle(10)
    assert [one for one in alma.all_events if "Doe" in one.get("summary", "")] == []
    assert alma.now_link.rewriting is False
    assert alma.pair(past).state == "live"
    assert len(alma.events) == 3
    assert alma.house.starts(deleted) == []


def test_g079_a_higher_level_leaves_the_past_alone(alma: Linked) -> None:
    past = alma.house.book(timed(at(4)))
    alma.settle()
    alma.house = alma.house.later(days=7)
    alma.change(level=OutwardLevel.FULL)
    mark = alma.mark
    alma.house.edit(past, note="Was late")
    alma.settle()
    assert alma.writes(mark) == []
    assert alma.only["summary"] == "Appointment"


def test_g078_a_request_is_told_apart_from_what_is_booked(alma: Linked) -> None:
    asked = session(JANE, kind=Kind.REQUEST, status=Status.REQUESTED)
    number = alma.house.book(details=asked)
    alma.settle()
    assert alma.only["summary"] == "? Appointment"
    alma.house.edit(number, kind=Kind.SESSION, status=Status.BOOKED)
    alma.settle()
    assert alma.only["summary"] == "Appointment"


def test_g031_a_policy_of_reverting_undoes_every_move(alma: Linked) -> None:
    alma.change(policy=MovePolicy.REVERT)
    number = alma.house.book()
    alma.settle()
    alma.drag(alma.only["id"], at(25, 10))
    alma.settle()
    assert alma.house.starts(number) == ["11-24 14:00"]
    assert alma.starts() == ["11-24 19:00"]
    alma.act("delete", alma.only["id"])
    alma.settle()
    assert alma.starts() == ["11-24 19:00"]
    assert alma.now_link.state is LinkState.CONNECTED
