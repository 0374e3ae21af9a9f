"""What the holder of a link may do with a booking, for the page and the public API alike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from server.domain.appointment import Appointment
from server.domain.bookings import Booking, BookingState, LinkPurpose
from server.domain.when import span_utc
from server.usecases.answer_booking import ask_to_move, is_late, withdraw
from server.usecases.book import RequestName
from server.usecases.booking_file import booking_file
from server.usecases.booking_limits import Knock, let_in
from server.usecases.booking_links import look_up, opened, spend
from server.usecases.context import Context
from server.usecases.ports import UnitOfWork
from server.web.booking import Placed, PlacedState, again, placed
from server.web.desk import PracticeDesk
from server.web.messages import Asked
from server.web.public import nothing_here

_OF_VISITORS: Final = (LinkPurpose.SEE, LinkPurpose.CANCEL, LinkPurpose.MOVE)


@dataclass(frozen=True, slots=True)
class Managed:
    """A booking as the holder of a link sees it.

    ``purpose`` is what the link is good for. ``is_late`` says that cancelling now is late by
    the practice's rule, ``is_ahead`` that it takes place and has not begun.
    """

    purpose: LinkPurpose
    booking: Booking
    appointment: Appointment
    state: BookingState
    is_late: bool
    is_ahead: bool

    @property
    def can_move(self) -> bool:
        """Whether another time may be asked for."""
        return (
            self.is_ahead
            and self.state is BookingState.BOOKED
            and self.booking.replaces is None
            and self.appointment.first_part.details.session_type is not None
        )


def managed(uow: UnitOfWork, context: Context, token: str) -> Managed:
    """Return what a link shows; raises Refused (404), whyever it opens nothing."""
    link = look_up(uow, token, _OF_VISITORS, context.now)
    appointment = uow.appointments.get(link.booking.appointment) if link else None
    if link is None or appointment is None:
        raise nothing_here()
    part = appointment.first_part
    state = link.booking.state(appointment)
    takes_place = state in (BookingState.PENDING, BookingState.BOOKED)
    start, _ = span_utc(part.when, uow.practice.zone)
    return Managed(
        link.purpose,
        link.booking,
        appointment,
        state,
        state is BookingState.BOOKED and is_late(uow, context, part),
        takes_place and start > context.now,
    )


def calendar_file(uow: UnitOfWork, context: Context, token: str) -> str:
    """Return the booking as iCalendar text; raises Refused (404)."""
    booking = opened(uow, token, LinkPurpose.SEE, context.now)
    appointment = uow.appointments.get(booking.appointment) if booking else None
    if booking is None or appointment is None:
        raise nothing_here()
    return booking_file(uow, context, booking, appointment)


def cancel_booking(desk: PracticeDesk, asked: Asked, token: str) -> BookingState:
    """Cancel by a link that is good for that, once; return how the booking stands then.

    Raises Refused (404), NotAllowed for what has begun or is over, Locked, TooOften; the link
    stays good then.
    """
    context = desk.visited(desk.clock.now())

    def attempt() -> BookingState:
        with desk.database.writing() as uow:
            booking = opened(uow, token, LinkPurpose.CANCEL, context.now)
            if booking is None or not spend(uow, token, context.now):
                raise nothing_here()
            ended = withdraw(uow, context, booking.id)
            return ended.state(uow.appointments.get(ended.appointment))

    count(desk, asked, context.now)
    return again(attempt)


@dataclass(frozen=True, slots=True)
class MoveWanted:
    """Which other time is asked for by a link; ``start`` is aware.

    ``key`` is the Idempotency-Key of the request, "" without one, ``said`` all that it says.
    """

    token: str
    start: datetime
    key: str = ""
    said: str = ""

    @property
    def name(self) -> RequestName | None:
        """The name of the request: nobody without the link has the same."""
        return RequestName.of(f"{self.token}\n{self.key}", self.said) if self.key else None


def move_booking(desk: PracticeDesk, asked: Asked, wanted: MoveWanted) -> Placed:
    """Ask for another time by a link that is good for that, once; the old one stays meanwhile.

    Raises Refused (404), NotAllowed for what cannot be moved, SlotTaken, TooOften; the link
    stays good then. The same request again is answered alike.
    """
    context = desk.visited(desk.clock.now())
    name = wanted.name

    def attempt() -> Placed:
        with desk.database.writing() as uow:
            earlier = uow.bookings.by_request_key(name.key) if name else None
            if name and earlier and earlier.request_digest == name.digest:
                return placed(uow, earlier, PlacedState.REQUESTED)
            booking = opened(uow, wanted.token, LinkPurpose.MOVE, context.now)
            if booking is None or not spend(uow, wanted.token, context.now):
                raise nothing_here()
            moving = ask_to_move(uow, context, booking.id, wanted.start, name)
            return placed(uow, moving, PlacedState.REQUESTED)

    count(desk, asked, context.now)
    return again(attempt)


def count(desk: PracticeDesk, asked: Asked, now: datetime) -> None:
    """Count one attempt of a network; raises TooOften."""

    def attempt() -> None:
        with desk.database.writing() as uow:
            let_in(uow, desk.terms, Knock(asked.network), now)

    again(attempt)
