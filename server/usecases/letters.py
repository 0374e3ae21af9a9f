"""A mail as it is handed to whoever sends it, and the reasons for which none is sent."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Paragraph(NamedTuple):
    """One paragraph; with an address it is a link of that label."""

    text: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """What is sent to one address; ``practice`` is the name that it comes from.

    ``calendar_file`` is an iCalendar text that goes with it, or nothing. ``told`` is what the
    reader knows of the booking afterwards (see ``Booking.told``), or nothing. ``revision`` is
    the appointment's.
    """

    to: str
    practice: str
    subject: str
    paragraphs: tuple[Paragraph, ...]
    calendar_file: str = ""
    told: str = ""
    revision: int = 0


class NotSent(StrEnum):
    """Why a mail that was noted is not sent."""

    OVERTAKEN = "overtaken"
    """What it says no longer holds; another mail says what does, or nobody needs to know."""
    UNCHANGED = "unchanged"
    """The reader knows already: a change was taken back."""
    PASSED = "passed"
    """The appointment lies behind."""
    NO_ADDRESS = "no-address"
    """There is no address, or none that can be written to."""
