"""After a restore of the database from a copy: what stands in Google and was never here."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from server.domain.errors import Invalid
from server.domain.google import LinkState
from server.domain.ids import AppointmentId
from server.google_sync.deciding.connect_decision import Decision, decide
from server.google_sync.model.marks import PROPERTY, event_id, mark_of
from server.usecases.delete_appointment import delete_appointment
from server.usecases.edit_appointment import Target
from tests.google.house import KEY, Linked
from tests.practice import at, session, timed


def booked_since(
    alma: Linked, number: str, start: datetime, *rules: str, title: str = "Appointment"
) -> str:
    """Have an event in Google of an appointment that was booked after the copy was made."""
    name = event_id(KEY, AppointmentId(number), 0)
    ends = start + timedelta(minutes=45)
    body = {
        "id": name,
        "summary": title,
        "start": {"dateTime": start.isoformat(), "timeZone": "America/New_York"},
        "end": {"dateTime": ends.isoformat(), "timeZone": "America/New_York"},
        "visibility": "private",
        "extendedProperties": {"private": {PROPERTY: mark_of(KEY, name, 0)}},
        "recurrence": list(rules),
    }
    alma.syncing.calls.insert_event(alma.calendar, body)
    return name


def say(alma: Linked, decision: Decision) -> None:
    with alma.house.database.writing() as uow:
        decide(uow, alma.house.context(), alma.now_link, decision)


def waits(alma: Linked) -> bool:
    return alma.now_link.state is LinkState.NEEDS_DECISION


@pytest.fixture
def restored(alma: Linked) -> Linked:
    """Return a link that knows one appointment, while Google has three."""
    alma.house.book(timed(at(24)), session())
    alma.settle()
    booked_since(alma, "unknown1", at(25, 9))
    booked_since(alma, "unknown2", at(26, 9), "RRULE:FREQ=WEEKLY;COUNT=3")
    return alma


def test_nothing_that_was_never_here_is_taken_out_before_somebody_has_said_so(
    restored: Linked,
) -> None:
    mark = restored.mark
    restored.sync()
    assert waits(restored)
    restored.sync(2)
    assert restored.writes(mark) == []
    assert len(restored.events) == 3
    assert restored.notices() == ["google-not-known-here"]


def test_kept_they_take_their_time_and_are_nobodys(restored: Linked) -> None:
    restored.sync()
    say(restored, Decision.KEEP)
    mark = restored.mark
    restored.settle()
    assert restored.writes(mark) == []
    blocks = [one.appointment for one in restored.pairs() if one.origin == "google"]
    starts = sorted(start for one in blocks for start in restored.house.starts(one))
    assert starts == ["11-25 09:00", "11-26 09:00", "12-03 09:00", "12-10 09:00"]
    assert {restored.house.details(one).client for one in blocks} == {None}
    assert (restored.now_link.state, restored.now_link.reason) == (LinkState.CONNECTED, "")
    # Nobody is asked again when all of it is read anew.
    restored.house = restored.house.later(days=8)
    restored.settle()
    assert not waits(restored)


def test_removed_they_go_without_a_word_left_behind(restored: Linked) -> None:
    restored.sync()
    say(restored, Decision.REMOVE)
    restored.settle()
    (event,) = restored.events
    assert event["start"]["dateTime"].startswith("2026-11-24")
    gone = [one for one in restored.all_events if one["status"] == "cancelled"]
    assert {one.get("summary", "Busy") for one in gone} == {"Busy"}
    assert (restored.now_link.state, restored.now_link.reason) == (LinkState.CONNECTED, "")


def test_what_was_deleted_here_is_known_and_goes_as_ever(alma: Linked) -> None:
    """Its pair was lost, the appointment was not."""
    number = alma.house.book(timed(at(24)), session())
    alma.settle()
    with alma.house.database.writing() as uow:
        uow.google.events.clear(alma.link)
        delete_appointment(uow, alma.house.context(), Target(number))
    calendar_is_read_anew(alma)
    alma.settle()
    assert not waits(alma)
    assert alma.events == []


def calendar_is_read_anew(alma: Linked) -> None:
    with alma.house.database.writing() as uow:
        known = uow.google.calendars.get(alma.link, alma.calendar)
        assert known is not None
        uow.google.calendars.remove(alma.link, alma.calendar)
        uow.google.calendars.save(type(known)(alma.link, alma.calendar, known.role))


def test_what_is_long_over_is_left_in_google(alma: Linked) -> None:
    name = booked_since(alma, "unknown1", at(24) - timedelta(days=40))
    mark = alma.mark
    alma.settle()
    assert not waits(alma)
    assert alma.writes(mark) == []
    assert [one["id"] for one in alma.events] == [name]


def test_many_deletions_are_asked_about_besides(restored: Linked) -> None:
    numbers = [
        restored.house.book(timed(at(day, hour), 45))
        for day in (27, 28, 29, 30)
        for hour in (8, 9, 10, 11, 12)
    ]
    calendar = restored.now_link.managed
    assert calendar
    restored.sync()
    say(restored, Decision.KEEP)
    restored.settle(20)
    for number in numbers:
        restored.act("delete", restored.pair(number).event)
    booked_since(restored, "unknown3", at(25, 11))
    restored.sync()
    assert restored.now_link.reason == "not-known-here"
    say(restored, Decision.KEEP)
    restored.sync()
    assert restored.now_link.reason == "mass-deletion"
    say(restored, Decision.RESTORE)
    restored.settle(20)
    assert len(restored.events) == 4 + len(numbers)


@pytest.mark.parametrize("answer", [Decision.ACCEPT, Decision.RESTORE])
def test_an_answer_to_another_question_is_none(restored: Linked, answer: Decision) -> None:
    restored.sync()
    with pytest.raises(Invalid, match="keep, remove"):
        say(restored, answer)
    assert waits(restored)
