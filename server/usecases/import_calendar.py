"""Taking the objects of an iCalendar file into a calendar, by the rules of a PUT."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum, auto

from server.domain.calendars import Calendar, StoredObject
from server.domain.errors import Invalid, NotFound, PracticeError
from server.domain.ids import UserName, new_ulid
from server.domain.vocabulary import Door
from server.ics.calendar_file import FileObject
from server.ics.event import CalendarObject
from server.ics.lines import fold, name_of, parse
from server.ics.reader import read_object
from server.ics.said import without_email_alarms
from server.usecases.context import Context
from server.usecases.ports import Database, OccurrenceFilter, UnitOfWork
from server.usecases.put_event import Put, put_event

Progress = Callable[[int, int], None]
"""Told how many of how many objects were looked at."""

AT_ONCE = 100
"""Objects in one transaction: others need not wait long, and little is lost by a crash."""

_MARK = "X-PRAXICAL-IMPORTED"
"""Says in an appointment's own lines what was imported; the server sends it to nobody."""

_OURS = "X-PRAXICAL-REF:"
_PEOPLE = frozenset({"ATTENDEE", "ORGANIZER"})


@dataclass(frozen=True, slots=True)
class Refused:
    """An object that was not taken: by its UID and the line where it begins, and why."""

    uid: str
    line: int
    why: str


class _Outcome(Enum):
    CREATED = auto()
    UPDATED = auto()
    UNCHANGED = auto()


@dataclass(slots=True)
class ImportReport:
    """What came of an import, in numbers of objects."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: list[Refused] = field(default_factory=list)

    def count(self, outcome: _Outcome) -> None:
        """Count one object."""
        match outcome:
            case _Outcome.CREATED:
                self.created += 1
            case _Outcome.UPDATED:
                self.updated += 1
            case _Outcome.UNCHANGED:
                self.unchanged += 1


def calendar_at(uow: UnitOfWork, path: str) -> Calendar:
    """Return the calendar ``owner/name``; raises Invalid and NotFound."""
    owner, slash, slug = path.strip("/").partition("/")
    if not slash:
        raise Invalid("calendar", "name it by owner and name, such as alma/appointments")
    calendar = uow.calendars.get(UserName(owner), slug)
    if calendar is None:
        raise NotFound("calendar", path[:80])
    return calendar


def import_objects(
    database: Database,
    context: Context,
    calendar: Calendar,
    objects: Sequence[FileObject],
    progress: Progress | None = None,
) -> ImportReport:
    """Store each object as its owner's app would; refused ones are left out and reported.

    The same file again changes nothing, also where an appointment was changed since then.
    Attendees are stripped, and nobody is mailed (T5).
    """
    by_file = replace(context, actor=replace(context.actor, door=Door.IMPORT))
    report = ImportReport()
    for start in range(0, len(objects), AT_ONCE):
        if progress is not None:
            progress(start, len(objects))
        with database.writing([(calendar.owner, calendar.slug)]) as uow:
            taking = _Taking(uow, by_file, calendar)
            for one in objects[start : start + AT_ONCE]:
                taking.take(one, report)
    return report


@dataclass(slots=True)
class _Taking:
    """Objects being taken into a calendar in one transaction."""

    uow: UnitOfWork
    context: Context
    calendar: Calendar
    _hidden: frozenset[str] | None = None

    def take(self, one: FileObject, report: ImportReport) -> None:
        """Store one object, or note why not."""
        try:
            with self.uow.savepoint():
                report.count(self._taken(one))
        except PracticeError as refusal:
            report.refused.append(Refused(one.uid, one.lines[0], refusal.sentence))

    def _taken(self, one: FileObject) -> _Outcome:
        href = self.uow.objects.href_of_uid(self.calendar.id, one.uid)
        before = self.uow.objects.get(self.calendar.id, href) if href else None
        mark = f"{_MARK}:{_digest(one.text)}"
        if before is not None and self._has(before, mark):
            return _Outcome.UNCHANGED
        sent = read_object(self._text(one, before, mark), self.uow.practice.zone)
        if before is None:
            return self._create(sent)
        self._put(before.href, sent)
        after = self.uow.objects.get(self.calendar.id, before.href)
        same = after is not None and after.revision == before.revision
        return _Outcome.UNCHANGED if same else _Outcome.UPDATED

    def _create(self, sent: CalendarObject) -> _Outcome:
        if _is_cancelled(sent) and sent.uid in self._hidden_uids():
            return _Outcome.UNCHANGED
        self._put(f"{new_ulid(self.context.now)}.ics", sent)
        return _Outcome.CREATED

    def _put(self, href: str, sent: CalendarObject) -> None:
        owner = self.uow.catalogue.user[self.calendar.owner]
        put = Put(owner.name, self.calendar.slug, href, owner, sent)
        put_event(self.uow, self.context, put)

    def _has(self, stored: StoredObject, mark: str) -> bool:
        number = stored.appointment
        appointment = self.uow.appointments.get(number) if number else None
        return appointment is not None and mark in appointment.first_part.lines

    def _text(self, one: FileObject, before: StoredObject | None, mark: str) -> str:
        if self.calendar.keeps_texts:
            # A person's own calendar keeps what it gets octet for octet.
            return _without_people(one.text)
        if before is not None and _OURS in one.text:
            return one.text
        return one.text.replace("BEGIN:VEVENT\r\n", f"BEGIN:VEVENT\r\n{fold([mark])}", 1)

    def _hidden_uids(self) -> frozenset[str]:
        """The UIDs of cancelled appointments: they are there, though not in the calendar."""
        if self._hidden is None:
            rows = self.uow.appointments.occurrences(
                OccurrenceFilter(calendar=self.calendar.id)
            )
            cancelled = {row.appointment for row in rows if row.status.is_cancelled}
            found = self.uow.appointments.get_many(cancelled)
            self._hidden = frozenset(one.uid for one in found.values())
        return self._hidden


def _digest(text: str) -> str:
    """What an object says; many apps stamp it anew for each file."""
    said = "\n".join(raw for raw in text.splitlines() if not raw.startswith("DTSTAMP"))
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def _is_cancelled(sent: CalendarObject) -> bool:
    master = sent.master
    return master is not None and master.texts.get("STATUS", "").upper() == "CANCELLED"


def _without_people(text: str) -> str:
    if "ATTENDEE" not in text.upper() and "ORGANIZER" not in text.upper():
        return text
    lines = [raw for raw in parse(text).written() if name_of(raw) not in _PEOPLE]
    return fold(without_email_alarms(tuple(lines)))
