"""Bookings for tests, made through the use cases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from server.domain.appointment import Appointment
from server.domain.booking_rules import BookingMode
from server.domain.bookings import Booking, Mail, Visitor
from server.domain.calendars import Actor
from server.domain.ids import BookingId, UserName
from server.domain.vocabulary import Door, Role
from server.usecases.book import BookingWanted, RequestName, book
from server.usecases.context import Context
from tests.bookable import draw, hours, offer
from tests.practice import ALMA, Field, House

NINE = datetime(2026, 11, 24, 14, tzinfo=UTC)
"""Tuesday, nine o'clock in New York."""
STRANGER = Visitor("Nora Newcomer", "nora@example.org")
JANE_HERSELF = Visitor("Jane Doe", "Jane@Example.org")
VISITOR = Actor(UserName("booking"), Role.FRONT_DESK, Door.BOOKING)


def open_for_booking(
    house: House, mode: BookingMode = BookingMode.INSTANT, **rule: Field
) -> None:
    """Let clients book Tuesday, 24 November, from nine to half past ten."""
    offer(house, mode=mode, **rule)
    draw(house, hours())


def visiting(house: House) -> Context:
    return replace(house.context(), actor=VISITOR)


def booked(
    house: House,
    visitor: Visitor = STRANGER,
    start: datetime = NINE,
    name: RequestName | None = None,
    **wanted: Field,
) -> Booking:
    said = BookingWanted("acupfollow", start, visitor, ALMA, **wanted)
    with house.database.writing() as uow:
        return book(uow, visiting(house), said, name)


def booking_of(house: House, number: BookingId) -> tuple[Booking, Appointment]:
    with house.database.reading() as uow:
        booking = uow.bookings.get(number)
        assert booking is not None
        appointment = uow.appointments.get(booking.appointment)
        assert appointment is not None
        return booking, appointment


def mails(house: House, number: BookingId) -> list[Mail]:
    with house.database.reading() as uow:
        return list(uow.mails.of_booking(number))
