"""What a visitor booked, as a calendar file of their own: published, nobody is invited."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from server.ics.lines import fold, text_line
from server.ics.utc_text import utc_text
from server.ics.writer import PRODUCT


class BookedStatus(StrEnum):
    """STATUS of the event (RFC 5545 3.8.1.11)."""

    TENTATIVE = "TENTATIVE"
    CONFIRMED = "CONFIRMED"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True, slots=True)
class Booked:
    """The event as a visitor's calendar app gets it; moments are aware.

    ``uid`` stays and ``sequence`` grows with each change, so that an app puts the new event in
    the place of the old one. ``summary`` and ``place`` say no more than the mail beside it.
    """

    uid: str
    sequence: int
    start: datetime
    end: datetime
    status: BookedStatus
    summary: str
    place: str = ""


_METHOD: Final = "METHOD:PUBLISH"


def booked_text(booked: Booked, stamp: datetime) -> str:
    """Return a VCALENDAR with one event; ``stamp`` (aware) is its DTSTAMP.

    RFC 5546 3.2.1: PUBLISH asks for no answer and names no attendee. Nor does it name an
    organizer, whom some apps would write to. Times are UTC: every app shows them in the zone of
    whoever looks.
    """
    event = [
        f"UID:{booked.uid}",
        f"DTSTAMP:{_utc(stamp)}",
        f"DTSTART:{_utc(booked.start)}",
        f"DTEND:{_utc(booked.end)}",
        f"SEQUENCE:{booked.sequence}",
        text_line("SUMMARY", booked.summary),
        *([text_line("LOCATION", booked.place)] if booked.place else ()),
        f"STATUS:{booked.status}",
        "TRANSP:TRANSPARENT" if booked.status is BookedStatus.CANCELLED else "TRANSP:OPAQUE",
        "CLASS:PRIVATE",
    ]
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", "CALSCALE:GREGORIAN"]
    lines = [*head, _METHOD, "BEGIN:VEVENT", *event, "END:VEVENT", "END:VCALENDAR"]
    return fold(lines)


def _utc(moment: datetime) -> str:
    return utc_text(int(moment.timestamp()))
