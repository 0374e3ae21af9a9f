"""MOVE: another name, or another calendar and so another practitioner (M13)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from server.domain.appointment import Appointment, Part
from server.domain.calendars import Calendar, StoredObject
from server.domain.errors import (
    NotAllowed,
    NotFound,
    PreconditionFailed,
    UidConflict,
    UnsupportedComponent,
)
from server.domain.ids import UserName
from server.domain.practice import User
from server.domain.vocabulary import CalendarKind
from server.ics.reader import read_object
from server.usecases.context import Context
from server.usecases.delete_event import remove
from server.usecases.notices import redeliver
from server.usecases.ports import UnitOfWork
from server.usecases.put_event import Put, calendar_to_write, put_event
from server.usecases.record import Place, record


@dataclass(frozen=True, slots=True)
class Move:
    """One MOVE: from (owner, slug, href) to (owner, slug, href), by whom."""

    source: tuple[UserName, str, str]
    target: tuple[UserName, str, str]
    viewer: User
    overwrite: bool = False


def move_event(uow: UnitOfWork, context: Context, move: Move) -> bool:
    """Move an object; return whether something was overwritten.

    Raises NotFound, PreconditionFailed, UidConflict, NotAllowed, Locked.
    """
    source = calendar_to_write(uow, *move.source[:2], move.viewer)
    target = calendar_to_write(uow, *move.target[:2], move.viewer)
    stored = uow.objects.get(source.id, move.source[2])
    if stored is None:
        raise NotFound("object", "at this address")
    if stored.component not in target.components:
        raise UnsupportedComponent(f"That calendar does not take {stored.component}.")
    if (source.id, stored.href) == (target.id, move.target[2]):
        # RFC 4918 9.9.4; to clear the destination first would delete what is to be moved.
        raise NotAllowed("An object cannot be moved to where it is.")
    there = _clear_target(uow, context, (target, move.target[2]), stored, move)
    if source.id == target.id:
        _rename(uow, context, stored, move.target[2])
    elif source.kind is CalendarKind.APPOINTMENTS is target.kind:
        _change_practitioner(uow, context, stored, Place(target, move.target[2]))
    else:
        _carry(uow, context, stored, (source, move))
    return there


def _clear_target(
    uow: UnitOfWork,
    context: Context,
    place: tuple[Calendar, str],
    stored: StoredObject,
    move: Move,
) -> bool:
    calendar, href = place
    there = uow.objects.get(calendar.id, href)
    taken = uow.objects.href_of_uid(calendar.id, stored.uid)
    if taken is not None and taken != href and calendar.id != stored.calendar:
        raise UidConflict(taken)
    if there is None:
        return False
    if not move.overwrite:
        raise PreconditionFailed("There is an object at the destination already.")
    if there.uid != stored.uid:
        raise UidConflict(href)
    appointment = uow.appointments.get(there.appointment) if there.appointment else None
    if appointment is not None:
        remove(uow, context, (calendar, href), appointment)
    else:
        uow.objects.delete(calendar.id, href, uow.calendars.next_revision(calendar.id))
    return True


def _rename(uow: UnitOfWork, context: Context, stored: StoredObject, href: str) -> None:
    uow.objects.delete(
        stored.calendar, stored.href, uow.calendars.next_revision(stored.calendar)
    )
    redeliver(uow, context, replace(stored, href=href, modified_at=context.now))


def _change_practitioner(
    uow: UnitOfWork, context: Context, stored: StoredObject, place: Place
) -> None:
    appointment = uow.appointments.get(stored.appointment) if stored.appointment else None
    if appointment is None:
        return
    after = _for(appointment, place.calendar)
    uow.objects.delete(
        stored.calendar, stored.href, uow.calendars.next_revision(stored.calendar)
    )
    record(uow, context, appointment, after, place)


def _for(appointment: Appointment, calendar: Calendar) -> Appointment:
    def given(part: Part) -> Part:
        return replace(part, details=replace(part.details, practitioner=calendar.owner))

    return replace(
        appointment,
        calendar=calendar.id,
        master=given(appointment.master) if appointment.master else None,
        overrides={key: given(part) for key, part in appointment.overrides.items()},
    )


def _carry(
    uow: UnitOfWork, context: Context, stored: StoredObject, way: tuple[Calendar, Move]
) -> None:
    """Between a calendar of appointments and a personal one: put there, then deleted here."""
    source, move = way
    owner, slug, href = move.target
    sent = read_object(stored.text, uow.practice.zone)
    put_event(uow, context, Put(owner, slug, href, move.viewer, sent))
    appointment = uow.appointments.get(stored.appointment) if stored.appointment else None
    if appointment is not None:
        remove(uow, context, (source, stored.href), appointment)
    else:
        uow.objects.delete(source.id, stored.href, uow.calendars.next_revision(source.id))
