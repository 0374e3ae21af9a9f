"""Verifying a whole database: what is derived must follow from what is true."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto

from server.domain.appointment import Appointment
from server.domain.calendars import Actor, Calendar, StoredObject
from server.domain.errors import PracticeError
from server.domain.ids import AppointmentId, UserName
from server.domain.vocabulary import Door, Role
from server.ics.reader import read_object
from server.usecases.context import Context, Rules
from server.usecases.index_occurrences import Window, index
from server.usecases.ports import Clock, OccurrenceFilter, UnitOfWork
from server.usecases.record import owner_text
from server.usecases.viewers import etag_of

Progress = Callable[[int, int], None]
"""Told how many of how many appointments and objects were looked at."""

_AT_ONCE = 200
_BY_ITSELF = "praxical check --repair"
_BY_HAND = "restore the database from a backup"


class Remedy(Enum):
    """What is made anew to repair something; BACKUP where nothing tells what was there."""

    COUNTER = auto()
    OCCURRENCES = auto()
    OBJECT = auto()
    TEXT = auto()
    REMOVAL = auto()
    BACKUP = auto()


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong: what, where (ids only), and what repairs it.

    ``where`` is an appointment, a calendar, or ``<calendar>/<href>`` for an object.
    """

    what: str
    where: str
    remedy: Remedy

    @property
    def repair(self) -> str:
        """What a person does about it."""
        return _BY_HAND if self.remedy is Remedy.BACKUP else _BY_ITSELF


def check(
    uow: UnitOfWork, rules: Rules, clock: Clock, progress: Progress | None = None
) -> Iterator[Finding]:
    """Yield everything that is wrong; changes nothing.

    Occurrences are compared with their rules, rendered texts with their rows, the change log
    with the objects; orphans are looked for, the history's chain is recomputed, and so is every
    balance of the ledger.
    """
    checking = _Checking(
        uow,
        Context(Actor(UserName("check"), Role.ADMIN, Door.WORKER), clock.now(), rules),
        frozenset(uow.appointments.ids(deleted=True)),
        progress or _nobody,
    )
    yield from checking.findings()


def _nobody(_done: int, _total: int) -> None:
    """Tell nobody."""


@dataclass(slots=True)
class _Checking:
    """One run through a database, in one transaction."""

    uow: UnitOfWork
    context: Context
    numbers: frozenset[AppointmentId]
    tell: Progress
    done: int = 0
    total: int = 0

    def findings(self) -> Iterator[Finding]:
        """Yield everything that is wrong."""
        calendars = self.uow.calendars.all()
        hrefs = {one.id: self._hrefs(one) for one in calendars}
        self.total = len(self.numbers) + sum(map(len, hrefs.values()))
        for number in sorted(self.numbers):
            self._step()
            yield from _appointment(self.uow, self.context, number)
        for calendar in calendars:
            yield from self._calendar(calendar, hrefs[calendar.id])
        for line in self.uow.history.broken_links():
            yield Finding("the history was changed after it was written", line, Remedy.BACKUP)
        for wrong in self.uow.billing.ledger.unbalanced():
            where, _, what = wrong.partition(": ")
            yield Finding(f"the ledger: {what}", where, Remedy.BACKUP)
        self.tell(self.total, self.total)

    def _hrefs(self, calendar: Calendar) -> list[str]:
        return [entry.href for entry in self.uow.objects.entries(calendar.id)]

    def _step(self) -> None:
        self.tell(self.done, self.total)
        self.done += 1

    def _calendar(self, calendar: Calendar, hrefs: Sequence[str]) -> Iterator[Finding]:
        if calendar.owner not in self.uow.catalogue.user:
            yield Finding("the calendar's owner is missing", calendar.id, Remedy.BACKUP)
            return
        shown: set[AppointmentId] = set()
        for start in range(0, len(hrefs), _AT_ONCE):
            stored = self.uow.objects.get_many(calendar.id, hrefs[start : start + _AT_ONCE])
            wanted = {one.appointment for one in stored if one.appointment}
            found = self.uow.appointments.get_many(wanted)
            shown |= wanted
            for one in stored:
                self._step()
                appointment = found.get(one.appointment) if one.appointment else None
                yield from _object(self.uow, self.context, calendar, (one, appointment))
        yield from _change_log(self.uow, calendar, frozenset(hrefs))
        yield from self._not_shown(calendar, shown)

    def _not_shown(self, calendar: Calendar, shown: set[AppointmentId]) -> Iterator[Finding]:
        rows = self.uow.appointments.occurrences(OccurrenceFilter(calendar=calendar.id))
        happening = {row.appointment for row in rows if not row.status.is_cancelled}
        for number in sorted(happening - shown):
            if number in self.numbers:
                yield Finding("the appointment is in no calendar", number, Remedy.OBJECT)
            else:
                yield Finding("occurrences of a missing appointment", number, Remedy.BACKUP)


def _appointment(uow: UnitOfWork, context: Context, number: AppointmentId) -> Iterator[Finding]:
    appointment = uow.appointments.get(number)
    indexed = uow.appointments.indexed(number)
    if appointment is None or indexed is None or _is_empty(appointment):
        yield Finding("the appointment has no parts", number, Remedy.BACKUP)
        return
    if uow.calendars.by_id(appointment.calendar) is None:
        yield Finding("the appointment's calendar is missing", number, Remedy.BACKUP)
    window = Window(indexed.start, indexed.until, context.rules.occurrences_at_most)
    try:
        expected, bounds = index(appointment, uow.practice.zone, window)
    except PracticeError:
        yield Finding("the recurrence rule cannot be worked out", number, Remedy.BACKUP)
        return
    found = uow.appointments.occurrences(OccurrenceFilter(appointment=number))
    if sorted(map(repr, found)) != sorted(map(repr, expected)):
        what = "the indexed occurrences do not follow from the rule"
        yield Finding(what, number, Remedy.OCCURRENCES)
    if (bounds.first_start, bounds.last_end) != (indexed.first_start, indexed.last_end):
        yield Finding("the bounds of the series are wrong", number, Remedy.OCCURRENCES)


def _is_empty(appointment: Appointment) -> bool:
    return appointment.master is None and not appointment.overrides


def _object(
    uow: UnitOfWork,
    context: Context,
    calendar: Calendar,
    pair: tuple[StoredObject, Appointment | None],
) -> Iterator[Finding]:
    stored, appointment = pair
    where = f"{calendar.id}/{stored.href}"
    if stored.revision > calendar.revision:
        yield Finding("the object is newer than its calendar", where, Remedy.COUNTER)
    if stored.etag != etag_of(stored.revision):
        yield Finding("the entity tag is not of this revision", where, Remedy.TEXT)
    if appointment is not None:
        yield from _of_appointment(stored, appointment, where)
    elif stored.component == "VEVENT":
        yield Finding("the object shows no appointment", where, Remedy.BACKUP)
    if calendar.keeps_texts:
        yield from _readable(uow, stored, where)
    elif appointment is not None and not _says_so(uow, context, calendar, pair):
        yield Finding("the text does not show the appointment as it is", where, Remedy.TEXT)


def _says_so(
    uow: UnitOfWork,
    context: Context,
    calendar: Calendar,
    pair: tuple[StoredObject, Appointment | None],
) -> bool:
    stored, appointment = pair
    if appointment is None or appointment.deleted_at or _is_empty(appointment):
        return True
    shown = replace(appointment, revision=stored.revision)
    return owner_text(uow, context, shown, calendar) == stored.text


def _of_appointment(
    stored: StoredObject, appointment: Appointment, where: str
) -> Iterator[Finding]:
    if appointment.deleted_at is not None:
        yield Finding("the object shows a deleted appointment", where, Remedy.REMOVAL)
    if appointment.calendar != stored.calendar:
        what = "the object shows an appointment of another calendar"
        yield Finding(what, where, Remedy.BACKUP)
    if appointment.uid != stored.uid:
        yield Finding("the object has another UID than its appointment", where, Remedy.BACKUP)


def _readable(uow: UnitOfWork, stored: StoredObject, where: str) -> Iterator[Finding]:
    try:
        read_object(stored.text, uow.practice.zone)
    except PracticeError:
        yield Finding("the text cannot be read", where, Remedy.BACKUP)


def _change_log(
    uow: UnitOfWork, calendar: Calendar, there: frozenset[str]
) -> Iterator[Finding]:
    logged = uow.objects.changed_since(calendar.id, calendar.oldest)
    for href in sorted(there):
        where = f"{calendar.id}/{href}"
        if logged.get(href) is False:
            yield Finding("the change log says removed", where, Remedy.TEXT)
        if href not in logged and calendar.oldest == 0:
            yield Finding("the change log misses it", where, Remedy.TEXT)
    for href, is_there in logged.items():
        if is_there and href not in there:
            where = f"{calendar.id}/{href}"
            yield Finding("the change log says it is there", where, Remedy.REMOVAL)
