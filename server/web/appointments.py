"""Appointments over the API: list, show, book, change, delete."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from typing import Final

from server.domain.api_access import ApiScope
from server.domain.appointment import Appointment, Details
from server.domain.errors import Invalid, NotAllowed, NotFound
from server.domain.ids import AppointmentId, UserName
from server.domain.vocabulary import Kind, Role, Status
from server.domain.when import MASTER, Recurrence, RecurrenceKey, When, midnight_utc, start_of
from server.usecases import delete_appointment as deleting
from server.usecases import list_appointments as listing
from server.usecases.describe_appointment import changed_fields, described
from server.usecases.edit_appointment import (
    Changes,
    Scope,
    Target,
    edit_appointment,
    find,
    new_appointment,
    part_at,
)
from server.usecases.manage_clients import find_client
from server.usecases.manage_session_types import find_session_type
from server.usecases.manage_users import APPOINTMENTS, find_user
from server.usecases.ports import OccurrenceFilter
from server.usecases.repeat_presets import Repetition, recurrence_of, with_ending
from server.usecases.viewers import may_write
from server.web.appointment_models import (
    AppointmentList,
    AppointmentQuery,
    AppointmentShown,
    ChangedAppointment,
    NewAppointment,
    OneAppointmentQuery,
    RemovalQuery,
)
from server.web.appointment_views import Viewing
from server.web.route import AnyRoute, Call, Method, Route

_DAYS_SHOWN: Final = 7
_DAYS_AT_MOST: Final = 400


def list_appointments(call: Call, said: AppointmentQuery) -> AppointmentList:
    """List the occurrences of some days, each of a series for itself."""
    found = [
        one
        for one in listing.list_appointments(call.uow, call.context, _filter(call, said))
        if said.status in (None, one.occurrence.status)
    ]
    viewing = Viewing.of(call, [one.part for one in found])
    return AppointmentList(
        items=[
            viewing.shown(one.appointment, one.occurrence.key, one.part, one.occurrence)
            for one in found
            if viewing.sees(one.appointment)
        ]
    )


def show_appointment(call: Call, said: OneAppointmentQuery) -> AppointmentShown:
    """Show an appointment, or one occurrence of a series."""
    return _shown(call, _target(call, said.occurrence, None))


def book_appointment(call: Call, said: NewAppointment) -> AppointmentShown:
    """Book an appointment, once or repeated."""
    uow = call.uow
    owner = _owner(call, said.practitioner)
    usual = find_session_type(uow, said.session).minutes if said.session else None
    length = timedelta(minutes=usual) if usual is not None else None
    when = said.new(uow.practice.zone, length)
    repetition = said.repeat.repetition() if said.repeat else Repetition()
    currency = call.context.rules.currency
    blank = Details(Kind.OTHER, Status.BOOKED, owner)
    details = described(uow, said.wanted(currency), blank, currency)
    recurrence = recurrence_of(repetition, when)
    number = new_appointment(uow, call.context, when, details, recurrence)
    return _shown(call, Target(number))


def change_appointment(call: Call, said: ChangedAppointment) -> AppointmentShown:
    """Change an appointment: its status, time, services, place, client, fee, repetition."""
    said.check()
    target = _target(call, said.occurrence, said.scope)
    before = find(call.uow, target).before
    part = part_at(before, MASTER if target.scope is Scope.ALL else target.key)
    currency = call.context.rules.currency
    after = described(call.uow, said.wanted(currency), part.details, currency)
    when = said.changed(part.when, call.uow.practice.zone)
    changes = Changes(
        changed_fields(part.details, after),
        None if when == part.when else when,
        _rule(before, target, said, when or part.when),
        said.once,
    )
    if changes == Changes():
        return _shown(call, target)
    if target.scope is Scope.FOLLOWING and after.status.is_cancelled:
        raise Invalid("scope", "occurrences that follow are deleted, not cancelled")
    number = edit_appointment(call.uow, call.context, target, changes)
    same = number == target.appointment and target.scope is not Scope.ALL
    return _shown(call, target if same else Target(number))


def delete_appointment(call: Call, said: RemovalQuery) -> None:
    """Take an appointment out of every calendar; it can be brought back for some time."""
    target = _target(call, said.occurrence, said.scope)
    deleting.delete_appointment(call.uow, call.context, target)


def _filter(call: Call, said: AppointmentQuery) -> OccurrenceFilter:
    zone = call.uow.practice.zone
    first = said.since or call.context.now.astimezone(zone).date()
    last = said.until or first + timedelta(days=_DAYS_SHOWN - 1)
    if not timedelta() <= last - first < timedelta(days=_DAYS_AT_MOST):
        raise Invalid("to", f"1 to {_DAYS_AT_MOST} days are listed at once")
    return OccurrenceFilter(
        midnight_utc(first, zone),
        midnight_utc(last + timedelta(days=1), zone),
        practitioner=_whose(call, said.practitioner),
        client=find_client(call.uow, said.client).number if said.client else None,
    )


def _whose(call: Call, name: str | None) -> UserName | None:
    """Return whose appointments are listed: practitioners list their own."""
    if call.user.role is not Role.PRACTITIONER:
        return find_user(call.uow, name).name if name else None
    if name not in (None, call.user.name):
        raise NotAllowed("A practitioner's token lists the own appointments only.")
    return call.user.name


def _owner(call: Call, name: str | None) -> UserName:
    """Return in whose calendar is booked; raises NotFound and NotAllowed."""
    owner = UserName(name or call.user.name)
    calendar = call.uow.calendars.get(owner, APPOINTMENTS)
    if calendar is None:
        raise NotFound("practitioner", owner[:40])
    if not may_write(call.user, calendar):
        raise NotAllowed("A practitioner's token books in the own calendar only.")
    return owner


def _target(call: Call, occurrence: str | None, scope: Scope | None) -> Target:
    """Return what a request is about; raises NotFound also for what may not be known."""
    number, _, tail = call.parts["id"].partition(".")
    appointment = call.uow.appointments.get(AppointmentId(number))
    if (
        appointment is None
        or appointment.deleted_at is not None
        or not Viewing.of(call, ()).sees(appointment)
    ):
        raise NotFound("appointment", number[:40])
    key = RecurrenceKey(occurrence or tail)
    if key:
        start_of(key)  # raises Invalid for what is no key
    return Target(appointment.id, key, _scope(appointment, key, scope))


def _scope(appointment: Appointment, key: RecurrenceKey, scope: Scope | None) -> Scope:
    if key and not appointment.is_series:
        raise Invalid("occurrence", "the appointment is not a series")
    if scope is None:
        return Scope.THIS if key else Scope.ALL
    if scope is not Scope.ALL and not key and appointment.is_series:
        raise Invalid("occurrence", "say which occurrence of the series")
    return scope if appointment.is_series else Scope.ALL


def _rule(
    before: Appointment, target: Target, said: ChangedAppointment, when: When
) -> Recurrence | None:
    if said.repeat is None:
        return None
    if target.scope is not Scope.ALL:
        raise Invalid("repeat", "how a series repeats is said of the whole series")
    wanted = said.repeat.repetition()
    if wanted.preset is not None or wanted.days:
        return recurrence_of(wanted, when)
    if before.recurrence is None:
        raise Invalid("repeat", "say how it repeats, such as weekly")
    return with_ending(before.recurrence, wanted, when)


def _shown(call: Call, target: Target) -> AppointmentShown:
    appointment = call.uow.appointments.get(target.appointment)
    if appointment is None:
        raise NotFound("appointment", target.appointment)
    part = part_at(appointment, target.key)
    if part.deleted:
        raise NotFound("occurrence", f"{appointment.id}.{target.key}")
    return Viewing.of(call, [part]).shown(appointment, target.key, part)


ROUTES: Final[tuple[AnyRoute, ...]] = (
    Route(
        Method.GET,
        "/appointments",
        ApiScope.CALENDAR_READ,
        list_appointments,
        AppointmentQuery,
        AppointmentList,
        "Appointments of some days",
    ),
    Route(
        Method.POST,
        "/appointments",
        ApiScope.CALENDAR_WRITE,
        book_appointment,
        NewAppointment,
        AppointmentShown,
        "Book an appointment",
        HTTPStatus.CREATED,
        location="/appointments/{id}",
    ),
    Route(
        Method.GET,
        "/appointments/{id}",
        ApiScope.CALENDAR_READ,
        show_appointment,
        OneAppointmentQuery,
        AppointmentShown,
        "One appointment",
    ),
    Route(
        Method.PATCH,
        "/appointments/{id}",
        ApiScope.CALENDAR_WRITE,
        change_appointment,
        ChangedAppointment,
        AppointmentShown,
        "Change an appointment",
    ),
    Route(
        Method.DELETE,
        "/appointments/{id}",
        ApiScope.CALENDAR_WRITE,
        delete_appointment,
        RemovalQuery,
        None,
        "Delete an appointment",
    ),
)
