"""Numbers of a practice for monitoring, asked of the database once in some seconds."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Final

from server.usecases.ports import Database
from server.usecases.ports.figures import Figures

KEPT: Final = timedelta(seconds=10)


@dataclass(slots=True)
class FiguresOfLate:
    """The figures of one process; who asks again soon is told the same."""

    database: Database
    _at: datetime | None = None
    _found: Figures | None = None
    _lock: Lock = field(default_factory=Lock)

    def at(self, now: datetime) -> Figures:
        """Return the figures as they are, or were at most KEPT before (UTC)."""
        with self._lock:
            at, found = self._at, self._found
            if found is None or at is None or not at <= now < at + KEPT:
                with self.database.reading() as uow:
                    found = uow.figures.gather(now)
                self._at, self._found = now, found
            return found
