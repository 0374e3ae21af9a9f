"""`praxical booking`: what visitors of the booking page asked for, and what is answered."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated

import typer

from server.cli import targets
from server.cli.commands import AsJson, command, group
from server.cli.desk import Desk
from server.cli.output import moment, say, show_json, show_record, show_rows_by_day
from server.cli.values import date_of
from server.domain.bookings import Booking
from server.domain.ids import BookingId
from server.domain.when import MASTER, midnight_utc
from server.usecases import answer_booking
from server.usecases.describe_appointment import Wanted
from server.usecases.list_bookings import ListedBooking, list_bookings, listed
from server.usecases.ports import UnitOfWork

app = group("Online bookings: what visitors booked or asked for, and what is answered.")

_DAYS_SHOWN = 30
_AND_THEN = {True: "", False: " There is no e-mail address: somebody has to ring the visitor."}

Id = Annotated[
    str, typer.Argument(metavar="ID", help="As `booking list` shows it, or the whole id.")
]
Everything = Annotated[
    bool, typer.Option("--all", help="Also what was answered, and booked at once.")
]
Since = Annotated[
    str | None,
    typer.Option(
        "--since", metavar="DATE", help="With --all: made then or later; else 30 days."
    ),
]
OneClient = Annotated[
    str | None,
    typer.Option("--client", metavar="NUMBER", help="Who the visitor is; else found, or new."),
]
Session = Annotated[
    str | None, typer.Option("--session", metavar="NAME", help="Another session type.")
]
At = Annotated[str | None, typer.Option("--location", metavar="KEY", help="Another location.")]
In = Annotated[str | None, typer.Option("--room", metavar="KEY", help="Another room.")]
Message = Annotated[
    str, typer.Option("--message", metavar="TEXT", help="For the visitor, in the mail.")
]


@command(app, "list", "praxical booking list", "praxical booking list --all --json")
def list_them(
    desk: Desk, *, everything: Everything = False, since: Since = None, as_array: AsJson = False
) -> None:
    """List the requests that wait for an answer, by when they would be; no names."""
    first = date_of("since", since)
    with desk.reading() as uow:
        zone = uow.practice.zone
        day = first or desk.context.now.astimezone(zone).date() - timedelta(days=_DAYS_SHOWN)
        made_since = midnight_utc(day, zone) if everything or first else None
        found = list_bookings(uow, made_since, pending=not everything)
        found.sort(key=lambda one: (one.span(uow).start, one.booking.id))
        if as_array:
            show_json([_as_json(uow, one) for one in found])
            return
        lines = [_line(uow, one) for one in found]
    show_rows_by_day(
        ("TIME", "WITH", "WHAT~", "STATE", "UNTIL", "ID"),
        lines,
        "There are no bookings." if everything else "No request waits for an answer.",
    )


@command(app, "show", "praxical booking show Y6Z8A0", "praxical booking show Y6Z8A0 --json")
def show(desk: Desk, number: Id, *, as_array: AsJson = False) -> None:
    """Show a booking, with who asks and how to reach them."""
    with desk.reading() as uow:
        one = listed(uow, _find(uow, number))
        if as_array:
            show_json({**_as_json(uow, one), **_visitor(one.booking)})
            return
        said = _as_json(uow, one)
        zone = one.span(uow).zone
        times = {
            "start": moment(one.span(uow).start, zone),
            "end": moment(one.span(uow).end, zone),
            "made_at": moment(one.booking.made_at, zone),
            "expires_at": moment(one.booking.expires_at, zone),
        }
    fields = {**said, **times, **_visitor(one.booking)}
    show_record([(name.replace("_", " "), value) for name, value in fields.items()])


@command(
    app,
    "accept",
    "praxical booking accept Y6Z8A0",
    "praxical booking accept Y6Z8A0 --client C1001 --room room-2 --message 'Please ring.'",
)
def accept(
    desk: Desk,
    number: Id,
    *,
    client: OneClient = None,
    session: Session = None,
    location: At = None,
    room: In = None,
    message: Message = "",
) -> None:
    """Make an appointment of a request, and tell the visitor."""
    fields = Wanted(session=session, location=location, room=room)
    answer = answer_booking.Answer(fields, client, message)
    with desk.writing() as uow:
        wanted = BookingId(_find(uow, number).id)
        booking = answer_booking.accept(uow, desk.context, wanted, answer)
    say(
        f"Accepted: the appointment {booking.appointment} of the client {booking.client}."
        + _AND_THEN[bool(booking.visitor.email)]
    )


@command(app, "decline", "praxical booking decline Y6Z8A0 --message 'We are full this week.'")
def decline(desk: Desk, number: Id, *, message: Message = "") -> None:
    """Decline a request, and tell the visitor; its time is free again."""
    with desk.writing() as uow:
        wanted = BookingId(_find(uow, number).id)
        booking = answer_booking.decline(uow, desk.context, wanted, message)
    say(f"Declined the booking {booking.id}." + _AND_THEN[bool(booking.visitor.email)])


def _find(uow: UnitOfWork, text: str) -> Booking:
    """Return the booking of this id, or of the appointment that it names; raises NotFound."""
    known = uow.bookings.get(BookingId(text.strip().upper()))
    if known is not None:
        return known
    appointment, _ = targets.find(uow, text)
    return answer_booking.find_booking(uow, appointment.id)


def _line(uow: UnitOfWork, one: ListedBooking) -> tuple[date, tuple[object, ...]]:
    start, end, zone = one.span(uow)
    what = one.session(uow) or ""
    where = one.details.room or one.details.location
    return start.date(), (
        f"{start:%H:%M}-{end:%H:%M}",
        one.details.practitioner,
        f"{what}, {where}" if where else what,
        one.state,
        moment(one.booking.expires_at, zone),
        targets.short_id(one.appointment, MASTER),
    )


def _as_json(uow: UnitOfWork, one: ListedBooking) -> dict[str, object]:
    booking, details, span = one.booking, one.details, one.span(uow)
    return {
        "id": booking.id,
        "appointment": booking.appointment,
        "state": one.state,
        "made_at": booking.made_at.isoformat(),
        "start": span.start.isoformat(),
        "end": span.end.isoformat(),
        "zone": span.zone.key,
        "practitioner": details.practitioner,
        "session": one.session(uow),
        "location": details.location,
        "room": details.room,
        "client": booking.client,
        "expires_at": booking.expires_at.isoformat() if booking.expires_at else None,
        "replaces": booking.replaces,
        "reply": booking.reply,
    }


def _visitor(booking: Booking) -> dict[str, object]:
    visitor = booking.visitor
    return {
        "name": visitor.name,
        "email": visitor.email,
        "phone": visitor.phone,
        "message": booking.message,
    }
