"""Who is to be told what of a booking: mails are noted here and written when they are sent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Final

from server.domain.appointment import Appointment
from server.domain.bookings import Booking, Mail, MailKind
from server.domain.ids import UserName, new_ulid
from server.domain.vocabulary import Door, Fact
from server.domain.when import span_utc
from server.usecases.context import Context
from server.usecases.ports import UnitOfWork

_MATTERS: Final = frozenset(
    {
        Fact.BOOKED,
        Fact.MOVED,
        Fact.EDITED,
        Fact.CANCELLED,
        Fact.LATE_CANCELLED,
        Fact.UNDONE,
        Fact.DELETED,
        Fact.RESTORED,
    }
)

_TAKEN_BACK: Final = frozenset({Fact.CANCELLED, Fact.DELETED})


def tell_visitor(
    uow: UnitOfWork, context: Context, booking: Booking, kind: MailKind
) -> Booking:
    """Note a mail to the visitor, and that this is what they were told last."""
    told = replace(booking, told=told_now(uow, booking))
    uow.bookings.save(told)
    if booking.visitor.email:
        uow.mails.add(Mail(new_ulid(context.now), kind, context.now, booking.id))
    return told


def tell_practitioner(
    uow: UnitOfWork, context: Context, booking: Booking, practitioner: UserName
) -> None:
    """Note a mail that asks the practitioner for an answer, if there is an address."""
    user = uow.catalogue.user.get(practitioner)
    if user is not None and user.email:
        uow.mails.add(Mail(new_ulid(context.now), MailKind.ASKED, context.now, booking.id))


def told_now(uow: UnitOfWork, booking: Booking) -> str:
    """Return what a visitor would be told now: the state, when (UTC) and where."""
    appointment = uow.appointments.get(booking.appointment)
    state = booking.state(appointment)
    if appointment is None:
        return state.value
    part = appointment.first_part
    start, end = span_utc(part.when, uow.practice.zone)
    words = (state.value, start.isoformat(), end.isoformat(), part.details.location or "")
    return " ".join(words)


def has_passed(uow: UnitOfWork, booking: Booking, now: datetime) -> bool:
    """Whether the appointment lies behind: nobody is told of a change of the past."""
    appointment = uow.appointments.get(booking.appointment)
    if appointment is None:
        return True
    return span_utc(appointment.first_part.when, uow.practice.zone)[1] <= now


def heard(uow: UnitOfWork, context: Context, after: Appointment, facts: Iterable[Fact]) -> None:
    """Note that a visitor may have to hear of a change by the practice.

    It waits like everything that is told outside; whether there is anything to tell is decided
    when it is due, by what holds then: who moves an appointment and moves it back tells nobody.
    """
    happened = _MATTERS.intersection(facts)
    if context.actor.door is Door.BOOKING or not happened:
        return
    if context.actor.door is Door.GOOGLE and happened <= _TAKEN_BACK:
        # That an event is gone from somebody's Google calendar tells no client anything yet.
        return
    booking = uow.bookings.of_appointment(after.id)
    if booking is not None and booking.visitor.email:
        due = context.now + context.rules.outbox_delay
        # One for each booking: a further change lets it wait anew.
        uow.mails.add(Mail(f"changed-{booking.id}", MailKind.CHANGED, due, booking.id))
