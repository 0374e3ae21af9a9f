"""Which appointment is meant: a whole id or its end, and an occurrence by key or by day."""

from __future__ import annotations

from datetime import date, datetime

from server.domain.appointment import Appointment
from server.domain.errors import Invalid, NotFound
from server.domain.ids import AppointmentId
from server.domain.when import MASTER, AllDay, RecurrenceKey, key_of, start_of
from server.usecases.edit_appointment import Scope, Target
from server.usecases.ports import OccurrenceFilter, UnitOfWork

ULID_LENGTH = 26
SHORT_LENGTH = 6
_DAY_DIGITS = 8


def short_id(appointment: Appointment, key: RecurrenceKey) -> str:
    """Return the end of an id, with the day of an occurrence: enough to name it by."""
    end = appointment.id[-SHORT_LENGTH:]
    return f"{end}.{_day_of(appointment, key):%Y%m%d}" if key else end


def full_id(appointment: Appointment, key: RecurrenceKey) -> str:
    """Return ``<appointment id>`` or ``<appointment id>.<recurrence key>``."""
    return f"{appointment.id}.{key}" if key else appointment.id


def find(uow: UnitOfWork, text: str) -> tuple[Appointment, RecurrenceKey]:
    """Return what an id names, a deleted appointment too; raises NotFound and Invalid."""
    head, _, tail = text.strip().upper().partition(".")
    appointment = uow.appointments.get(_whole(uow, head))
    if appointment is None:
        raise NotFound("appointment", text[:60])
    return appointment, _key(uow, appointment, tail) if tail else MASTER


def target(
    uow: UnitOfWork, text: str, *, this: bool = False, following: bool = False
) -> tuple[Appointment, Target]:
    """Return an appointment and how much of it is meant (SH-19); raises NotFound, Invalid."""
    appointment, key = find(uow, text)
    if this and following:
        raise Invalid("scope", "say --this or --following, not both")
    if following and not key:
        raise Invalid(
            "scope", "--following needs an occurrence, as `appointment list` shows it"
        )
    if this and not key and appointment.is_series:
        raise Invalid("scope", "--this needs an occurrence, as `appointment list` shows it")
    one = Scope.THIS if key else Scope.ALL
    return appointment, Target(appointment.id, key, Scope.FOLLOWING if following else one)


def _whole(uow: UnitOfWork, head: str) -> AppointmentId:
    if len(head) >= ULID_LENGTH:
        return AppointmentId(head)
    known = [*uow.appointments.ids(), *uow.appointments.ids(deleted=True)]
    fitting = sorted({one for one in known if one.endswith(head)}) if head else []
    if not fitting:
        raise NotFound("appointment", head[:60])
    if len(fitting) > 1:
        raise Invalid(
            "id", f"'{head}' is the end of {len(fitting)} appointments; give more of it"
        )
    return fitting[0]


def _key(uow: UnitOfWork, appointment: Appointment, tail: str) -> RecurrenceKey:
    if not appointment.is_series:
        raise Invalid("id", f"the appointment {appointment.id} is not a series")
    digits = tail.replace("-", "")
    if len(digits) != _DAY_DIGITS or not digits.isdecimal():
        start_of(RecurrenceKey(tail))  # raises Invalid for what is no key
        return RecurrenceKey(tail)
    rows = uow.appointments.occurrences(OccurrenceFilter(appointment=appointment.id))
    keys = {row.key for row in rows} | set(appointment.overrides) | _taken_out(appointment)
    on_day = [key for key in keys if f"{_day_of(appointment, key):%Y%m%d}" == digits]
    if len(on_day) != 1:
        raise NotFound("occurrence", f"{appointment.id}.{digits}")
    return on_day[0]


def _taken_out(appointment: Appointment) -> set[RecurrenceKey]:
    """Return the keys of deleted occurrences, which can be restored."""
    days = appointment.recurrence.exdates if appointment.recurrence else ()
    return {key_of(day) for day in days if not isinstance(day, datetime) or day.tzinfo}


def _day_of(appointment: Appointment, key: RecurrenceKey) -> date:
    """The day of an occurrence's original start, in the zone of the appointment."""
    start = start_of(key)
    when = appointment.first_part.when
    if not isinstance(start, datetime) or isinstance(when, AllDay):
        return start
    return start.astimezone(when.zone_info).date()
