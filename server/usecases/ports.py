"""What a database must offer to the use cases. All instants are aware datetimes in UTC."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from server.domain.appointment import Appointment
from server.domain.calendars import (
    AppPassword,
    Calendar,
    Entry,
    HistoryLine,
    Notice,
    Occurrence,
    OutboxRow,
    StoredObject,
)
from server.domain.ids import (
    AppointmentId,
    CalendarId,
    ClientNumber,
    CredentialId,
    GroupId,
    SessionTypeId,
    UserName,
)
from server.domain.practice import (
    Catalogue,
    Client,
    Location,
    Practice,
    Product,
    Room,
    Service,
    SessionType,
    User,
)
from server.domain.vocabulary import Fact
from server.domain.when import RecurrenceKey


class Clients(Protocol):
    """The clients of the practice."""

    def get(self, number: ClientNumber) -> Client | None: ...
    def get_many(self, numbers: Iterable[ClientNumber]) -> Mapping[ClientNumber, Client]: ...
    def named(self, folded: str) -> Sequence[Client]:
        """Return active clients whose folded "first last" or "last, first" equals this."""
        ...

    def with_initials(self, initials: str) -> Sequence[Client]:
        """Return active clients with these initials (upper case)."""
        ...

    def with_email(self, address: str) -> Sequence[Client]:
        """Return active clients with this e-mail address, whatever its case."""
        ...

    def seen_by(
        self, practitioner: UserName, numbers: Iterable[ClientNumber]
    ) -> frozenset[ClientNumber]:
        """Return those who are the practitioner's: by assignment or by an appointment."""
        ...

    def near(
        self,
        practitioner: UserName,
        numbers: Iterable[ClientNumber],
        span: tuple[datetime, datetime],
    ) -> frozenset[ClientNumber]:
        """Return those who have an appointment with the practitioner inside ``span``."""
        ...

    def search(self, folded: str = "", *, archived: bool = False) -> Sequence[Client]:
        """Return clients whose folded name or number contains this, by number."""
        ...

    def next_number(self) -> ClientNumber:
        """Return the next free number, ``C1001`` and up."""
        ...

    def save(self, client: Client) -> None: ...


class Calendars(Protocol):
    """The collections."""

    def get(self, owner: UserName, slug: str) -> Calendar | None: ...
    def by_id(self, calendar: CalendarId) -> Calendar | None: ...
    def of_owner(self, owner: UserName) -> Sequence[Calendar]:
        """Return a person's calendars by slug."""
        ...

    def all(self) -> Sequence[Calendar]: ...
    def lock(self, calendars: Iterable[CalendarId]) -> None:
        """Exclude other writers of these calendars until the transaction ends."""
        ...

    def add(self, calendar: Calendar) -> None: ...
    def save(self, calendar: Calendar) -> None:
        """Store properties, components, revision and oldest token."""
        ...

    def delete(self, calendar: CalendarId) -> None:
        """Delete a calendar with its objects, changes and the appointments of its objects."""
        ...

    def next_revision(self, calendar: CalendarId) -> int:
        """Count the calendar up by one and return its new revision."""
        ...


class Objects(Protocol):
    """Calendar objects and the log of their changes."""

    def get(self, calendar: CalendarId, href: str) -> StoredObject | None: ...
    def get_many(
        self, calendar: CalendarId, hrefs: Iterable[str] | None = None
    ) -> Sequence[StoredObject]:
        """Return these objects, or all of them; any number of hrefs may be asked for."""
        ...

    def entries(self, calendar: CalendarId) -> Sequence[Entry]: ...
    def href_of_uid(self, calendar: CalendarId, uid: str) -> str | None: ...
    def of_appointment(self, appointment: AppointmentId) -> StoredObject | None: ...
    def with_uid(self, uid: str) -> Sequence[StoredObject]:
        """Return the objects of all calendars that have this UID."""
        ...

    def put(self, stored: StoredObject) -> None:
        """Insert or replace; log the change at its revision; keep the text as a version."""
        ...

    def delete(self, calendar: CalendarId, href: str, revision: int) -> None:
        """Delete and log the removal at ``revision``."""
        ...

    def version(self, calendar: CalendarId, href: str, revision: int) -> str | None:
        """Return the owner's text of an earlier revision, while it is kept."""
        ...

    def changed_since(self, calendar: CalendarId, revision: int) -> Mapping[str, bool]:
        """Return hrefs changed since a revision: True where the object is there."""
        ...

    def in_range(
        self, calendar: CalendarId, start: datetime | None, end: datetime | None
    ) -> tuple[frozenset[str], frozenset[str]]:
        """Return hrefs with an occurrence in the range, and hrefs that may have one.

        The second set holds series that go on beyond the window of indexed occurrences where
        the range does, and objects without occurrences (VTODO, VJOURNAL).
        """
        ...

    def personal_lines(
        self, calendar: CalendarId, href: str, user: UserName
    ) -> tuple[str, ...]:
        """Return the content lines that another viewer than the owner keeps on the object."""
        ...

    def save_personal_lines(
        self, calendar: CalendarId, href: str, user: UserName, lines: tuple[str, ...]
    ) -> None: ...
    def to_hide(self, calendar: CalendarId | None, now: datetime) -> Sequence[StoredObject]:
        """Return objects whose ``hide_at`` has come."""
        ...

    def prune(self, calendar: CalendarId, below: int) -> int:
        """Drop removals and versions logged below a revision; return how many rows went."""
        ...


@dataclass(frozen=True, slots=True)
class OccurrenceFilter:
    """Which occurrences are wanted; None leaves a field open. Instants are UTC, half-open."""

    start: datetime | None = None
    end: datetime | None = None
    practitioner: UserName | None = None
    client: ClientNumber | None = None
    appointment: AppointmentId | None = None
    calendar: CalendarId | None = None


@dataclass(frozen=True, slots=True)
class Indexed:
    """How far the occurrences of an appointment are indexed, and how far it goes (UTC)."""

    start: datetime
    until: datetime
    first_start: datetime | None
    last_end: datetime | None


class Appointments(Protocol):
    """Appointments and the index of their occurrences."""

    def get(self, appointment: AppointmentId) -> Appointment | None: ...
    def get_many(
        self, appointments: Iterable[AppointmentId]
    ) -> Mapping[AppointmentId, Appointment]: ...
    def save(
        self, appointment: Appointment, occurrences: Sequence[Occurrence], indexed: Indexed
    ) -> None:
        """Insert or replace an appointment with its parts and its indexed occurrences."""
        ...

    def set_revision(self, appointment: AppointmentId, revision: int) -> None:
        """Store that an unchanged appointment is shown under a new revision."""
        ...

    def copy_of(self, appointment: AppointmentId, since: datetime) -> AppointmentId | None:
        """Return the live appointment copied from this one since then, the latest first."""
        ...

    def occurrences(self, wanted: OccurrenceFilter) -> Sequence[Occurrence]:
        """Return indexed occurrences that overlap the range, by start."""
        ...

    def indexed(self, appointment: AppointmentId) -> Indexed | None: ...
    def to_extend(self, until: datetime, limit: int) -> Sequence[AppointmentId]:
        """Return live series whose index ends before ``until`` although they go on."""
        ...

    def beyond_index(self, start: datetime, end: datetime) -> Sequence[AppointmentId]:
        """Return live series that may have occurrences in the range outside their index."""
        ...

    def ids(self, *, deleted: bool = False) -> Sequence[AppointmentId]: ...
    def next_group(self) -> GroupId: ...


class People(Protocol):
    """Who may sign in; reading the users themselves goes through the catalogue."""

    def app_passwords(self, user: UserName) -> Sequence[AppPassword]:
        """Return a user's app passwords, revoked ones included, by creation."""
        ...

    def save_app_password(self, password: AppPassword) -> None: ...
    def touch(self, credential: CredentialId, at: datetime) -> None:
        """Note that a credential was used."""
        ...

    def wrong_secrets(self, user: str, network: str, since: datetime) -> int:
        """Return how many distinct wrong secrets were tried since then."""
        ...

    def note_wrong_secret(self, user: str, network: str, secret_mac: str, at: datetime) -> None:
        """Remember a wrong secret by its keyed hash; the same one again counts once."""
        ...


class Configuration(Protocol):
    """Changes of the catalogue; each makes a new catalogue revision."""

    def save_practice(self, practice: Practice) -> None: ...
    def save_user(self, user: User) -> None: ...
    def save_session_type(self, session_type: SessionType) -> None: ...
    def delete_session_type(self, session_type: SessionTypeId) -> None: ...
    def uses_of_session_type(self, session_type: SessionTypeId) -> int:
        """Return how many appointments ever used it, deleted ones included (CR-12)."""
        ...

    def save_service(self, service: Service) -> None: ...
    def save_product(self, product: Product) -> None: ...
    def save_location(self, location: Location) -> None: ...
    def save_room(self, room: Room) -> None: ...


class History(Protocol):
    """What happened; lines are only added, each chained to the one before by a hash."""

    def append(self, calendar: CalendarId, line: HistoryLine) -> None: ...
    def of(self, appointment: AppointmentId) -> Sequence[HistoryLine]: ...
    def broken_links(self) -> Sequence[str]:
        """Return ids of lines whose hash does not fit the chain of their calendar."""
        ...


class Outbox(Protocol):
    """Facts waiting to be told to subscribers."""

    def subscribers(self) -> Sequence[str]: ...
    def subscribe(self, name: str) -> None: ...
    def announce(
        self,
        fact: Fact,
        appointment: AppointmentId,
        key: RecurrenceKey,
        revision: int,
        due_at: datetime,
    ) -> None:
        """Write one row per subscriber."""
        ...

    def waiting(self) -> Sequence[OutboxRow]: ...


class Notices(Protocol):
    """What a person must hear of."""

    def add(self, notice: Notice) -> None: ...
    def of(
        self, user: UserName | None = None, *, cleared: bool = False
    ) -> Sequence[Notice]: ...
    def clear(self, notice: str, at: datetime) -> bool:
        """Mark a notice as read; False if there is none."""
        ...


class UnitOfWork(Protocol):
    """One transaction; opened and closed at the edge, never committed by a use case."""

    @property
    def practice(self) -> Practice: ...
    @property
    def catalogue(self) -> Catalogue:
        """The configuration as of this transaction."""
        ...

    clients: Clients
    calendars: Calendars
    objects: Objects
    appointments: Appointments
    people: People
    configuration: Configuration
    history: History
    outbox: Outbox
    notices: Notices

    def savepoint(self) -> AbstractContextManager[None]:
        """Undo everything done inside if the block raises."""
        ...


class Database(Protocol):
    """A practice's database."""

    def reading(self) -> AbstractContextManager[UnitOfWork]:
        """Open a transaction that sees one consistent state and writes nothing."""
        ...

    def writing(
        self, calendars: Iterable[tuple[UserName, str]] = ()
    ) -> AbstractContextManager[UnitOfWork]:
        """Open a transaction that commits when the block ends and is undone when it raises.

        ``calendars`` (owner, slug) are locked against other writers from the start.
        """
        ...


class Clock(Protocol):
    """The time, handed in."""

    def now(self) -> datetime:
        """Return the present instant, UTC, aware."""
        ...
