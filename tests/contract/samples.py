"""Invented people, calendars and appointments for the contract tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from server.domain.appointment import Appointment, Details, Part
from server.domain.calendars import (
    Actor,
    Calendar,
    HistoryLine,
    Occurrence,
    StoredObject,
)
from server.domain.ids import (
    AppointmentId,
    CalendarId,
    ClientNumber,
    CredentialId,
    LocationKey,
    PracticeId,
    RoomKey,
    SessionTypeId,
    UserName,
)
from server.domain.money import Money
from server.domain.practice import (
    BillingItem,
    Client,
    Location,
    Practice,
    Product,
    Room,
    Service,
    SessionType,
    User,
)
from server.domain.vocabulary import CalendarKind, Door, Fact, Kind, Role, Status
from server.domain.when import MASTER, RecurrenceKey, Timed
from server.practice_db.database import SqlDatabase, create_practice, open_database
from server.practice_db.engines import connect
from server.usecases.ports import Indexed, UnitOfWork

NEW_YORK = ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
"""A Saturday noon, UTC."""
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

ALMA = UserName("alma")
THEO = UserName("theo")
JANE = ClientNumber("C1001")
JOHN = ClientNumber("C1002")
ALMAS = CalendarId("alma-appointments")
THEOS = CalendarId("theo-appointments")
INITIAL = SessionTypeId("initial")
MAIN = LocationKey("main")
ROOM_1 = RoomKey("room-1")
VISIT = AppointmentId("01JD7Z6Q8K5T3V9W2X4Y6Z8A0B")
SERIES = AppointmentId("01JD7Z6Q8K5T3V9W2X4Y6Z8A0C")

INDEXED = Indexed(NOW - 366 * DAY, NOW + 731 * DAY, NOW, NOW + HOUR)

USERS = (
    User(ALMA, "Alma Ilves", "alma@practice.example", Role.PRACTITIONER, "acupuncture"),
    User(THEO, "Theo Lindqvist", "theo@practice.example", Role.PRACTITIONER, "psychotherapy"),
    User(UserName("desk"), "Front desk", "desk@practice.example", Role.FRONT_DESK),
)
SERVICE = Service("97810", "Acupuncture, first 15 minutes", Money(6500))
PRODUCT = Product("herbs", "Herbal tea", Money(1250))
LOCATION = Location(MAIN, "Main street", "11", NEW_YORK, url="https://map.example/")
ROOM = Room(ROOM_1, "Room 1", MAIN)
SESSION_TYPE = SessionType(
    INITIAL,
    "acupinitial",
    "Acupuncture. Initial assessment",
    "acupuncture",
    75,
    locations=(MAIN,),
    items=(BillingItem("97810", units=2), BillingItem("herbs", is_product=True)),
    aliases=("acup 1", "first"),
    online_bookable=True,
)
JANE_DOE = Client(JANE, "Jane", "Doe", "Jane.Doe@mail.example", practitioner=ALMA)
JOHN_DOE = Client(JOHN, "John", "Doe", "john@mail.example")
ALMAS_CALENDAR = Calendar(ALMAS, ALMA, "appointments", CalendarKind.APPOINTMENTS)
THEOS_CALENDAR = Calendar(THEOS, THEO, "appointments", CalendarKind.APPOINTMENTS)
DETAILS = Details(Kind.SESSION, Status.BOOKED, ALMA, client=JANE, session_type=INITIAL)
PHONE = Actor(ALMA, Role.PRACTITIONER, Door.CALDAV, CredentialId("phone"))


def furnish(uow: UnitOfWork) -> None:
    """Store the people, places, session types, clients and calendars above."""
    for user in USERS:
        uow.configuration.save_user(user)
    uow.configuration.save_service(SERVICE)
    uow.configuration.save_product(PRODUCT)
    uow.configuration.save_location(LOCATION)
    uow.configuration.save_room(ROOM)
    uow.configuration.save_session_type(SESSION_TYPE)
    uow.clients.save(JANE_DOE)
    uow.clients.save(JOHN_DOE)
    uow.calendars.add(ALMAS_CALENDAR)
    uow.calendars.add(THEOS_CALENDAR)


def another_practice(database: SqlDatabase, slug: str = "other") -> SqlDatabase:
    """Open a second, furnished practice in the same database."""
    url = database.engines.writing.url.render_as_string(hide_password=False)
    engine = connect(url)
    create_practice(engine, Practice(PracticeId(0), slug, "Other practice", NEW_YORK))
    engine.dispose()
    other = open_database(url, slug)
    with other.writing() as uow:
        furnish(uow)
    return other


def hour_from(start: datetime, hours: float = 1) -> Timed:
    """Return a span in New York."""
    begins = start.astimezone(NEW_YORK)
    return Timed(begins, (start + hours * HOUR).astimezone(NEW_YORK))


def visit(
    appointment: AppointmentId = VISIT,
    start: datetime = NOW,
    details: Details = DETAILS,
    calendar: CalendarId = ALMAS,
) -> Appointment:
    """Return a single appointment of one hour."""
    return Appointment(
        appointment,
        calendar,
        f"uid-{appointment}",
        Part(hour_from(start), details, ("SUMMARY:acupinitial Jane Doe",)),
        revision=1,
        created_at=NOW,
        modified_at=NOW,
    )


def occurrence(
    appointment: Appointment,
    start: datetime = NOW,
    length: timedelta = HOUR,
    key: RecurrenceKey = MASTER,
) -> Occurrence:
    """Return one row of the index for an appointment."""
    details = appointment.first_part.details
    return Occurrence(
        appointment.id,
        key,
        appointment.calendar,
        start,
        start + length,
        start - details.travel,
        all_day=False,
        kind=details.kind,
        status=details.status,
        blocks=details.blocks,
        practitioner=details.practitioner,
        client=details.client,
        room=details.room,
        group=appointment.group,
    )


def save(
    uow: UnitOfWork, appointment: Appointment, starts: Sequence[datetime] = (NOW,)
) -> None:
    """Store an appointment that has these occurrences of one hour."""
    keyed = [
        occurrence(appointment, start, key=RecurrenceKey(f"{start:%Y%m%dT%H%M%SZ}"))
        for start in starts
    ]
    rows = keyed if appointment.is_series else [replace(row, key=MASTER) for row in keyed]
    uow.appointments.save(appointment, rows, INDEXED)


def stored(
    href: str,
    revision: int = 1,
    appointment: AppointmentId | None = None,
    calendar: CalendarId = ALMAS,
) -> StoredObject:
    """Return a calendar object with an invented text that names its revision."""
    return StoredObject(
        calendar,
        href,
        f"uid-{href}",
        "VEVENT" if appointment else "VTODO",
        f"BEGIN:VCALENDAR\r\nX-REVISION:{revision}\r\nX-CAFÉ:☕\r\nEND:VCALENDAR\r\n",
        f'"{revision}"',
        revision,
        NOW,
        appointment,
    )


def happened(revision: int, *facts: Fact, appointment: AppointmentId = VISIT) -> HistoryLine:
    """Return a line of history."""
    changes = {"status": ("booked", "arrived")}
    return HistoryLine(appointment, MASTER, revision, NOW, PHONE, facts, changes)
