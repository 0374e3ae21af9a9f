"""The instances of a calendar's events in a range, also where the index does not reach."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from server.domain.appointment import Appointment
from server.domain.calendars import Occurrence
from server.domain.errors import TooManyInstances
from server.domain.ids import AppointmentId, CalendarId
from server.domain.when import beside
from server.usecases.context import Rules
from server.usecases.index_occurrences import Window, occurrences_between
from server.usecases.pauses import Pauses
from server.usecases.ports import BusyRow, InstanceRow, UnitOfWork
from server.usecases.read_calendar import Reading

_LONGEST_TRAVEL: Final = timedelta(days=1)
"""How long before its start an occurrence may be busy already."""
Span = tuple[datetime, datetime]
"""From an instant to another (UTC), the end excluded."""


def instances_between(
    reading: Reading, start: datetime, end: datetime
) -> Mapping[AppointmentId, Sequence[InstanceRow] | None]:
    """Return the instances that overlap a range (UTC), by appointment.

    None stands for more of them than are ever worked out: the others are there all the same.
    """
    indexed: dict[AppointmentId, list[InstanceRow]] = {}
    for row in reading.uow.instances.of_calendar(reading.calendar.id, start, end):
        indexed.setdefault(row.appointment, []).append(row)
    found: dict[AppointmentId, Sequence[InstanceRow] | None] = {**indexed}
    for one, window in _beyond_of(reading, start, end):
        try:
            rows = occurrences_between(one, reading.uow.practice.zone, window)
        except TooManyInstances:
            found[one.id] = None
        else:
            found[one.id] = [_instance(row) for row in rows]
    return found


def busy_between(
    reading: Reading, start: datetime | None, end: datetime | None
) -> Sequence[BusyRow]:
    """Return the times that are taken in a range (UTC); None leaves a side open.

    Of series that the index does not know all of the pauses around them are included. Raises
    TooManyInstances where a series has more of them than are ever worked out.
    """
    rows = list(reading.uow.instances.busy(reading.calendar.id, start, end))
    if start is None or end is None:
        return rows
    calendars = {reading.calendar.id}
    beyond = taken_beyond(reading.uow, reading.rules, calendars, (start, end))
    return [*rows, *(row for _, row in beyond)]


def taken_beyond(
    uow: UnitOfWork, rules: Rules, calendars: Collection[CalendarId], span: Span
) -> Iterator[tuple[CalendarId, BusyRow]]:
    """Yield the times that series take in a range (UTC) which the index does not know all of.

    Those that the index knows may be among them. The way to each is included, and the pauses
    around it. Raises TooManyInstances as above.
    """
    zone = uow.practice.zone
    pauses = Pauses.of(uow.catalogue)
    start, end = pauses.reach(span)
    reached = start, beside(end, _LONGEST_TRAVEL)
    for one, window in _beyond(uow, rules, calendars, reached):
        for row in occurrences_between(one, zone, window):
            if row.blocks:
                times = pauses.taken(one, row)
                yield one.calendar, BusyRow(*times, row.kind.value, row.status.value)


def _beyond_of(
    reading: Reading, start: datetime, end: datetime
) -> Iterator[tuple[Appointment, Window]]:
    return _beyond(reading.uow, reading.rules, {reading.calendar.id}, (start, end))


def _beyond(
    uow: UnitOfWork, rules: Rules, calendars: Collection[CalendarId], span: Span
) -> Iterator[tuple[Appointment, Window]]:
    """Yield the appointments that the index does not know all of, and what is to be known."""
    numbers = uow.appointments.beyond_index(*span)
    if not numbers:
        return
    window = Window(*span, rules.occurrences_at_most)
    for one in uow.appointments.get_many(numbers).values():
        if one.calendar in calendars:
            yield one, window


def _instance(row: Occurrence) -> InstanceRow:
    start, end = int(row.start.timestamp()), int(row.end.timestamp())
    return InstanceRow(row.appointment, row.key, start, end, row.all_day, row.pinned)
