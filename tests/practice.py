"""A small practice for tests, made through the use cases, and short ways to work in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from server.domain.appointment import Appointment, Details, parse_services
from server.domain.calendars import Actor, Calendar, HistoryLine, Occurrence, StoredObject
from server.domain.ids import (
    AppointmentId,
    ClientNumber,
    LocationKey,
    RoomKey,
    SessionTypeId,
    UserName,
)
from server.domain.money import Money
from server.domain.practice import (
    BillingItem,
    Client,
    Location,
    Product,
    Room,
    Service,
    SessionType,
    User,
)
from server.domain.vocabulary import Door, Kind, Role, Status
from server.domain.when import Recurrence, Timed, When, key_of
from server.ics.reader import read_object
from server.practice_db.database import SqlDatabase
from server.usecases import manage_clients, manage_places, manage_services, manage_users
from server.usecases import manage_session_types as session_types
from server.usecases.context import Context, Rules
from server.usecases.delete_event import Delete, delete_event
from server.usecases.edit_appointment import (
    Changes,
    Scope,
    Target,
    edit_appointment,
    new_appointment,
)
from server.usecases.ports import OccurrenceFilter, UnitOfWork
from server.usecases.put_event import Put, PutResult, put_event
from server.usecases.read_calendar import Reading

Field = Any
"""The value of one field of a dataclass, as `dataclasses.replace` takes it."""

NOW = datetime(2026, 11, 3, 15, tzinfo=UTC)
NEW_YORK = ZoneInfo("America/New_York")
ALMA, THEO, DESK, ADMIN = (UserName(name) for name in ("alma", "theo", "desk", "admin"))
JANE, JOHN, DORN, MARIA, OTHER_MARIA = (
    ClientNumber(number) for number in ("C1001", "C1002", "C1003", "C1010", "C1011")
)
MAIN, TELEHEALTH, AWAY = (LocationKey(key) for key in ("main", "telehealth", "telehealth-away"))
ROOM_1, ROOM_2 = RoomKey("room-1"), RoomKey("room-2")

USERS = (
    User(ALMA, "Alma", "alma@example.org", Role.PRACTITIONER, "acupuncture"),
    User(THEO, "Theo", "theo@example.org", Role.PRACTITIONER, "psychotherapy"),
    User(DESK, "Front desk", "", Role.FRONT_DESK),
    User(ADMIN, "Admin", "", Role.ADMIN),
)
CLIENTS = (
    Client(JANE, "Jane", "Doe", email="jane@example.org", practitioner=ALMA),
    Client(JOHN, "John", "Doe", practitioner=ALMA),
    Client(DORN, "Jana", "Dorn", practitioner=THEO),
    Client(MARIA, "Maria", "Garcia", practitioner=THEO),
    Client(OTHER_MARIA, "Maria", "Garcia", practitioner=THEO),
)
PLACES = (
    Location(MAIN, "Main street", "11"),
    Location(TELEHEALTH, "Telehealth", "10"),
    Location(AWAY, "Telehealth, away", "02"),
)
ROOMS = (Room(ROOM_1, "Room 1", MAIN), Room(ROOM_2, "Room 2", MAIN))
SERVICES = (
    Service("97810", "Acupuncture, first 15 minutes", Money(8500)),
    Service("97811", "Acupuncture, each further 15 minutes", Money(4500)),
    Service("90834", "Psychotherapy, 45 minutes", Money(14000)),
)
HERBS = Product("HERB-1", "Herbs", Money(1900))


def _session(name: str, discipline: str, minutes: int, *codes: str) -> SessionType:
    return SessionType(
        SessionTypeId(name),
        name,
        f"Session {name}",
        discipline,
        minutes,
        locations=(MAIN, TELEHEALTH),
        items=tuple(BillingItem(code, is_product=code == HERBS.sku) for code in codes),
    )


SESSIONS = (
    _session("acupinitial", "acupuncture", 75, "97810", "97811", HERBS.sku),
    replace(_session("acupfollow", "acupuncture", 45, "97810"), aliases=("acf",)),
    _session("psy50", "psychotherapy", 50, "90834"),
    _session("consult15", "psychotherapy", 15),
    _session("oldmassage", "acupuncture", 30, "97810"),
)


def actor(user: UserName = DESK, door: Door = Door.COMMAND_LINE) -> Actor:
    roles = {person.name: person.role for person in USERS}
    return Actor(user, roles[user], door)


def furnish(uow: UnitOfWork) -> None:
    """Hire the people, and set up what can be booked, by whom, where and for whom."""
    context = Context(actor(ADMIN), NOW)
    for user in USERS:
        manage_users.add_user(uow, context, user)
    for place in PLACES:
        manage_places.add_location(uow, place)
    for room in ROOMS:
        manage_places.add_room(uow, room)
    for service in SERVICES:
        manage_services.add_service(uow, service)
    manage_services.add_product(uow, HERBS)
    for session in SESSIONS:
        session_types.add_session_type(uow, context, session)
    session_types.archive_session_type(uow, "oldmassage")
    for client in CLIENTS:
        manage_clients.add_client(uow, context, client)


def at(day: int, hour: int = 14, minute: int = 0, month: int = 11) -> datetime:
    """Return a wall time in New York in 2026; the 24th of November is a Tuesday."""
    return datetime(2026, month, day, hour, minute, tzinfo=NEW_YORK)


def timed(start: datetime, minutes: int = 75) -> Timed:
    return Timed(start, start + timedelta(minutes=minutes))


def session(
    client: ClientNumber | None = JANE,
    name: str = "acupinitial",
    owner: UserName = ALMA,
    **more: Field,
) -> Details:
    """Return a booked session at the main location, with the services of its type."""
    kind = next(kind for kind in SESSIONS if kind.name == name)
    codes = " ".join(item.code for item in kind.items if not item.is_product)
    details = Details(
        Kind.SESSION,
        Status.BOOKED,
        owner,
        client=client,
        session_type=kind.id,
        services=parse_services(codes),
        location=MAIN,
    )
    return replace(details, **more)


def other(title: str = "Staff meeting", owner: UserName = ALMA, **more: Field) -> Details:
    return Details(Kind.OTHER, Status.BOOKED, owner, title=title, **more)


WEEKLY = Recurrence(("FREQ=WEEKLY;COUNT=6",))


def event(title: str, start: str = "20261124T140000", *lines: str, uid: str = "one") -> str:
    """Return a calendar object with one event of an hour in New York time."""
    end = (datetime.fromisoformat(start) + timedelta(hours=1)).strftime("%Y%m%dT%H%M%S")
    return calendar(
        f"UID:{uid}",
        "DTSTAMP:20261103T150000Z",
        f"DTSTART;TZID=America/New_York:{start}",
        f"DTEND;TZID=America/New_York:{end}",
        f"SUMMARY:{title}",
        *lines,
    )


def calendar(*lines: str, product: str = "-//Test//Test//EN") -> str:
    """Return lines as a calendar object with one event."""
    whole = ("BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{product}", "BEGIN:VEVENT")
    return "\r\n".join((*whole, *lines, "END:VEVENT", "END:VCALENDAR", ""))


@dataclass
class House:
    """The practice in a database; each call is one transaction."""

    database: SqlDatabase
    rules: Rules = field(default_factory=Rules)
    now: datetime = NOW

    def context(self, user: UserName = DESK, door: Door = Door.COMMAND_LINE) -> Context:
        return Context(actor(user, door), self.now, self.rules)

    def later(self, **span: int) -> House:
        """Return the same practice at a later time."""
        return replace(self, now=self.now + timedelta(**span))

    def book(
        self,
        when: When | None = None,
        details: Details | None = None,
        recurrence: Recurrence | None = None,
    ) -> AppointmentId:
        with self.database.writing() as uow:
            return new_appointment(
                uow,
                self.context(),
                when or timed(at(24)),
                details or session(),
                recurrence,
            )

    def edit(
        self, target: Target | AppointmentId, when: When | None = None, **details: Field
    ) -> AppointmentId:
        wanted = target if isinstance(target, Target) else Target(target)
        with self.database.writing() as uow:
            return edit_appointment(uow, self.context(), wanted, Changes(details, when))

    def get(self, number: AppointmentId) -> Appointment:
        with self.database.reading() as uow:
            found = uow.appointments.get(number)
        assert found is not None
        return found

    def details(self, number: AppointmentId) -> Details:
        return self.get(number).first_part.details

    def rows(self, **wanted: Field) -> Sequence[Occurrence]:
        with self.database.reading() as uow:
            return uow.appointments.occurrences(OccurrenceFilter(**wanted))

    def starts(self, number: AppointmentId) -> list[str]:
        """Return the local starts of the occurrences that take place, such as 11-24 14:00."""
        live = [row for row in self.rows(appointment=number) if not row.status.is_cancelled]
        return [row.start.astimezone(NEW_YORK).strftime("%m-%d %H:%M") for row in live]

    def history(self, number: AppointmentId) -> Sequence[HistoryLine]:
        with self.database.reading() as uow:
            return uow.history.of(number)

    def calendar(self, owner: UserName = ALMA, slug: str = "appointments") -> Calendar:
        with self.database.reading() as uow:
            found = uow.calendars.get(owner, slug)
        assert found is not None
        return found

    def stored(self, owner: UserName = ALMA) -> Sequence[StoredObject]:
        with self.database.reading() as uow:
            return uow.objects.get_many(self.calendar(owner).id)

    def shown(self, number: AppointmentId, viewer: UserName = ALMA) -> str:
        """Return the text of an appointment as a user is served it, unfolded; "" if gone."""
        with self.database.reading() as uow:
            stored = uow.objects.of_appointment(number)
            if stored is None:
                return ""
            place = uow.calendars.by_id(stored.calendar)
            assert place is not None
            reading = Reading(uow, self.rules, place, uow.catalogue.user[viewer])
            text = reading.objects([stored.href])[0].text
        return text.replace("\r\n ", "")

    def put(
        self, text: str, owner: UserName = ALMA, href: str = "one.ics", **said: Field
    ) -> PutResult:
        """Store a text as a calendar app does; ``user`` and ``slug`` may be said."""
        user, slug = said.pop("user", owner), said.pop("slug", "appointments")
        with self.database.writing([(owner, slug)]) as uow:
            sent = read_object(text, uow.practice.zone)
            put = Put(owner, slug, href, uow.catalogue.user[user], sent, **said)
            return put_event(uow, self.context(user, Door.CALDAV), put)

    def delete(self, owner: UserName = ALMA, href: str = "one.ics", **said: Field) -> None:
        user, slug = said.pop("user", owner), said.pop("slug", "appointments")
        with self.database.writing([(owner, slug)]) as uow:
            delete = Delete(owner, slug, href, uow.catalogue.user[user], **said)
            delete_event(uow, self.context(user, Door.CALDAV), delete)

    def of_href(self, href: str = "one.ics", owner: UserName = ALMA) -> AppointmentId:
        """Return the appointment that an object shows."""
        number = {one.href: one.appointment for one in self.stored(owner)}[href]
        assert number is not None
        return number


def this(number: AppointmentId, start: datetime | date) -> Target:
    return Target(number, key_of(start), Scope.THIS)


def following(number: AppointmentId, start: datetime | date) -> Target:
    return Target(number, key_of(start), Scope.FOLLOWING)
