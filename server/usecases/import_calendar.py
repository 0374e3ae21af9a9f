"""Taking the objects of an iCalendar file into a calendar, by the rules of a PUT."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum, auto

from server.domain.calendars import Calendar
from server.domain.errors import Invalid, NotFound, PracticeError
from server.domain.ids import UserName, new_ulid
from server.domain.vocabulary import CalendarKind, Door
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

    The same file again changes nothing. Attendees are stripped, and nobody is mailed (T5).
    """
    tell = progress or (lambda done, total: None)
    by_file = replace(context, actor=replace(context.actor, door=Door.IMPORT))
    report = ImportReport()
    for start in range(0, len(objects), AT_ONCE):
        tell(start, len(objects))
        with database.writing([(calendar.owner, calendar.slug)]) as uow:
            taking = _Taking(uow, by_file, calendar)
            for one in objects[start : start + AT_ONCE]:
                taking.take(one, report)
    tell(len(objects), len(objects))
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
        sent = read_object(self._text(one), self.uow.practice.zone)
        href = self.uow.objects.href_of_uid(self.calendar.id, sent.uid)
        if href is None and _is_cancelled(sent) and sent.uid in self._hidden_uids():
            return _Outcome.UNCHANGED
        before = self.uow.objects.get(self.calendar.id, href) if href else None
        self._put(href or f"{new_ulid(self.context.now)}.ics", sent)
        if before is None or href is None:
            return _Outcome.CREATED
        after = self.uow.objects.get(self.calendar.id, href)
        same = after is not None and after.revision == before.revision
        return _Outcome.UNCHANGED if same else _Outcome.UPDATED

    def _put(self, href: str, sent: CalendarObject) -> None:
        owner = self.uow.catalogue.user[self.calendar.owner]
        put_event(
            self.uow, self.context, Put(owner.name, self.calendar.slug, href, owner, sent)
        )

    def _text(self, one: FileObject) -> str:
        """What a person's own calendar keeps is kept octet for octet: strip people here."""
        personal = self.calendar.kind is CalendarKind.PERSONAL
        return _without_people(one.text) if personal else one.text

    def _hidden_uids(self) -> frozenset[str]:
        """The UIDs of cancelled appointments, which are there although the calendar has none."""
        if self._hidden is None:
            rows = self.uow.appointments.occurrences(
                OccurrenceFilter(calendar=self.calendar.id)
            )
            cancelled = {row.appointment for row in rows if row.status.is_cancelled}
            found = self.uow.appointments.get_many(cancelled)
            self._hidden = frozenset(one.uid for one in found.values())
        return self._hidden


def _is_cancelled(sent: CalendarObject) -> bool:
    master = sent.master
    return master is not None and master.texts.get("STATUS", "").upper() == "CANCELLED"


def _without_people(text: str) -> str:
    if "ATTENDEE" not in text.upper() and "ORGANIZER" not in text.upper():
        return text
    lines: list[str] = []
    for raw in parse(text).written():
        if name_of(raw) not in _PEOPLE:
            lines.append(raw)
    return fold(without_email_alarms(tuple(lines)))
