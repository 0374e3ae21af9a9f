"""What the tests of expanded objects share: index rows of a text, and instances read back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from server.domain.appointment import Appointment, Details, Part
from server.domain.ids import AppointmentId, CalendarId, UserName
from server.domain.vocabulary import Kind, Status
from server.ics.instances import Row
from server.ics.lines import Component, parse
from server.ics.reader import read_object
from server.usecases.index_occurrences import Window, occurrences_between
from tests.system.events import unfolded

NEW_YORK = ZoneInfo("America/New_York")
AUTUMN = datetime(2026, 9, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
BERLIN_ZONE = (
    "BEGIN:VTIMEZONE\r\nTZID:Europe/Berlin\r\nBEGIN:STANDARD\r\nDTSTART:19701025T030000\r\n"
    "TZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\nRRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r\n"
    "END:STANDARD\r\nBEGIN:DAYLIGHT\r\nDTSTART:19700329T020000\r\nTZOFFSETFROM:+0100\r\n"
    "TZOFFSETTO:+0200\r\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r\nEND:DAYLIGHT\r\n"
    "END:VTIMEZONE\r\n"
)
_DETAILS = Details(Kind.OTHER, Status.BOOKED, UserName("alma"))


class Instance(NamedTuple):
    """One component of an expanded object, its times as they are written."""

    key: str
    start: str
    end: str


def rows_of(
    text: str, window: tuple[datetime, datetime] = AUTUMN, zone: ZoneInfo = NEW_YORK
) -> list[Row]:
    """Return the rows that the occurrence index has of an object, within the window."""
    sent = read_object(text, zone)
    master = sent.master
    made = Appointment(
        AppointmentId("01JD"),
        CalendarId("K"),
        sent.uid,
        Part(master.when, _DETAILS) if master else None,
        master.recurrence if master else None,
        {key: Part(event.when, _DETAILS) for key, event in sent.overrides.items()},
    )
    found = occurrences_between(made, zone, Window(*window, limit=30_000))
    return [
        (row.key, int(row.start.timestamp()), int(row.end.timestamp()), row.all_day, row.pinned)
        for row in sorted(found, key=lambda row: row.start)
    ]


def components(text: str) -> list[Component]:
    """Return the components of a text."""
    return parse(text).children


def instances(text: str) -> list[Instance]:
    """Return the instances of an expanded object."""
    return [
        Instance(*(_value(part, name) for name in ("RECURRENCE-ID", "DTSTART", "DTEND")))
        for part in components(text)
    ]


def _value(part: Component, name: str) -> str:
    line = part.first(name)
    return "" if line is None else line.value


def names_in(text: str) -> list[str]:
    """Return the names of all content lines, in their order."""
    return [line.partition(":")[0].partition(";")[0] for line in unfolded(text)]
