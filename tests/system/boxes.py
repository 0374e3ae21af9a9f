"""Busy times asked for at an outbox: requests as the apps write them, and what is answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from xml.etree.ElementTree import Element

from tests.system.events import new_uid, stamp, unfolded
from tests.system.phone import CALDAV, DAV, ICALENDAR, Answer, Phone

SUCCESS, NOBODY = "2.0;Success", "3.7;Invalid Calendar User"
THUNDERBIRD = "-//Mozilla.org/NONSGML Mozilla Calendar V1.1//EN"
APPLE = "-//Apple Inc.//macOS 13.4//EN"


def mail(user: str) -> str:
    """Return the address of a user of the invented practice."""
    return f"mailto:{user}@practice.example"


def outbox(phone: Phone) -> str:
    return f"/{phone.user}/outbox/"


def inbox(phone: Phone) -> str:
    return f"/{phone.user}/inbox/"


@dataclass(frozen=True)
class Told:
    """What became of the question about one recipient."""

    status: str
    lines: list[str]

    @property
    def taken(self) -> list[tuple[str, str]]:
        """The type and the period of what is taken."""
        found = [line for line in self.lines if line.startswith("FREEBUSY")]
        return [
            (head.partition("FBTYPE=")[2], value)
            for head, _, value in (line.partition(":") for line in found)
        ]


def asked(organizer: str, attendees: list[str], *lines: str, prodid: str = THUNDERBIRD) -> str:
    """Return a request for busy times; ``lines`` are the range and more."""
    people = [f"ATTENDEE;PARTSTAT=NEEDS-ACTION;ROLE=REQ-PARTICIPANT:{one}" for one in attendees]
    inner = [f"UID:{new_uid()}", "DTSTAMP:20260101T000000Z", f"ORGANIZER:{organizer}"]
    return written("REQUEST", "VFREEBUSY", *inner, *people, *lines, prodid=prodid)


def written(method: str, component: str, *lines: str, prodid: str = THUNDERBIRD) -> str:
    """Return a message of iTIP with one component."""
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{prodid}", f"METHOD:{method}"]
    whole = [*head, f"BEGIN:{component}", *lines, f"END:{component}", "END:VCALENDAR"]
    return "\r\n".join(whole) + "\r\n"


def between(start: datetime, end: datetime) -> tuple[str, str]:
    return f"DTSTART:{stamp(start)}", f"DTEND:{stamp(end)}"


def post(phone: Phone, body: str, **headers: str) -> Answer:
    """POST to the own outbox."""
    return phone.request("POST", outbox(phone), body, **{"Content_Type": ICALENDAR, **headers})


def told(answer: Answer) -> dict[str, Told]:
    """Return what is told of each recipient, by the address as it is answered."""
    assert answer.status == 200, answer.text
    assert answer.xml.tag == f"{CALDAV}schedule-response"
    return {
        one.findtext(f"{CALDAV}recipient/{DAV}href") or "": _told(one)
        for one in answer.xml.findall(f"{CALDAV}response")
    }


def _told(one: Element) -> Told:
    data = one.findtext(f"{CALDAV}calendar-data") or ""
    # XML 1.0 2.11: parsers make one character of each line's end.
    lines = unfolded(data.replace("\n", "\r\n"))
    return Told(one.findtext(f"{CALDAV}request-status") or "", lines)


def ask(
    phone: Phone, users: list[str], span: tuple[datetime, datetime], *lines: str
) -> dict[str, Told]:
    """Ask when these users are busy, by mail addresses."""
    attendees = [mail(user) for user in users]
    body = asked(mail(phone.user), attendees, *between(*span), *lines)
    return told(post(phone, body))
