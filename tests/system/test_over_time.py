"""What time does: windows that close, passwords that expire, series that go on.

The application is called directly here, for the clock is turned by hand.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from server.domain.appointment import Appointment
from server.domain.ids import UserName
from server.domain.vocabulary import Status
from server.usecases.clock import SystemClock
from server.usecases.context import Context
from server.usecases.maintain import maintain
from server.usecases.ports import OccurrenceFilter
from tests.databases import BOTH
from tests.property.in_process import Inside, opened
from tests.system.events import edited, event, monday, new_uid
from tests.system.phone import Phone
from tests.system.practice import OPERATOR

START = monday(weeks=1, hour=9)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@dataclass
class HandClock:
    """A clock that stands still until somebody turns it."""

    instant: datetime

    def now(self) -> datetime:
        """Return the instant that was set."""
        return self.instant

    def turn(self, span: timedelta) -> None:
        """Let time pass."""
        self.instant += span


@pytest.fixture(params=BOTH)
def inside(request: pytest.FixtureRequest) -> Iterator[Inside]:
    """Return a practice of the test's own, its application called directly."""
    with opened(request.getfixturevalue(f"{request.param}_url")) as found:
        yield found


@pytest.fixture
def clock(inside: Inside) -> HandClock:
    """Return the clock of the practice."""
    hands = HandClock(SystemClock().now())
    inside.house.clock = hands
    return hands


@pytest.fixture
def alma(inside: Inside) -> Phone:
    """Return a device of alma."""
    return inside.phone("alma")


def works(inside: Inside) -> None:
    """Let the worker do what is due."""
    now = inside.house.clock.now()
    maintain(inside.database, Context(OPERATOR, now, inside.house.rules))


def stored(inside: Inside, href: str, owner: str = "alma") -> Appointment | None:
    """Return the appointment that an object shows."""
    with inside.database.reading() as uow:
        calendar = uow.calendars.get(UserName(owner), "appointments")
        found = uow.objects.get(calendar.id, href) if calendar else None
        return uow.appointments.get(found.appointment) if found and found.appointment else None


def test_what_was_cancelled_in_an_app_leaves_the_calendar_after_ten_minutes(
    inside: Inside, clock: HandClock, alma: Phone
) -> None:
    alma.put("a.ics", event("acupfollow Jane Doe", START))
    alma.edit("a.ics", ("STATUS:CONFIRMED", "STATUS:CANCELLED"))
    assert alma.get("a.ics").says("STATUS:CANCELLED")
    token = alma.sync().token
    clock.turn(9 * MINUTE)
    works(inside)
    assert alma.get("a.ics").status == 200
    clock.turn(2 * MINUTE)
    works(inside)
    assert alma.get("a.ics").status == 404
    assert alma.sync(token=token).gone == {"a.ics"}
    assert inside.findings() == []


def test_a_deletion_within_ten_minutes_of_the_put_elsewhere_is_a_move(
    inside: Inside, clock: HandClock
) -> None:
    desk = inside.phone("desk")
    desk.put("/desk/alma/a.ics", event("acupfollow Jane Doe", START))
    before = stored(inside, "a.ics")
    desk.put("/desk/theo/a.ics", desk.get("/desk/alma/a.ics").text)
    clock.turn(9 * MINUTE)
    assert desk.delete("/desk/alma/a.ics").status == 204
    after = stored(inside, "a.ics", "theo")
    assert before is not None
    assert after is not None
    assert after.id == before.id
    assert inside.findings() == []


def test_a_deletion_later_is_a_deletion_and_the_copy_stays(
    inside: Inside, clock: HandClock
) -> None:
    desk = inside.phone("desk")
    desk.put("/desk/alma/a.ics", event("acupfollow Jane Doe", START))
    before = stored(inside, "a.ics")
    desk.put("/desk/theo/a.ics", desk.get("/desk/alma/a.ics").text)
    clock.turn(11 * MINUTE)
    assert desk.delete("/desk/alma/a.ics").status == 204
    after = stored(inside, "a.ics", "theo")
    assert before is not None
    assert after is not None
    assert after.id != before.id
    with inside.database.reading() as uow:
        gone = uow.appointments.get(before.id)
    assert gone is not None
    assert gone.deleted_at == clock.now()
    assert inside.findings() == []


def test_a_series_cut_long_ago_is_not_continued_by_a_new_one(
    inside: Inside, clock: HandClock, alma: Phone
) -> None:
    alma.put("a.ics", event("acupfollow Jane Doe", START, "RRULE:FREQ=WEEKLY;COUNT=2"))
    clock.turn(2 * DAY)
    text = event("JD · acupfollow", START + 28 * DAY, "RRULE:FREQ=WEEKLY;COUNT=2")
    alma.put("b.ics", text)
    later = stored(inside, "b.ics")
    assert later is not None
    assert later.continues is None
    assert later.first_part.details.client == "C1001"


def test_an_app_password_expires_when_nobody_used_it_for_ninety_days(
    clock: HandClock, alma: Phone
) -> None:
    assert alma.propfind("").status == 207
    clock.turn(89 * DAY)
    assert alma.propfind("").status == 207
    clock.turn(89 * DAY)
    assert alma.propfind("").status == 207
    clock.turn(91 * DAY)
    assert alma.propfind("").status == 401


def test_wrong_passwords_are_forgotten_after_an_hour(
    inside: Inside, clock: HandClock, alma: Phone
) -> None:
    guesser = Phone(inside.send, "alma", "", alma.calendar)
    for number in range(21):
        guesser.secret = f"guess-{number}"
        guesser.propfind("")
    assert guesser.propfind("").status == 429
    assert alma.propfind("").status == 207
    clock.turn(61 * MINUTE)
    guesser.secret = "guess-again"
    assert guesser.propfind("").status == 401


def test_an_endless_series_is_indexed_further_as_time_goes_by(
    inside: Inside, clock: HandClock, alma: Phone
) -> None:
    alma.put("a.ics", event("acupfollow Jane Doe", START, "RRULE:FREQ=WEEKLY"))
    appointment = stored(inside, "a.ics")
    assert appointment is not None

    def last() -> datetime:
        with inside.database.reading() as uow:
            rows = uow.appointments.occurrences(OccurrenceFilter(appointment=appointment.id))
        return max(row.start for row in rows)

    before = last()
    clock.turn(200 * DAY)
    works(inside)
    assert last() >= before + 100 * DAY
    assert inside.findings() == []


def test_a_repeated_move_back_and_forth_ends_where_it_began(
    inside: Inside, clock: HandClock
) -> None:
    desk = inside.phone("desk")
    alma, theo = "/desk/alma/a.ics", "/desk/theo/a.ics"
    desk.put(alma, event("acupfollow Jane Doe #arrived", START))
    before = stored(inside, "a.ics")
    for here, there in ((alma, theo), (theo, alma), (alma, theo), (theo, alma)):
        assert desk.put(there, desk.get(here).text, If_None_Match="*").status == 201
        assert desk.delete(here).status == 204
        clock.turn(MINUTE)
    after = stored(inside, "a.ics")
    assert before is not None
    assert after is not None
    assert (after.id, after.first_part.details.status) == (before.id, Status.ARRIVED)
    assert inside.findings() == []


def test_a_second_copy_is_not_taken_for_the_move(inside: Inside, clock: HandClock) -> None:
    desk = inside.phone("desk")
    desk.put("/desk/alma/a.ics", event("acupfollow Jane Doe", START))
    shown = desk.get("/desk/alma/a.ics")
    uid = shown.value("UID") or ""
    pasted = edited(shown.text, (f"UID:{uid}", f"UID:{new_uid()}"))
    desk.put("/desk/alma/copy.ics", pasted)
    clock.turn(MINUTE)
    assert desk.delete("/desk/alma/copy.ics").status == 204
    assert desk.get("/desk/alma/a.ics").status == 200
    assert inside.findings() == []
