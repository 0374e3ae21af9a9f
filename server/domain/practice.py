"""The practice itself: people, session types, services, places."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from server.domain.booking_rules import USUAL, BookingRule
from server.domain.ids import (
    ClientNumber,
    LocationKey,
    PracticeId,
    RoomKey,
    SessionTypeId,
    UserName,
)
from server.domain.money import Money
from server.domain.vocabulary import Role, TitleLevel

TELEHEALTH_PLACES = frozenset({"02", "10"})
"""Places of service that bring modifier 95 (SH-05)."""

_GAP = re.compile(r"\s+")


def fold(text: str) -> str:
    """Return the text as it is compared: no accents, no case, single spaces."""
    bare = unicodedata.normalize("NFKD", text)
    letters = "".join(letter for letter in bare if not unicodedata.combining(letter))
    return _GAP.sub(" ", letters).strip().casefold()


@dataclass(frozen=True, slots=True)
class Practice:
    """One practice; ``zone`` is the zone of its calendars and of floating times (SH-10)."""

    id: PracticeId
    slug: str
    name: str
    zone: ZoneInfo
    catalogue_revision: int = 0


@dataclass(frozen=True, slots=True)
class User:
    """A person who signs in; a discipline makes a practitioner."""

    name: UserName
    display_name: str
    email: str
    role: Role
    discipline: str | None = None
    title_level: TitleLevel = TitleLevel.INITIALS
    disabled: bool = False


@dataclass(frozen=True, slots=True)
class Client:
    """A client of the practice; the name is health data and never leaves by accident."""

    number: ClientNumber
    first_name: str
    last_name: str
    email: str = ""
    phone: str = ""
    birth_date: date | None = None
    practitioner: UserName | None = None
    email_reminders: bool = False
    phone_reminders: bool = False
    text_reminders: bool = False
    archived: bool = False

    @property
    def full_name(self) -> str:
        """First and last name, or the one that is known (SH-03)."""
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def initials(self) -> str:
        """The first letters of the names, such as ``JD``."""
        return "".join(word[0].upper() for word in re.split(r"[\s-]+", self.full_name) if word)


@dataclass(frozen=True, slots=True)
class Service:
    """A billable service: CPT, HCPCS or the practice's own code (SH-04)."""

    code: str
    description: str
    fee: Money
    archived: bool = False


@dataclass(frozen=True, slots=True)
class Product:
    """Something sold with a session."""

    sku: str
    name: str
    price: Money
    archived: bool = False


@dataclass(frozen=True, slots=True)
class BillingItem:
    """One line that a session type brings: a service code or a product's sku (CR-10)."""

    code: str
    is_product: bool = False
    units: int = 1


@dataclass(frozen=True, slots=True)
class Location:
    """A place where sessions happen, with its two-digit place of service code."""

    key: LocationKey
    name: str
    place_of_service: str
    zone: ZoneInfo | None = None
    auto_95: bool = True
    url: str = ""
    archived: bool = False

    @property
    def is_telehealth(self) -> bool:
        """Whether sessions here carry modifier 95 (SH-05)."""
        return self.auto_95 and self.place_of_service in TELEHEALTH_PLACES


@dataclass(frozen=True, slots=True)
class Room:
    """A room of a location (SH-08)."""

    key: RoomKey
    name: str
    location: LocationKey
    archived: bool = False


@dataclass(frozen=True, slots=True)
class SessionType:
    """What can be booked (CR-01 to CR-14); ``minutes`` is exactly what is reserved.

    ``booking`` says how clients book it themselves, where it is ``online_bookable``.
    """

    id: SessionTypeId
    name: str
    description: str
    discipline: str
    minutes: int
    colour: str = "#3b7dd8"
    locations: tuple[LocationKey, ...] = ()
    items: tuple[BillingItem, ...] = ()
    aliases: tuple[str, ...] = ()
    online_bookable: bool = False
    video: bool = False
    in_email_reminders: bool = True
    archived: bool = False
    booking: BookingRule = USUAL


@dataclass(frozen=True)
class Catalogue:
    """Everything configured in a practice but its clients; one value for one revision."""

    practice: Practice
    users: tuple[User, ...] = ()
    session_types: tuple[SessionType, ...] = ()
    services: tuple[Service, ...] = ()
    products: tuple[Product, ...] = ()
    locations: tuple[Location, ...] = ()
    rooms: tuple[Room, ...] = ()
    loaded_at: datetime | None = field(default=None, compare=False)

    @cached_property
    def user(self) -> dict[UserName, User]:
        """Users by name."""
        return {user.name: user for user in self.users}

    @cached_property
    def session_type(self) -> dict[SessionTypeId, SessionType]:
        """Session types by id, archived ones included."""
        return {kind.id: kind for kind in self.session_types}

    @cached_property
    def session_type_named(self) -> dict[str, SessionType]:
        """Session types by folded name and alias; a name goes before an alias."""
        named = {fold(alias): kind for kind in self.session_types for alias in kind.aliases}
        return named | {fold(kind.name): kind for kind in self.session_types}

    @cached_property
    def service(self) -> dict[str, Service]:
        """Services by code."""
        return {service.code: service for service in self.services}

    @cached_property
    def location(self) -> dict[LocationKey, Location]:
        """Locations by key."""
        return {location.key: location for location in self.locations}

    @cached_property
    def room(self) -> dict[RoomKey, Room]:
        """Rooms by key."""
        return {room.key: room for room in self.rooms}

    @property
    def practitioners(self) -> tuple[User, ...]:
        """Users who have a discipline, and so a calendar of appointments."""
        return tuple(user for user in self.users if user.discipline)
