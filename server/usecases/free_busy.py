"""When a calendar's owner is busy: times and how they are taken, and nothing else."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Final

from server.domain.calendars import Calendar
from server.domain.ids import CalendarId
from server.domain.vocabulary import CalendarKind, Kind, Status
from server.ics.free_busy import Busy, BusyRow
from server.usecases.instances_between import busy_between
from server.usecases.pauses import Pauses
from server.usecases.ports import UnitOfWork
from server.usecases.properties import structured
from server.usecases.read_calendar import Reading

TENTATIVE: Final = frozenset({Status.REQUESTED.value, Kind.REQUEST.value})
"""The words of kind and status by which a time is taken for the time being only."""

KINDS: Final = (Busy.BUSY, Busy.TENTATIVE)
"""How a time is taken, by whether it is tentative."""

_COUNTED: Final = frozenset(
    {CalendarKind.APPOINTMENTS, CalendarKind.PERSONAL, CalendarKind.WATCHED}
)
_TRANSPARENCY: Final = structured("C:schedule-calendar-transp")


def counts(calendar: Calendar) -> bool:
    """Whether its owner is busy when something is in it; not if it says so (RFC 6638 9.1)."""
    return calendar.kind in _COUNTED and "transparent" not in calendar.properties.get(
        _TRANSPARENCY, ""
    )


def how_taken(kind: str, status: str) -> Busy:
    """Return how a time is taken: a request is tentative until accepted."""
    return Busy.TENTATIVE if status in TENTATIVE or kind in TENTATIVE else Busy.BUSY


def busy_times(reading: Reading, start: datetime, end: datetime) -> Sequence[BusyRow]:
    """Return what is taken in a range (UTC), the way there and pauses included.

    A request is tentative until accepted. Times overlap, reach out of the range and are in no
    order.
    """
    found = [
        (row.start, row.end, how_taken(row.kind, row.status))
        for row in busy_between(reading, start, end)
    ]
    calendars = {reading.calendar.id}
    found += [row for _, row in pauses_between(reading.uow, calendars, (start, end))]
    return found


def pauses_between(
    uow: UnitOfWork, calendars: Collection[CalendarId], span: tuple[datetime, datetime]
) -> Iterator[tuple[CalendarId, BusyRow]]:
    """Yield what stays free in a range (UTC) around the sessions of the index.

    Nothing is read where the practice has no pauses.
    """
    pauses = Pauses.of(uow.catalogue)
    if not pauses.around:
        return
    start, end = pauses.reach(span)
    for calendar, kind, *columns in uow.instances.sessions(
        calendars, pauses.around, start, end
    ):
        before, after = pauses.around[kind]
        for begins, ends, is_tentative in zip(*columns, strict=True):
            how = KINDS[is_tentative]
            yield calendar, (begins - before, begins, how)
            yield calendar, (ends, ends + after, how)
