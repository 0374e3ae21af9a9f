"""Who sees what of a calendar (part 7 of the calendar rules)."""

from __future__ import annotations

from collections.abc import Iterable

from server.domain.appointment import Appointment
from server.domain.calendars import Calendar
from server.domain.ids import AppointmentId, ClientNumber, UserName
from server.domain.practice import User
from server.domain.vocabulary import CalendarKind, Role, TitleLevel
from server.ics.view import Names, View
from server.usecases.context import Rules
from server.usecases.ports import UnitOfWork


def view_of(viewer: User, calendar: Calendar, rules: Rules) -> View:
    """Return how a viewer sees a calendar.

    The owner sees all at the owner's own title level. The front desk and admins see names and
    times, and neither services nor the internal note (ASVS 8.2.3). Colleagues see busy time.
    What is kept as it was written looks the same to everybody who may read it.
    """
    if viewer.name == calendar.owner or calendar.keeps_texts:
        return View(viewer.title_level, cancelled=rules.show_cancelled)
    if viewer.role in (Role.FRONT_DESK, Role.ADMIN):
        return View(
            viewer.title_level,
            is_owner=False,
            services=False,
            note=False,
            cancelled=rules.show_cancelled,
        )
    return View(TitleLevel.BUSY, is_owner=False, services=False, note=False)


def owner_of(uow: UnitOfWork, calendar: Calendar) -> User:
    """Return the owner of a calendar."""
    return uow.catalogue.user[calendar.owner]


def may_read(viewer: User, calendar: Calendar) -> bool:
    """Whether a viewer finds a calendar in the own home, in whatever view.

    Bookable hours are for the front desk and admins too, who can read them only.
    """
    match calendar.kind:
        case CalendarKind.APPOINTMENTS:
            return True
        case CalendarKind.AVAILABILITY:
            desk = viewer.role in (Role.FRONT_DESK, Role.ADMIN)
            return desk or viewer.name == calendar.owner
        case CalendarKind.PERSONAL | CalendarKind.WATCHED:
            return viewer.name == calendar.owner


def may_write(viewer: User, calendar: Calendar) -> bool:
    """Whether a viewer may change the events of a calendar; nobody those of another system."""
    if calendar.kind is CalendarKind.WATCHED:
        return False
    if viewer.name == calendar.owner:
        return True
    shared = calendar.kind is CalendarKind.APPOINTMENTS
    return shared and viewer.role in (Role.FRONT_DESK, Role.ADMIN)


def names_for(uow: UnitOfWork, appointments: Iterable[Appointment]) -> Names:
    """Return what the ids in these appointments stand for."""
    listed = list(appointments)
    return Names(
        uow.catalogue,
        uow.clients.get_many(_clients(listed)) if listed else {},
        _uids(uow, listed),
    )


def _clients(appointments: list[Appointment]) -> set[ClientNumber]:
    parts = [
        part for one in appointments for part in (one.master, *one.overrides.values()) if part
    ]
    return {part.details.client for part in parts if part.details.client}


def _uids(uow: UnitOfWork, appointments: list[Appointment]) -> dict[AppointmentId, str]:
    wanted = {one.continues for one in appointments if one.continues}
    found = uow.appointments.get_many(wanted) if wanted else {}
    return {number: earlier.uid for number, earlier in found.items()}


def etag_of(revision: int, viewer: UserName | None = None, view: View | None = None) -> str:
    """Return the entity tag of a text: the owner's, or another viewer's at a level."""
    if viewer is None or view is None or view.is_owner:
        return f'"{revision}"'
    return f'"{revision}-{viewer}-{view.level.value}"'
