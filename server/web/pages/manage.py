"""What follows from a booking, by the links that the visitor was given: see, cancel, move."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final

from server.domain.bookings import BookingState, LinkPurpose
from server.domain.errors import NotAllowed
from server.domain.practice import SessionType
from server.domain.vocabulary import Status
from server.domain.when import span_utc
from server.usecases.book import SlotTaken
from server.usecases.free_slots import SlotsWanted
from server.usecases.ports import UnitOfWork
from server.web.booking import check_practice, slots_for
from server.web.booking_manage import (
    Managed,
    MoveWanted,
    calendar_file,
    cancel_booking,
    managed,
    move_booking,
)
from server.web.desk import PracticeDesk
from server.web.messages import Answer, Asked
from server.web.pages.choice import Choice, Start
from server.web.pages.done import moved_page
from server.web.pages.frame import NOT_LISTED, Page
from server.web.pages.meeting import booked_meeting, meeting_of, words_at
from server.web.pages.months import Diary
from server.web.pages.strings import ENGLISH
from server.web.pages.visit import Visit
from server.web.public import nothing_here

CALENDAR: Final = "text/calendar; charset=utf-8; method=PUBLISH"
_KEY_BYTES: Final = 16


def manage(visit: Visit) -> Page:
    """Show what the link is for; raises Refused (404) where it opens nothing."""
    with visit.desk.database.reading() as uow:
        found = managed(uow, visit.context, _token(visit))
        match found.purpose:
            case LinkPurpose.CANCEL if found.is_ahead:
                return _cancel(uow, visit, found)
            case LinkPurpose.MOVE if found.can_move:
                return _move(uow, visit, found)
            case _:
                return _see(uow, visit, found)


def carry_out(visit: Visit) -> Page:
    """Cancel, or ask for another time, by a link that is for that."""
    said = visit.sent()
    choice = Choice.read(said)
    visit = replace(visit, zone=choice.zone)
    if choice.start is not None:
        return _moved(visit, choice, choice.start, said.get("key", ""))
    with visit.desk.database.reading() as uow:
        found = managed(uow, visit.context, _token(visit))
    if found.purpose is not LinkPurpose.CANCEL:
        raise NotAllowed(ENGLISH("see_links"))
    return _cancelled(visit, found)


def file(desk: PracticeDesk, asked: Asked) -> Answer:
    """Answer with the appointment for a calendar; raises Refused (404)."""
    with desk.database.reading() as uow:
        check_practice(uow, asked.parts["practice"])
        text = calendar_file(uow, desk.visited(desk.clock.now()), asked.parts["token"])
    headers = {
        **NOT_LISTED,
        "Content-Disposition": 'attachment; filename="appointment.ics"',
        "Referrer-Policy": "no-referrer",
    }
    return Answer(HTTPStatus.OK, text.encode(), CALENDAR, headers)


def _token(visit: Visit) -> str:
    return visit.asked.parts["token"]


def _see(uow: UnitOfWork, visit: Visit, found: Managed) -> Page:
    """Show how the booking stands; a link for something that is over shows no more."""
    over = found.purpose is not LinkPurpose.SEE
    address = visit.frame.manage(_token(visit))
    shown = {
        "meeting": booked_meeting(uow, visit, found.appointment),
        "lead": ENGLISH("see_over") if over else "",
        "state": ENGLISH(f"state_{found.state}"),
        "reply": found.booking.reply,
        "calendar": "" if over else f"{address}.ics",
    }
    return Page("see.html", ENGLISH("over_title" if over else "see_title"), shown)


def _start_of(uow: UnitOfWork, found: Managed) -> datetime:
    return span_utc(found.appointment.first_part.when, uow.practice.zone)[0]


def _cancel(uow: UnitOfWork, visit: Visit, found: Managed) -> Page:
    """Ask whether it is meant, and say what it means."""
    shown = {
        "leads": [_consequence(uow, visit, found)],
        "meeting": booked_meeting(uow, visit, found.appointment),
        "before": "",
        "kept": {},
        "errors": {},
        "action": visit.frame.manage(_token(visit)),
        "ask_message": False,
        "yes": ENGLISH("cancel_yes"),
        "no": ENGLISH("cancel_no"),
        "back": "",
    }
    return Page("confirm.html", ENGLISH("cancel_title"), shown)


def _consequence(uow: UnitOfWork, visit: Visit, found: Managed) -> str:
    hours = visit.context.rules.late_hours
    if found.state is BookingState.PENDING:
        return ENGLISH("cancel_request")
    if found.is_late:
        return ENGLISH("cancel_late", hours=hours)
    if not hours:
        return ""
    words = words_at(uow, visit, found.appointment.first_part.details.location)
    until = _start_of(uow, found) - timedelta(hours=hours)
    return ENGLISH("cancel_free", moment=words.moment(until))


def _cancelled(visit: Visit, found: Managed) -> Page:
    state = cancel_booking(visit.desk, visit.asked, _token(visit))
    with visit.desk.database.reading() as uow:
        now = uow.appointments.get(found.appointment.id) or found.appointment
        late = now.first_part.details.status is Status.LATE_CANCELLED
        shown = {
            "meeting": booked_meeting(uow, visit, now),
            "lead": ENGLISH("cancelled_late" if late else "cancelled_lead"),
            "state": ENGLISH(f"state_{state}"),
            "reply": "",
            "calendar": "",
        }
        return Page("see.html", ENGLISH("cancelled_title"), shown)


def _move(uow: UnitOfWork, visit: Visit, found: Managed) -> Page:
    """Show other times, or the one that was chosen, to be confirmed."""
    choice = Choice.read(visit.query)
    if choice.start is not None:
        return _move_confirm(uow, visit, found, choice.start)
    return _move_choose(uow, visit, found, Choice(month=choice.month, day=choice.day))


def _kind(uow: UnitOfWork, found: Managed) -> SessionType:
    number = found.appointment.first_part.details.session_type
    kind = uow.catalogue.session_type.get(number) if number else None
    if kind is None:
        raise NotAllowed(ENGLISH("see_over"))
    return kind


def _move_choose(
    uow: UnitOfWork, visit: Visit, found: Managed, choice: Choice, *, taken: bool = False
) -> Page:
    details = found.appointment.first_part.details
    wanted = SlotsWanted(_kind(uow, found).name, details.practitioner)
    slots = [
        slot
        for slot in slots_for(uow, visit.context, wanted)
        if details.location in (None, slot.location)
    ]
    words = words_at(uow, visit, details.location)
    address = visit.frame.manage(_token(visit))
    diary = Diary(slots, words, address, replace(choice, zone=visit.zone), {})
    shown = {
        **diary.shown(),
        "taken": taken,
        "now": words.moment(_start_of(uow, found)),
    }
    status = HTTPStatus.CONFLICT if taken else HTTPStatus.OK
    return Page("move.html", ENGLISH("move_title"), shown, status)


def _move_confirm(uow: UnitOfWork, visit: Visit, found: Managed, start: Start) -> Page:
    part = found.appointment.first_part
    words = words_at(uow, visit, part.details.location)
    choice = Choice(start=start, zone=visit.zone)
    address = visit.frame.manage(_token(visit))
    day = start.at.astimezone(words.zone).date()
    shown = {
        "leads": [ENGLISH("move_lead")],
        "meeting": meeting_of(uow, visit, _kind(uow, found), start, part.details.practitioner),
        "before": words.span(*span_utc(part.when, uow.practice.zone)),
        "kept": {**choice.said(), "key": secrets.token_urlsafe(_KEY_BYTES)},
        "errors": {},
        "action": address,
        "ask_message": False,
        "yes": ENGLISH("move_yes"),
        "no": "",
        "back": choice.on(day).at(address),
    }
    return Page("confirm.html", ENGLISH("move_confirm"), shown)


def _moved(visit: Visit, choice: Choice, start: Start, key: str) -> Page:
    token = _token(visit)
    wanted = MoveWanted(token, start.at, key, str(start))
    try:
        placed = move_booking(visit.desk, visit.asked, wanted)
    except SlotTaken:
        with visit.desk.database.reading() as uow:
            found = managed(uow, visit.context, token)
            words = words_at(uow, visit, start.location)
            day = start.at.astimezone(words.zone).date()
            return _move_choose(uow, visit, found, choice.on(day), taken=True)
    if placed.appointment is None:
        raise nothing_here()
    with visit.desk.database.reading() as uow:
        meeting = booked_meeting(uow, visit, placed.appointment)
        return moved_page(uow, visit, placed, meeting)
