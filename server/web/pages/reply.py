"""What a practitioner answers to a request, by a link from a mail: accept or decline.

The link names nobody: whoever reads a mail on its way learns of no client.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Final

from server.domain.appointment import Appointment
from server.domain.bookings import Booking, BookingState, LinkPurpose
from server.domain.calendars import Actor
from server.domain.errors import NotAllowed
from server.domain.practice import User
from server.domain.vocabulary import Door
from server.usecases import answer_booking
from server.usecases.booking_links import look_up, spend
from server.usecases.context import Context
from server.usecases.ports import UnitOfWork
from server.web.booking import again
from server.web.booking_manage import count
from server.web.pages.frame import Page, said
from server.web.pages.meeting import booked_meeting
from server.web.pages.strings import ENGLISH
from server.web.pages.visit import Visit
from server.web.public import nothing_here

_PURPOSES: Final = (LinkPurpose.ACCEPT, LinkPurpose.DECLINE)


@dataclass(frozen=True, slots=True)
class _Question:
    """A request that waits for an answer, and the practitioner who was asked."""

    purpose: LinkPurpose
    booking: Booking
    appointment: Appointment
    user: User

    def acting(self, context: Context) -> Context:
        """Return the context of the practitioner, who came by the booking page."""
        actor = Actor(self.user.name, self.user.role, Door.BOOKING)
        return replace(context, actor=actor)


def question(visit: Visit) -> Page:
    """Show what is asked for; raises Refused (404) where the link opens nothing."""
    with visit.desk.database.reading() as uow:
        return _asked(uow, visit, _opened(uow, visit))


def reply(visit: Visit) -> Page:
    """Accept or decline, as the link says, once."""
    message = visit.sent().get("message", "").replace("\r\n", "\n")
    if len(message.strip()) > answer_booking.REPLY_AT_MOST:
        return _too_long(visit, message)

    def attempt() -> LinkPurpose:
        with visit.desk.database.writing() as uow:
            asked = _opened(uow, visit)
            if not spend(uow, visit.asked.parts["token"], visit.context.now):
                raise nothing_here()
            return _carry_out(uow, visit, asked, message)

    count(visit.desk, visit.asked, visit.context.now)
    done = "accepted" if again(attempt) is LinkPurpose.ACCEPT else "declined"
    return said(ENGLISH(f"{done}_title"), ENGLISH(f"{done}_lead"))


def _carry_out(uow: UnitOfWork, visit: Visit, asked: _Question, message: str) -> LinkPurpose:
    context, number = asked.acting(visit.context), asked.booking.id
    if asked.purpose is LinkPurpose.ACCEPT:
        answer = answer_booking.Answer(message=message)
        answer_booking.accept(uow, context, number, answer)
    else:
        answer_booking.decline(uow, context, number, message)
    return asked.purpose


def _opened(uow: UnitOfWork, visit: Visit) -> _Question:
    """Return what a link asks; raises Refused (404), and NotAllowed where it is answered."""
    link = look_up(uow, visit.asked.parts["token"], _PURPOSES, visit.context.now)
    appointment = uow.appointments.get(link.booking.appointment) if link else None
    if link is None or appointment is None:
        raise nothing_here()
    user = uow.catalogue.user.get(appointment.first_part.details.practitioner)
    if user is None or user.disabled:
        raise nothing_here()
    if link.booking.state(appointment) is not BookingState.PENDING:
        raise NotAllowed(ENGLISH("answered_lead"))
    return _Question(link.purpose, link.booking, appointment, user)


def _too_long(visit: Visit, message: str) -> Page:
    with visit.desk.database.reading() as uow:
        made = _asked(uow, visit, _opened(uow, visit))
    wrong = {"message": message, "errors": {"message": ENGLISH("message_bad")}}
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    return replace(made, shown={**made.shown, **wrong}, status=status)


def _asked(uow: UnitOfWork, visit: Visit, asked: _Question) -> Page:
    verb = "accept" if asked.purpose is LinkPurpose.ACCEPT else "decline"
    moved = uow.appointments.get(asked.booking.replaces) if asked.booking.replaces else None
    before = booked_meeting(uow, visit, moved).when if moved else ""
    shown = {
        "leads": [
            ENGLISH("answer_lead"),
            *([ENGLISH("answer_moves", when=before)] if before else []),
        ],
        "meeting": replace(booked_meeting(uow, visit, asked.appointment), person=""),
        "before": before,
        "kept": {},
        "errors": {},
        "action": f"{visit.frame.home}/answer/{visit.asked.parts['token']}",
        "ask_message": True,
        "message": "",
        "yes": ENGLISH(f"{verb}_yes"),
        "no": "",
        "back": "",
    }
    return Page("confirm.html", ENGLISH(f"{verb}_title"), shown)
