"""Making anew what a check found wrong, where what is true still tells how it must be."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from server.domain.errors import PracticeError
from server.domain.ids import AppointmentId, CalendarId
from server.usecases.check_database import Finding, Remedy
from server.usecases.context import Context
from server.usecases.index_occurrences import Window, index
from server.usecases.notices import redeliver
from server.usecases.ports import Database, UnitOfWork
from server.usecases.record import Place, record

Progress = Callable[[int, int], None]
"""Told how many of how many findings were worked on."""

_IN_ORDER = list(Remedy)


def repair(
    database: Database,
    context: Context,
    findings: Iterable[Finding],
    progress: Progress | None = None,
) -> list[Finding]:
    """Repair what can be repaired, each thing in a transaction of its own; return what was.

    What is derived is made anew; what people wrote is not touched. Every app gets the repaired
    objects with its next sync.
    """
    # One remedy often cures several findings; counters go first, since all else counts up.
    once = {(one.remedy, one.where): one for one in findings if one.remedy in _REMEDIES}
    waiting = sorted(once.values(), key=lambda one: _IN_ORDER.index(one.remedy))
    repaired = []
    for done, one in enumerate(waiting):
        if progress is not None:
            progress(done, len(waiting))
        if _repaired(database, context, one):
            repaired.append(one)
    return repaired


def _repaired(database: Database, context: Context, finding: Finding) -> bool:
    try:
        with database.writing() as uow:
            return _REMEDIES[finding.remedy](uow, context, finding.where)
    except PracticeError:
        return False


def _recount(uow: UnitOfWork, _context: Context, where: str) -> bool:
    number = CalendarId(where.partition("/")[0])
    uow.calendars.lock([number])
    calendar = uow.calendars.by_id(number)
    if calendar is None:
        return False
    newest = max((entry.revision for entry in uow.objects.entries(number)), default=0)
    uow.calendars.save(replace(calendar, revision=max(newest, calendar.revision)))
    return True


def _reindex(uow: UnitOfWork, context: Context, where: str) -> bool:
    appointment = uow.appointments.get(AppointmentId(where))
    if appointment is None:
        return False
    uow.calendars.lock([appointment.calendar])
    current = uow.appointments.get(appointment.id) or appointment
    rows, bounds = index(current, uow.practice.zone, Window.of(context))
    uow.appointments.save(current, rows, bounds)
    return True


def _show(uow: UnitOfWork, context: Context, where: str) -> bool:
    """Show an appointment again; a person's own time that nothing shows any more is freed."""
    appointment = uow.appointments.get(AppointmentId(where))
    calendar = uow.calendars.by_id(appointment.calendar) if appointment else None
    if appointment is None or calendar is None:
        return False
    uow.calendars.lock([calendar.id])
    after = appointment
    if calendar.keeps_texts:
        after = replace(appointment, deleted_at=context.now)
    record(uow, context, appointment, after, Place(calendar, f"{appointment.id}.ics"))
    return True


def _rewrite(uow: UnitOfWork, context: Context, where: str) -> bool:
    calendar, _, href = where.partition("/")
    uow.calendars.lock([CalendarId(calendar)])
    stored = uow.objects.get(CalendarId(calendar), href)
    if stored is None:
        return False
    redeliver(uow, context, stored)
    return True


def _remove(uow: UnitOfWork, _context: Context, where: str) -> bool:
    """Take out what must not be shown, and log that; what is rightly there (again) stays."""
    calendar, _, href = where.partition("/")
    number = CalendarId(calendar)
    uow.calendars.lock([number])
    stored = uow.objects.get(number, href)
    shown = uow.appointments.get(stored.appointment) if stored and stored.appointment else None
    if stored is not None and (shown is None or shown.deleted_at is None):
        return False
    uow.objects.delete(number, href, uow.calendars.next_revision(number))
    return True


_REMEDIES: dict[Remedy, Callable[[UnitOfWork, Context, str], bool]] = {
    Remedy.COUNTER: _recount,
    Remedy.OCCURRENCES: _reindex,
    Remedy.OBJECT: _show,
    Remedy.TEXT: _rewrite,
    Remedy.REMOVAL: _remove,
}
