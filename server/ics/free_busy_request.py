"""VFREEBUSY with METHOD:REQUEST: who wants to know when whom is busy (RFC 5546 3.3.2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from server.domain.errors import MalformedCalendarData
from server.domain.when import beside
from server.ics.lines import Component, Line, parse
from server.ics.moments import ZoneOf, read_duration, read_moment
from server.ics.spans import Range, utc_of, zones_of

_LONGEST: Final = timedelta(days=370)
_MASK: Final = "X-CALENDARSERVER-MASK-UID"
"""Apple's: the event that is being moved is not in its own way."""


class NoFreeBusyRequest(Exception):
    """The text is iCalendar, and no request for busy times; the sentence says why."""


@dataclass(frozen=True, slots=True)
class FreeBusyRequest:
    """What is asked: addresses as they were written, each attendee once, and a range (UTC).

    ``masked`` is the UID of an event that is not to count, "" for none.
    """

    uid: str
    organizer: str
    attendees: tuple[str, ...]
    span: Range
    masked: str


def read_free_busy_request(text: str, zone: ZoneInfo) -> FreeBusyRequest:
    """Read a request; floating times and days are in ``zone``.

    Raises MalformedCalendarData, also for a range that ends before it starts or is longer than
    370 days, and NoFreeBusyRequest.
    """
    calendar = parse(text)
    part = _asking(calendar)
    uid, organizer = _only(part, "UID"), _only(part, "ORGANIZER")
    attendees = tuple(dict.fromkeys(line.value.strip() for line in part.all("ATTENDEE")))
    if not attendees:
        raise NoFreeBusyRequest("Nobody is asked about: there is no ATTENDEE.")
    masked = part.first(_MASK)
    return FreeBusyRequest(
        uid.value.strip(),
        organizer.value.strip(),
        attendees,
        _span(part, zones_of(calendar, zone), zone),
        masked.value.strip() if masked else "",
    )


def _asking(calendar: Component) -> Component:
    method = calendar.first("METHOD")
    parts = [child for child in calendar.children if child.name != "VTIMEZONE"]
    is_request = method is not None and method.value.strip().upper() == "REQUEST"
    if not is_request or len(parts) != 1 or parts[0].name != "VFREEBUSY":
        raise NoFreeBusyRequest(
            "Only busy times are asked for here, by METHOD:REQUEST with one VFREEBUSY; "
            "this server invites nobody."
        )
    return parts[0]


def _only(part: Component, name: str) -> Line:
    lines = part.all(name)
    if len(lines) != 1:
        raise NoFreeBusyRequest(f"A request for busy times has one {name}.")
    return lines[0]


def _span(part: Component, zone_of: ZoneOf, zone: ZoneInfo) -> Range:
    start = _moment(_only(part, "DTSTART"), zone_of, zone)
    duration = part.first("DURATION")
    if duration is not None:
        length = read_duration(duration.value)
        _refuse_length(length)
        return start, beside(start, length)
    end = _moment(_only(part, "DTEND"), zone_of, zone)
    _refuse_length(end - start)
    return start, end


def _moment(line: Line, zone_of: ZoneOf, zone: ZoneInfo) -> datetime:
    return utc_of(read_moment(line.value, line.params.get("TZID", ""), zone_of), zone)


def _refuse_length(length: timedelta) -> None:
    if length <= timedelta():
        raise MalformedCalendarData("DTEND is not later than DTSTART.")
    if length > _LONGEST:
        raise MalformedCalendarData(f"DTEND is over {_LONGEST.days} days after DTSTART.")
