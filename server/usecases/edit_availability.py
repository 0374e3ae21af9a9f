"""Bookable hours drawn and taken away without a calendar app."""

from __future__ import annotations

from server.domain.appointment import Appointment
from server.domain.calendars import Calendar
from server.domain.errors import Invalid, NotFound
from server.domain.ids import AppointmentId, UserName, new_ulid
from server.domain.vocabulary import CalendarKind
from server.domain.when import RecurrenceKey
from server.ics.hours_text import NewHours, hours_text, without_occurrence
from server.ics.reader import read_object
from server.usecases.availability import availability_of
from server.usecases.context import Context
from server.usecases.ports import UnitOfWork
from server.usecases.put_personal import put_personal, remove_hours


def add_hours(
    uow: UnitOfWork, context: Context, practitioner: UserName, new: NewHours
) -> AppointmentId:
    """Write hours into a practitioner's calendar and return the id that they are known by.

    Raises NotFound where there is no such calendar, and TooManyInstances.
    """
    calendar = availability_of(uow, practitioner)
    uow.calendars.lock([calendar.id])
    name = new_ulid(context.now)
    sent = read_object(hours_text(f"{name}@praxical", new, context.now), uow.practice.zone)
    stored = put_personal(uow, context, calendar, f"{name}.ics", sent)
    if stored.appointment is None:
        raise NotFound("availability", name)
    return stored.appointment


def take_hours(
    uow: UnitOfWork, context: Context, number: AppointmentId, key: RecurrenceKey
) -> None:
    """Take hours out of their calendar: all of a series, or the one occurrence of the key.

    Raises NotFound, also for what are no bookable hours, and Invalid for an occurrence of what
    does not repeat.
    """
    before, calendar = _hours(uow, number)
    uow.calendars.lock([calendar.id])
    stored = uow.objects.of_appointment(number)
    if stored is None:
        raise NotFound("availability", number)
    if not key:
        remove_hours(uow, context, stored.href, before)
        return
    if before.recurrence is None:
        raise Invalid("occurrence", "the hours do not repeat")
    text = without_occurrence(read_object(stored.text, uow.practice.zone), key)
    sent = read_object(text, uow.practice.zone)
    put_personal(uow, context, calendar, stored.href, sent)


def _hours(uow: UnitOfWork, number: AppointmentId) -> tuple[Appointment, Calendar]:
    found = uow.appointments.get(number)
    calendar = uow.calendars.by_id(found.calendar) if found else None
    if found is None or calendar is None or calendar.kind is not CalendarKind.AVAILABILITY:
        raise NotFound("availability", number)
    return found, calendar
