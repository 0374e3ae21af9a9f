"""What the tests of rendering share: an appointment as values, and its text line by line."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from server.domain.appointment import Appointment, Details, Part, parse_services
from server.domain.ids import (
    AppointmentId,
    CalendarId,
    ClientNumber,
    LocationKey,
    PracticeId,
    RoomKey,
    SessionTypeId,
    UserName,
)
from server.domain.practice import Catalogue, Client, Location, Practice, Room, SessionType
from server.domain.vocabulary import Kind, Status, TitleLevel
from server.domain.when import MASTER, Recurrence, Timed, When
from server.ics.moments import with_times
from server.ics.view import Names, View
from server.ics.writer import render

NEW_YORK = ZoneInfo("America/New_York")
START = datetime(2026, 11, 24, 14, tzinfo=NEW_YORK)
WHEN = Timed(START, START + timedelta(minutes=75))
JANE = Client(ClientNumber("C1001"), "Jane", "Doe")
MAIN = Location(LocationKey("main"), "Main street", "11")
ROOM = Room(RoomKey("room-1"), "Room 1", MAIN.key)
INITIAL = SessionType(SessionTypeId("T1"), "acupinitial", "", "acupuncture", 75, "#ff0000")
CATALOGUE = Catalogue(
    Practice(PracticeId(1), "test", "Test", NEW_YORK),
    session_types=(INITIAL,),
    locations=(MAIN,),
    rooms=(ROOM,),
)
NAMES = Names(CATALOGUE, {JANE.number: JANE}, {AppointmentId("EARLIER"): "uid-of-earlier"})
SESSION = Details(
    Kind.SESSION,
    Status.BOOKED,
    UserName("alma"),
    client=JANE.number,
    session_type=INITIAL.id,
    services=parse_services("97810 97811*2"),
    location=MAIN.key,
    room=ROOM.key,
    url="https://meet.example.org/1",
    instructions="Eat before you come.",
    note="Ask about the knee.",
)
OTHER = Details(Kind.OTHER, Status.BOOKED, UserName("alma"), title="Staff meeting")

OWNER = View(TitleLevel.INITIALS)
FRONT_DESK = View(TitleLevel.FULL, is_owner=False, services=False, note=False)
COLLEAGUE = View(TitleLevel.BUSY, is_owner=False, services=False, note=False)


def appointment(
    details: Details = SESSION,
    *own: str,
    when: When = WHEN,
    recurrence: Recurrence | None = None,
    **more: object,
) -> Appointment:
    """Return an appointment whose owner's app wrote these lines."""
    lines = with_times(("UID:one", *own), when, recurrence)
    made = Appointment(
        AppointmentId("01JD"),
        CalendarId("K"),
        "one",
        Part(when, details, lines),
        recurrence,
        revision=17,
        modified_at=datetime(2026, 11, 3, 15, tzinfo=UTC),
    )
    return replace(made, **more)  # type: ignore[arg-type]  # fields of Appointment


def lines_of(made: Appointment, view: View = OWNER, *personal: str) -> list[str]:
    """Return all lines of the text, unfolded."""
    text = render(made, view, NAMES, {MASTER: personal})
    return text.replace("\r\n ", "").splitlines()


def event_of(made: Appointment, view: View = OWNER, *personal: str) -> list[str]:
    """Return the lines of the first event."""
    lines = lines_of(made, view, *personal)
    return lines[lines.index("BEGIN:VEVENT") + 1 : lines.index("END:VEVENT")]


def value_of(lines: list[str], name: str) -> str | None:
    """Return the value of the one line of a name, None where there is none."""
    found = [
        line.partition(":")[2] for line in lines if line.split(":")[0].split(";")[0] == name
    ]
    assert len(found) <= 1
    return found[0] if found else None
