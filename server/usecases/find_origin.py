"""Where a new object comes from: a copy, a move, or the rest of a series (M11, M12)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from server.domain.appointment import Appointment
from server.domain.calendars import Calendar, StoredObject
from server.domain.ids import AppointmentId
from server.domain.practice import User
from server.domain.titles import could_be_shown
from server.domain.vocabulary import CalendarKind, TitleLevel
from server.domain.when import When, beside, span_utc
from server.ics.event import CalendarObject
from server.ics.lines import text_line
from server.ics.view import View
from server.ics.writer import render
from server.usecases.context import Context
from server.usecases.index_occurrences import Window, occurrences_between
from server.usecases.ports import OccurrenceFilter, UnitOfWork
from server.usecases.sent import Sent
from server.usecases.viewers import names_for, view_of

_SPLIT_WITHIN = timedelta(seconds=60)
_NEAR = timedelta(days=60)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Origin:
    """The appointment that a new object repeats, and the text that its writer saw."""

    appointment: Appointment
    text: str
    continued: bool = False


def find_origin(
    uow: UnitOfWork, context: Context, calendar: Calendar, by: Sent, view: View
) -> Origin | None:
    """Return the origin of a new object, None if it is simply new.

    An appointment that the writer may not see tells nothing, whatever the object names.

    Found by ``X-PRAXICAL-REF``, by the same UID in another calendar, or, where an app drops our
    properties when it splits a series, by that series.
    """
    sent = by.object
    found = _by_reference(uow, sent) or _by_uid(uow, calendar, sent)
    if found is not None and _may_see(uow, context, by.viewer, found):
        return _origin(uow, found, sent, view)
    split = _by_split(uow, context, calendar, sent)
    return _origin(uow, split, sent, view) if split is not None else None


def find_returning(
    uow: UnitOfWork, calendar: Calendar, sent: CalendarObject
) -> Appointment | None:
    """Return the appointment that left this calendar and is put back under its UID."""
    found = _by_reference(uow, sent)
    if found is None or (found.calendar, found.uid) != (calendar.id, sent.uid):
        return None
    return found if uow.objects.of_appointment(found.id) is None else None


def _may_see(uow: UnitOfWork, context: Context, viewer: User, found: Appointment) -> bool:
    calendar = uow.calendars.by_id(found.calendar)
    if calendar is None:
        return False
    own = calendar.owner == viewer.name
    shared = calendar.kind is CalendarKind.APPOINTMENTS
    seen = view_of(viewer, calendar, context.rules).level is not TitleLevel.BUSY
    return own or (shared and seen)


def _origin(uow: UnitOfWork, found: Appointment, sent: CalendarObject, view: View) -> Origin:
    text = render(found, view, names_for(uow, [found]))
    start, _ = span_utc(sent.events[0].when, uow.practice.zone)
    first, _ = span_utc(found.first_part.when, uow.practice.zone)
    continues = found.recurrence is not None and start > first and found.uid != sent.uid
    return Origin(found, text, continues)


def _by_reference(uow: UnitOfWork, sent: CalendarObject) -> Appointment | None:
    for event in sent.events:
        reference = event.practice.get("REF")
        found = uow.appointments.get(AppointmentId(reference)) if reference else None
        if found is not None:
            return found
    return None


def _by_uid(uow: UnitOfWork, calendar: Calendar, sent: CalendarObject) -> Appointment | None:
    for stored in uow.objects.with_uid(sent.uid):
        other = uow.calendars.by_id(stored.calendar)
        if (
            other is None
            or other.kind is not CalendarKind.APPOINTMENTS
            or other.id == calendar.id
        ):
            continue
        if stored.appointment is not None:
            return uow.appointments.get(stored.appointment)
    return None


def _by_split(
    uow: UnitOfWork, context: Context, calendar: Calendar, sent: CalendarObject
) -> Appointment | None:
    """Return the one series with this very title that was cut, or still occurs, just there."""
    master = sent.master
    title = master.texts.get("SUMMARY", "") if master else ""
    if master is None or not could_be_shown(title):
        return None
    series = [
        one
        for one in _series_near(uow, calendar, master.when)
        if _is_cut_or_occurs(uow, context, one, master.when) and _shows(uow, one, title)
    ]
    return series[0] if len(series) == 1 else None


def _series_near(uow: UnitOfWork, calendar: Calendar, when: When) -> list[Appointment]:
    start, _ = span_utc(when, uow.practice.zone)
    near = uow.appointments.occurrences(
        OccurrenceFilter(
            start=beside(start, -_NEAR), end=beside(start, _DAY), calendar=calendar.id
        )
    )
    ids = {row.appointment for row in near if row.key and row.kind.has_client}
    found = uow.appointments.get_many(ids) if ids else {}
    return [one for one in found.values() if one.recurrence is not None]


def _is_cut_or_occurs(
    uow: UnitOfWork, context: Context, series: Appointment, when: When
) -> bool:
    start, _ = span_utc(when, uow.practice.zone)
    changed = series.modified_at or series.created_at
    just_now = changed is not None and context.now - changed <= _SPLIT_WITHIN
    limit = context.rules.occurrences_at_most
    around = Window(beside(start, -_DAY), beside(start, _DAY), limit)
    return just_now or bool(occurrences_between(series, uow.practice.zone, around))


def _shows(uow: UnitOfWork, series: Appointment, title: str) -> bool:
    """Whether the series is shown under this title to the owner of its calendar."""
    stored: StoredObject | None = uow.objects.of_appointment(series.id)
    if stored is None:
        return False
    line = text_line("SUMMARY", title)
    return f"\r\n{line}\r\n" in stored.text.replace("\r\n ", "")
