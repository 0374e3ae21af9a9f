"""Verifying a whole database: what is derived must follow from what is true."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from server.domain.appointment import Appointment
from server.domain.calendars import Actor, Calendar, StoredObject
from server.domain.errors import PracticeError
from server.domain.ids import AppointmentId, UserName
from server.domain.vocabulary import CalendarKind, Door, Role
from server.ics.reader import read_object
from server.usecases.context import Context, Rules
from server.usecases.index_occurrences import Window, index
from server.usecases.ports import Clock, OccurrenceFilter, UnitOfWork
from server.usecases.record import owner_text

Progress = Callable[[int, int], None]
"""Told how many of how many appointments and objects were looked at."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong: what, where (ids only), and how it is repaired."""

    what: str
    where: str
    repair: str


_REINDEX = "praxical worker --once --rebuild"
_RESTORE = "restore the database from a backup"


def check(
    uow: UnitOfWork, rules: Rules, clock: Clock, progress: Progress | None = None
) -> Iterator[Finding]:
    """Yield everything that is wrong; changes nothing.

    Occurrences are compared with their rules, rendered texts with their rows, the change log
    with the objects; orphans are looked for, and the history's chain is recomputed.
    """
    tell = progress or _nobody
    context = Context(Actor(UserName("check"), Role.ADMIN, Door.WORKER), clock.now(), rules)
    numbers = list(uow.appointments.ids()) + list(uow.appointments.ids(deleted=True))
    calendars = list(uow.calendars.all())
    total = len(numbers) + len(calendars)
    for done, number in enumerate(numbers):
        tell(done, total)
        yield from _appointment(uow, context, number)
    for done, calendar in enumerate(calendars, len(numbers)):
        tell(done, total)
        yield from _calendar(uow, context, calendar)
    for line in uow.history.broken_links():
        yield Finding("the history was changed after it was written", line, _RESTORE)
    tell(total, total)


def _nobody(_done: int, _total: int) -> None:
    """Tell nobody."""


def _appointment(uow: UnitOfWork, context: Context, number: AppointmentId) -> Iterator[Finding]:
    appointment = uow.appointments.get(number)
    indexed = uow.appointments.indexed(number)
    if appointment is None or indexed is None:
        yield Finding("the appointment has no index or no parts", number, _REINDEX)
        return
    if uow.calendars.by_id(appointment.calendar) is None:
        yield Finding("the appointment's calendar is missing", number, _RESTORE)
    window = Window(indexed.start, indexed.until, context.rules.occurrences_at_most)
    try:
        expected, bounds = index(appointment, uow.practice.zone, window)
    except PracticeError:
        yield Finding("the recurrence rule cannot be worked out", number, _RESTORE)
        return
    found = uow.appointments.occurrences(OccurrenceFilter(appointment=number))
    if sorted(map(repr, found)) != sorted(map(repr, expected)):
        yield Finding("the indexed occurrences do not follow from the rule", number, _REINDEX)
    if (bounds.first_start, bounds.last_end) != (indexed.first_start, indexed.last_end):
        yield Finding("the bounds of the series are wrong", number, _REINDEX)


def _calendar(uow: UnitOfWork, context: Context, calendar: Calendar) -> Iterator[Finding]:
    if calendar.owner not in uow.catalogue.user:
        yield Finding("the calendar's owner is missing", calendar.id, _RESTORE)
        return
    stored = uow.objects.get_many(calendar.id)
    wanted = {one.appointment for one in stored if one.appointment}
    appointments = uow.appointments.get_many(wanted)
    for one in stored:
        appointment = appointments.get(one.appointment) if one.appointment else None
        yield from _object(uow, context, calendar, (one, appointment))
    yield from _change_log(uow, calendar, stored)
    yield from _hidden_without_reason(uow, calendar, wanted)


def _object(
    uow: UnitOfWork,
    context: Context,
    calendar: Calendar,
    pair: tuple[StoredObject, Appointment | None],
) -> Iterator[Finding]:
    stored, appointment = pair
    where = f"{calendar.id}/{stored.href}"
    if stored.component == "VEVENT" and (appointment is None or appointment.deleted_at):
        yield Finding("the object shows no live appointment", where, _RESTORE)
        return
    if stored.revision > calendar.revision:
        yield Finding("the object is newer than its calendar", where, _RESTORE)
    if appointment is not None and appointment.calendar != calendar.id:
        yield Finding("the object shows an appointment of another calendar", where, _RESTORE)
    if calendar.kind is CalendarKind.PERSONAL:
        yield from _readable(uow, stored, where)
    elif appointment is not None:
        shown = replace(appointment, revision=stored.revision)
        if owner_text(uow, context, shown, calendar) != stored.text:
            yield Finding("the text does not show the appointment as it is", where, _REINDEX)


def _readable(uow: UnitOfWork, stored: StoredObject, where: str) -> Iterator[Finding]:
    try:
        read_object(stored.text, uow.practice.zone)
    except PracticeError:
        yield Finding("the text cannot be read", where, _RESTORE)


def _change_log(
    uow: UnitOfWork, calendar: Calendar, stored: Sequence[StoredObject]
) -> Iterator[Finding]:
    logged = uow.objects.changed_since(calendar.id, calendar.oldest)
    there = {one.href for one in stored}
    for href in there:
        if logged.get(href) is False:
            yield Finding("the change log says removed", f"{calendar.id}/{href}", _REINDEX)
        if href not in logged and calendar.oldest == 0:
            yield Finding("the change log misses it", f"{calendar.id}/{href}", _REINDEX)
    for href, is_there in logged.items():
        if is_there and href not in there:
            yield Finding("the change log says it is there", f"{calendar.id}/{href}", _REINDEX)


def _hidden_without_reason(
    uow: UnitOfWork, calendar: Calendar, shown: set[AppointmentId]
) -> Iterator[Finding]:
    rows = uow.appointments.occurrences(OccurrenceFilter(calendar=calendar.id))
    for number in {row.appointment for row in rows if not row.status.is_cancelled} - shown:
        yield Finding("the appointment is in no calendar", number, _REINDEX)
