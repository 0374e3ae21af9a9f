"""How much may be asked of Google, and how long to leave it alone; pure, the time handed in."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

WINDOW: Final = 60.0
"""Seconds over which Google counts units (a sliding window)."""
UNITS: Final[Mapping[str, int]] = {"patch_event": 3}
"""What a request costs where it is not one unit."""
BETWEEN_WRITES: Final = 1.0
"""Seconds between two writes to one calendar."""
TRIES: Final = 8
"""After so many failures in a row the link waits for its next usual turn."""
_LONGEST: Final = 64
_FIRST_QUOTA_REST: Final = timedelta(hours=1)
_LONGEST_QUOTA_REST: Final = timedelta(hours=24)


@dataclass(slots=True)
class Bucket:
    """At most ``units`` in any WINDOW; seconds are of any clock that only goes on."""

    units: int
    _spent: deque[tuple[float, int]] = field(default_factory=deque)
    _sum: int = 0

    def wait(self, units: int, now: float) -> float:
        """Return the seconds until so many units may be spent, 0 for now."""
        self._forget(now)
        over = self._sum + min(units, self.units) - self.units
        for at, spent in self._spent:
            if over <= 0:
                break
            over -= spent
            until = at + WINDOW - now
            if over <= 0:
                return max(until, 0.0)
        return 0.0

    def spend(self, units: int, now: float) -> None:
        """Count units that are spent now."""
        self._spent.append((now, units))
        self._sum += units

    def _forget(self, now: float) -> None:
        while self._spent and self._spent[0][0] + WINDOW <= now:
            self._sum -= self._spent.popleft()[1]


@dataclass(slots=True)
class Paces:
    """When each calendar was last written to."""

    between: float = BETWEEN_WRITES
    _written: dict[str, float] = field(default_factory=dict)

    def wait(self, calendar: str, now: float) -> float:
        """Return the seconds until a calendar may be written to again, 0 for now."""
        last = self._written.get(calendar)
        return 0.0 if last is None else max(last + self.between - now, 0.0)

    def write(self, calendar: str, now: float) -> None:
        """Note a write; what is long past is forgotten."""
        self._written = {
            name: at for name, at in self._written.items() if at + self.between > now
        }
        self._written[calendar] = now


def backoff(failures: int, chance: float) -> timedelta | None:
    """Return how long to wait after so many failures in a row (from 1), None to give up.

    ``chance`` (0 to 1) spreads it over all of the time (full jitter).
    """
    if failures > TRIES:
        return None
    return timedelta(seconds=min(2**failures, _LONGEST) * chance)


def quota_rest(times: int) -> timedelta:
    """Return how long a link sleeps whose calendar takes nothing more (from 1 time)."""
    return min(_FIRST_QUOTA_REST * (1 << min(times - 1, 10)), _LONGEST_QUOTA_REST)


def spread(usual: timedelta, chance: float, part: float = 0.25) -> timedelta:
    """Return a time that is up to a part shorter or longer, by chance (0 to 1)."""
    return usual * (1 + part * (2 * chance - 1))
