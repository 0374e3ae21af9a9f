"""One writer's work for one link: by what it works, and how a result is recorded."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from server.domain.calendars import Actor
from server.domain.google import GoogleLink
from server.domain.ids import GoogleLinkId
from server.domain.vocabulary import Door, Role
from server.google_sync.http.calls import CallFailed, Calls
from server.google_sync.model.incoming import Reader
from server.google_sync.model.projection import Teller
from server.ics.zones import resolve
from server.usecases.context import Context, Rules
from server.usecases.hooks import NO_HOOKS, Hooks
from server.usecases.ports import Clock, Database, UnitOfWork


class LeaseLost(Exception):
    """Somebody else writes for the link now; nothing was recorded."""


class LinkGone(Exception):
    """The link was removed while it was worked for."""


@dataclass(frozen=True, slots=True)
class Lease:
    """Who writes for a link, and the fence under which."""

    holder: str
    fence: int


@dataclass(frozen=True, slots=True)
class Settings:
    """What a practice says of Google: its rules and hooks, and how foreign events count.

    ``google_wins_blocks`` is for an Other Event made here that was moved on both sides.
    """

    rules: Rules = field(default_factory=Rules)
    hooks: Hooks = NO_HOOKS
    focus_blocks: bool = True
    google_wins_blocks: bool = False
    writes_at_most: int = 200


@dataclass(frozen=True, slots=True)
class Syncing:
    """What one cycle of one link works with; ``key`` is the link's own, unsealed."""

    database: Database
    calls: Calls
    clock: Clock
    link: GoogleLinkId
    lease: Lease
    key: bytes = field(repr=False)
    settings: Settings = field(default_factory=Settings)


@dataclass(slots=True)
class Report:
    """What a cycle did. ``more`` says that there is work left that is due now.

    ``failure`` is what ended it before its time; ``refused`` counts objects that Google will
    never take as they are.
    """

    read: int = 0
    applied: int = 0
    written: int = 0
    refused: int = 0
    conflicts: int = 0
    more: bool = False
    failure: CallFailed | None = None


@dataclass(frozen=True, slots=True)
class Desk:
    """One transaction of a cycle: the unit of work, the link as it is, and who acts."""

    uow: UnitOfWork
    link: GoogleLink
    context: Context
    key: bytes = field(repr=False)
    settings: Settings
    at: datetime

    @property
    def teller(self) -> Teller:
        """How much Google is told, without any clients."""
        return Teller(self.link.level, self.key)


@contextmanager
def looking(syncing: Syncing) -> Iterator[Desk]:
    """Open a transaction that reads; raises LinkGone."""
    with syncing.database.reading() as uow:
        yield _desk(syncing, uow)


@contextmanager
def recording(syncing: Syncing) -> Iterator[Desk]:
    """Open a transaction that records a result; raises LeaseLost and LinkGone.

    The fence is looked at in the transaction itself: who was too slow records nothing.
    """
    with syncing.database.writing() as uow:
        lease = syncing.lease
        if not uow.google.links.is_held(syncing.link, lease.holder, lease.fence):
            raise LeaseLost
        yield _desk(syncing, uow)


def _desk(syncing: Syncing, uow: UnitOfWork) -> Desk:
    link = uow.google.links.link(syncing.link)
    if link is None:
        raise LinkGone
    user = uow.catalogue.user.get(link.user)
    actor = Actor(link.user, user.role if user else Role.PRACTITIONER, Door.GOOGLE)
    now = syncing.clock.now()
    rules = syncing.settings
    context = Context(actor, now, rules.rules, rules.hooks)
    return Desk(uow, link, context, syncing.key, rules, at=now)


def reader_for(desk: Desk, zone: str = "") -> Reader:
    """Return by what events are read; ``zone`` is what Google says of the calendar."""
    own = desk.uow.practice.zone
    return Reader(desk.key, _known(zone, desk) if zone else own, desk.settings.focus_blocks)


def _known(zone: str, desk: Desk) -> ZoneInfo:
    return resolve(zone, None, desk.uow.practice.zone)
