"""Busy or free flips in Google and on the booking page within one cycle (T18)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from server.domain.google import CalendarRole, GoogleCalendar
from server.domain.vocabulary import Status
from tests.bookable import TUESDAY
from tests.booking import booked, open_for_booking
from tests.google.house import Json, Linked
from tests.practice import at, other, timed
from tests.visiting import told, visited

DAY = {"session": "acupfollow", "from_": "2026-11-24", "to": "2026-11-24"}


def offered(alma: Linked) -> list[str]:
    """Return the starts that the booking page offers on that Tuesday."""
    with visited(alma.house) as web:
        answer = web.get("/slots", **DAY)
    return [one["start"][5:16].replace("T", " ") for one in told(answer)["items"]]


def make(alma: Linked, calendar: str) -> Json:
    """Make an event over all that is bookable, as the practitioner does in Google."""
    begins = at(24, 9)
    ends = begins + timedelta(minutes=90)
    body = {
        "summary": "Dentist",
        "start": {"dateTime": begins.isoformat()},
        "end": {"dateTime": ends.isoformat()},
    }
    return alma.act("create", calendar=calendar, body=body)


@pytest.mark.parametrize("place", ["managed", "watched"])
def test_t18_what_is_made_free_in_google_is_offered_after_one_cycle(
    alma: Linked, place: str
) -> None:
    open_for_booking(alma.house)
    alma.google.account(alma.account)
    with alma.house.database.writing() as uow:
        uow.google.calendars.save(GoogleCalendar(alma.link, alma.account, CalendarRole.WATCHED))
    alma.settle()
    calendar = alma.calendar if place == "managed" else alma.account
    assert offered(alma) == TUESDAY
    event = make(alma, calendar)["id"]
    alma.sync()
    assert offered(alma) == []
    for transparency, expected in (("transparent", TUESDAY), ("opaque", [])):
        changes = {"transparency": transparency}
        alma.act("edit", event, calendar=calendar, changes=changes)
        alma.sync()
        assert offered(alma) == expected
    alma.act("delete", event, calendar=calendar)
    alma.sync()
    assert offered(alma) == TUESDAY
    assert alma.google.mails == []
    alma.assert_quiet()


def test_t18_what_is_made_free_here_is_free_in_google_after_one_cycle(alma: Linked) -> None:
    open_for_booking(alma.house)
    number = alma.house.book(timed(at(24, 9), 90), other())
    alma.sync()
    assert offered(alma) == []
    assert alma.only.get("transparency", "opaque") == "opaque"
    for busy, expected in ((False, TUESDAY), (True, [])):
        alma.house.edit(number, busy=busy)
        assert offered(alma) == expected
        alma.sync()
        said = "opaque" if busy else "transparent"
        assert alma.only.get("transparency", "opaque") == said
        assert offered(alma) == expected
    alma.assert_quiet()


def test_t18_an_other_event_of_the_practice_is_made_free_in_google(alma: Linked) -> None:
    open_for_booking(alma.house)
    number = alma.house.book(timed(at(24, 9), 90), other())
    alma.sync()
    for transparency, expected in (("transparent", TUESDAY), ("opaque", [])):
        alma.act("edit", alma.only["id"], changes={"transparency": transparency})
        alma.sync()
        assert alma.house.details(number).busy is (transparency == "opaque")
        assert offered(alma) == expected
    alma.assert_quiet()


def test_t18_an_appointment_takes_its_slot_whatever_google_calls_it(alma: Linked) -> None:
    open_for_booking(alma.house)
    booking = booked(alma.house)
    alma.sync()
    assert alma.starts() == ["11-24 14:00"]
    taken = offered(alma)
    alma.act("edit", alma.only["id"], changes={"transparency": "transparent"})
    alma.sync()
    assert offered(alma) == taken != TUESDAY
    alma.house.edit(booking.appointment, status=Status.CANCELLED)
    alma.sync()
    assert alma.events == []
    assert offered(alma) == TUESDAY
