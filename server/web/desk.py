"""What every request of the web is answered with: the practice, the time, the rules."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock

from server.domain.calendars import Actor
from server.domain.ids import UserName
from server.domain.vocabulary import Door, Role
from server.usecases.api_tokens import Caller, TokenDoor
from server.usecases.booking_terms import BookingTerms
from server.usecases.context import Context, Rules
from server.usecases.counting import Counts
from server.usecases.figures import FiguresOfLate
from server.usecases.hooks import NO_HOOKS, Hooks
from server.usecases.ports import Clock, Database
from server.usecases.sign_in import Policy
from server.web.busy_texts import BusyTexts
from server.web.google_door import GoogleDoor
from server.web.problems import StillRunning
from server.web.turnstile import Turnstile

_READINGS_A_MINUTE = 60
_VISITS_FOR_EACH_BOOKING = 10
_VISITOR = Actor(UserName("booking"), Role.FRONT_DESK, Door.BOOKING)


@dataclass(slots=True)
class PracticeDesk:
    """One practice, opened for the web; shared by all requests of a process.

    ``visits`` counts what networks ask of the booking pages and their API, ``readings`` how
    often secret addresses are read. ``counts`` are what is counted for monitoring, None where
    nothing is.
    """

    database: Database
    clock: Clock
    rules: Rules = field(default_factory=Rules)
    hooks: Hooks = NO_HOOKS
    policy: Policy = field(default_factory=Policy)
    terms: BookingTerms = field(default_factory=BookingTerms)
    google: GoogleDoor | None = None
    counts: Counts | None = None
    door: TokenDoor = field(init=False)
    figures: FiguresOfLate = field(init=False)
    visits: Turnstile = field(init=False)
    readings: Turnstile = field(default_factory=lambda: Turnstile(_READINGS_A_MINUTE))
    busy_texts: BusyTexts = field(default_factory=BusyTexts)
    _running: set[tuple[str, str]] = field(default_factory=set)
    _lock: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        self.door = TokenDoor(self.database, self.policy)
        self.figures = FiguresOfLate(self.database)
        self.visits = Turnstile(self.terms.per_network_an_hour * _VISITS_FOR_EACH_BOOKING)

    def context(self, caller: Caller, now: datetime) -> Context:
        """Return who acts, when, and by which rules."""
        user = caller.user
        actor = Actor(user.name, user.role, Door.API, caller.token.id)
        return Context(actor, now, self.rules, self.hooks)

    def visited(self, now: datetime) -> Context:
        """Return the context of a visitor, who is nobody yet."""
        return Context(_VISITOR, now, self.rules, self.hooks)

    @contextmanager
    def alone(self, token: str, key: str) -> Iterator[None]:
        """Carry out a request that names itself by a key; raises StillRunning for a second.

        Another process waits for the first one's transaction instead, and then says the same.
        """
        named = (token, key)
        with self._lock:
            if named in self._running:
                raise StillRunning
            self._running.add(named)
        try:
            yield
        finally:
            with self._lock:
                self._running.discard(named)
