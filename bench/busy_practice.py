"""A practice with as many appointments as a large one has in years, made in a minute.

One practitioner's appointments go through the index as all do; everybody else's are copies of
these rows, a few minutes later each.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from server.domain.api_access import ApiScope
from server.domain.appointment import Appointment, Details, Part
from server.domain.booking_rules import BookingMode, BookingRule
from server.domain.calendars import Actor
from server.domain.feeds import FeedKind
from server.domain.ids import (
    AppointmentId,
    ClientNumber,
    LocationKey,
    PracticeId,
    RoomKey,
    SessionTypeId,
    UserName,
    new_ulid,
)
from server.domain.practice import Client, Location, Practice, Room, SessionType, User
from server.domain.vocabulary import Door, Kind, Role, Status
from server.domain.when import Recurrence, Timed
from server.ics.hours_text import NewHours
from server.practice_db.columns import METADATA
from server.practice_db.database import SqlDatabase, create_practice, open_database
from server.practice_db.engines import begin, connect
from server.practice_db.migrations import upgrade
from server.usecases.api_tokens import TokenRequest, new_token
from server.usecases.app_passwords import PasswordRequest, new_app_password
from server.usecases.context import Context
from server.usecases.edit_availability import add_hours
from server.usecases.feeds import FeedRequest, new_feed, path_of
from server.usecases.index_occurrences import Window, index
from server.usecases.manage_clients import add_client
from server.usecases.manage_places import add_location, add_room
from server.usecases.manage_session_types import add_session_type
from server.usecases.manage_users import add_user
from server.usecases.ports import UnitOfWork

ZONE: Final = ZoneInfo("America/New_York")
SLUG: Final = "bench"
SESSION: Final = "visit"
_ADMIN: Final = Actor(UserName("admin"), Role.ADMIN, Door.COMMAND_LINE)
_YEAR: Final = timedelta(days=365)
_LENGTH: Final = timedelta(minutes=40)
_HERE: Final = LocationKey("main")
_COPIED: Final = ("appointment", "appointment_part", "occurrence")
_SECONDS_APART: Final = 180
_MINUTE: Final = timedelta(minutes=1)
_FREE_BUSY: Final = FeedKind.FREE_BUSY
_OPEN_HOURS: Final = timedelta(hours=8)


@dataclass(frozen=True, slots=True)
class Readers:
    """How the practice is asked: app passwords by user, a token, the address of a feed."""

    passwords: dict[UserName, str]
    token: str
    address: str


@dataclass(frozen=True, slots=True)
class Size:
    """How many practitioners, appointments of each, and how many of them can be booked."""

    people: int
    appointments: int
    bookable: int


def name_of(number: int) -> UserName:
    """The login of a practitioner."""
    return UserName(f"p{number:03d}")


def build(url: str, size: Size, now: datetime) -> Readers:
    """Make the practice in an empty database."""
    engine = connect(url)
    upgrade(engine)
    create_practice(engine, Practice(PracticeId(0), SLUG, "Bench", ZONE))
    engine.dispose()
    database = open_database(url, SLUG)
    context = Context(_ADMIN, now)
    try:
        readers = _furnish(database, context, size)
        _fill(database, context, size.appointments)
        for number in range(1, size.people):
            with begin(database.engines.writing) as connection:
                _copy(database, connection, number)
        database.refresh_statistics()
    finally:
        database.close()
    return readers


def _furnish(database: SqlDatabase, context: Context, size: Size) -> Readers:
    with database.writing() as uow:
        _set_up(uow, context, size)
        client = Client(ClientNumber(""), "Demo", "Person")
        add_client(uow, context, client)
        passwords = {
            name_of(number): _hire(uow, context, name_of(number), number < size.bookable)
            for number in range(size.people)
        }
        scopes = frozenset({ApiScope.CALENDAR_READ})
        _, token = new_token(uow, context, TokenRequest(name_of(0), "bench", scopes))
        _, secret = new_feed(uow, context, FeedRequest(name_of(0), "bench", _FREE_BUSY))
    return Readers(passwords, token, path_of(_FREE_BUSY, secret))


def _set_up(uow: UnitOfWork, context: Context, size: Size) -> None:
    add_location(uow, Location(_HERE, "Main street", "11"))
    for number in range(size.bookable):
        add_room(uow, Room(RoomKey(f"room-{number}"), f"Room {number}", _HERE))
    minutes = _LENGTH // timedelta(minutes=1)
    visit = SessionType(
        SessionTypeId(SESSION),
        SESSION,
        "A visit",
        "needles",
        minutes,
        locations=(_HERE,),
        online_bookable=True,
        booking=BookingRule(BookingMode.INSTANT, notice=0, needs_room=True),
    )
    add_session_type(uow, context, visit)


def _hire(
    uow: UnitOfWork,
    context: Context,
    name: UserName,
    is_bookable: bool,  # noqa: FBT001 - one fact of a practitioner
) -> str:
    """Return the secret of the practitioner's app password."""
    mail = f"{name}@practice.example"
    add_user(uow, context, User(name, name, mail, Role.PRACTITIONER, "needles"))
    if is_bookable:
        day = context.now.astimezone(ZONE).replace(hour=9, minute=0, second=0, microsecond=0)
        hours = Timed(day, day + _OPEN_HOURS)
        add_hours(uow, context, name, NewHours(hours, Recurrence(("FREQ=DAILY",)), "Bookable"))
    return new_app_password(uow, context, PasswordRequest(name, "bench"))[1]


def _fill(database: SqlDatabase, context: Context, appointments: int) -> None:
    """Give the first practitioner a year before and a year behind now, evenly filled."""
    apart = 2 * _YEAR / appointments
    first = (context.now - _YEAR).replace(second=0, microsecond=0)
    with database.writing() as uow:
        name = name_of(0)
        calendar = uow.calendars.get(name, "appointments")
        if calendar is None:
            raise RuntimeError("the practitioner has no calendar")
        client = uow.clients.search()[0].number
        details = Details(
            Kind.SESSION,
            Status.BOOKED,
            name,
            client=client,
            session_type=SessionTypeId(SESSION),
            location=_HERE,
            room=RoomKey("room-0"),
        )
        for number in range(appointments):
            start = first + (number * apart) // _MINUTE * _MINUTE
            times = (each.astimezone(ZONE) for each in (start, start + _LENGTH))
            one = Appointment(
                AppointmentId(new_ulid(context.now)),
                calendar.id,
                f"{number}@bench",
                Part(Timed(*times), details),
            )
            rows, indexed = index(one, ZONE, Window.of(context))
            uow.appointments.save(one, rows, indexed)


def _copy(database: SqlDatabase, connection: Connection, number: int) -> None:
    """Give another practitioner the first one's appointments, some minutes later."""
    owner, first = name_of(number), name_of(0)
    of_owner = "(SELECT id FROM calendar WHERE owner = '{}' AND slug = 'appointments')"
    later = number * _SECONDS_APART
    changed = {
        "id": f"'Y{number:03d}' || substr(id, 5)",
        "appointment_id": f"'Y{number:03d}' || substr(appointment_id, 5)",
        "calendar_id": of_owner.format(owner),
        "practitioner": f"'{owner}'",
        "room_key": f"CASE WHEN room_key IS NULL THEN NULL ELSE {_room(database, number)} END",
        **{name: f"{name} + {later}" for name in ("start_at", "end_at", "busy_from")},
    }
    for name in _COPIED:
        table = METADATA.tables[name]
        names = [column.name for column in table.columns]
        values = ", ".join(changed.get(each, each) for each in names)
        own = "id" if name == "appointment" else "appointment_id"
        mine = "calendar_id = " + of_owner.format(first)
        chosen = f"SELECT id FROM appointment WHERE {mine}"  # noqa: S608 - our own names
        connection.exec_driver_sql(
            f"INSERT INTO {name} ({', '.join(names)}) "  # noqa: S608 - our own names
            f"SELECT {values} FROM {name} WHERE {own} IN ({chosen})"
        )


def _room(database: SqlDatabase, number: int) -> str:
    """Return the room as SQL: who is not bookable has none."""
    with database.reading() as uow:
        rooms = len(uow.catalogue.rooms)
    return f"'room-{number}'" if number < rooms else "NULL"
