"""Deleting from a calendar app: softly, and never work that is locked (SH-20, M13)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from server.domain.appointment import Appointment
from server.domain.calendars import Calendar, StoredObject
from server.domain.errors import NotFound
from server.domain.ids import UserName
from server.domain.practice import User
from server.domain.vocabulary import CalendarKind, Status
from server.usecases.conditions import UNCONDITIONAL, Conditions
from server.usecases.context import Context, DeleteMeans
from server.usecases.ports import UnitOfWork
from server.usecases.put_event import calendar_to_write
from server.usecases.put_personal import remove_hours
from server.usecases.record import Place, record


@dataclass(frozen=True, slots=True)
class Delete:
    """One DELETE: where, by whom, on which condition."""

    owner: UserName
    slug: str
    href: str
    viewer: User
    conditions: Conditions = UNCONDITIONAL


def delete_event(uow: UnitOfWork, context: Context, delete: Delete) -> None:
    """Take an object out of its calendar; the appointment stays in the history for 90 days.

    Within ten minutes after the appointment was put into another calendar this completes a
    move: status, history and identity travel. Raises NotFound, PreconditionFailed,
    NotAllowed, Locked.
    """
    calendar = calendar_to_write(uow, delete.owner, delete.slug, delete.viewer)
    stored = uow.objects.get(calendar.id, delete.href)
    if stored is None:
        raise NotFound("object", "at this address")
    delete.conditions.check(stored)
    appointment = uow.appointments.get(stored.appointment) if stored.appointment else None
    if appointment is None:
        uow.objects.delete(calendar.id, stored.href, uow.calendars.next_revision(calendar.id))
    elif not complete_move(uow, context, stored, appointment):
        remove(uow, context, (calendar, stored.href), appointment)


def remove(
    uow: UnitOfWork,
    context: Context,
    place: tuple[Calendar, str],
    appointment: Appointment,
) -> None:
    """Delete an appointment softly, or cancel it where the practice says so.

    Bookable hours go without a word to anybody.
    """
    calendar, href = place
    if calendar.kind is CalendarKind.AVAILABILITY:
        remove_hours(uow, context, href, appointment)
        return
    cancels = context.rules.delete_means is DeleteMeans.CANCEL
    personal = calendar.keeps_texts
    master = appointment.master
    if cancels and not personal and master is not None and appointment.recurrence is None:
        details = replace(master.details, status=Status.CANCELLED)
        after = replace(appointment, master=replace(master, details=details))
    else:
        after = replace(appointment, deleted_at=context.now)
    record(uow, context, appointment, after, Place(calendar, href))


def complete_move(
    uow: UnitOfWork, context: Context, stored: StoredObject, original: Appointment
) -> bool:
    """Give the copy that was just made the identity of the original; False if there is none."""
    since = context.now - context.rules.move_window
    number = uow.appointments.copy_of(original.id, since)
    copy = uow.appointments.get(number) if number else None
    shown = uow.objects.of_appointment(copy.id) if copy else None
    target = uow.calendars.by_id(copy.calendar) if copy else None
    if copy is None or shown is None or target is None or copy.continues is not None:
        return False
    _retire(uow, context, copy, shown)
    uow.objects.delete(
        stored.calendar, stored.href, uow.calendars.next_revision(stored.calendar)
    )
    record(uow, context, original, _moved(original, copy), Place(target, shown.href))
    return True


def _retire(uow: UnitOfWork, context: Context, copy: Appointment, shown: StoredObject) -> None:
    """The copy's own identity ends; its object is about to show the original."""
    gone = replace(copy, deleted_at=context.now)
    target = uow.calendars.by_id(shown.calendar)
    if target is not None:
        record(uow, context, copy, gone, Place(target, shown.href))


def _moved(original: Appointment, copy: Appointment) -> Appointment:
    """The original, at the place and time of its copy; what happened in it stays."""
    master = copy.master
    was = original.master
    if master is not None and was is not None:
        details = replace(master.details, status=was.details.status, fee=was.details.fee)
        master = replace(master, details=details)
    realised = {
        key: part for key, part in original.overrides.items() if part.details.status.is_realised
    }
    return replace(
        original,
        calendar=copy.calendar,
        uid=copy.uid,
        master=master,
        recurrence=copy.recurrence,
        overrides={**copy.overrides, **realised},
        zones=copy.zones,
    )
