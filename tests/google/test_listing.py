"""What is read of a calendar, page by page, and when all of it is read anew."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from server.domain.google import GoogleCalendar
from tests.google.house import Linked
from tests.local_google import Befalls, Fault
from tests.practice import JOHN, at, session, timed


def calendar(alma: Linked) -> GoogleCalendar:
    with alma.house.database.reading() as uow:
        found = uow.google.calendars.get(alma.link, alma.calendar)
    assert found is not None
    return found


def create(alma: Linked, count: int = 6, day: int = 26) -> list[str]:
    """Make events of the practitioner's own at Google's page."""
    made = []
    for hour in range(8, 8 + count):
        start, end = at(day, hour), at(day, hour, 30)
        body = {
            "summary": f"Dentist {hour}",
            "start": {"dateTime": start.isoformat()},
            "end": {"dateTime": end.isoformat()},
        }
        made.append(alma.act("create", body=body)["id"])
    return made


def refuse_token(alma: Linked, times: int = 1, status: int = 410) -> None:
    reason = "fullSyncRequired" if status == 410 else "invalid"
    alma.google.script(Fault("events.list", status=status, reason=reason, times=times))


def test_g050_empty_pages_and_pages_of_tombstones_are_read_to_the_end(alma: Linked) -> None:
    alma.settle()
    alma.google.knobs.page_size = 2
    alma.google.knobs.empty_every = 2
    made = create(alma)
    for event in made[:4]:
        alma.act("delete", event)
    token = calendar(alma).sync_token
    alma.settle()
    assert calendar(alma).sync_token != token
    live = {pair.event for pair in alma.pairs() if pair.state == "live"}
    assert live == set(made[4:])


def test_g051_a_page_that_fails_leaves_the_token_and_applies_nothing_twice(
    alma: Linked,
) -> None:
    alma.settle()
    alma.google.knobs.page_size = 2
    create(alma)
    before = calendar(alma).sync_token
    alma.google.script(Fault("events.list", skip=2))
    assert alma.try_sync().failure is not None
    assert calendar(alma).sync_token == before
    assert alma.pairs() == []
    alma.settle()
    assert len(alma.pairs()) == 6


def test_g052_a_change_while_pages_are_read_is_not_missed(alma: Linked) -> None:
    alma.settle()
    alma.google.knobs.page_size = 2
    made = create(alma)
    alma.google.script(Fault("events.list", skip=2))
    alma.try_sync()
    alma.drag(made[0], at(27, 9))
    alma.settle()
    pair = next(one for one in alma.pairs() if one.event == made[0])
    assert alma.house.starts(pair.appointment) == ["11-27 09:00"]


@pytest.mark.parametrize("status", [410, 400])
def test_g053_g055_after_a_refused_token_what_was_deleted_is_found(
    alma: Linked, status: int
) -> None:
    number = alma.house.book()
    kept = alma.house.book(timed(at(25, 10)), session(JOHN))
    theirs = create(alma, 2)
    alma.settle()
    alma.act("delete", alma.pair(number).event)
    alma.act("delete", theirs[0])
    alma.google.knobs.tombstone_life = timedelta(0)
    refuse_token(alma, status=status)
    alma.sync()
    assert alma.house.starts(number) == ["11-24 14:00"]
    alma.house = alma.house.later(hours=1)
    alma.settle()
    assert alma.house.starts(number) == []
    assert alma.house.starts(kept) == ["11-25 10:00"]
    assert len(alma.events) == 2
    found = {pair.event: pair for pair in alma.pairs()}
    assert alma.house.starts(found[theirs[0]].appointment) == []
    assert alma.house.starts(found[theirs[1]].appointment) == ["11-26 09:00"]


def test_g054_a_token_that_is_always_refused_costs_bounded_reads(alma: Linked) -> None:
    alma.house.book()
    alma.settle()
    mark = alma.mark
    gone = Fault("events.list", status=410, reason="fullSyncRequired", times=None)
    gone.path = "syncToken"
    alma.google.script(gone)
    for _ in range(96):
        alma.house = alma.house.later(minutes=15)
        alma.try_sync()
    assert alma.asked(mark)["events.list"] <= 30
    assert "google-read-again" in alma.notices()
    assert calendar(alma).unknown_since is not None
    assert len(alma.events) == 1


def test_g057_other_parameters_of_a_list_read_all_of_it_anew(alma: Linked) -> None:
    alma.settle()
    known = calendar(alma)
    with alma.house.database.writing() as uow:
        changed = {"fingerprint": "of an earlier version", "next_full_read_at": None}
        uow.google.calendars.save(_with(known, **changed))
    made = create(alma, 1)
    alma.settle()
    assert [pair.event for pair in alma.pairs()] == made
    assert calendar(alma).epoch == known.epoch + 1


def _with(known: GoogleCalendar, **said: object) -> GoogleCalendar:
    return replace(known, **said)  # type: ignore[arg-type]  # fields by name


def test_g058_sharing_the_calendar_ends_the_token_and_loses_nothing(alma: Linked) -> None:
    number = alma.house.book()
    alma.settle()
    alma.act("share", **{"with": "somebody@example.net"}, role="reader")
    alma.drag(alma.only["id"], at(25, 10))
    alma.house = alma.house.later(hours=1)
    alma.settle()
    assert alma.house.starts(number) == ["11-25 10:00"]


def test_g059_the_weekly_reading_of_all_changes_nothing(alma: Linked) -> None:
    number = alma.house.book(timed(at(24, month=12)))
    create(alma, 2)
    alma.settle()
    lines = len(alma.house.history(number))
    mark, epoch = alma.mark, calendar(alma).epoch
    alma.house = alma.house.later(days=8)
    alma.google.clock.advance(timedelta(days=8))
    alma.sync()
    assert calendar(alma).epoch == epoch + 1
    assert alma.writes(mark) == []
    assert len(alma.house.history(number)) == lines
    alma.assert_quiet()


def test_g060_a_calendar_that_is_gone_pauses_the_link(alma: Linked) -> None:
    number = alma.house.book()
    alma.settle()
    alma.act("delete_calendar")
    alma.sync()
    assert alma.now_link.state == "needs-decision"
    assert alma.now_link.reason == "calendar-gone"
    assert alma.house.starts(number) == ["11-24 14:00"]
    mark = alma.mark
    alma.sync()
    assert alma.asked(mark).total() == 0


def test_g051_a_full_read_goes_on_where_it_stopped(alma: Linked) -> None:
    alma.google.knobs.page_size = 2
    create(alma)
    alma.google.script(Fault("events.list", Befalls.CLOSE, skip=2))
    assert alma.try_sync().failure is not None
    mark = alma.mark
    alma.sync()
    assert alma.asked(mark)["events.list"] <= 4
    alma.settle()
    assert len(alma.pairs()) == 6
