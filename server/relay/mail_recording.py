"""What is written before and after a mail is sent, each in a short transaction of its own.

An attempt is counted when the mail is taken, before it is made. A process that dies before the
result is written leaves a mail that is due again a little later: it may come twice then, under
the same Message-ID, and is never lost.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from server.domain.bookings import Booking, Mail, MailKind
from server.domain.calendars import Notice
from server.domain.ids import new_ulid
from server.relay.mail_server import MailOutcome, MailVerdict
from server.usecases.letters import Letter, NotSent
from server.usecases.ports import Database, UnitOfWork
from server.usecases.write_letter import write_letter

log = logging.getLogger(__name__)

_MINUTE: Final = 60
_HOUR: Final = 3600
DELAYS: Final = (
    _MINUTE,
    5 * _MINUTE,
    15 * _MINUTE,
    _HOUR,
    3 * _HOUR,
    8 * _HOUR,
    12 * _HOUR,
    24 * _HOUR,
)
"""Seconds to wait after each attempt that failed; after the one that follows it is given up."""
CODE_DELAYS: Final = (15, 45, 2 * _MINUTE, 5 * _MINUTE)
"""The same for a code, for which somebody is waiting: later it is good for nothing."""
KEPT: Final = timedelta(days=30)
"""How long mails that are settled, and links and codes that are over, are remembered."""
GIVEN_UP: Final = MailOutcome(MailVerdict.REFUSED, "given-up")
"""The attempts are used up, though none came to a result: a process died at each."""
_UNDELIVERED: Final = "A mail about an online booking could not be delivered ({result})."


def take(database: Database, now: datetime, lease: timedelta) -> Mail | None:
    """Take the next mail that is due, None where there is none.

    Nobody else takes it before the lease is over. Only who finds something due waits for a
    transaction that writes.
    """
    with database.reading() as uow:
        if not uow.mails.any_due(now):
            return None
    with database.writing() as uow:
        for mail in uow.mails.due(now, 1):
            taken = replace(mail, attempts=mail.attempts + 1, due_at=now + lease)
            uow.mails.save(taken)
            return taken
    return None


def is_used_up(mail: Mail) -> bool:
    """Whether a mail that was just taken has had all its attempts before."""
    return mail.attempts > len(_delays_of(mail)) + 1


def write(database: Database, mail: Mail, pages: str, now: datetime) -> Letter | NotSent:
    """Return what a mail says now, or why it is not sent; its links are kept."""
    with database.writing() as uow:
        return write_letter(uow, mail, pages, now)


def note(
    database: Database, mail: Mail, outcome: MailOutcome, told: str, now: datetime
) -> None:
    """Store what came of an attempt, unless the mail was noted anew or taken meanwhile."""
    after = _after(mail, outcome, now)
    with database.writing() as uow:
        if told and outcome.verdict is MailVerdict.SENT:
            _note_told(uow, mail, told)
        if uow.mails.change(mail, after) and outcome.verdict is not MailVerdict.SENT:
            _note_failure(uow, after, now)
    log.info(
        "mail=%s kind=%s attempt=%d verdict=%s result=%s",
        *(mail.id, mail.kind, mail.attempts, outcome.verdict, outcome.result),
    )


def drop(database: Database, mail: Mail, reason: str, now: datetime) -> None:
    """Settle a mail that is not sent; whom it would have told is told nothing."""
    with database.writing() as uow:
        settled = uow.mails.change(mail, _settled(mail, reason, now))
        if settled and reason == NotSent.NO_ADDRESS.value:
            _tell_practitioner(uow, mail, reason, now)
    log.info("mail=%s kind=%s not sent reason=%s", mail.id, mail.kind, reason)


def prune(database: Database, now: datetime) -> int:
    """Clear away what nobody needs any more of mails, links, codes and attempts."""
    with database.writing() as uow:
        return uow.bookings.prune(now - KEPT)


def _delays_of(mail: Mail) -> tuple[int, ...]:
    return CODE_DELAYS if mail.kind is MailKind.CODE else DELAYS


def _after(mail: Mail, outcome: MailOutcome, now: datetime) -> Mail:
    delays = _delays_of(mail)
    match outcome.verdict:
        case MailVerdict.SENT:
            return _settled(mail, "", now)
        case MailVerdict.LATER | MailVerdict.DOWN if mail.attempts <= len(delays):
            pause = timedelta(seconds=delays[mail.attempts - 1])
            return replace(mail, due_at=now + pause, failure=outcome.result)
        case MailVerdict.LATER | MailVerdict.DOWN | MailVerdict.REFUSED:
            return _settled(mail, outcome.result, now)


def _settled(mail: Mail, failure: str, now: datetime) -> Mail:
    """Return a mail that is over; whom it was for and what it kept secret is forgotten."""
    return replace(mail, to="", secret="", settled_at=now, failure=failure)


def _note_told(uow: UnitOfWork, mail: Mail, told: str) -> None:
    """Note what the visitor now knows, by whichever of the appointment's bookings they know it.

    Who asked for another time has two of one appointment, and is told once.
    """
    booking = uow.bookings.get(mail.booking) if mail.booking else None
    appointment = uow.appointments.get(booking.appointment) if booking else None
    if booking is None or appointment is None:
        return
    # Whoever changes the booking holds its calendar.
    uow.calendars.lock([appointment.calendar])
    first = uow.bookings.of_appointment(booking.appointment)
    for one in {each.id for each in (booking, first) if each and _same(each, booking)}:
        current = uow.bookings.get(one)
        if current is not None:
            uow.bookings.save(replace(current, told=told))


def _same(one: Booking, other: Booking) -> bool:
    return one.visitor.email == other.visitor.email


def _note_failure(uow: UnitOfWork, mail: Mail, now: datetime) -> None:
    if mail.settled_at is not None:
        _tell_practitioner(uow, mail, mail.failure, now)


def _tell_practitioner(uow: UnitOfWork, mail: Mail, result: str, now: datetime) -> None:
    """Note that somebody was not reached; of a code only its visitor needs to know."""
    booking = uow.bookings.get(mail.booking) if mail.booking else None
    appointment = uow.appointments.get(booking.appointment) if booking else None
    if appointment is None:
        return
    uow.notices.add(
        Notice(
            id=new_ulid(now),
            user=appointment.first_part.details.practitioner,
            at=now,
            code="mail-undelivered",
            sentence=_UNDELIVERED.format(result=result),
            appointment=appointment.id,
        )
    )
