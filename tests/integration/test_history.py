"""History: who changed what through which door, in a chain that shows every gap."""

from __future__ import annotations

import pytest

from server.domain.errors import Invalid
from server.domain.vocabulary import Door, Fact, Role, Status
from server.domain.when import MASTER, key_of
from tests.practice import (
    ALMA,
    DESK,
    JANE,
    JOHN,
    MAIN,
    ROOM_1,
    WEEKLY,
    House,
    at,
    event,
    session,
    this,
    timed,
)


def test_a_new_appointment_is_told_with_all_that_it_says(any_house: House) -> None:
    number = any_house.book()
    (line,) = any_house.history(number)
    assert line.facts == (Fact.BOOKED,)
    assert (line.key, line.revision, line.at) == (MASTER, 1, any_house.now)
    assert line.changes["client"] == ("", JANE)
    assert line.changes["location"] == ("", MAIN)
    assert line.changes["services"] == ("", "97810*1 97811*1")
    assert line.changes["when"][1].endswith("America/New_York")


def test_who_and_which_door_are_told(any_house: House) -> None:
    any_house.put(event("acupinitial Jane Doe"))
    number = any_house.of_href()
    any_house.edit(number, room=ROOM_1)
    app, desk = any_house.history(number)
    assert (app.actor.user, app.actor.role, app.actor.door) == (
        ALMA,
        Role.PRACTITIONER,
        Door.CALDAV,
    )
    assert (desk.actor.user, desk.actor.door) == (DESK, Door.COMMAND_LINE)


def test_each_change_is_told_by_old_and_new_values(any_house: House) -> None:
    number = any_house.book()
    any_house.edit(number, timed(at(25)), client=JOHN, status=Status.CONFIRMED)
    line = any_house.history(number)[-1]
    assert set(line.facts) == {Fact.CONFIRMED, Fact.MOVED, Fact.EDITED}
    assert line.changes["client"] == (JANE, JOHN)
    assert line.changes["status"] == ("booked", "confirmed")
    assert set(line.changes) == {"client", "status", "when"}


def test_what_changes_nothing_is_not_told(any_house: House) -> None:
    number = any_house.book()
    any_house.edit(number, client=JANE)
    assert len(any_house.history(number)) == 1


def test_a_change_of_one_occurrence_names_it(any_house: House) -> None:
    series = any_house.book(recurrence=WEEKLY)
    any_house.edit(this(series, at(1, month=12)), status=Status.ARRIVED)
    line = any_house.history(series)[-1]
    assert line.key == key_of(at(1, month=12))
    assert line.facts == (Fact.ARRIVED,)
    assert line.changes == {"status": ("booked", "arrived")}


def test_what_is_new_and_has_arrived_is_told_as_both(any_house: House) -> None:
    number = any_house.book(details=session(status=Status.ARRIVED))
    assert any_house.history(number)[0].facts == (Fact.BOOKED, Fact.ARRIVED)


def test_lines_stay_in_their_order_and_their_chain_holds(any_house: House) -> None:
    numbers = [any_house.book(), any_house.book(timed(at(25)))]
    for hour in (9, 10, 11):
        for number in numbers:
            any_house.edit(number, timed(at(26, hour)))
    for number in numbers:
        revisions = [line.revision for line in any_house.history(number)]
        assert revisions == sorted(revisions)
        assert len(revisions) == 4
    with any_house.database.reading() as uow:
        assert uow.history.broken_links() == []


def test_a_refused_change_leaves_no_line(any_house: House) -> None:
    number = any_house.book()
    before = any_house.history(number)
    with pytest.raises(Invalid):
        any_house.edit(number, status=Status.REQUESTED)
    assert any_house.history(number) == before
