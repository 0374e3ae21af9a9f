"""MOVE: another name, or another calendar and so another practitioner (M13)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from server.domain.appointment import Appointment, Part
from server.domain.calendars import Calendar, StoredObject
from server.domain.errors import NotAllowed, NotFound
from server.domain.ids import CalendarId, UserName
from server.domain.practice import User
from server.domain.vocabulary import CalendarKind
from server.ics.reader import read_object
from server.usecases.conditions import UNCONDITIONAL, Conditions
from server.usecases.context import Context
from server.usecases.make_room import Address, Arrival, as_seen, take_out
from server.usecases.notices import redeliver
from server.usecases.ports import UnitOfWork
from server.usecases.put_event import Put, calendar_to_write, put_event
from server.usecases.record import Place, record


@dataclass(frozen=True, slots=True)
class Move:
    """One MOVE: from where, to where, by whom, on which condition."""

    source: Address
    target: Address
    viewer: User
    overwrite: bool = False
    conditions: Conditions = UNCONDITIONAL


def move_event(uow: UnitOfWork, context: Context, move: Move) -> bool:
    """Move an object; return whether something was overwritten.

    Raises NotFound, PreconditionFailed, UidConflict, UnsupportedComponent, NotAllowed, Locked.
    """
    source = calendar_to_write(uow, *move.source[:2], move.viewer)
    target = calendar_to_write(uow, *move.target[:2], move.viewer)
    href = move.target[2]
    stored = uow.objects.get(source.id, move.source[2])
    if stored is None:
        raise NotFound("object", "at this address")
    move.conditions.check(stored)
    if (source.id, stored.href) == (target.id, href):
        # RFC 4918 9.9.4; to clear the destination first would delete what is to be moved.
        raise NotAllowed("An object cannot be moved to where it is.")
    there = Arrival(stored, target, href, move.overwrite).clear(uow, context)
    appointment = uow.appointments.get(stored.appointment) if stored.appointment else None
    both = source.kind is CalendarKind.APPOINTMENTS is target.kind
    if source.id == target.id:
        _rename(uow, context, stored, href)
    elif both and appointment is not None:
        _change_practitioner(uow, context, stored, (appointment, Place(target, href)))
    else:
        _carry(uow, context, source, move)
    return there


def _rename(uow: UnitOfWork, context: Context, stored: StoredObject, href: str) -> None:
    own = _take_personal_lines(uow, stored)
    uow.objects.delete(
        stored.calendar, stored.href, uow.calendars.next_revision(stored.calendar)
    )
    redeliver(uow, context, replace(stored, href=href, modified_at=context.now))
    _give_personal_lines(uow, stored.calendar, href, own)


def _change_practitioner(
    uow: UnitOfWork,
    context: Context,
    stored: StoredObject,
    arriving: tuple[Appointment, Place],
) -> None:
    appointment, place = arriving
    after = _for(appointment, place.calendar)
    own = _take_personal_lines(uow, stored)
    uow.objects.delete(
        stored.calendar, stored.href, uow.calendars.next_revision(stored.calendar)
    )
    if record(uow, context, appointment, after, place) is not None:
        _give_personal_lines(uow, place.calendar.id, place.href, own)


def _take_personal_lines(
    uow: UnitOfWork, stored: StoredObject
) -> dict[UserName, tuple[str, ...]]:
    """Return what other viewers than the owner keep on an object: it goes with the object."""
    calendar, href = stored.calendar, stored.href
    names = (user.name for user in uow.catalogue.users)
    found = {name: uow.objects.personal_lines(calendar, href, name) for name in names}
    return {name: lines for name, lines in found.items() if lines}


def _give_personal_lines(
    uow: UnitOfWork, calendar: CalendarId, href: str, lines: Mapping[UserName, tuple[str, ...]]
) -> None:
    for name, own in lines.items():
        uow.objects.save_personal_lines(calendar, href, name, own)


def _for(appointment: Appointment, calendar: Calendar) -> Appointment:
    def given(part: Part) -> Part:
        return replace(part, details=replace(part.details, practitioner=calendar.owner))

    return replace(
        appointment,
        calendar=calendar.id,
        master=given(appointment.master) if appointment.master else None,
        overrides={key: given(part) for key, part in appointment.overrides.items()},
    )


def _carry(uow: UnitOfWork, context: Context, source: Calendar, move: Move) -> None:
    """Put into the other calendar what the viewer sees, then delete it here."""
    _, seen = as_seen(uow, context, move.source, move.viewer)
    owner, slug, href = move.target
    sent = read_object(seen.text, uow.practice.zone)
    put_event(uow, context, Put(owner, slug, href, move.viewer, sent))
    take_out(uow, context, source, seen)
