"""How many requests of one kind a process answers in a minute, by who asks."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Final

from server.usecases.booking_limits import TooOften

_WINDOW: Final = timedelta(minutes=1)
_REMEMBERED_AT_MOST: Final = 10_000


@dataclass(slots=True)
class Turnstile:
    """Counts in memory: each process for itself, and nothing outlives it."""

    at_most: int
    _since: datetime | None = None
    _counts: dict[str, int] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def __len__(self) -> int:
        """How many names it remembers."""
        return len(self._counts)

    def let_in(self, who: str, now: datetime) -> None:
        """Count one request; raises TooOften for all beyond those of this minute."""
        with self._lock:
            since = self._window(now)
            count = self._counts.get(who, 0) + 1
            if count > self.at_most:
                raise TooOften(since + _WINDOW - now)
            self._counts[who] = count

    def _window(self, now: datetime) -> datetime:
        """Return the start of the present minute; a new one begins with nothing counted."""
        since = self._since
        is_over = since is None or not since <= now < since + _WINDOW
        # Somebody who comes under ever new names must not fill the memory.
        if since is None or is_over or len(self._counts) >= _REMEMBERED_AT_MOST:
            self._counts.clear()
            self._since = since = now
        return since
