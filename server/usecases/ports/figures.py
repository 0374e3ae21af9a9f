"""Numbers of a practice for who looks after the server: how much waits, and since when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import NamedTuple, Protocol


class Waiting(NamedTuple):
    """How much waits, and since when the oldest of it does (UTC)."""

    number: int = 0
    oldest: datetime | None = None


class CalendarFigures(NamedTuple):
    """Calendars in Google of links that are connected.

    ``read_at`` is when the one was read that was not read for longest (UTC). ``unknown`` cannot
    be read; ``differing`` are busy at other times there than here, ``differed`` is how often
    one was read as a whole for that.
    """

    number: int = 0
    read_at: datetime | None = None
    unknown: int = 0
    compared: int = 0
    compared_at: datetime | None = None
    differing: int = 0
    differed: int = 0


class Figures(NamedTuple):
    """What stands in the database at one moment; not a word of anybody's.

    ``links`` and ``events`` are by state. ``staged`` was read of Google and is still to be
    applied, ``changes`` is what Google is still to be told. ``channels`` tell of changes,
    ``silent`` ones did not once. ``attempts`` are those of the last hour to book.
    ``billed_until`` is the last day up to which everybody was billed.
    """

    links: Mapping[str, int]
    events: Mapping[str, int]
    calendars: CalendarFigures
    changes: Waiting
    staged: int
    open_conflicts: int
    channels: int
    silent: int
    webhooks: Waiting
    mails: Waiting
    retried_mails: int
    attempts: int
    billed_until: date | None


class PracticeFigures(Protocol):
    """What is counted over a whole practice."""

    def gather(self, now: datetime) -> Figures:
        """Return the numbers of now (UTC), in a few statements."""
        ...
