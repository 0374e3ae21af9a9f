"""Every night busy times are held against Google's own; what differs is read as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.google.connected import ACCOUNT, Connected, connecting
from tests.google.nights import (
    DAY,
    LIST,
    QUERY,
    add,
    comparison,
    in_world,
    lose,
    night,
    queries,
    shown,
    watched,
)
from tests.local_google import Befalls, Fault, LocalGoogle
from tests.practice import House, at


@pytest.fixture
def watching(any_house: House, local_google: LocalGoogle) -> Iterator[Connected]:
    """Return a practice that watches a practitioner's own calendar, without push."""
    with connecting(any_house, local_google) as found:
        found.connect(watched=(ACCOUNT,))
        yield found


def test_agreement_costs_one_call_a_night_however_many_calendars(watching: Connected) -> None:
    for number in range(3):
        made = watching.google.act("make_calendar", account=ACCOUNT, title=f"Own {number}")
        with watching.house.database.writing() as uow:
            own = replace(watched(watching), id=made["id"], sync_token="", poll_at=None)
            uow.google.calendars.save(own)
        add(watching, at(24, 8 + number), made["id"])
    watching.work()
    before = watched(watching)
    with watching.asked() as asked:
        night(watching, 2)
    assert asked[QUERY] == queries(watching, 2)
    assert set(asked) - {"token"} == {LIST, QUERY}
    assert watched(watching).full_read_at == before.full_read_at
    found = comparison(watching)
    assert found.compared_at is not None
    assert (found.differs_since, found.in_a_row, found.differed) == (None, 0, 0)


def test_a_link_is_compared_at_its_own_time_of_night(watching: Connected) -> None:
    with watching.house.database.reading() as uow:
        zone = uow.practice.zone
    local = comparison(watching).due_at.astimezone(zone)
    assert 1 <= local.hour < 5
    assert (local.minute, local.second) != (0, 0)


def test_what_google_never_told_of_is_found_and_put_right(watching: Connected) -> None:
    made = add(watching, at(24, 8) + 30 * DAY)
    night(watching)
    assert shown(watching) == 1
    lose(watching, made["id"])
    before = watched(watching).full_read_at
    night(watching)
    assert shown(watching) == 0
    found = comparison(watching)
    assert (found.differed, found.in_a_row) == (1, 1)
    assert watched(watching).full_read_at != before
    night(watching)
    found = comparison(watching)
    assert (found.differed, found.in_a_row, found.differs_since) == (1, 0, None)
    assert watching.notices() == []


def test_a_change_that_was_not_read_yet_is_no_difference(watching: Connected) -> None:
    night(watching)
    due = comparison(watching).due_at - watching.house.now
    watching.later(seconds=due.total_seconds())
    calendars = watching.calendars()
    with watching.house.database.writing() as uow:
        for one in calendars:
            uow.google.calendars.save(replace(one, poll_at=watching.house.now + DAY))
        link = uow.google.links.links()[0]
        uow.google.calendars.save(
            replace(calendars[0], poll_at=watching.house.now, id=link.managed)
        )
    add(watching, at(24, 8) + 30 * DAY)
    with watching.asked() as asked:
        watching.work()
    assert asked[QUERY] == queries(watching, 2)
    assert comparison(watching).differed == 0
    assert comparison(watching).compared_at == watching.house.now
    assert shown(watching) == 1


@pytest.mark.parametrize("how", ["error", "refused"])
def test_what_google_cannot_tell_is_no_difference(watching: Connected, how: str) -> None:
    made = add(watching, at(24, 8) + 30 * DAY)
    night(watching)
    before = comparison(watching)
    lose(watching, made["id"])
    if how == "error":
        watching.google.knobs.freebusy_errors[ACCOUNT] = "internalError"
    else:
        watching.google.script(Fault(QUERY, status=400, reason="invalid", times=None))
    with watching.asked() as asked:
        night(watching)
    after = comparison(watching)
    assert 0 < asked[QUERY] <= queries(watching, 1)
    assert (after.compared_at, after.differed) == (before.compared_at, 0)
    assert after.due_at > watching.house.now
    assert shown(watching) == 1


def test_what_got_no_answer_is_asked_again_an_hour_later(watching: Connected) -> None:
    night(watching)
    watching.google.script(Fault(QUERY, Befalls.REFUSE, times=2))
    due = comparison(watching).due_at - watching.house.now
    watching.later(seconds=due.total_seconds())
    with watching.asked() as asked:
        for _ in range(4):
            watching.work()
            watching.later(minutes=75)
    assert asked[QUERY] == 2 + queries(watching, 1)
    assert watching.link().failures == 0
    compared = comparison(watching).compared_at
    assert compared is not None
    assert watching.house.now - compared < timedelta(hours=3)


def test_a_difference_that_stays_is_told_once_and_read_ever_more_seldom(
    watching: Connected,
) -> None:
    # That the person declined is known to Google alone.
    world = watching.google.google.world
    world.unknowns = replace(world.unknowns, freebusy_scope_hides=True)
    me = {"email": ACCOUNT, "responseStatus": "declined"}
    made = add(watching, at(24, 8) + 30 * DAY)
    in_world(watching).events[made["id"]].body["attendees"] = [me]
    watching.work()
    full_reads = set()
    for _ in range(16):
        night(watching)
        full_reads.add(comparison(watching).begun_at)
    found = comparison(watching)
    assert found.differed == found.in_a_row == len(full_reads - {None}) == 4
    assert found.differs_since is not None
    assert [one.code for one in watching.notices()] == ["google-differs"]
    assert shown(watching) == 1


def test_times_are_compared_as_google_has_them(watching: Connected) -> None:
    far = watching.google.act(
        "make_calendar", account=ACCOUNT, title="Far", zone="Pacific/Auckland"
    )
    with watching.house.database.writing() as uow:
        own = replace(watched(watching), id=far["id"], sync_token="", poll_at=None)
        uow.google.calendars.save(own)
    day = {"date": "2026-12-28"}, {"date": "2026-12-30"}
    add(watching, at(28), far["id"], start=day[0], end=day[1])
    add(watching, at(24, 8), transparency="transparent")
    add(watching, at(25, 8), recurrence=["RRULE:FREQ=WEEKLY;COUNT=60"])
    add(watching, at(24, 8) - 9 * DAY)
    add(watching, at(24, 8) + 547 * DAY)
    add(watching, at(24, 8) + 700 * DAY)
    add(watching, at(26, 8), status="tentative")
    empty = in_world(watching).events[add(watching, at(27, 8))["id"]].body
    empty["end"] = empty["start"]
    night(watching, 3)
    assert {comparison(watching, one).differed for one in (ACCOUNT, far["id"])} == {0}
    assert comparison(watching, far["id"]).compared_at is not None


def test_an_appointment_that_was_dragged_out_is_no_difference(watching: Connected) -> None:
    watching.house.book()
    watching.work()
    (event,) = watching.events()
    watching.google.act(
        "drag",
        account=ACCOUNT,
        calendar=watching.link().managed,
        event=event["id"],
        to=ACCOUNT,
    )
    night(watching, 2)
    assert comparison(watching).compared_at is not None
    assert comparison(watching).differed == 0
