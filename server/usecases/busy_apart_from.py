"""When people are busy apart from one event: who moves it is not in its own way."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from server.domain.errors import TooManyInstances
from server.domain.ids import AppointmentId, CalendarId, UserName
from server.domain.when import beside
from server.ics.free_busy import BusyRow
from server.usecases.busy_time import counted_calendars, taken_times
from server.usecases.context import Rules
from server.usecases.free_busy import busy_times, how_taken
from server.usecases.index_occurrences import Window, occurrences_between
from server.usecases.instances_between import Span, instances_between
from server.usecases.pauses import Pauses
from server.usecases.ports import UnitOfWork
from server.usecases.read_calendar import Reading

_LONGEST_TRAVEL: Final = timedelta(days=1)
"""How long before its start an occurrence may be busy already."""

Masked = Mapping[CalendarId, AppointmentId]
"""The event that is not to count, by calendar: the same UID may be in several."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A range (UTC), and the UID of an event that is not to count, "" for none."""

    span: Span
    masked: str = ""


def taken_by_each(
    uow: UnitOfWork, rules: Rules, people: Collection[UserName], asked: Asked
) -> Mapping[UserName, list[BusyRow] | None]:
    """Return what blocks for each of these people, in no order.

    None stands for who has a series with more instances than are ever worked out: to leave it
    out would call its times free.
    """
    masked = _masked(uow, asked.masked)
    if not masked:
        try:
            return taken_times(uow, rules, people, asked.span)
        except TooManyInstances:
            # Somebody's; the others can be told all the same.
            masked = {}
    return {name: _taken_by(uow, rules, name, asked.span, masked) for name in people}


def _masked(uow: UnitOfWork, uid: str) -> Masked:
    found = uow.objects.with_uid(uid) if uid else ()
    return {one.calendar: one.appointment for one in found if one.appointment}


def _taken_by(
    uow: UnitOfWork, rules: Rules, name: UserName, span: Span, masked: Masked
) -> list[BusyRow] | None:
    viewer = uow.catalogue.user[name]
    rows: list[BusyRow] = []
    try:
        for calendar in counted_calendars(uow, [name]):
            reading = Reading(uow, rules, calendar, viewer)
            hidden = masked.get(calendar.id)
            rows += _apart_from(reading, hidden, span) if hidden else busy_times(reading, *span)
    except TooManyInstances:
        return None
    return rows


def _apart_from(reading: Reading, hidden: AppointmentId, span: Span) -> Iterator[BusyRow]:
    """Yield the times of all appointments but one, each worked out by itself.

    The index of busy times does not say whose a time is.
    """
    pauses = Pauses.of(reading.uow.catalogue)
    start, end = pauses.reach(span)
    until = beside(end, _LONGEST_TRAVEL)
    window = Window(start, until, reading.rules.occurrences_at_most)
    numbers = instances_between(reading, start, until).keys() - {hidden}
    zone = reading.uow.practice.zone
    for one in reading.uow.appointments.get_many(numbers).values():
        for row in occurrences_between(one, zone, window):
            if row.blocks:
                yield *pauses.taken(one, row), how_taken(row.kind.value, row.status.value)
