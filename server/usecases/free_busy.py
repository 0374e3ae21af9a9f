"""When a calendar's owner is busy: times and how they are taken, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from server.domain.calendars import Calendar
from server.domain.vocabulary import CalendarKind, Kind, Status
from server.ics.free_busy import Busy, BusyRow
from server.usecases.instances_between import busy_between
from server.usecases.properties import structured
from server.usecases.read_calendar import Reading

TENTATIVE: Final = frozenset({Status.REQUESTED.value, Kind.REQUEST.value})
"""The words of kind and status by which a time is taken for the time being only."""

_COUNTED: Final = frozenset({CalendarKind.APPOINTMENTS, CalendarKind.PERSONAL})
_TRANSPARENCY: Final = structured("C:schedule-calendar-transp")


def counts(calendar: Calendar) -> bool:
    """Whether its owner is busy when something is in it; not if it says so (RFC 6638 9.1)."""
    return calendar.kind in _COUNTED and "transparent" not in calendar.properties.get(
        _TRANSPARENCY, ""
    )


def how_taken(kind: str, status: str) -> Busy:
    """Return how a time is taken: a request is tentative until accepted."""
    return Busy.TENTATIVE if status in TENTATIVE or kind in TENTATIVE else Busy.BUSY


def busy_times(
    reading: Reading, start: datetime | None, end: datetime | None
) -> Sequence[BusyRow]:
    """Return the times that block, travel included; a request is tentative until accepted."""
    return [
        (row.start, row.end, how_taken(row.kind, row.status))
        for row in busy_between(reading, start, end)
    ]
