"""Nothing is written because of what was written; what Google writes otherwise is the same."""

from __future__ import annotations

from datetime import timedelta

from server.domain.google import MapState
from server.domain.when import Recurrence
from tests.google.house import Linked
from tests.practice import at, event, session, timed


def test_g010_rules_and_texts_that_google_rewrites_are_left_so(alma: Linked) -> None:
    rule = "INTERVAL=2;BYDAY=TU,TH;FREQ=WEEKLY;WKST=SU;UNTIL=20270301T000000Z"
    alma.house.put(event("jd acf", "20261124T140000", f"RRULE:{rule}"))
    alma.house.book(timed(at(26)), session(), Recurrence(("FREQ=MONTHLY;BYDAY=-1TH",)))
    alma.settle()
    mark = alma.mark
    alma.settle()
    alma.act("edit", alma.events[0]["id"], changes={"description": "Bring a towel"})
    alma.settle()
    assert alma.writes(mark) == []


def test_g011_another_zone_of_the_calendar_changes_nothing(alma: Linked) -> None:
    alma.house.book()
    alma.house.book(timed(at(26)), session(), Recurrence(("FREQ=WEEKLY;COUNT=3",)))
    alma.settle()
    mark = alma.mark
    alma.act("change_calendar_zone", zone="Asia/Tokyo")
    alma.act("edit", alma.events[0]["id"], changes={"colorId": "3"})
    alma.settle()
    assert alma.writes(mark) == []


def test_g012_a_program_that_writes_against_us_is_stopped_by_the_fuse(alma: Linked) -> None:
    number = alma.house.book()
    alma.settle()
    for turn in range(10):
        title = f"Mine {turn}"
        alma.act("edit_title", alma.only["id"], title=title)
        alma.sync()
    mark = alma.mark
    assert alma.pair(number).state is MapState.PARKED
    alma.settle()
    assert alma.only["summary"] == "Mine 9"
    assert alma.writes(mark) == []
    assert "google-ping-pong" in alma.notices()
    assert alma.house.starts(number) == ["11-24 14:00"]


def test_g012_a_slow_fight_is_stopped_within_a_day(alma: Linked) -> None:
    number = alma.house.book()
    alma.settle()
    for turn in range(22):
        alma.house = alma.house.later(minutes=15)
        alma.act("edit_title", alma.only["id"], title=f"Mine {turn}")
        alma.sync()
    assert alma.pair(number).state is MapState.PARKED


def test_g014_a_patch_that_changes_nothing_is_quiet(alma: Linked) -> None:
    alma.house.book()
    alma.settle()
    mark = alma.mark
    calls = alma.syncing.calls
    calls.patch_event(alma.calendar, alma.only["id"], {"visibility": "private"}, "")
    alma.settle()
    assert len(alma.writes(mark)) == 1


def test_g082_a_visibility_opened_in_google_is_closed_again(alma: Linked) -> None:
    alma.house.book()
    alma.settle()
    alma.act("edit", alma.only["id"], changes={"visibility": "public"})
    alma.settle()
    assert alma.only["visibility"] == "private"


def test_g083_guests_hear_of_a_move_and_of_nothing_else(alma: Linked) -> None:
    number = alma.house.book()
    alma.settle()
    alma.act("add_guest", alma.only["id"], guest="friend@example.net")
    alma.settle()
    mails = len(alma.google.mails)
    alma.house.edit(number, timed(at(25, 10)))
    alma.settle()
    told = alma.google.mails[mails:]
    assert {mail.to for mail in told} <= {"friend@example.net"}
    assert told
    assert all("Doe" not in mail.summary for mail in told)
    alma.house = alma.house.later(seconds=int(timedelta(minutes=1).total_seconds()))
