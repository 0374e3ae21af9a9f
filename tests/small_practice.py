"""A small practice for tests: one practitioner, one place, one session type, one client."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from server.domain.appointment import Details
from server.domain.calendars import Actor
from server.domain.ids import ClientNumber, LocationKey, SessionTypeId, UserName
from server.domain.money import Money
from server.domain.practice import BillingItem, Client, Location, Service, SessionType, User
from server.domain.vocabulary import Door, Kind, Role, Status
from server.domain.when import Timed
from server.usecases import manage_clients, manage_places, manage_services
from server.usecases import manage_session_types as session_types
from server.usecases import manage_users as users
from server.usecases.context import Context
from server.usecases.edit_appointment import Target, new_appointment
from server.usecases.ports import UnitOfWork

NOW = datetime(2026, 11, 3, 15, tzinfo=UTC)
CONTEXT = Context(Actor(UserName("admin"), Role.ADMIN, Door.COMMAND_LINE), NOW)
NEW_YORK = ZoneInfo("America/New_York")
ALMA = User(UserName("alma"), "Alma", "alma@example.org", Role.PRACTITIONER, "acupuncture")
DESK = User(UserName("desk"), "Front desk", "", Role.FRONT_DESK)
MAIN = Location(LocationKey("main"), "Main street", "11")
NEEDLING = Service("97810", "Acupuncture, first 15 minutes", Money(8500))
INITIAL = SessionType(
    SessionTypeId(""),
    "acupinitial",
    "Acupuncture. Initial assessment",
    "acupuncture",
    75,
    locations=(MAIN.key,),
    items=(BillingItem("97810"),),
)
JANE = Client(ClientNumber(""), "Jane", "Doe", practitioner=ALMA.name)


def set_up(uow: UnitOfWork) -> None:
    """A practice in which something can be booked."""
    users.add_user(uow, CONTEXT, ALMA)
    manage_places.add_location(uow, MAIN)
    manage_services.add_service(uow, NEEDLING)
    session_types.add_session_type(uow, CONTEXT, INITIAL)
    manage_clients.add_client(uow, CONTEXT, JANE)


def book(uow: UnitOfWork, name: str = "acupinitial") -> Target:
    """Book Jane Doe on 24 November 2026."""
    start = datetime(2026, 11, 24, 14, tzinfo=NEW_YORK)
    kind = session_types.find_session_type(uow, name)
    details = Details(
        Kind.SESSION,
        Status.BOOKED,
        ALMA.name,
        client=ClientNumber("C1001"),
        session_type=kind.id,
        location=MAIN.key,
    )
    when = Timed(start, start + timedelta(minutes=75))
    return Target(new_appointment(uow, CONTEXT, when, details))


def text_of_calendar(uow: UnitOfWork) -> str:
    """Everything that the practitioner is served."""
    calendar = uow.calendars.get(ALMA.name, users.APPOINTMENTS)
    assert calendar is not None
    return "".join(stored.text for stored in uow.objects.get_many(calendar.id))
