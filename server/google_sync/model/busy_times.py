"""Busy times of a calendar as two sides tell them; pure, in seconds since 1970 (UTC)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from hashlib import sha256
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

from server.domain.ids import GoogleLinkId
from server.domain.when import instant

Times: TypeAlias = list[tuple[int, int]]

_FIRST: Final = time(1)
_HOURS: Final = timedelta(hours=4)
"""Comparisons are spread over the hours from one to five at night."""
_PAUSE: Final = timedelta(days=1)
_SHORTER: Final = timedelta(hours=12)
_LONGEST: Final = timedelta(days=32)
_DOUBLED_AT_MOST: Final = 5


@dataclass(frozen=True, slots=True)
class Expected:
    """When a calendar should be busy by what is known here.

    ``either`` are times of which Google may say the one or the other, and be right.
    """

    busy: Times = field(default_factory=list)
    either: Times = field(default_factory=list)


def merged(times: Iterable[tuple[int, int]], window: tuple[int, int]) -> Times:
    """Return times in order, cut off at both edges of a window; those that touch are one.

    What takes no time is left out.
    """
    first, last = window
    found: Times = []
    for start, end in sorted((max(a, first), min(b, last)) for a, b in times):
        if end <= start:
            continue
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def is_alike(expected: Expected, told: Times, window: tuple[int, int]) -> bool:
    """Whether Google tells the times that are expected, but for those that may be either."""
    here = merged([*expected.busy, *expected.either], window)
    return here == merged([*told, *expected.either], window)


def next_night(link: GoogleLinkId, zone: ZoneInfo, now: datetime) -> datetime:
    """Return when a link is compared next (UTC): at night in this zone, each at its own time.

    The time of night is the link's own and stays the same, so that a day lies between two.
    """
    part = int.from_bytes(sha256(f"{link}/night".encode()).digest()[:4]) / 2**32
    today = now.astimezone(zone).date()
    for days in range(3):
        night = datetime.combine(today + timedelta(days=days), _FIRST, zone) + _HOURS * part
        if (moment := instant(night)) > now:
            return moment
    return now + _PAUSE


def pause_after(in_a_row: int) -> timedelta:
    """Return for how long no full read is begun after so many that changed nothing.

    Twice as long each time, up to about a month. It is a little shorter than so many days,
    since no two nights begin at quite the same second.
    """
    doubled = min(in_a_row, _DOUBLED_AT_MOST)
    return min(_PAUSE * 2**doubled, _LONGEST) - _SHORTER if in_a_row else timedelta()
