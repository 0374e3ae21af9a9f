"""When an attempt that failed is repeated, and for how long an endpoint is left alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

_SECONDS: Final = 1
_MINUTES: Final = 60
_HOURS: Final = 3600

DELAYS: Final = (
    5 * _SECONDS,
    5 * _MINUTES,
    30 * _MINUTES,
    2 * _HOURS,
    5 * _HOURS,
    10 * _HOURS,
    14 * _HOURS,
    20 * _HOURS,
    24 * _HOURS,
)
"""Seconds to wait after each failed attempt; after the one that follows it is given up."""
ATTEMPTS: Final = len(DELAYS) + 1
_JITTER: Final = 0.2
_FIRST_REST: Final = 5
_LONGEST_REST: Final = 300


def retry_after(attempts: int, chance: float) -> timedelta | None:
    """Return how long to wait after so many attempts (from 1), None to give up.

    ``chance`` (0 to 1) spreads what failed together over a fifth of the time.
    """
    if attempts > len(DELAYS):
        return None
    return timedelta(seconds=round(DELAYS[attempts - 1] * (1 + _JITTER * chance)))


def rest_after(failures: int) -> timedelta:
    """Return how long an endpoint rests after so many failures in a row (from 1)."""
    doubled = _FIRST_REST * 2 ** min(failures - 1, 10)
    return timedelta(seconds=min(doubled, _LONGEST_REST))
