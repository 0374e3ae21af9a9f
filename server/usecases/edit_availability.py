"""Bookable hours drawn and taken away without a calendar app."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from server.domain.appointment import Appointment
from server.domain.calendars import Calendar
from server.domain.errors import Invalid, NotFound
from server.domain.ids import AppointmentId, UserName, new_ulid
from server.domain.vocabulary import CalendarKind
from server.domain.when import RecurrenceKey, When
from server.ics.hours_text import NewHours, hours_text, without_occurrence
from server.ics.reader import read_object
from server.usecases.availability import availability_of
from server.usecases.context import Context
from server.usecases.manage_places import find_location
from server.usecases.manage_session_types import find_session_type
from server.usecases.ports import UnitOfWork
from server.usecases.put_personal import put_personal, remove_hours
from server.usecases.repeat_presets import Repetition, recurrence_of

_USUAL_TITLE: Final = "Bookable"


@dataclass(frozen=True, slots=True)
class For:
    """What hours are for: session types by name, none for all; a location, None for all."""

    sessions: tuple[str, ...] = ()
    location: str | None = None


def new_hours(uow: UnitOfWork, when: When, repetition: Repetition, what: For) -> NewHours:
    """Return hours as a person would write them into the calendar; raises NotFound, Invalid."""
    named = [find_session_type(uow, one).name for one in what.sessions]
    place = find_location(uow, what.location).name if what.location else ""
    recurrence = recurrence_of(repetition, when)
    return NewHours(when, recurrence, ", ".join(named) or _USUAL_TITLE, place)


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
