"""Writing objects anew where a name, a colour or a level that they show has changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from server.domain.appointment import Appointment, Part
from server.domain.calendars import StoredObject
from server.domain.ids import (
    AppointmentId,
    CalendarId,
    ClientNumber,
    LocationKey,
    RoomKey,
    SessionTypeId,
    UserName,
)
from server.domain.vocabulary import CalendarKind
from server.usecases.context import Context
from server.usecases.notices import redeliver
from server.usecases.ports import UnitOfWork
from server.usecases.record import owner_text


@dataclass(frozen=True, slots=True)
class Selector:
    """Whose objects are written anew: those that mention this; all fields None means all."""

    client: ClientNumber | None = None
    session_type: SessionTypeId | None = None
    location: LocationKey | None = None
    room: RoomKey | None = None
    practitioner: UserName | None = None

    @property
    def names_something(self) -> bool:
        """Whether what changed has a name, which others may see where the owner does not."""
        return any((self.client, self.session_type, self.location, self.room))

    def mentions(self, appointment: Appointment) -> bool:
        """Whether any part of the appointment mentions what is selected."""
        parts = [part for part in (appointment.master, *appointment.overrides.values()) if part]
        return any(self._in(part) for part in parts)

    def _in(self, part: Part) -> bool:
        details = part.details
        pairs = (
            (self.client, details.client),
            (self.session_type, details.session_type),
            (self.location, details.location),
            (self.room, details.room),
        )
        return all(wanted is None or wanted == held for wanted, held in pairs)


def refresh(uow: UnitOfWork, context: Context, selector: Selector) -> int:
    """Write the selected objects anew; each gets a new revision.

    Where something was given another name, all that mention it: a colleague may be shown the
    name although the owner is not. Otherwise those whose text changes.
    """
    calendars = [
        calendar
        for calendar in uow.calendars.all()
        if calendar.kind is CalendarKind.APPOINTMENTS
        and selector.practitioner in (None, calendar.owner)
    ]
    uow.calendars.lock([calendar.id for calendar in calendars])
    return sum(_refresh_calendar(uow, context, calendar.id, selector) for calendar in calendars)


def _refresh_calendar(
    uow: UnitOfWork, context: Context, calendar: CalendarId, selector: Selector
) -> int:
    stored = [one for one in uow.objects.get_many(calendar) if one.appointment]
    found = _appointments(uow, stored)
    changed = [
        one
        for one in stored
        if one.appointment in found
        and selector.mentions(found[one.appointment])
        and (selector.names_something or _is_stale(uow, context, one, found[one.appointment]))
    ]
    for one in changed:
        redeliver(uow, context, one)
    return len(changed)


def _appointments(
    uow: UnitOfWork, stored: Iterable[StoredObject]
) -> dict[AppointmentId, Appointment]:
    wanted = {one.appointment for one in stored if one.appointment}
    return dict(uow.appointments.get_many(wanted))


def _is_stale(
    uow: UnitOfWork, context: Context, stored: StoredObject, appointment: Appointment
) -> bool:
    calendar = uow.calendars.by_id(stored.calendar)
    if calendar is None:
        return False
    shown = replace(appointment, revision=stored.revision)
    return owner_text(uow, context, shown, calendar) != stored.text
