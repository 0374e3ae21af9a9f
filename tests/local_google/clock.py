"""The clock of the local Google: it runs, stands or jumps, and may be wrong on purpose."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta


class Clock:
    """Real time moved by as much as was asked for, or a moment at which it stands (UTC).

    ``skew`` is by how much the clock that stamps `created` and `updated` is ahead.
    """

    def __init__(self, at: datetime | None = None, skew: timedelta = timedelta()) -> None:
        self._stands = at
        self._moved = timedelta()
        self.skew = skew

    def now(self) -> datetime:
        """Return the moment it is, for whatever expires."""
        real = self._stands or datetime.fromtimestamp(time.time(), UTC)
        return real + self._moved

    def stamp(self) -> datetime:
        """Return the moment that is written on what changes."""
        return self.now() + self.skew

    def advance(self, by: timedelta) -> None:
        """Jump ahead."""
        self._moved += by

    def stand(self, at: datetime) -> None:
        """Stand at a moment from now on."""
        self._stands, self._moved = at, timedelta()
