"""Bookings as the practice sees them: with their appointments, and where they stand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from server.domain.appointment import Appointment, Details
from server.domain.bookings import Booking, BookingState
from server.domain.errors import NotFound
from server.domain.ids import CalendarId
from server.domain.when import span_utc
from server.usecases.ports import BookingFilter, UnitOfWork

AT_MOST = 1000


@dataclass(frozen=True, slots=True)
class ListedBooking:
    """A booking, the appointment that it is about, and the state that follows."""

    booking: Booking
    appointment: Appointment
    state: BookingState

    @property
    def details(self) -> Details:
        """What the appointment says."""
        return self.appointment.first_part.details

    def span(self, uow: UnitOfWork) -> Span:
        """Return when it is, in the zone of its location."""
        start, end = span_utc(self.appointment.first_part.when, uow.practice.zone)
        key = self.details.location
        place = uow.catalogue.location.get(key) if key else None
        zone = (place.zone if place else None) or uow.practice.zone
        return Span(start.astimezone(zone), end.astimezone(zone), zone)

    def session(self, uow: UnitOfWork) -> str | None:
        """Return the name of its session type."""
        key = self.details.session_type
        kind = uow.catalogue.session_type.get(key) if key else None
        return kind.name if kind else None


class Span(NamedTuple):
    """From when to when, aware, in this zone."""

    start: datetime
    end: datetime
    zone: ZoneInfo


def list_bookings(
    uow: UnitOfWork,
    since: datetime | None = None,
    *,
    pending: bool = False,
    calendars: Iterable[CalendarId] | None = None,
) -> list[ListedBooking]:
    """Return bookings in the order in which they were made, at most AT_MOST of them.

    ``since`` (aware) leaves later ones, ``pending`` those that wait for an answer,
    ``calendars`` those whose appointments lie in them.
    """
    found = uow.bookings.listed(BookingFilter(pending, made_since=since, at_most=AT_MOST))
    appointments = uow.appointments.get_many({one.appointment for one in found})
    wanted = None if calendars is None else set(calendars)
    return [
        ListedBooking(one, appointment, one.state(appointment))
        for one in found
        if (appointment := appointments.get(one.appointment)) is not None
        and (wanted is None or appointment.calendar in wanted)
    ]


def listed(uow: UnitOfWork, booking: Booking) -> ListedBooking:
    """Return one booking as a list has it; raises NotFound."""
    appointment = uow.appointments.get(booking.appointment)
    if appointment is None:
        raise NotFound("booking", booking.id)
    return ListedBooking(booking, appointment, booking.state(appointment))
