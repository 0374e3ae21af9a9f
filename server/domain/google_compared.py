"""How far the times of a calendar here are known to be those that Google itself tells."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from server.domain.ids import GoogleLinkId


@dataclass(frozen=True, slots=True)
class Comparison:
    """What comparing a watched calendar's busy times with Google's came to; instants are UTC.

    ``compared_at`` is when Google last told them; ``due_at`` is when it is asked next.
    ``differs_since`` is set while they differ, ``begun_at`` is when the calendar was last read
    as a whole for that. ``in_a_row`` counts these readings since both sides last were alike,
    ``differed`` all there ever were.
    """

    link: GoogleLinkId
    calendar: str
    due_at: datetime
    compared_at: datetime | None = None
    differs_since: datetime | None = None
    begun_at: datetime | None = None
    in_a_row: int = 0
    differed: int = 0
