"""Joining the two halves of a series that an app split in two requests (M11)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from server.domain.appointment import Appointment
from server.domain.calendars import Calendar
from server.domain.when import span_utc
from server.usecases.context import Context
from server.usecases.ports import UnitOfWork
from server.usecases.record import Place, record

_WITHIN = timedelta(seconds=60)


def link_continuation(
    uow: UnitOfWork,
    context: Context,
    calendar: Calendar,
    before: Appointment | None,
    after: Appointment,
) -> None:
    """Mark the copy that was made a moment ago as what a shortened series goes on as.

    Apps that split a series may send the new half first: until the old one ends, it looks
    like a copy. Its warning of an overlap with the old half is looked at again.
    """
    if before is None or before.recurrence is None or before.recurrence == after.recurrence:
        return
    number = uow.appointments.copy_of(after.id, context.now - _WITHIN)
    copy = uow.appointments.get(number) if number else None
    stored = uow.objects.of_appointment(copy.id) if copy else None
    if copy is None or stored is None or copy.calendar != calendar.id:
        return
    begins, _ = span_utc(copy.first_part.when, uow.practice.zone)
    indexed = uow.appointments.indexed(after.id)
    if indexed is None or indexed.last_end is None or indexed.last_end > begins:
        return
    linked = replace(copy, continues=after.id)
    record(uow, context, copy, linked, Place(calendar, stored.href))
