"""Watched calendars of which it is not known what they hold: shown, and closed if wanted."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from server.cli.google_views import as_data
from server.domain.google import CalendarRole, GoogleCalendar, LinkState
from server.usecases import google_links
from server.usecases.book import SlotTaken
from server.usecases.free_slots import SlotsWanted, free_slots
from server.web.google_models import shown
from tests.booking import booked, open_for_booking
from tests.google.house import Linked
from tests.practice import ALMA, Field, House

WATCHED = "family@group.calendar.google.com"


@pytest.fixture
def open_house(any_house: House, alma: Linked) -> House:
    """Return a practice that can be booked while all that Alma watches is known."""
    rules = replace(any_house.rules, unknown_blocks=True)
    house = alma.house = replace(any_house, rules=rules)
    open_for_booking(house)
    return house


def watched(alma: Linked, **said: datetime | None) -> GoogleCalendar:
    """Let Alma watch a calendar that was read just now, unless it is said otherwise."""
    given: dict[str, Field] = {"read_at": alma.house.now, **said}
    calendar = GoogleCalendar(alma.link, WATCHED, CalendarRole.WATCHED)
    calendar = replace(calendar, **given)
    with alma.house.database.writing() as uow:
        uow.google.calendars.save(calendar)
    return calendar


def slots(house: House) -> int:
    with house.database.reading() as uow:
        return len(free_slots(uow, house.context(), SlotsWanted("acupfollow", ALMA)))


def hours_ago(house: House, hours: int) -> datetime:
    return house.now.astimezone(UTC) - timedelta(hours=hours)


def test_where_a_calendar_is_known_its_practitioner_can_be_booked(
    open_house: House, alma: Linked
) -> None:
    watched(alma, read_at=hours_ago(open_house, 24))
    assert slots(open_house) > 0


@pytest.mark.parametrize("how", ["cannot be read", "not read for a day", "never read"])
def test_nobody_books_with_whom_a_calendar_is_unknown(
    open_house: House, alma: Linked, how: str
) -> None:
    match how:
        case "cannot be read":
            watched(alma, unknown_since=hours_ago(open_house, 1))
        case "not read for a day":
            watched(alma, read_at=hours_ago(open_house, 25))
        case _:
            watched(alma, read_at=None)
    assert slots(open_house) == 0
    with pytest.raises(SlotTaken) as refused:
        booked(open_house)
    assert refused.value.slots == ()
    as_usual = replace(open_house, rules=replace(open_house.rules, unknown_blocks=False))
    assert slots(as_usual) > 0


def test_a_link_that_has_ended_closes_nothing(open_house: House, alma: Linked) -> None:
    watched(alma, read_at=None)
    alma.change(state=LinkState.DISCONNECTED)
    assert slots(open_house) > 0


@pytest.mark.parametrize("hours", [23, 25])
def test_a_calendar_that_was_not_read_for_a_day_is_shown_as_unknown(
    alma: Linked, hours: int
) -> None:
    read = hours_ago(alma.house, hours)
    watched(alma, read_at=read)
    now = alma.house.now
    with alma.house.database.reading() as uow:
        found = google_links.standing(uow, alma.now_link, now)
    stale = hours > 24
    assert dict(found.unknown(now)) == ({WATCHED: read} if stale else {})
    told = shown(found, now)
    since = {one.id: one.unknown_since for one in told.calendars}[WATCHED]
    assert (told.unknown, since) == (int(stale), read.isoformat() if stale else None)
    assert as_data(found, now)["unknown"] == int(stale)
