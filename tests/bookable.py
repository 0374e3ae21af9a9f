"""Bookable hours for tests, and what clients are offered in them."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

from server.domain.booking_rules import BookingRule
from server.domain.ids import UserName
from server.usecases import manage_session_types as session_types
from server.usecases.free_slots import Slot, SlotsWanted, free_slots
from tests.practice import (
    ALMA,
    MAIN,
    NEW_YORK,
    Field,
    House,
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
