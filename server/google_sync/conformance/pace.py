"""Not asking oftener than Google wants it, nor for longer than was agreed."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import Final

from server.google_sync.http.limits import BETWEEN_WRITES, UNITS, Bucket, Paces

_PATCH: Final = "events.patch"
_READS: Final = frozenset({"get", "list", "instances", "query"})
_CLOSING_SECONDS: Final = 120.0
"""How long putting things away may take, however a run ended."""


class Ended(Exception):
    """A run that cannot go on; the text says why, with nothing of the account."""


@dataclass(frozen=True, slots=True)
class Tempo:
    """How fast a run goes, in units a minute and in seconds, and how long altogether.

    ``patience`` is how long to wait before asking again for what should be there.
    """

    units: int = 300
    between_writes: float = BETWEEN_WRITES
    patience: float = 2.0
    altogether: float = 1200.0


AT_ONCE: Final = Tempo(1_000_000, 0, 0)
"""For a Google on this machine, whose quotas nobody waits for."""


class Pace:
    """Waits before each request; raises Ended when somebody stops it or time is over."""

    def __init__(self, tempo: Tempo, stop: threading.Event | None = None) -> None:
        self.patience = tempo.patience
        self._bucket = Bucket(tempo.units)
        self._writes = Paces(tempo.between_writes)
        self._stop = stop or threading.Event()
        self._until = time.monotonic() + tempo.altogether

    def before(self, method: str) -> None:
        """Wait until a method of the API may be called, and count the call."""
        units = UNITS["patch_event"] if method == _PATCH else 1
        self.pause(self._bucket.wait(units, time.monotonic()))
        if method.rpartition(".")[2] not in _READS:
            self.pause(self._writes.wait("", time.monotonic()))
            self._writes.write("", time.monotonic())
        self._bucket.spend(units, time.monotonic())

    def pause(self, seconds: float) -> None:
        """Wait; raises Ended."""
        if time.monotonic() + seconds > self._until:
            raise Ended("out of time")
        if self._stop.wait(max(seconds, 0)):
            raise Ended("interrupted")

    def closing(self) -> None:
        """Let what is left be put away: nobody stops that, and it may take two minutes."""
        self._stop = threading.Event()
        self._until = time.monotonic() + _CLOSING_SECONDS
