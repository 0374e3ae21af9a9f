"""Online bookings over the API, for the practice: list, show, accept, decline."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from pydantic import Field

from server.domain.api_access import ApiScope
from server.domain.bookings import Booking, BookingState
from server.domain.errors import NotFound
from server.domain.ids import CalendarId
from server.domain.when import midnight_utc
from server.usecases import answer_booking
from server.usecases import list_bookings as listing
from server.usecases.answer_booking import Answer, find_booking
from server.usecases.describe_appointment import Wanted
from server.usecases.list_bookings import ListedBooking, listed
from server.usecases.viewers import may_write
from server.web.appointment_models import Day
from server.web.messages import Nothing, Said, Shown
from server.web.route import AnyRoute, Call, Method, Route

_DAYS_SHOWN: Final = 30


class BookingQuery(Said):
    """Which bookings are wanted; of a practitioner's token the own ones only."""

    pending: bool = Field(default=False, description="Only requests that wait for an answer.")
    since: Day | None = Field(
        default=None,
        alias="from",
        description="Made on that day or later; 30 days back where it is missing, "
        "any day for `pending`.",
    )


class AcceptSaid(Said):
    """What is changed of a request as it is accepted; what is not said stays."""

    client: str | None = Field(
        default=None,
        description="Number of the client that the visitor is; where it is missing, the one "
        "who is known by name and address, or a new one.",
    )
    session: str | None = Field(default=None, description="Name of a session type.")
    location: str | None = None
    room: str | None = None
    message: str = Field(default="", description="For the visitor.")


class DeclineSaid(Said):
    """What the visitor is told."""

    message: str = Field(default="", description="For the visitor.")


class VisitorShown(Shown):
    """Who booked, as that person said it: nothing of it is proven."""

    name: str
    email: str
    phone: str
    message: str


class StaffBookingShown(Shown):
    """A booking by a visitor of the booking page."""

    id: str
    appointment: str
    state: BookingState
    made_at: datetime
    start: datetime
    end: datetime
    zone: str
    practitioner: str
    session: str | None = Field(description="Name of the session type.")
    location: str | None
    room: str | None
    client: str | None = Field(description="Number of the client, once it is known.")
    expires_at: datetime | None = Field(description="When a request lapses.")
    replaces: str | None = Field(
        description="The appointment that is to be moved to this time."
    )
    reply: str | None = Field(
        description="Null without the scope `clients:names`, as `visitor`."
    )
    visitor: VisitorShown | None


class StaffBookingList(Shown):
    """Bookings in the order in which they were made."""

    items: list[StaffBookingShown]


def list_bookings(call: Call, said: BookingQuery) -> StaffBookingList:
    """List what visitors booked or asked for."""
    zone = call.uow.practice.zone
    first = said.since
    if first is None and not said.pending:
        first = call.context.now.astimezone(zone).date() - timedelta(days=_DAYS_SHOWN)
    since = midnight_utc(first, zone) if first else None
    found = listing.list_bookings(
        call.uow, since, pending=said.pending, calendars=_calendars(call)
    )
    return StaffBookingList(items=[_shown(call, one) for one in found])


def show_booking(call: Call, said: Nothing) -> StaffBookingShown:
    """Show a booking, by its id or by that of its appointment."""
    del said
    return _shown(call, listed(call.uow, _booking(call)))


def accept_booking(call: Call, said: AcceptSaid) -> StaffBookingShown:
    """Make an appointment of a request, and tell the visitor."""
    fields = Wanted(session=said.session, location=said.location, room=said.room)
    answer = Answer(fields, said.client, said.message)
    accepted = answer_booking.accept(call.uow, call.context, _booking(call).id, answer)
    return _shown(call, listed(call.uow, accepted))


def decline_booking(call: Call, said: DeclineSaid) -> StaffBookingShown:
    """Decline a request, and tell the visitor; its time is free again."""
    number = _booking(call).id
    declined = answer_booking.decline(call.uow, call.context, number, said.message)
    return _shown(call, listed(call.uow, declined))


def _calendars(call: Call) -> Iterable[CalendarId]:
    return (one.id for one in call.uow.calendars.all() if may_write(call.user, one))


def _booking(call: Call) -> Booking:
    """Return what a request is about; raises NotFound also for what may not be known."""
    number = call.parts["id"]
    one = listed(call.uow, find_booking(call.uow, number))
    if one.appointment.calendar not in _calendars(call):
        raise NotFound("booking", number[:40])
    return one.booking


def _shown(call: Call, one: ListedBooking) -> StaffBookingShown:
    booking, details, span = one.booking, one.details, one.span(call.uow)
    named = call.may(ApiScope.CLIENTS_NAMES)
    return StaffBookingShown(
        id=booking.id,
        appointment=booking.appointment,
        state=one.state,
        made_at=booking.made_at,
        start=span.start,
        end=span.end,
        zone=span.zone.key,
        practitioner=details.practitioner,
        session=one.session(call.uow),
        location=details.location,
        room=details.room,
        client=booking.client,
        expires_at=booking.expires_at,
        replaces=booking.replaces,
        reply=booking.reply if named else None,
        visitor=_visitor(booking) if named else None,
    )


def _visitor(booking: Booking) -> VisitorShown:
    visitor = booking.visitor
    return VisitorShown(
        name=visitor.name, email=visitor.email, phone=visitor.phone, message=booking.message
    )


ROUTES: Final[tuple[AnyRoute, ...]] = (
    Route(
        Method.GET,
        "/bookings",
        ApiScope.CALENDAR_READ,
        list_bookings,
        BookingQuery,
        StaffBookingList,
        "What visitors booked online or asked for",
    ),
    Route(
        Method.GET,
        "/bookings/{id}",
        ApiScope.CALENDAR_READ,
        show_booking,
        Nothing,
        StaffBookingShown,
        "One online booking",
    ),
    Route(
        Method.POST,
        "/bookings/{id}/accept",
        ApiScope.CALENDAR_WRITE,
        accept_booking,
        AcceptSaid,
        StaffBookingShown,
        "Accept a request",
    ),
    Route(
        Method.POST,
        "/bookings/{id}/decline",
        ApiScope.CALENDAR_WRITE,
        decline_booking,
        DeclineSaid,
        StaffBookingShown,
        "Decline a request",
    ),
)
