"""UTC moments as iCalendar text, for answers that hold thousands of them."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Final

DAY: Final = 86_400
"""Seconds."""

_EPOCH: Final = date(1970, 1, 1).toordinal()


def utc_text(epoch: int) -> str:
    """Return epoch seconds as ``20260601T130000Z``."""
    return utc_day(epoch // DAY) + utc_time(epoch % DAY)


def day_text(day: date) -> str:
    """Return a day as ``20260601``."""
    return day.isoformat().replace("-", "")


@lru_cache(maxsize=4096)
def utc_day(number: int) -> str:
    """Return a day by its number since 1970, as ``20260601``."""
    return day_text(date.fromordinal(number + _EPOCH))


@lru_cache(maxsize=4096)
def utc_time(seconds: int) -> str:
    """Return a time by its seconds since midnight, as ``T130000Z``."""
    return f"T{seconds // 3600:02d}{seconds // 60 % 60:02d}{seconds % 60:02d}Z"
