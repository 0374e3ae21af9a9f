"""Which appointments there are in a range, one line per occurrence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from server.domain.appointment import Appointment, Part
from server.domain.calendars import HistoryLine, Occurrence
from server.domain.errors import NotFound
from server.domain.ids import AppointmentId
from server.domain.vocabulary import CalendarKind
from server.domain.when import RecurrenceKey
from server.usecases.context import Context
from server.usecases.index_occurrences import Window, occurrences_between
from server.usecases.ports import OccurrenceFilter, UnitOfWork


@dataclass(frozen=True, slots=True)
class Listed:
    """One occurrence, its appointment, and the part that speaks for it."""

    occurrence: Occurrence
    appointment: Appointment
    part: Part

    @property
    def id(self) -> str:
        """The appointment's id; for an occurrence of a series with its original start."""
        key = self.occurrence.key
        return f"{self.appointment.id}.{key}" if key else str(self.appointment.id)


def list_appointments(
    uow: UnitOfWork, context: Context, wanted: OccurrenceFilter
) -> list[Listed]:
    """Return the occurrences that overlap the range, by start; also beyond the index.

    Bookable hours are no appointments; they are there only where their calendar is asked for.
    """
    rows = list(uow.appointments.occurrences(wanted))
    rows += _beyond(uow, context, wanted, {(row.appointment, row.key) for row in rows})
    if wanted.calendar is None:
        hours = {one.id for one in uow.calendars.all() if one.kind is CalendarKind.AVAILABILITY}
        rows = [row for row in rows if row.calendar not in hours]
    found = uow.appointments.get_many({row.appointment for row in rows})
    listed = [_listed(row, found[row.appointment]) for row in rows if row.appointment in found]
    return sorted(
        (one for one in listed if one is not None),
        key=lambda one: (one.occurrence.start, one.occurrence.end, one.id),
    )


def _beyond(
    uow: UnitOfWork,
    context: Context,
    wanted: OccurrenceFilter,
    known: set[tuple[AppointmentId, RecurrenceKey]],
) -> Iterable[Occurrence]:
    if wanted.start is None or wanted.end is None:
        return
    ids = uow.appointments.beyond_index(wanted.start, wanted.end)
    window = Window(wanted.start, wanted.end, context.rules.occurrences_at_most)
    for appointment in uow.appointments.get_many(ids).values() if ids else ():
        for row in occurrences_between(appointment, uow.practice.zone, window):
            if (row.appointment, row.key) not in known and _fits(row, wanted):
                yield row


def _fits(row: Occurrence, wanted: OccurrenceFilter) -> bool:
    pairs = (
        (wanted.practitioner, row.practitioner),
        (wanted.client, row.client),
        (wanted.appointment, row.appointment),
        (wanted.calendar, row.calendar),
    )
    return all(sought is None or sought == held for sought, held in pairs)


def _listed(row: Occurrence, appointment: Appointment) -> Listed | None:
    part = appointment.part(row.key)
    return Listed(row, appointment, part) if part is not None else None


def get_appointment(uow: UnitOfWork, name: str) -> tuple[Appointment, RecurrenceKey]:
    """Return the appointment and the occurrence that an id names; raises NotFound."""
    number, _, key = name.partition(".")
    found = uow.appointments.get(AppointmentId(number))
    if found is None:
        raise NotFound("appointment", name)
    return found, RecurrenceKey(key)


def history_of(uow: UnitOfWork, name: str) -> list[HistoryLine]:
    """Return what happened to an appointment, the oldest line first; raises NotFound."""
    appointment, _ = get_appointment(uow, name)
    return list(uow.history.of(appointment.id))
