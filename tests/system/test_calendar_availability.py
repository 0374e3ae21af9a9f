"""CALDAV:calendar-availability at the inbox: bookable hours (RFC 7953 7.2)."""

from __future__ import annotations

import pytest

from tests.system import boxes
from tests.system.events import DAY, event, monday, unfolded, vcalendar
from tests.system.phone import CALDAV, DAV, NAMESPACES, Phone
from tests.system.servers import Site
from tests.system.test_scheduling import WEEK

NAME = "calendar-availability"
START = monday(weeks=1, hour=9)
WORKING_HOURS = vcalendar(
    "BEGIN:VAVAILABILITY\r\nUID:working\r\nDTSTAMP:20260101T000000Z\r\n"
    "BEGIN:AVAILABLE\r\nUID:week\r\nDTSTAMP:20260101T000000Z\r\n"
    "DTSTART;TZID=America/New_York:20260105T080000\r\n"
    "DTEND;TZID=America/New_York:20260105T180000\r\n"
    "RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR\r\n"
    "END:AVAILABLE\r\nEND:VAVAILABILITY\r\n"
)


@pytest.fixture
def hours(phone: Phone) -> Phone:
    """Return a device at its person's bookable hours."""
    phone.calendar = f"/{phone.user}/availability/"
    return phone


def told(phone: Phone) -> list[str] | None:
    """Return the content lines of the property, None where there is none."""
    inbox = boxes.inbox(phone)
    found = phone.propfind(inbox, f"C:{NAME}").property_of(inbox, f"{CALDAV}{NAME}")
    if found is None:
        return None
    # XML 1.0 2.11: parsers make one character of each line's end.
    return unfolded((found.text or "").replace("\n", "\r\n"))


def test_the_inbox_tells_the_hours_with_their_exceptions(hours: Phone) -> None:
    text = event("acupfollow", START, "RRULE:FREQ=WEEKLY", uid="weekly")
    assert hours.put("a.ics", text).status == 201
    lines = told(hours)
    assert lines is not None
    assert lines.count("BEGIN:AVAILABLE") == 1
    assert {"RRULE:FREQ=WEEKLY", "SUMMARY:acupfollow", "UID:weekly"} <= set(lines)
    assert f"DTSTART;TZID=America/New_York:{START:%Y%m%dT%H%M%S}" in lines
    assert "TZID:America/New_York" in lines
    moved = text.replace("END:VEVENT\r\n", "END:VEVENT\r\n" + _moved_week(), 1)
    assert hours.put("a.ics", moved).status == 204
    again = told(hours)
    assert again is not None
    assert again.count("BEGIN:AVAILABLE") == 2
    assert f"RECURRENCE-ID;TZID=America/New_York:{START + 7 * DAY:%Y%m%dT%H%M%S}" in again
    assert hours.delete("a.ics").status == 204
    assert "BEGIN:AVAILABLE" not in (told(hours) or [])


def _moved_week() -> str:
    week = START + 7 * DAY
    inner = event("acupfollow", week + DAY, uid="weekly").split("BEGIN:VEVENT\r\n")[1]
    identity = f"RECURRENCE-ID;TZID=America/New_York:{week:%Y%m%dT%H%M%S}\r\n"
    return (
        f"BEGIN:VEVENT\r\n{identity}{inner.removesuffix('END:VCALENDAR' + chr(13) + chr(10))}"
    )


def test_whoever_has_no_bookable_hours_has_no_such_property(site: Site) -> None:
    desk = site.phone("desk")
    assert told(desk) is None
    names = desk.request(
        "PROPFIND",
        "/desk/inbox/",
        f"<D:propfind {NAMESPACES}><D:propname/></D:propfind>",
        Depth="0",
    )
    assert NAME not in names.text


def test_it_is_named_but_not_given_to_whoever_asks_for_everything(phone: Phone) -> None:
    inbox = boxes.inbox(phone)
    for kind, is_there in (("propname", True), ("allprop", False)):
        body = f"<D:propfind {NAMESPACES}><D:{kind}/></D:propfind>"
        answer = phone.request("PROPFIND", inbox, body, Depth="0")
        assert (NAME in answer.text) is is_there


def test_working_hours_that_an_app_sets_open_nothing_for_booking(
    site: Site, hours: Phone
) -> None:
    before = told(hours)
    answer = hours.proppatch(boxes.inbox(hours), f"<C:{NAME}>{WORKING_HOURS}</C:{NAME}>")
    assert answer.status == 207
    (propstat,) = answer.xml.iter(f"{DAV}propstat")
    assert " 403 " in (propstat.findtext(f"{DAV}status") or "")
    assert propstat.find(f"{DAV}error/{DAV}cannot-modify-protected-property") is not None
    said = propstat.findtext(f"{DAV}responsedescription") or ""
    assert said == "Bookable hours are drawn in the calendar of that name."
    assert told(hours) == before
    assert hours.sync("").there == {}
    assert site.findings() == []


def test_colleagues_are_told_when_somebody_is_busy_and_not_when_they_can_be_booked(
    hours: Phone, colleague: Phone
) -> None:
    hours.put("a.ics", event("Bookable", START, "RRULE:FREQ=WEEKLY"))
    (answer,) = boxes.ask(colleague, [hours.user], WEEK).values()
    assert answer.taken == []
    claimed = colleague.request("OPTIONS", f"/{colleague.user}/").headers["dav"]
    # To claim it is to promise that hours outside count as busy (RFC 7953 7.2).
    assert NAME not in claimed
