"""The first scenarios: what is made, moved and cancelled on one side shows on the other."""

from __future__ import annotations

from datetime import timedelta

import pytest

from server.domain.google import MovePolicy
from server.domain.vocabulary import Door, Status
from server.google_sync.links.syncing import Settings
from tests.booking import booked, mails, open_for_booking
from tests.google.house import Linked, linked
from tests.local_google import LocalGoogle
from tests.practice import JOHN, House, at, event, session, timed


def test_g001_an_appointment_is_one_event_at_its_time_and_level(alma: Linked) -> None:
    alma.house.book()
    alma.settle()
    shown = alma.only
    assert shown["summary"] == "Appointment"
    assert shown["visibility"] == "private"
    assert alma.starts() == ["11-24 19:00"]
    written = alma.writes()[-1]
    assert written["start"] == {
        "dateTime": "2026-11-24T14:00:00",
        "timeZone": "America/New_York",
    }
    assert alma.google.mails == []
    assert "Doe" not in alma.said()


def test_g002_a_move_here_writes_the_time_only(alma: Linked) -> None:
    number = alma.house.book()
    alma.settle()
    alma.act("edit", alma.only["id"], changes={"colorId": "7", "location": "Hers"})
    alma.settle()
    mark = alma.mark
    alma.house.edit(number, timed(at(24, 16)))
    alma.settle()
    assert alma.starts() == ["11-24 21:00"]
    assert [sorted(body) for body in alma.writes(mark)] == [["end", "start"]]
    assert alma.only["colorId"] == "7"
    assert alma.only["location"] == "Hers"


def test_g003_a_move_in_google_moves_the_appointment(alma: Linked) -> None:
    number = alma.house.book()
    alma.settle()
    before = alma.house.stored()[0].etag
    alma.drag(alma.only["id"], at(25, 10))
    alma.settle()
    assert alma.house.starts(number) == ["11-25 10:00"]
    assert alma.house.stored()[0].etag != before
    assert "DTSTART;TZID=America/New_York:20261125T100000" in alma.house.shown(number)
    assert alma.house.history(number)[-1].actor.door is Door.GOOGLE


def test_g004_a_cancelled_appointment_is_scrubbed_and_deleted(alma: Linked) -> None:
    number = alma.house.book()
    alma.settle()
    mark = alma.mark
    alma.house.edit(number, status=Status.CANCELLED)
    alma.settle()
    assert alma.events == []
    assert [one.get("summary") for one in alma.writes(mark) if one] == ["Busy"]
    assert alma.all_events[0]["summary"] == "Busy"


def test_g005_a_deletion_in_google_cancels_and_keeps_the_record(alma: Linked) -> None:
    number = alma.house.book()
    alma.house.edit(number, note="Bring the forms")
    alma.settle()
    alma.act("delete", alma.only["id"])
    alma.settle()
    found = alma.house.get(number)
    assert found.first_part.details.status is Status.CANCELLED
    assert found.first_part.details.note == "Bring the forms"
    assert found.deleted_at is None
    assert alma.house.history(number)[-1].actor.door is Door.GOOGLE


def test_g005_a_deletion_in_google_mails_nobody_and_charges_nothing(alma: Linked) -> None:
    open_for_booking(alma.house)
    booking = booked(alma.house)
    alma.settle()
    before = mails(alma.house, booking.id)
    alma.act("delete", alma.only["id"])
    alma.settle()
    assert alma.house.details(booking.appointment).status is Status.CANCELLED
    assert mails(alma.house, booking.id) == before


def test_g006_a_title_edited_in_google_is_put_back_once(alma: Linked) -> None:
    alma.house.book()
    alma.settle()
    mark = alma.mark
    alma.act("edit_title", alma.only["id"], title="Mine")
    alma.settle()
    assert alma.only["summary"] == "Appointment"
    assert alma.writes(mark) == [{"summary": "Appointment"}]


def test_g007_caldav_and_google_see_each_others_changes(alma: Linked) -> None:
    house = alma.house
    house.put(event("jd acf", "20261124T140000"))
    alma.settle()
    assert alma.starts() == ["11-24 19:00"]
    house.put(event("jd acf", "20261125T140000"))
    alma.settle()
    assert alma.starts() == ["11-25 19:00"]
    before = house.calendar().revision
    alma.drag(alma.only["id"], at(26, 9))
    alma.settle()
    assert "T090000" in house.shown(house.of_href())
    assert house.calendar().revision > before


def test_g008_many_appointments_at_first_connect_are_told_once_each(
    any_house: House, local_google: LocalGoogle
) -> None:
    for day in range(1, 29):
        for hour in (8, 10, 12):
            any_house.book(timed(at(day, hour, month=12), 45))
    with linked(any_house, local_google, settings=Settings(writes_at_most=30)) as alma:
        alma.connect()
        with any_house.database.writing() as uow:
            uow.google.events.mark_all(alma.link, alma.user, any_house.now, any_house.now)
        assert alma.sync().more
        # Somebody else goes on where the first one was.
        alma.sync(2)
        alma.settle()
        assert len(alma.events) == len(alma.all_events) == 84
        assert alma.asked()["events.insert"] == 84


def test_g028_deleted_here_and_moved_there_stays_deleted(alma: Linked) -> None:
    number = alma.house.book()
    alma.settle()
    alma.house.edit(number, status=Status.CANCELLED)
    alma.drag(alma.only["id"], at(25, 10))
    alma.settle()
    assert alma.events == []
    assert alma.decisions() == ["deleted-here-moved-there"]


def test_g029_deleted_there_and_moved_here_stands(alma: Linked) -> None:
    number = alma.house.book()
    alma.settle()
    alma.act("delete", alma.only["id"])
    alma.house.edit(number, timed(at(25, 10)))
    alma.settle()
    assert alma.starts() == ["11-25 15:00"]
    assert alma.house.starts(number) == ["11-25 10:00"]
    assert alma.pair(number).generation == 1
    assert alma.decisions() == ["moved-here-deleted-there"]


def test_g026_moved_on_both_sides_stands_as_it_was_moved_here(alma: Linked) -> None:
    number = alma.house.book()
    alma.settle()
    alma.house.edit(number, timed(at(25, 10)))
    alma.drag(alma.only["id"], at(26, 10))
    alma.settle()
    assert alma.starts() == ["11-25 15:00"]
    assert alma.house.starts(number) == ["11-25 10:00"]
    assert alma.decisions() == ["both-moved"]
    assert alma.notices() == ["google-both-moved"]


def test_g027_moved_alike_on_both_sides_writes_nothing(alma: Linked) -> None:
    number = alma.house.book()
    alma.settle()
    mark = alma.mark
    alma.house.edit(number, timed(at(25, 10)))
    alma.drag(alma.only["id"], at(25, 10))
    alma.settle()
    assert alma.writes(mark) == []


def test_g030_a_move_onto_another_appointment_is_undone(alma: Linked) -> None:
    number = alma.house.book()
    alma.house.book(timed(at(25, 10)), session(JOHN))
    alma.settle()
    alma.drag(alma.pair(number).event, at(25, 10, 30))
    alma.settle()
    assert alma.house.starts(number) == ["11-24 14:00"]
    assert alma.starts() == ["11-24 19:00", "11-25 15:00"]
    assert alma.notices() == ["google-overlap"]


@pytest.mark.parametrize("kind", ["move", "delete"])
def test_g031_what_has_happened_is_restored(alma: Linked, kind: str) -> None:
    number = alma.house.book()
    alma.settle()
    alma.house.edit(number, status=Status.ARRIVED)
    alma.settle()
    if kind == "move":
        alma.drag(alma.only["id"], at(25, 10))
    else:
        alma.act("delete", alma.only["id"])
    alma.settle()
    assert alma.starts() == ["11-24 19:00"]
    assert alma.house.details(number).status is Status.ARRIVED
    assert alma.notices() == ["google-locked"]


def test_g032_a_proposed_move_changes_nothing_until_somebody_answers(alma: Linked) -> None:
    alma.change(policy=MovePolicy.PROPOSE)
    number = alma.house.book()
    alma.settle()
    alma.drag(alma.only["id"], at(25, 10))
    alma.settle()
    assert alma.house.starts(number) == ["11-24 14:00"]
    assert alma.starts() == ["11-25 15:00"]
    assert [one.settled_at for one in alma.conflicts(settled=False)] == [None]
    assert alma.notices() == ["google-proposed"]


@pytest.mark.parametrize("minutes", [-10, 10])
def test_g033_the_clock_of_google_decides_nothing(alma: Linked, minutes: int) -> None:
    alma.google.clock.skew = timedelta(minutes=minutes)
    number = alma.house.book()
    alma.settle()
    alma.drag(alma.only["id"], at(25, 10))
    alma.house.edit(number, note="Later")
    alma.settle()
    assert alma.house.starts(number) == ["11-25 10:00"]
    assert alma.starts() == ["11-25 15:00"]
