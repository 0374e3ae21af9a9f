"""Objects that are kept as they came: a person's own calendars, and bookable hours.

Events of a person's own calendars are busy or free. Bookable hours are neither: they block
nothing, count nothing, and nobody outside is told of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from server.domain.appointment import Appointment, Details, Part
from server.domain.calendars import Calendar, StoredObject
from server.domain.ids import AppointmentId, new_ulid
from server.domain.vocabulary import CalendarKind, Kind, Status
from server.domain.when import RecurrenceKey
from server.ics.event import CalendarObject, Event
from server.ics.lines import name_of
from server.usecases.compare import changes_between
from server.usecases.context import Context
from server.usecases.index_occurrences import Window, index
from server.usecases.ports import UnitOfWork
from server.usecases.record import remember, tell
from server.usecases.viewers import etag_of


def put_personal(
    uow: UnitOfWork, context: Context, calendar: Calendar, href: str, sent: CalendarObject
) -> StoredObject:
    """Store an object octet for octet; its events are Other Events, without quick entry.

    The same text again is one revision (M17). Raises TooManyInstances.
    """
    stored = uow.objects.get(calendar.id, href)
    if stored is not None and stored.text == sent.text:
        return stored
    appointment = stored.appointment if stored else None
    revision = uow.calendars.next_revision(calendar.id)
    if sent.component == "VEVENT":
        appointment = _save_event(uow, context, (calendar, appointment, revision), sent)
    result = StoredObject(
        calendar=calendar.id,
        href=href,
        uid=sent.uid,
        component=sent.component,
        text=sent.text,
        etag=etag_of(revision),
        revision=revision,
        modified_at=context.now,
        appointment=appointment,
    )
    uow.objects.put(result)
    return result


def _save_event(
    uow: UnitOfWork,
    context: Context,
    place: tuple[Calendar, AppointmentId | None, int],
    sent: CalendarObject,
) -> AppointmentId:
    calendar, known, revision = place
    before = uow.appointments.get(known) if known else None
    master = sent.master
    after = Appointment(
        id=known or AppointmentId(new_ulid(context.now)),
        calendar=calendar.id,
        uid=sent.uid,
        master=_part(master, calendar) if master else None,
        recurrence=master.recurrence if master else None,
        overrides=_overrides(sent, calendar),
        zones=sent.zones,
        revision=revision,
        created_at=before.created_at if before else context.now,
        modified_at=context.now,
    )
    rows, indexed = index(after, uow.practice.zone, Window.of(context))
    uow.appointments.save(after, rows, indexed)
    tells = remember if calendar.kind is CalendarKind.AVAILABILITY else tell
    tells(uow, context, after, changes_between(before, after))
    return after.id


def remove_hours(uow: UnitOfWork, context: Context, href: str, before: Appointment) -> None:
    """Take bookable hours out of their calendar."""
    revision = uow.calendars.next_revision(before.calendar)
    after = replace(before, deleted_at=context.now, revision=revision)
    rows, indexed = index(after, uow.practice.zone, Window.of(context))
    uow.appointments.save(after, rows, indexed)
    uow.objects.delete(before.calendar, href, revision)
    remember(uow, context, after, changes_between(before, after))


def _overrides(sent: CalendarObject, calendar: Calendar) -> Mapping[RecurrenceKey, Part]:
    return {key: _part(event, calendar) for key, event in sent.overrides.items()}


def _part(event: Event, calendar: Calendar) -> Part:
    """An opaque event is busy; the text itself stays in the stored object only."""
    if calendar.kind is CalendarKind.AVAILABILITY:
        return _hours(event, calendar)
    texts = event.texts
    status = texts.get("STATUS", "").upper()
    cancelled = status == "CANCELLED"
    details = Details(
        kind=Kind.OTHER,
        status=Status.REQUESTED if status == "TENTATIVE" else Status.BOOKED,
        practitioner=calendar.owner,
        title=texts.get("SUMMARY", ""),
        place=texts.get("LOCATION", ""),
        busy=not cancelled and texts.get("TRANSP", "OPAQUE").upper() != "TRANSPARENT",
        travel=event.travel,
    )
    return Part(event.when, details)


def _hours(event: Event, calendar: Calendar) -> Part:
    """Return hours that may be booked; their categories may say for what."""
    texts = event.texts
    cancelled = texts.get("STATUS", "").upper() == "CANCELLED"
    details = Details(
        kind=Kind.OTHER,
        status=Status.CANCELLED if cancelled else Status.BOOKED,
        practitioner=calendar.owner,
        title=texts.get("SUMMARY", ""),
        place=texts.get("LOCATION", ""),
        busy=False,
    )
    kept = tuple(line for line in event.lines if name_of(line) == "CATEGORIES")
    return Part(event.when, details, kept)
