"""Appointments, and the index of their occurrences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from server.domain.appointment import Appointment
from server.domain.calendars import (
    Occurrence,
)
from server.domain.ids import (
    AppointmentId,
    CalendarId,
    ClientNumber,
    GroupId,
    UserName,
)


@dataclass(frozen=True, slots=True)
class OccurrenceFilter:
    """Which occurrences are wanted; None leaves a field open. Instants are UTC, half-open."""

    start: datetime | None = None
    end: datetime | None = None
    practitioner: UserName | None = None
    client: ClientNumber | None = None
    appointment: AppointmentId | None = None
    calendar: CalendarId | None = None


@dataclass(frozen=True, slots=True)
class Indexed:
    """How far the occurrences of an appointment are indexed, and how far it goes (UTC)."""

    start: datetime
    until: datetime
    first_start: datetime | None
    last_end: datetime | None


class Appointments(Protocol):
    """Appointments and the index of their occurrences."""

    def get(self, appointment: AppointmentId) -> Appointment | None: ...
    def get_many(
        self, appointments: Iterable[AppointmentId]
    ) -> Mapping[AppointmentId, Appointment]: ...
    def save(
        self, appointment: Appointment, occurrences: Sequence[Occurrence], indexed: Indexed
    ) -> None:
        """Insert or replace an appointment with its parts and its indexed occurrences."""
        ...

    def set_revision(self, appointment: AppointmentId, revision: int) -> None:
        """Store that an unchanged appointment is shown under a new revision."""
        ...

    def copy_of(self, appointment: AppointmentId, since: datetime) -> AppointmentId | None:
        """Return the live appointment copied from this one since then, the latest first."""
        ...

    def occurrences(self, wanted: OccurrenceFilter) -> Sequence[Occurrence]:
        """Return indexed occurrences that overlap the range, by start."""
        ...

    def indexed(self, appointment: AppointmentId) -> Indexed | None: ...
    def to_extend(self, until: datetime, limit: int) -> Sequence[AppointmentId]:
        """Return live series whose index ends before ``until`` although they go on."""
        ...

    def beyond_index(self, start: datetime, end: datetime) -> Sequence[AppointmentId]:
        """Return live series that may have occurrences in the range outside their index."""
        ...

    def ids(self, *, deleted: bool = False) -> Sequence[AppointmentId]: ...
    def next_group(self) -> GroupId: ...
