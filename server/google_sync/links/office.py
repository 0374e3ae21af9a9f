"""What everything that is done for links to Google works with, made once for a process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from server.domain.google import GoogleLink, OutwardLevel
from server.google_sync.http.wire import Wire, is_loopback
from server.google_sync.links.accounts import resealed_account
from server.google_sync.links.oauth import OAuth, Project
from server.google_sync.links.syncing import Settings as EngineSettings
from server.practice_db.key_file import Keys
from server.practice_db.sealing import Purpose, Sealing
from server.usecases.counting import Counts
from server.usecases.google_links import LEVELS
from server.usecases.ports import Clock, Database

if TYPE_CHECKING:
    from server.google_sync.http.transport import Connection

BETWEEN_WRITES: Final = 1.0
"""Seconds between two writes to one calendar: Google limits who hammers it."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What the practice's settings say of Google."""

    project: Project
    api_url: str
    public_url: str = ""
    level: OutwardLevel = OutwardLevel.GENERIC
    past: timedelta = timedelta(days=7)
    poll: timedelta = timedelta(minutes=10)
    poll_told: timedelta = timedelta(minutes=60)
    units: int = 300
    units_project: int = 6000
    threads: int = 8
    between_writes: float = BETWEEN_WRITES
    engine: EngineSettings = field(default_factory=EngineSettings)

    @property
    def is_set_up(self) -> bool:
        """Whether there is a project at Google."""
        return bool(self.project.client_id and self.project.client_secret)

    @property
    def push_address(self) -> str:
        """Where Google tells of changes; "" where it cannot reach us.

        Google calls nothing without TLS; one that runs on this machine does.
        """
        own = self.public_url.startswith("https://") and not is_loopback(self.public_url)
        local = is_loopback(self.public_url) and is_loopback(self.api_url)
        return f"{self.public_url}/google/push" if self.public_url and (own or local) else ""

    @property
    def redirect(self) -> str:
        """Where Google sends a browser back to; "" without a public address."""
        return f"{self.public_url}/google/callback" if self.public_url else ""


@dataclass(frozen=True, slots=True)
class Office:
    """One practice's work with Google; the wire is shared with other practices."""

    database: Database
    clock: Clock
    sealing: Sealing
    terms: Terms
    wire: Wire
    counts: Counts = field(default_factory=Counts)

    @property
    def oauth(self) -> OAuth:
        """The token endpoint."""
        return OAuth(self.terms.project, self.wire, self.clock)

    @property
    def connection(self) -> Connection:
        """The way to the Calendar API; to describe it takes long to load."""
        from server.google_sync.http.requests import requests_for  # noqa: PLC0415 - as said above
        from server.google_sync.http.transport import Connection as Made  # noqa: PLC0415

        return Made(requests_for(self.terms.api_url), self.wire, self.clock)

    def link_key(self, link: GoogleLink) -> bytes:
        """Return the link's own key; raises WrongKey."""
        return bytes.fromhex(self.sealing.open(link.sealed_key, link.id, Purpose.LINK_KEY))


@contextmanager
def opened(database: Database, clock: Clock, keys: Keys, terms: Terms) -> Iterator[Office]:
    """Open the office of a practice for as long as the block runs."""
    with database.reading() as uow:
        practice = uow.practice.id
    with Wire(terms.threads) as wire:
        yield Office(database, clock, Sealing(keys, practice), terms, wire)


def allowed_level(wanted: OutwardLevel, most: OutwardLevel) -> OutwardLevel:
    """Return what is wanted, or what the practice allows where that is less."""
    return min(wanted, most, key=LEVELS.index)


def resealed(office: Office, link: GoogleLink) -> GoogleLink:
    """Return a link all of which is sealed with the key that seals now; raises WrongKey."""
    sealing = office.sealing
    kept = (
        ("sealed_key", Purpose.LINK_KEY),
        ("sealed_refresh", Purpose.REFRESH),
        ("sealed_access", Purpose.ACCESS),
    )
    anew = {"account_hash": resealed_account(sealing, link)}
    for name, purpose in kept:
        sealed: str = getattr(link, name)
        if not sealing.is_current(sealed):
            anew[name] = sealing.seal(sealing.open(sealed, link.id, purpose), link.id, purpose)
    return replace(link, **anew)  # type: ignore[arg-type]  # each name is that of a text
