"""A feed of busy times as iCalendar text: published, for reading only."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from server.ics.lines import fold, text_line
from server.ics.utc_text import utc_text
from server.ics.writer import PRODUCT

BUSY: Final = "Busy"
"""How everything is called that has no client, and everything else where nobody is named."""
_AGAIN_AFTER: Final = "PT1H"


class FeedEvent(NamedTuple):
    """A time as a feed tells it, in epoch seconds; ``said`` is all that it is called."""

    uid: str
    start: int
    end: int
    said: str
    tentative: bool


def feed_text(name: str, events: Iterable[FeedEvent], stamp: int) -> str:
    """Return a VCALENDAR to subscribe to; ``stamp`` (epoch seconds) is the DTSTAMP of all.

    Apps ask again after an hour (RFC 7986 5.7); Outlook reads X-PUBLISHED-TTL instead. All
    times are UTC, days too: a feed needs no time zones.
    """
    head = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{PRODUCT}",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        text_line("NAME", name),
        text_line("X-WR-CALNAME", name),
        f"REFRESH-INTERVAL;VALUE=DURATION:{_AGAIN_AFTER}",
        f"X-PUBLISHED-TTL:{_AGAIN_AFTER}",
    ]
    stamped = utc_text(stamp)
    written = "".join(_written(event, stamped) for event in events)
    return f"{fold(head)}{written}END:VCALENDAR\r\n"


def _written(event: FeedEvent, stamp: str) -> str:
    status, shown = ("TENTATIVE",) * 2 if event.tentative else ("CONFIRMED", "BUSY")
    return (
        f"BEGIN:VEVENT\r\nUID:{event.uid}\r\nDTSTAMP:{stamp}\r\n"
        f"DTSTART:{utc_text(event.start)}\r\nDTEND:{utc_text(event.end)}\r\n"
        f"{fold([text_line('SUMMARY', event.said)])}STATUS:{status}\r\nTRANSP:OPAQUE\r\n"
        f"X-MICROSOFT-CDO-BUSYSTATUS:{shown}\r\nEND:VEVENT\r\n"
    )
