"""What every request of the web is answered with: the practice, the time, the rules."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock

from server.domain.calendars import Actor
from server.domain.vocabulary import Door
from server.usecases.api_tokens import Caller, TokenDoor
from server.usecases.context import Context, Rules
from server.usecases.hooks import NO_HOOKS, Hooks
from server.usecases.ports import Clock, Database
from server.usecases.sign_in import Policy
from server.web.problems import StillRunning


@dataclass(slots=True)
class PracticeDesk:
    """One practice, opened for the web; shared by all requests of a process."""

    database: Database
    clock: Clock
    rules: Rules = field(default_factory=Rules)
    hooks: Hooks = NO_HOOKS
    policy: Policy = field(default_factory=Policy)
    door: TokenDoor = field(init=False)
    _running: set[tuple[str, str]] = field(default_factory=set)
    _lock: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        self.door = TokenDoor(self.database, self.policy)

    def context(self, caller: Caller, now: datetime) -> Context:
        """Return who acts, when, and by which rules."""
        user = caller.user
        actor = Actor(user.name, user.role, Door.API, caller.token.id)
        return Context(actor, now, self.rules, self.hooks)

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
