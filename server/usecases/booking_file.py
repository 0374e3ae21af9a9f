"""A booking as a calendar file, as it stands now."""

from __future__ import annotations

from typing import Final

from server.domain.appointment import Appointment
from server.domain.bookings import Booking, BookingState
from server.domain.when import span_utc
from server.ics.booked_text import Booked, BookedStatus, booked_text
from server.usecases.context import Context
from server.usecases.mail_words import SUMMARY
from server.usecases.ports import UnitOfWork

_STATUS: Final = {
    BookingState.PENDING: BookedStatus.TENTATIVE,
    BookingState.BOOKED: BookedStatus.CONFIRMED,
}


def booking_file(
    uow: UnitOfWork, context: Context, booking: Booking, appointment: Appointment
) -> str:
    """Return iCalendar text that says when and where, and not what for.

    Read again later it has the same UID and a SEQUENCE that is not smaller (RFC 5546 2.1.4).
    """
    part = appointment.first_part
    start, end = span_utc(part.when, uow.practice.zone)
    place = uow.catalogue.location.get(part.details.location) if part.details.location else None
    booked = Booked(
        appointment.uid,
        appointment.revision,
        start,
        end,
        _STATUS.get(booking.state(appointment), BookedStatus.CANCELLED),
        SUMMARY.format(practice=uow.practice.name),
        place.name if place else "",
    )
    return booked_text(booked, appointment.modified_at or context.now)
