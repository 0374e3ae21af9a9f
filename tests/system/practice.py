"""The invented practice that the system tests serve; its words are those of the demo."""

from __future__ import annotations

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from server.domain.calendars import Actor
from server.domain.ids import ClientNumber, LocationKey, RoomKey, SessionTypeId, UserName
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
from server.domain.vocabulary import Door, Role, TitleLevel
from server.usecases.app_passwords import PasswordRequest, new_app_password
from server.usecases.clock import SystemClock
from server.usecases.context import Context
from server.usecases.manage_users import add_user
from server.usecases.ports import Clock, Database, UnitOfWork

NEW_YORK = ZoneInfo("America/New_York")
ALMA, THEO = UserName("alma"), UserName("theo")
DESK, ADMIN = UserName("desk"), UserName("admin")
MAIN, TELEHEALTH = LocationKey("main"), LocationKey("telehealth")
AWAY = LocationKey("telehealth-away")
OPERATOR = Actor(ADMIN, Role.ADMIN, Door.COMMAND_LINE)

USERS = (
    User(ALMA, "Alma Ilves", "alma@practice.example", Role.PRACTITIONER, "acupuncture"),
    User(THEO, "Theo Lindqvist", "theo@practice.example", Role.PRACTITIONER, "psychotherapy"),
    User(DESK, "Front desk", "desk@practice.example", Role.FRONT_DESK),
    User(ADMIN, "Ada Minister", "admin@practice.example", Role.ADMIN),
)
CLIENTS = (
    Client(ClientNumber("C1001"), "Jane", "Doe", "jane.doe@mail.example"),
    Client(ClientNumber("C1002"), "John", "Doe", "john.doe@mail.example"),
    Client(ClientNumber("C1003"), "Jana", "Dorn", "jana@mail.example"),
    Client(ClientNumber("C1010"), "Maria", "Garcia", "maria.g@mail.example"),
    Client(ClientNumber("C1011"), "Maria", "Garcia", "maria.garcia@mail.example"),
    # A surname that can stand in no text by chance: what looks for leaks looks for it.
    Client(ClientNumber("C1020"), "Quentin", "Zyxwvut", "quentin@mail.example"),
)
SERVICES = (
    Service("97810", "Acupuncture, first 15 minutes", Money(6500)),
    Service("97811", "Acupuncture, further 15 minutes", Money(4500)),
    Service("90791", "Diagnostic evaluation", Money(22000)),
    Service("90834", "Psychotherapy, 45 minutes", Money(16000)),
    Service("90847", "Family psychotherapy", Money(18000)),
)
LOCATIONS = (
    Location(MAIN, "Main street", "11", NEW_YORK),
    Location(TELEHEALTH, "Telehealth", "10", url="https://video.example/practice"),
    Location(AWAY, "Telehealth away", "02"),
)
ROOMS = (
    Room(RoomKey("room-1"), "Room 1", MAIN),
    Room(RoomKey("room-2"), "Room 2", MAIN),
)
_NEEDLES = (BillingItem("97810"), BillingItem("97811"), BillingItem("herbs", is_product=True))
_MINUTES_AND_ITEMS: Mapping[str, tuple[int, tuple[BillingItem, ...]]] = {
    "acupinitial": (75, _NEEDLES),
    "acupfollow": (45, (BillingItem("97810"),)),
    "psyinitial": (60, (BillingItem("90791"),)),
    "psy50": (50, (BillingItem("90834"),)),
    "couples": (90, (BillingItem("90847"),)),
    "consult15": (15, ()),
    "oldmassage": (60, ()),
}


def session_types() -> list[SessionType]:
    """Return the session types; `oldmassage` is archived."""
    return [
        SessionType(
            SessionTypeId(name),
            name,
            f"{name}, as clients read it",
            "acupuncture" if name.startswith("acup") else "psychotherapy",
            minutes,
            locations=(MAIN, TELEHEALTH, AWAY),
            items=items,
            archived=name == "oldmassage",
        )
        for name, (minutes, items) in _MINUTES_AND_ITEMS.items()
    ]


def furnish(uow: UnitOfWork, clock: Clock | None = None) -> dict[str, str]:
    """Store the practice; return the secret of an app password for each user."""
    context = operator(clock)
    for service in SERVICES:
        uow.configuration.save_service(service)
    uow.configuration.save_product(Product("herbs", "Herbal tea", Money(1250)))
    for location in LOCATIONS:
        uow.configuration.save_location(location)
    for room in ROOMS:
        uow.configuration.save_room(room)
    for kind in session_types():
        uow.configuration.save_session_type(kind)
    for client in CLIENTS:
        uow.clients.save(client)
    for user in USERS:
        add_user(uow, context, user)
    return {user.name: new_secret(uow, context, user.name) for user in USERS}


def operator(clock: Clock | None = None) -> Context:
    """Return the context of somebody at the command line."""
    return Context(OPERATOR, (clock or SystemClock()).now())


def new_secret(
    uow: UnitOfWork,
    context: Context,
    user: str,
    label: str = "phone",
    *,
    read_only: bool = False,
) -> str:
    """Return the secret of a new app password."""
    wanted = PasswordRequest(UserName(user), label, read_only=read_only)
    return new_app_password(uow, context, wanted)[1]


def hire(
    database: Database,
    name: str,
    discipline: str = "acupuncture",
    level: TitleLevel = TitleLevel.INITIALS,
) -> str:
    """Add a practitioner with a calendar of appointments; return an app password's secret."""
    user = User(
        UserName(name),
        f"Dr {name}",
        f"{name}@practice.example",
        Role.PRACTITIONER,
        discipline,
        level,
    )
    with database.writing() as uow:
        add_user(uow, operator(), user)
        return new_secret(uow, operator(), name)
