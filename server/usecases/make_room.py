"""Where a moved or a copied object is to stand: free, or made free (RFC 4918 9.8.4, 9.9.3)."""

from __future__ import annotations

from dataclasses import dataclass

from server.domain.calendars import Calendar, StoredObject
from server.domain.errors import (
    NotFound,
    PreconditionFailed,
    UidConflict,
    UnsupportedComponent,
)
from server.domain.ids import UserName
from server.domain.practice import User
from server.usecases.context import Context
from server.usecases.delete_event import remove
from server.usecases.ports import UnitOfWork
from server.usecases.read_calendar import Reading
from server.usecases.viewers import may_read

Address = tuple[UserName, str, str]
"""Where an object is: the owner and the last segment of its calendar, its own name."""


def as_seen(
    uow: UnitOfWork, context: Context, address: Address, viewer: User
) -> tuple[Calendar, StoredObject]:
    """Return a calendar, and an object in it with the text that the viewer is served.

    Raises NotFound, also for what the viewer may not know of.
    """
    owner, slug, href = address
    calendar = uow.calendars.get(owner, slug)
    if calendar is None or not may_read(viewer, calendar):
        raise NotFound("calendar", "at this address")
    found = Reading(uow, context.rules, calendar, viewer).objects([href])
    if not found:
        raise NotFound("object", "at this address")
    return calendar, found[0]


@dataclass(frozen=True, slots=True)
class Arrival:
    """An object on its way, and the place that it comes to."""

    stored: StoredObject
    calendar: Calendar
    href: str
    overwrite: bool

    @property
    def leaves_calendar(self) -> bool:
        """Whether it comes from another calendar."""
        return self.stored.calendar != self.calendar.id

    def clear(self, uow: UnitOfWork, context: Context) -> bool:
        """Delete what stands at the place; return whether anything did.

        Raises UnsupportedComponent, UidConflict, PreconditionFailed, Locked.
        """
        stored, calendar = self.stored, self.calendar
        if stored.component not in calendar.components:
            raise UnsupportedComponent(f"That calendar does not take {stored.component}.")
        taken = uow.objects.href_of_uid(calendar.id, stored.uid)
        if self.leaves_calendar and taken not in (None, self.href):
            raise UidConflict(taken or self.href)
        there = uow.objects.get(calendar.id, self.href)
        if there is None:
            return False
        if not self.overwrite:
            raise PreconditionFailed("There is an object at the destination already.")
        if there.uid != stored.uid:
            raise UidConflict(self.href)
        take_out(uow, context, calendar, there)
        return True


def take_out(
    uow: UnitOfWork, context: Context, calendar: Calendar, stored: StoredObject
) -> None:
    """Delete an object, and its appointment softly; raises Locked."""
    appointment = uow.appointments.get(stored.appointment) if stored.appointment else None
    if appointment is not None:
        remove(uow, context, (calendar, stored.href), appointment)
    else:
        uow.objects.delete(calendar.id, stored.href, uow.calendars.next_revision(calendar.id))
