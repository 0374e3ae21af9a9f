"""Calendars, what is stored in them, and what is remembered of every change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from server.domain.ids import (
    AppointmentId,
    CalendarId,
    ClientNumber,
    CredentialId,
    GroupId,
    RoomKey,
    UserName,
)
from server.domain.vocabulary import CalendarKind, Door, Fact, Kind, Role, Status
from server.domain.when import RecurrenceKey

COMPONENTS = ("VEVENT", "VTODO", "VJOURNAL")
INBOX, OUTBOX = "inbox", "outbox"
BOXES = frozenset({INBOX, OUTBOX})
"""Names in every home that are no calendar's: scheduling has them (RFC 6638 2)."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """A collection at ``/<owner>/<slug>/``.

    ``revision`` counts every change of a member and is the sync token; tokens below
    ``oldest`` are no longer answered. ``properties`` are WebDAV properties set by clients, by
    short name.
    """

    id: CalendarId
    owner: UserName
    slug: str
    kind: CalendarKind
    components: tuple[str, ...] = ("VEVENT",)
    properties: Mapping[str, str] = field(default_factory=dict)
    revision: int = 0
    oldest: int = 0
    modified_at: datetime | None = None

    @property
    def keeps_texts(self) -> bool:
        """Whether objects are kept octet for octet, and not written from appointments."""
        return self.kind is not CalendarKind.APPOINTMENTS


@dataclass(frozen=True, slots=True)
class Entry:
    """One calendar object without its text: enough for listings."""

    href: str
    uid: str
    component: str
    revision: int
    size: int
    modified_at: datetime
    appointment: AppointmentId | None = None


@dataclass(frozen=True, slots=True)
class StoredObject:
    """One calendar object; ``text`` is what the owner is served, octet for octet.

    ``revision`` is the calendar's revision of the last change. ``etag`` is a quoted string.
    ``hide_at`` is when a cancelled object leaves the calendar.
    """

    calendar: CalendarId
    href: str
    uid: str
    component: str
    text: str
    etag: str
    revision: int
    modified_at: datetime
    appointment: AppointmentId | None = None
    hide_at: datetime | None = None

    @property
    def entry(self) -> Entry:
        """The same without its text."""
        return Entry(
            self.href,
            self.uid,
            self.component,
            self.revision,
            len(self.text.encode()),
            self.modified_at,
            self.appointment,
        )


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One row of the occurrence index; instants are UTC.

    ``busy_from`` is the start less travel time; ``pinned`` says that the occurrence has an
    override.
    """

    appointment: AppointmentId
    key: RecurrenceKey
    calendar: CalendarId
    start: datetime
    end: datetime
    busy_from: datetime
    all_day: bool
    kind: Kind
    status: Status
    blocks: bool
    practitioner: UserName
    client: ClientNumber | None = None
    room: RoomKey | None = None
    group: GroupId | None = None
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class Actor:
    """Who changes something, and through which door."""

    user: UserName
    role: Role
    door: Door
    credential: CredentialId | None = None


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """What happened to an appointment; ``changes`` maps a field to its old and new value."""

    appointment: AppointmentId
    key: RecurrenceKey
    revision: int
    at: datetime
    actor: Actor
    facts: tuple[Fact, ...]
    changes: Mapping[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Notice:
    """A refusal or a question a person must hear of; the sentence holds no client data."""

    id: str
    user: UserName
    at: datetime
    code: str
    sentence: str
    appointment: AppointmentId | None = None
    cleared_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AppPassword:
    """One device of one user; only a hash of the secret is kept.

    ``secret_hash`` is ``sha256$…`` for random secrets and ``scrypt$…`` for chosen ones.
    """

    id: CredentialId
    user: UserName
    label: str
    secret_hash: str
    created_at: datetime
    read_only: bool = False
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """A fact waiting to be told to one subscriber: ids and a revision, no content."""

    id: str
    subscriber: str
    appointment: AppointmentId
    key: RecurrenceKey
    fact: Fact
    revision: int
    due_at: datetime
    attempts: int = 0
    told_at: datetime | None = None
