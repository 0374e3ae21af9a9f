"""What becomes of a booking: accepted, declined, lapsed, withdrawn, asked to be moved."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from server.domain.appointment import Appointment, Details, Part
from server.domain.bookings import Booking, BookingState, Ended, MailKind
from server.domain.calendars import Notice
from server.domain.errors import Invalid, NotAllowed, NotFound
from server.domain.ids import (
    AppointmentId,
    BookingId,
    UserName,
    new_ulid,
)
from server.domain.vocabulary import Kind, Status
from server.domain.when import span_utc
from server.usecases import accepted_values as accepted
from server.usecases.book import BookingWanted, RequestName, book
from server.usecases.booking_news import tell_visitor
from server.usecases.context import Context
from server.usecases.describe_appointment import Wanted, changed_fields, described
from server.usecases.edit_appointment import Changes, Target, edit_appointment, find
from server.usecases.find_visitor import known_client, new_client
from server.usecases.manage_clients import find_client
from server.usecases.ports import BookingFilter, UnitOfWork
from server.usecases.viewers import may_write

REPLY_AT_MOST: Final = 1000
_AT_ONCE: Final = 50


@dataclass(frozen=True, slots=True)
class Answer:
    """What the practice says to a request.

    ``fields`` may change what is booked, ``client`` (a number) says who the visitor is; where
    nobody is known by name and address, a client is added. ``message`` is for the visitor.
    """

    fields: Wanted = field(default_factory=Wanted)
    client: str | None = None
    message: str = ""


def find_booking(uow: UnitOfWork, number: str) -> Booking:
    """Return a booking by its id or its appointment's; raises NotFound."""
    found = uow.bookings.get(BookingId(number)) or uow.bookings.of_appointment(
        AppointmentId(number)
    )
    if found is None:
        raise NotFound("booking", number[:40])
    return found


def accept(
    uow: UnitOfWork, context: Context, number: BookingId, answer: Answer = Answer()
) -> Booking:
    """Make an appointment of a request, and tell the visitor.

    Raises NotFound, NotAllowed where it was answered already or what it would move is over, and
    what edit_appointment raises.
    """
    booking, part = _pending(uow, context, number)
    message = _message(answer.message)
    details = replace(part.details, kind=Kind.SESSION, status=Status.BOOKED)
    client = _client_of(uow, context, booking, answer)
    said = replace(answer.fields, client=client)
    details = described(uow, said, details, context.rules.currency)
    if booking.replaces is not None:
        booking = _moved(uow, context, booking, (part, details))
    else:
        changes = Changes(changed_fields(part.details, details))
        edit_appointment(uow, context, Target(booking.appointment), changes)
    accepted_booking = replace(booking, client=details.client, reply=message, expires_at=None)
    return tell_visitor(uow, context, accepted_booking, MailKind.ACCEPTED)


def decline(uow: UnitOfWork, context: Context, number: BookingId, message: str = "") -> Booking:
    """Decline a request, and tell the visitor; raises NotFound, Invalid, NotAllowed."""
    booking, _ = _pending(uow, context, number)
    reply = _message(message)
    return _end(uow, context, replace(booking, reply=reply), Ended.DECLINED)


def lapse_due(uow: UnitOfWork, context: Context, at_most: int = _AT_ONCE) -> int:
    """End the requests that nobody answered in time; return how many, of so many at most."""
    due = uow.bookings.listed(BookingFilter(expired_by=context.now, at_most=at_most))
    lapsed = 0
    for one in due:
        found = find(uow, Target(one.appointment))
        if one.state(found.before) is BookingState.PENDING:
            _end(uow, context, one, Ended.EXPIRED)
            lapsed += 1
    return lapsed


def withdraw(uow: UnitOfWork, context: Context, number: BookingId) -> Booking:
    """Cancel what was booked or asked for, as the visitor; late, where it is late.

    Wishes to move it end too: there is nothing more to move, and their times are free again.
    Raises NotFound; NotAllowed for what is over, begun or cancelled; Locked for what is billed.
    """
    booking, part = _ahead(uow, context, number)
    late = part.details.status is not Status.REQUESTED and is_late(uow, context, part)
    status = Status.LATE_CANCELLED if late else Status.CANCELLED
    ended = _end(uow, context, booking, Ended.WITHDRAWN, status)
    for moving in uow.bookings.listed(BookingFilter(pending=True, moving=booking.appointment)):
        uow.bookings.save(replace(moving, ended=Ended.WITHDRAWN))
        _cancel(uow, context, moving.appointment, Status.CANCELLED)
    _notice(uow, context, part.details, booking, "A client cancelled an appointment online.")
    return ended


def ask_to_move(
    uow: UnitOfWork,
    context: Context,
    number: BookingId,
    start: datetime,
    name: RequestName | None = None,
) -> Booking:
    """Ask for another time of what was booked: the old one stays until it is accepted.

    Raises NotFound, NotAllowed, SlotTaken and what book raises.
    """
    booking, part = _ahead(uow, context, number)
    details = part.details
    kind = (
        uow.catalogue.session_type.get(details.session_type) if details.session_type else None
    )
    if kind is None or booking.replaces is not None or details.status is Status.REQUESTED:
        raise NotAllowed("This appointment cannot be moved online.")
    wanted = BookingWanted(
        kind.name,
        start,
        booking.visitor,
        details.practitioner,
        details.location,
        replaces=booking.appointment,
    )
    return book(uow, context, wanted, name)


def is_late(uow: UnitOfWork, context: Context, part: Part) -> bool:
    """Whether cancelling now is late by the practice's rule (SH-33)."""
    start, _ = span_utc(part.when, uow.practice.zone)
    return start - context.now < timedelta(hours=context.rules.late_hours)


def _pending(uow: UnitOfWork, context: Context, number: BookingId) -> tuple[Booking, Part]:
    """Return a request that may be answered, its calendar locked; raises NotAllowed."""
    booking = find_booking(uow, number)
    found = find(uow, Target(booking.appointment))
    booking = find_booking(uow, number)
    _check_may(uow, context, found.calendar.owner)
    if booking.state(found.before) is not BookingState.PENDING:
        raise NotAllowed("This request was answered already.")
    return booking, found.before.first_part


def _check_may(uow: UnitOfWork, context: Context, owner: UserName) -> None:
    user = uow.catalogue.user.get(context.actor.user)
    calendars = [one for one in uow.calendars.of_owner(owner) if not one.keeps_texts]
    if user is not None and not all(may_write(user, one) for one in calendars):
        raise NotFound("booking", "")


def _ahead(uow: UnitOfWork, context: Context, number: BookingId) -> tuple[Booking, Part]:
    """Return what has not begun and still takes place; raises NotAllowed."""
    found = find(uow, Target(find_booking(uow, number).appointment))
    booking = find_booking(uow, number)
    part = found.before.first_part
    state = booking.state(found.before)
    if state not in (BookingState.PENDING, BookingState.BOOKED):
        raise NotAllowed("This appointment does not take place any more.")
    if span_utc(part.when, uow.practice.zone)[0] <= context.now:
        raise NotAllowed("This appointment has begun already.")
    if part.details.status.is_realised:
        raise NotAllowed("This appointment cannot be changed online any more.")
    return booking, part


def _client_of(uow: UnitOfWork, context: Context, booking: Booking, answer: Answer) -> str:
    if answer.client:
        return find_client(uow, answer.client).number
    if booking.client is not None:
        return booking.client
    known = known_client(uow, booking.visitor)
    return (known or new_client(uow, context, booking.visitor)).number


def _moved(
    uow: UnitOfWork, context: Context, booking: Booking, what: tuple[Part, Details]
) -> Booking:
    """Move the appointment to the time that was asked for; the request has done its work."""
    part, details = what
    original = _still_there(uow, booking.replaces or booking.appointment)
    places = {"location": details.location, "room": details.room}
    _cancel(uow, context, booking.appointment, Status.CANCELLED)
    edit_appointment(uow, context, Target(original.id), Changes(places, part.when))
    return replace(booking, appointment=original.id, replaces=None)


def _still_there(uow: UnitOfWork, number: AppointmentId) -> Appointment:
    """Return the appointment that is to be moved; raises NotAllowed where it is over."""
    lost = NotAllowed("What was to be moved does not take place any more. Decline the request.")
    try:
        original = find(uow, Target(number)).before
    except NotFound as error:
        raise lost from error
    if original.deleted_at is not None or original.first_part.details.status.is_cancelled:
        raise lost
    return original


def _end(
    uow: UnitOfWork,
    context: Context,
    booking: Booking,
    how: Ended,
    status: Status = Status.CANCELLED,
) -> Booking:
    ended = replace(booking, ended=how)
    uow.bookings.save(ended)
    _cancel(uow, context, booking.appointment, status)
    return tell_visitor(uow, context, ended, _MAIL_OF[how])


_MAIL_OF: Final = {
    Ended.DECLINED: MailKind.DECLINED,
    Ended.EXPIRED: MailKind.EXPIRED,
    Ended.WITHDRAWN: MailKind.CANCELLED,
}


def _cancel(uow: UnitOfWork, context: Context, number: AppointmentId, status: Status) -> None:
    edit_appointment(uow, context, Target(number), Changes({"status": status}))


def _message(text: str) -> str:
    kept = accepted.lines("message", text)
    if len(kept) > REPLY_AT_MOST:
        raise Invalid("message", f"{len(kept)} characters: {REPLY_AT_MOST} are possible")
    return kept


def _notice(
    uow: UnitOfWork, context: Context, details: Details, booking: Booking, said: str
) -> None:
    uow.notices.add(
        Notice(
            id=new_ulid(context.now),
            user=details.practitioner,
            at=context.now,
            code="booking",
            sentence=said,
            appointment=booking.appointment,
        )
    )
