"""The instances of a calendar's events in a range, also where the index does not reach."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from server.domain.appointment import Appointment
from server.domain.calendars import Occurrence
from server.domain.errors import TooManyInstances
from server.domain.ids import AppointmentId
from server.usecases.index_occurrences import Window, occurrences_between
from server.usecases.ports import BusyRow, InstanceRow
from server.usecases.read_calendar import Reading


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
    for one, window in _beyond(reading, start, end):
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

    Raises TooManyInstances where a series has more of them than are ever worked out.
    """
    rows = list(reading.uow.instances.busy(reading.calendar.id, start, end))
    if start is None or end is None:
        return rows
    beyond = list(_beyond(reading, start, end))
    if not beyond:
        return rows
    zone = reading.uow.practice.zone
    # What the index holds of such a series is among the rows already.
    known = set(rows)
    added = (
        _busy(row)
        for one, window in beyond
        for row in occurrences_between(one, zone, window)
        if row.blocks
    )
    return sorted({*known, *added})


def _beyond(
    reading: Reading, start: datetime, end: datetime
) -> Iterator[tuple[Appointment, Window]]:
    """Yield the appointments that the index does not know all of, and what is to be known."""
    uow = reading.uow
    numbers = uow.appointments.beyond_index(start, end)
    if not numbers:
        return
    window = Window(start, end, reading.rules.occurrences_at_most)
    for one in uow.appointments.get_many(numbers).values():
        if one.calendar == reading.calendar.id:
            yield one, window


def _instance(row: Occurrence) -> InstanceRow:
    start, end = int(row.start.timestamp()), int(row.end.timestamp())
    return InstanceRow(row.appointment, row.key, start, end, row.all_day, row.pinned)


def _busy(row: Occurrence) -> BusyRow:
    start, end = int(row.busy_from.timestamp()), int(row.end.timestamp())
    return BusyRow(start, end, row.kind.value, row.status.value)
