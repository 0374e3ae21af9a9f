"""What storage, authentication and rights share: the practice, and who is being served."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from radicale import config

from server.billing_hooks.hooks import billing_hooks
from server.domain.calendars import Actor
from server.domain.errors import NotAllowed
from server.domain.ids import UserName
from server.domain.practice import User
from server.domain.vocabulary import Door
from server.ics.view import View
from server.practice_db.database import open_database
from server.practice_db.opened_titles import KeyFileTitles
from server.settings import Overrides, Settings, load_settings
from server.storage_plugin.paths import Target, target_of
from server.storage_plugin.prepared_texts import PreparedTexts
from server.storage_plugin.seen import SeenTexts
from server.usecases.clock import SystemClock
from server.usecases.context import Context, Rules
from server.usecases.hooks import NO_HOOKS, Hooks
from server.usecases.ports import Clock, Database, TitleOpener, UnitOfWork
from server.usecases.read_calendar import Reading
from server.usecases.rules_of import rules_of
from server.usecases.sign_in import Doorkeeper, HeldOff, Policy, SignedIn
from server.usecases.viewers import view_of


class _Served(threading.local):
    """The request that this thread serves: who signed in, and the transaction that is open.

    ``stack`` is there while a whole request is served; a transaction that reads then stays open
    from one question of the host to the next, and ``targets`` are the calendars it found.
    """

    signed_in: SignedIn | None = None
    held_off: HeldOff | None = None
    uow: UnitOfWork | None = None
    writes: bool = False
    stack: ExitStack | None = None
    place: tuple[str, str] | None = None

    def __init__(self) -> None:
        self.targets: dict[tuple[str, str], Target | None] = {}


@dataclass(slots=True)
class House:
    """One practice, opened for serving."""

    database: Database
    rules: Rules = field(default_factory=Rules)
    clock: Clock = field(default_factory=SystemClock)
    policy: Policy = field(default_factory=Policy)
    hooks: Hooks = NO_HOOKS
    titles: TitleOpener | None = None
    served: _Served = field(default_factory=_Served)
    seen: SeenTexts = field(default_factory=SeenTexts)
    texts: PreparedTexts = field(default_factory=PreparedTexts)
    doorkeeper: Doorkeeper = field(init=False)

    def __post_init__(self) -> None:
        self.doorkeeper = Doorkeeper(self.database, self.policy)

    @contextmanager
    def request(self, place: tuple[str, str] | None = None) -> Iterator[None]:
        """Serve one request: what it reads, it reads in one transaction.

        ``place`` is the user and the calendar that it will ask for.
        """
        served = self.served
        served.signed_in = served.held_off = None
        served.place = place
        with ExitStack() as stack:
            served.stack = stack
            try:
                yield
            finally:
                served.stack = served.place = None
                served.uow = None
                served.targets.clear()

    def transaction(
        self, *, writes: bool, calendars: Iterable[tuple[UserName, str]] = ()
    ) -> AbstractContextManager[UnitOfWork]:
        """Open the thread's transaction, or go on in the one that is open."""
        served = self.served
        if served.uow is None and not writes and served.stack is not None:
            served.uow = served.stack.enter_context(self.database.reading())
            if served.place is not None:
                served.uow.glance(UserName(served.place[0]), served.place[1])
        if served.uow is not None and (served.writes or not writes):
            return nullcontext(served.uow)
        return self._transaction(writes=writes, calendars=calendars)

    @contextmanager
    def _transaction(
        self, *, writes: bool, calendars: Iterable[tuple[UserName, str]]
    ) -> Iterator[UnitOfWork]:
        served = self.served
        self._end_reading()
        opened = self.database.writing(calendars) if writes else self.database.reading()
        with opened as uow:
            served.uow, served.writes = uow, writes
            try:
                yield uow
            finally:
                served.uow, served.writes = None, False

    def _end_reading(self) -> None:
        """Let go of the state that was read so far: who writes must see the present one."""
        served = self.served
        served.targets.clear()
        if served.uow is not None and served.stack is not None:
            served.uow = None
            served.stack.close()

    def target(self, user: str, slug: str) -> Target | None:
        """Return the calendar at ``/user/slug/``, looked up once while a request only reads."""
        served = self.served
        if (user, slug) in served.targets:
            return served.targets[user, slug]
        with self.transaction(writes=False) as uow:
            found = target_of(uow, user, slug)
        if served.stack is not None and not served.writes:
            served.targets[user, slug] = found
        return found

    @contextmanager
    def reading(self, target: Target) -> Iterator[Reading]:
        """Read a calendar as its viewer sees it, in the open transaction or in a short one."""
        with self.transaction(writes=False) as uow:
            yield Reading(uow, self.rules, target.calendar, target.viewer, self.titles)

    def note_seen(self, target: Target, revisions: Iterable[tuple[str, int]]) -> None:
        """Remember as of which revision the device was served objects, by href (M1)."""
        if self.served.signed_in is not None:
            self.seen.note(self.served.signed_in.password.id, target.calendar.id, revisions)

    @property
    def uow(self) -> UnitOfWork:
        """The thread's open transaction."""
        if self.served.uow is None:
            raise RuntimeError("the storage is used outside of its lock")
        return self.served.uow

    def view(self, target: Target) -> View:
        """Return how the target's viewer sees its calendar."""
        return view_of(target.viewer, target.calendar, self.rules)

    def viewer(self, name: str) -> User:
        """Return the user who looks at a calendar; raises NotAllowed."""
        user = self.uow.catalogue.user.get(UserName(name))
        if user is None:
            raise NotAllowed("Nobody of this name signs in here.")
        return user

    def context(self, viewer: User) -> Context:
        """Return who acts, when, and by which rules."""
        signed_in = self.served.signed_in
        credential = signed_in.password.id if signed_in else None
        actor = Actor(viewer.name, viewer.role, Door.CALDAV, credential)
        return Context(actor, self.clock.now(), self.rules, self.hooks)


def house_of(settings: Settings) -> House:
    """Open the practice that the settings name."""
    security = settings.security
    policy = Policy(
        security.app_password_days,
        security.wrong_secrets,
        timedelta(minutes=security.wrong_secrets_minutes),
    )
    database = open_database(settings.database_url, settings.practice.slug)
    titles = KeyFileTitles(settings.key_file) if settings.key_file else None
    return House(
        database, rules_of(settings), policy=policy, hooks=billing_hooks(), titles=titles
    )


_houses: dict[tuple[str, str], House] = {}
_houses_lock = threading.Lock()


def house_for(configuration: config.Configuration) -> House:
    """Return the house of a stock Radicale process, one for all its plugins.

    Found through the environment (``PRAXICAL_…``) and ``config/praxical.toml``; the key
    ``praxical_config`` in Radicale's section ``[storage]`` names another file.
    """
    named = ""
    if "praxical_config" in configuration.options("storage"):
        named = str(configuration.get("storage", "praxical_config"))
    settings = load_settings(Path(named) if named else None, os.environ, Overrides())
    key = (settings.database_url, settings.practice.slug)
    with _houses_lock:
        if key not in _houses:
            _houses[key] = house_of(settings)
        return _houses[key]
