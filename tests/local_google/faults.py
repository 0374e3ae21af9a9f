"""What goes wrong with requests, as a test scripts it."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase

PATIENCE = 60
"""Seconds after which a held request goes on whatever happens."""


class Befalls(StrEnum):
    """What befalls a request."""

    CLOSE = "close"
    """The connection is closed before anything is done."""
    LOSE_ANSWER = "lose-answer"
    """It is done, and the connection closed without an answer."""
    REFUSE = "refuse"
    """Nothing is done; the answer is an error."""
    REFUSE_AFTER = "refuse-after"
    """It is done, and the answer is an error nevertheless."""
    HOLD = "hold"
    """Nothing is done until the fault is released."""
    HOLD_ANSWER = "hold-answer"
    """It is done; the answer waits until the fault is released."""
    DELAY = "delay"
    """It is done after so many seconds."""


@dataclass
class Fault:
    """What befalls the next requests of a method (a pattern: `events.*`, `token`, `*`)."""

    method: str
    befalls: Befalls = Befalls.REFUSE
    times: int | None = 1
    """How many requests it befalls; None is every one."""
    skip: int = 0
    """How many requests pass before."""
    status: int = 503
    reason: str = "backendError"
    """Empty for an error without a reason."""
    retry_after: int | None = None
    seconds: float = 0
    account: str = ""
    path: str = ""
    """What the request's address has to hold."""
    arrived: threading.Event = field(default_factory=threading.Event, repr=False)
    """Set when a request was held."""
    _released: threading.Event = field(default_factory=threading.Event, repr=False)

    def takes(self, method: str, account: str, address: str) -> bool:
        """Whether this befalls a request, which then counts."""
        if not fnmatchcase(method, self.method) or self.path not in address:
            return False
        if self.times == 0 or self.account not in {"", account}:
            return False
        if self.skip:
            self.skip -= 1
            return False
        if self.times is not None:
            self.times -= 1
        return True

    def release(self) -> None:
        """Let held requests go on."""
        self._released.set()

    async def wait(self) -> None:
        """Hold a request."""
        self.arrived.set()
        await asyncio.to_thread(self._released.wait, PATIENCE)


@dataclass
class Faults:
    """All that is scripted, in order; the first that fits befalls."""

    scripted: list[Fault] = field(default_factory=list)

    def next_for(self, method: str, account: str, address: str) -> Fault | None:
        """Return what befalls a request, None if nothing does."""
        found = (one for one in self.scripted if one.takes(method, account, address))
        return next(found, None)

    def clear(self) -> None:
        """Forget all, and let held requests go on."""
        for one in self.scripted:
            one.release()
        self.scripted.clear()
