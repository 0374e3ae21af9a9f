"""The transaction in which a command changes an appointment, and who it is changed for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from server.cli import targets
from server.cli.desk import OPERATOR, Desk
from server.domain.appointment import Appointment
from server.domain.errors import Invalid, NotFound
from server.domain.ids import UserName
from server.domain.practice import User
from server.usecases.context import Context
from server.usecases.edit_appointment import Target
from server.usecases.manage_users import APPOINTMENTS, find_user
from server.usecases.move_event import Move, move_event
from server.usecases.ports import UnitOfWork


@contextmanager
def changing(
    desk: Desk,
    number: str,
    *,
    this: bool = False,
    following: bool = False,
    to: UserName | None = None,
) -> Iterator[tuple[UnitOfWork, Appointment, Target]]:
    """Open a transaction that locks the appointment's calendar, and that of ``to``."""
    with desk.reading() as uow:
        appointment, _ = targets.find(uow, number)
        calendar = uow.calendars.by_id(appointment.calendar)
    locked = [] if calendar is None else [(calendar.owner, calendar.slug)]
    if to is not None:
        locked.append((to, APPOINTMENTS))
    with desk.writing(locked) as uow:
        yield uow, *targets.target(uow, number, this=this, following=following)


def practitioner_named(desk: Desk, name: str | None) -> UserName:
    """Return the practitioner of that name, or the only one; raises NotFound and Invalid."""
    with desk.reading() as uow:
        if name is not None:
            user = find_user(uow, name)
            if user.discipline is None:
                raise NotFound("practitioner", name[:40])
            return user.name
        known = [one for one in uow.catalogue.practitioners if not one.disabled]
    if len(known) != 1:
        raise Invalid("practitioner", "say --practitioner")
    return known[0].name


def hand_over(
    uow: UnitOfWork, context: Context, appointment: Appointment, to: UserName
) -> None:
    """Give an appointment to another practitioner (M13); raises NotFound and Locked."""
    stored = uow.objects.of_appointment(appointment.id)
    calendar = uow.calendars.by_id(appointment.calendar)
    if stored is None or calendar is None:
        raise NotFound("appointment in a calendar", appointment.id)
    operator = User(OPERATOR.user, "", "", OPERATOR.role)
    source = (calendar.owner, calendar.slug, stored.href)
    move_event(uow, context, Move(source, (to, APPOINTMENTS, stored.href), operator))
