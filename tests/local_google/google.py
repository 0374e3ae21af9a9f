"""The local Google as a whole, without its server: what it holds and what befalls it."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime

from tests.local_google.calendars import add_account
from tests.local_google.faults import Faults
from tests.local_google.grants import Client, Grants
from tests.local_google.knobs import PushKnobs
from tests.local_google.received import Log
from tests.local_google.world import Account, Event, World

CLIENT = Client("praxical.apps.local-google.example", "local-google-secret")


@dataclass
class Google:
    """Everything that a request may touch."""

    world: World = field(default_factory=World)
    grants: Grants = field(default_factory=lambda: Grants({CLIENT.id: CLIENT}))
    faults: Faults = field(default_factory=Faults)
    push: PushKnobs = field(default_factory=PushKnobs)
    log: Log = field(default_factory=Log)
    violations: list[str] = field(default_factory=list)
    """Answers that were not as the discovery document says: each fails the test."""
    spent: dict[str, deque[tuple[datetime, int]]] = field(default_factory=dict)
    """Units spent in the last minute, by account and by client."""
    unfinished: dict[str, Event] = field(default_factory=dict)
    """Second halves of splits that a user has begun, by the occurrence they begin with."""
    root: str = ""

    def account(self, email: str, zone: str = "Europe/Zurich") -> Account:
        """Return an account, made if there is none yet."""
        return self.world.accounts.get(email) or add_account(self.world, email, zone)
