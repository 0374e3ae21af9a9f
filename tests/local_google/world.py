"""All that the local Google holds: accounts, calendars, events; in memory."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from tests.local_google.clock import Clock
from tests.local_google.knobs import Knobs
from tests.local_google.times import Json
from tests.local_google.unknowns import Unknowns

ROLES = ("none", "freeBusyReader", "reader", "writerWithoutPrivateAccess", "writer", "owner")
"""What somebody may do with a calendar, from least to most."""


@dataclass
class Event:
    """One event, master or exception, as a calendar keeps it.

    ``body`` holds what a client can write, with kept times. Of an exception (``parent`` set) it
    holds what differs from its series; a None there hides what the series has.
    """

    id: str
    uid: str
    body: Json
    creator: str
    created: datetime
    number: int
    updated: datetime
    etag: str = ""
    revision: int = 0
    cancelled: bool = False
    parent: str = ""
    original: Json = field(default_factory=dict)
    sequence: int = 0
    organizer: str = ""
    """The calendar that holds the original, where this is the copy of a guest."""
    is_stub: bool = False
    """Only the id is left, as of an event that was moved away."""
    is_private_copy: bool = False
    fell_with_series: bool = False
    """An exception that was cancelled because its series was, or has no such occurrence."""

    @property
    def repeats(self) -> bool:
        """Whether this is the master of a series."""
        return bool(self.body.get("recurrence")) and not self.parent


@dataclass
class Rule:
    """Who may do what with a calendar."""

    id: str
    role: str
    scope: Json
    revision: int
    etag: str


@dataclass
class Calendar:
    """One calendar and everything in it."""

    id: str
    owner: str
    summary: str
    zone: str
    app: str = ""
    """The client that made it, if one did."""
    description: str = ""
    location: str = ""
    is_primary: bool = False
    is_deleted: bool = False
    etag: str = ""
    updated: datetime | None = None
    swept: datetime | None = None
    """When old tombstones were last looked for."""
    revision: int = 0
    epoch: int = 0
    """Rises when all sync tokens given so far are to be refused."""
    events: dict[str, Event] = field(default_factory=dict)
    twins: list[Event] = field(default_factory=list)
    """Events under an id that another has: collisions that went unnoticed."""
    rules: dict[str, Rule] = field(default_factory=dict)
    labels: Json = field(default_factory=dict)

    def rows(self) -> list[Event]:
        """Return all events, the oldest first."""
        return sorted([*self.events.values(), *self.twins], key=lambda one: one.number)

    def exceptions(self, master: str) -> Iterator[Event]:
        """Return the exceptions of a series."""
        return (one for one in self.rows() if one.parent == master)

    def role_of(self, account: str) -> str:
        """Return what an account may do with this calendar."""
        if account == self.owner:
            return "owner"
        found = [
            rule.role
            for rule in self.rules.values()
            if rule.scope.get("type") == "default" or rule.scope.get("value") == account
        ]
        return max(found, key=ROLES.index, default="none")


@dataclass
class Entry:
    """A calendar on somebody's list, with what they set for themselves."""

    calendar: str
    revision: int
    etag: str
    own: Json = field(default_factory=dict)
    is_deleted: bool = False


@dataclass
class Account:
    """One Google account."""

    email: str
    sub: str
    settings: dict[str, str]
    entries: dict[str, Entry] = field(default_factory=dict)
    revision: int = 0
    calendars_made: int = 0
    is_over_quota: bool = False
    """Google Calendar takes no more writes of this user: 403 quotaExceeded."""
    consents_to: set[str] | None = None
    """The scopes that this user agrees to, whatever is asked for; None is all."""


@dataclass(frozen=True)
class Mail:
    """A mail that Google would have sent."""

    to: str
    about: str
    event: str
    calendar: str
    summary: str


@dataclass
class Channel:
    """A push channel; ``resource`` is the path below the API that it watches."""

    id: str
    resource: str
    resource_id: str
    uri: str
    address: str
    account: str
    client: str
    ends: datetime
    token: str = ""
    names_end: bool = False
    """Whether each message says when the channel ends."""
    number: int = 0
    stopped: datetime | None = None


@dataclass(frozen=True)
class Happened:
    """A change to something that can be watched: ``resource`` is its path below the API."""

    resource: str
    state: str = "exists"


@dataclass
class World:
    """Everything there is. Only ever touched by the thread of its server."""

    clock: Clock = field(default_factory=Clock)
    unknowns: Unknowns = field(default_factory=Unknowns)
    knobs: Knobs = field(default_factory=Knobs)
    accounts: dict[str, Account] = field(default_factory=dict)
    calendars: dict[str, Calendar] = field(default_factory=dict)
    mails: list[Mail] = field(default_factory=list)
    happened: list[Happened] = field(default_factory=list)
    """What watchers have not been told yet."""
    channels: list[Channel] = field(default_factory=list)
    channel_ids: set[tuple[str, str]] = field(default_factory=set)
    """Every client and channel id that ever was: none is taken twice."""
    counter: int = 0
    token_key: bytes = field(default_factory=lambda: secrets.token_bytes(32))

    def tick(self) -> int:
        """Return a number that no call has returned before."""
        self.counter += 1
        return self.counter

    def new_etag(self) -> str:
        """Return an etag that no call has returned before."""
        return f'"{3_500_000_000_000_000 + 2 * self.tick()}"'

    def new_id(self) -> str:
        """Return an id such as Google gives an event."""
        return hashlib.sha256(f"event {self.tick()}".encode()).hexdigest()[:26]

    def touch(self, calendar: Calendar, event: Event, *, is_update: bool = True) -> None:
        """Give an event a new etag and revision, and tell watchers of its calendar."""
        calendar.revision += 1
        event.revision = calendar.revision
        event.etag = self.new_etag()
        if is_update:
            event.updated = self.clock.stamp()
        calendar.updated = self.clock.stamp()
        self.tell(f"calendars/{calendar.id}/events")

    def tell(self, resource: str, state: str = "exists") -> None:
        """Note for watchers that a resource changed."""
        self.happened.append(Happened(resource, state))

    def live_calendar(self, name: str) -> Calendar | None:
        """Return a calendar by its id, None if there is none or it was deleted."""
        found = self.calendars.get(name)
        return None if found is None or found.is_deleted else found
