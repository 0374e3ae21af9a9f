"""The words of mails about bookings, in English: all that a translation has to say anew.

What stands in braces is filled in. A mail goes to an address that nobody has proven, through
servers that anybody may read at: it greets nobody by name.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo


class Says(StrEnum):
    """What a mail says; of an appointment that was changed it depends on how."""

    CODE = "code"
    BOOKED = "booked"
    REQUESTED = "requested"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    MOVED = "moved"
    REOPENED = "reopened"
    CALLED_OFF = "called-off"
    WITHDRAWN = "withdrawn"
    ASKED = "asked"


SUBJECTS: Final[Mapping[Says, str]] = {
    Says.CODE: "{code} is your code for {practice}",
    Says.BOOKED: "Your appointment at {practice}",
    Says.REQUESTED: "Your request to {practice}",
    Says.ACCEPTED: "Your appointment at {practice}",
    Says.DECLINED: "Your request to {practice}",
    Says.EXPIRED: "Your request to {practice}",
    Says.MOVED: "Your appointment at {practice} has changed",
    Says.REOPENED: "Your request to {practice} has changed",
    Says.CALLED_OFF: "Your appointment at {practice} is cancelled",
    Says.WITHDRAWN: "You have cancelled at {practice}",
    Says.ASKED: "Somebody asks for an appointment online",
}
OPENINGS: Final[Mapping[Says, str]] = {
    Says.CODE: "{code} is your code. Type it on the page on which you are booking. "
    "It is good for a few minutes and for one booking.",
    Says.BOOKED: "Your appointment is booked.",
    Says.REQUESTED: "Your request has arrived. It is no appointment yet: "
    "the practice will answer it.",
    Says.ACCEPTED: "The practice has accepted your request. Your appointment is booked.",
    Says.DECLINED: "The practice cannot offer you this appointment.",
    Says.EXPIRED: "The practice has not answered your request in time. "
    "The time is not kept for you any more.",
    Says.MOVED: "The practice has changed your appointment. This is how it stands now:",
    Says.REOPENED: "The practice has changed your request, which is still to be answered. "
    "This is how it stands now:",
    Says.CALLED_OFF: "The practice has cancelled your appointment.",
    Says.WITHDRAWN: "You have cancelled. Nothing more is to be done.",
    Says.ASKED: "Somebody asks for an appointment with you. The time is kept until you answer, "
    "or until the request lapses.",
}
LATE: Final = (
    "By the practice's rules this is a late cancellation. A fee may be charged for it."
)
NOT_ASKED_FOR: Final = "If you have not asked for this code, nothing needs to be done."
KEPT_UNTIL: Final = "The time is kept for you until {until}."
REPLY: Final = "The practice writes:"
SEE: Final = "See your appointment"
SEE_REQUEST: Final = "See your request"
CANCEL: Final = "Cancel it"
MOVE: Final = "Ask for another time"
BOOK_ANEW: Final = "Find another time"
ACCEPT: Final = "Accept"
DECLINE: Final = "Decline"
IN_CALENDAR: Final = "It is also in your calendar."
CLOSING: Final = "{practice}. This mail was sent by a program."
SUMMARY: Final = "Appointment - {practice}"
"""What the event in a visitor's calendar is called."""
LABELED: Final = "{label}: {address}"
"""A link in plain text."""
WEEKDAYS: Final = (
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
)
MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def moment_said(moment: datetime, zone: ZoneInfo) -> str:
    """Return a moment with its zone, such as ``Tuesday, 24 November 2026, 9:00 am EST``."""
    local = moment.astimezone(zone)
    return f"{_day(local)}, {_time(local)} {zone_said(local, zone)}"


def span_said(start: datetime, end: datetime, zone: ZoneInfo) -> str:
    """Return a span with its zone; the second day only where it is another one."""
    begins, ends = start.astimezone(zone), end.astimezone(zone)
    last = _time(ends) if begins.date() == ends.date() else f"{_day(ends)}, {_time(ends)}"
    return f"{_day(begins)}, {_time(begins)} to {last} {zone_said(begins, zone)}"


def zone_said(local: datetime, zone: ZoneInfo) -> str:
    """Return a zone by its short name then, where it has one, and by its place."""
    short = local.tzname() or ""
    return f"{short} ({zone.key})" if short.isalpha() and short != zone.key else f"({zone.key})"


def _day(local: datetime) -> str:
    weekday, month = WEEKDAYS[local.weekday()], MONTHS[local.month - 1]
    return f"{weekday}, {local.day} {month} {local.year}"


def _time(local: datetime) -> str:
    half = "am" if local.hour < 12 else "pm"  # noqa: PLR2004 - noon
    return f"{local.hour % 12 or 12}:{local.minute:02d} {half}"
