"""Making and changing appointments by any other door than a calendar app (SH-01 to SH-24)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from server.domain.appointment import Appointment, Details, Part
from server.domain.calendars import Calendar
from server.domain.errors import Archived, Invalid, NotAllowed, NotFound
from server.domain.ids import AppointmentId, UserName, new_ulid
from server.domain.practice import Catalogue
from server.domain.vocabulary import CalendarKind, Kind, Medium
from server.domain.when import MASTER, Recurrence, RecurrenceKey, When
from server.ics.moments import with_times
from server.ics.series_split import occurrence_at
from server.usecases.context import Context
from server.usecases.merge_series import with_own_occurrences
from server.usecases.ports import UnitOfWork
from server.usecases.record import Place, record
from server.usecases.split_following import is_first, split_at


class Scope(StrEnum):
    """Which occurrences of a series a change is for (SH-19)."""

    THIS = "this"
    FOLLOWING = "following"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Target:
    """What is changed: an appointment, or an occurrence, alone or with all that follow."""

    appointment: AppointmentId
    key: RecurrenceKey = MASTER
    scope: Scope = Scope.ALL


@dataclass(frozen=True, slots=True)
class Changes:
    """What changes: fields of Details by name, the time, and a whole series' recurrence."""

    details: Mapping[str, Any] = field(default_factory=dict)
    when: When | None = None
    recurrence: Recurrence | None = None
    stops_repeating: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """An appointment as it is now, its calendar locked, and where it is shown."""

    calendar: Calendar
    href: str
    before: Appointment


def new_appointment(
    uow: UnitOfWork,
    context: Context,
    when: When,
    details: Details,
    recurrence: Recurrence | None = None,
) -> AppointmentId:
    """Book an appointment with ``details.practitioner``; raises Invalid, Archived, NotFound.

    Required are the client (but for Other Events) and, for a Client Session, a session type
    or a service (SH-16).
    """
    calendar = _calendar_of(uow, details.practitioner)
    check_details(details, uow)
    number = AppointmentId(new_ulid(context.now))
    appointment = Appointment(
        id=number,
        calendar=calendar.id,
        uid=f"{number}@praxical",
        master=Part(when, details, with_times((), when, recurrence)),
        recurrence=recurrence,
    )
    record(uow, context, None, appointment, Place(calendar, f"{number}.ics"))
    return number


def _calendar_of(uow: UnitOfWork, practitioner: UserName) -> Calendar:
    for calendar in uow.calendars.of_owner(practitioner):
        if calendar.kind is CalendarKind.APPOINTMENTS:
            uow.calendars.lock([calendar.id])
            return calendar
    raise NotFound("practitioner", practitioner)


def check_details(details: Details, uow: UnitOfWork) -> None:
    """Raise Invalid, Archived or NotFound where details name what is missing or not there."""
    catalogue = uow.catalogue
    # A request may come from somebody who is no client yet.
    needs_client = details.kind not in (Kind.OTHER, Kind.REQUEST)
    if needs_client and details.client is None:
        raise Invalid("client", "an appointment of this kind needs one")
    if details.client is not None and uow.clients.get(details.client) is None:
        raise NotFound("client", details.client)
    _check_session(details, catalogue)
    _check_places(details, catalogue)
    if details.kind is Kind.CONTACT and details.medium is None:
        raise Invalid("medium", f"one of {', '.join(Medium)} is needed for a contact")
    for line in details.services:
        if line.code not in catalogue.service:
            raise NotFound("service", line.code)


def _check_session(details: Details, catalogue: Catalogue) -> None:
    session = catalogue.session_type.get(details.session_type) if details.session_type else None
    if details.session_type and session is None:
        raise NotFound("session type", details.session_type)
    if details.kind is Kind.SESSION and session is None and not details.services:
        raise Invalid("session", "a client session needs a session type or a service")
    if session is not None and session.archived:
        raise Archived(f"The session type '{session.name}' is archived.")


def _check_places(details: Details, catalogue: Catalogue) -> None:
    if details.location and details.location not in catalogue.location:
        raise NotFound("location", details.location)
    room = catalogue.room.get(details.room) if details.room else None
    if details.room and room is None:
        raise NotFound("room", details.room)
    if room is not None and details.location and room.location != details.location:
        raise Invalid("room", f"'{room.key}' is not a room of '{details.location}'")


def edit_appointment(
    uow: UnitOfWork, context: Context, target: Target, changes: Changes
) -> AppointmentId:
    """Change an appointment, one occurrence, or an occurrence and all after it (SH-19).

    Returns the appointment that now holds what was changed. Raises NotFound, NotAllowed,
    Invalid, Archived, Locked.
    """
    found = find(uow, target)
    part = part_at(found.before, target.key)
    after = _changed(part, changes)
    if after.details != part.details:
        _check_new(part.details, after.details, uow)
    match _reach(found.before, target):
        case Scope.THIS:
            key = target.key or min(found.before.overrides)
            _store_this(uow, context, found, (key, after))
        case Scope.ALL:
            part = _changed(found.before.first_part, changes)
            _store_all(uow, context, found, (part, changes))
        case Scope.FOLLOWING:
            return _store_following(uow, context, found, (target.key, after))
    return found.before.id


def _reach(before: Appointment, target: Target) -> Scope:
    """Return what a scope comes to: a single appointment is all there is of it."""
    if before.master is None:
        return Scope.THIS
    if not before.is_series or (
        target.scope is Scope.FOLLOWING and is_first(before, target.key)
    ):
        return Scope.ALL
    return target.scope


def _check_new(before: Details, after: Details, uow: UnitOfWork) -> None:
    """An archived session type may stay where it is; it is not chosen anew (CR-13)."""
    if before.client and not after.client and after.kind.has_client:
        raise Invalid("client", "an appointment of this kind needs one")
    if before.session_type == after.session_type:
        after = replace(after, session_type=None, kind=_unchecked(after))
    check_details(after, uow)


def _unchecked(details: Details) -> Kind:
    return (
        Kind.OTHER if details.client is None or details.kind is Kind.SESSION else details.kind
    )


def find(uow: UnitOfWork, target: Target) -> Found:
    """Lock the calendar of an appointment and return what is there.

    Raises NotFound, and NotAllowed for an event of somebody's own calendar, which is kept octet
    for octet as an app wrote it.
    """
    uow.calendars.lock_of([target.appointment])
    before = uow.appointments.get(target.appointment)
    calendar = uow.calendars.by_id(before.calendar) if before else None
    if before is None or calendar is None:
        raise NotFound("appointment", target.appointment)
    if calendar.keeps_texts:
        raise NotAllowed("An event of a personal calendar is changed in a calendar app only.")
    stored = uow.objects.of_appointment(target.appointment)
    return Found(calendar, stored.href if stored else f"{before.id}.ics", before)


def part_at(appointment: Appointment, key: RecurrenceKey) -> Part:
    """Return the part that speaks for an occurrence, at its own time; raises NotFound."""
    if not key or key in appointment.overrides:
        return appointment.overrides.get(key) or appointment.first_part
    master, recurrence = appointment.master, appointment.recurrence
    at = occurrence_at(master.when, recurrence, key) if master and recurrence else None
    if master is None or at is None:
        raise NotFound("occurrence", f"{appointment.id}.{key}")
    return Part(at.when, master.details)


def _changed(part: Part, changes: Changes) -> Part:
    details = replace(part.details, **changes.details) if changes.details else part.details
    return replace(part, details=details, when=changes.when or part.when)


def _store_all(
    uow: UnitOfWork, context: Context, found: Found, change: tuple[Part, Changes]
) -> None:
    part, changes = change
    before = found.before
    recurrence = changes.recurrence or (None if changes.stops_repeating else before.recurrence)
    after = replace(
        before, master=part, recurrence=recurrence, overrides=_cancelled_too(before, part)
    )
    after = with_own_occurrences(after, before, uow.practice.zone)
    lines = with_times(part.lines, part.when, after.recurrence)
    after = replace(after, master=replace(part, lines=lines))
    record(uow, context, before, after, Place(found.calendar, found.href))


def _cancelled_too(before: Appointment, part: Part) -> Mapping[RecurrenceKey, Part]:
    """With its series an occurrence is cancelled in which nothing has happened yet."""
    status = part.details.status
    if not status.is_cancelled or before.first_part.details.status.is_cancelled:
        return before.overrides
    return {
        key: own
        if own.details.status.is_realised
        else replace(own, details=replace(own.details, status=status))
        for key, own in before.overrides.items()
    }


def _store_this(
    uow: UnitOfWork, context: Context, found: Found, change: tuple[RecurrenceKey, Part]
) -> None:
    key, part = change
    lines = with_times(part.lines, part.when, None, key)
    after = found.before.with_override(key, replace(part, lines=lines))
    record(uow, context, found.before, after, Place(found.calendar, found.href))


def _store_following(
    uow: UnitOfWork, context: Context, found: Found, change: tuple[RecurrenceKey, Part]
) -> AppointmentId:
    key, part = change
    head, tail = split_at(uow, context, found.before, key, part)
    record(uow, context, found.before, head, Place(found.calendar, found.href))
    record(uow, context, None, tail, Place(found.calendar, f"{tail.uid}.ics"))
    return tail.id
