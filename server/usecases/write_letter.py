"""Writing a mail when it is sent: what it says holds then, or it is not sent at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from server.domain.appointment import Appointment
from server.domain.bookings import Booking, BookingState, LinkPurpose, Mail, MailKind
from server.domain.errors import Invalid
from server.domain.practice import Location
from server.domain.vocabulary import Status
from server.domain.when import span_utc
from server.ics.booked_text import Booked, BookedStatus, booked_text
from server.usecases import accepted_values as accepted
from server.usecases import mail_words as words
from server.usecases.booking_links import mint
from server.usecases.booking_news import has_passed, told_now
from server.usecases.letters import Letter, NotSent, Paragraph
from server.usecases.mail_words import Says
from server.usecases.ports import UnitOfWork

_SEEN_FOR: Final = timedelta(days=30)
"""How long after an appointment its page can still be looked at."""
_SAYS: Final[Mapping[tuple[MailKind, BookingState], Says]] = {
    (MailKind.BOOKED, BookingState.BOOKED): Says.BOOKED,
    (MailKind.REQUESTED, BookingState.PENDING): Says.REQUESTED,
    (MailKind.ACCEPTED, BookingState.BOOKED): Says.ACCEPTED,
    (MailKind.DECLINED, BookingState.DECLINED): Says.DECLINED,
    (MailKind.EXPIRED, BookingState.EXPIRED): Says.EXPIRED,
    (MailKind.CANCELLED, BookingState.WITHDRAWN): Says.WITHDRAWN,
    (MailKind.CHANGED, BookingState.BOOKED): Says.MOVED,
    (MailKind.CHANGED, BookingState.PENDING): Says.REOPENED,
    (MailKind.CHANGED, BookingState.CANCELLED): Says.CALLED_OFF,
    (MailKind.ASKED, BookingState.PENDING): Says.ASKED,
}
"""What is said of a booking that stands like this. A mail about a state that was left is not
sent: whatever ended it is told by a mail of its own, which knows more."""
_FILED_AS: Final = {
    Says.BOOKED: BookedStatus.CONFIRMED,
    Says.ACCEPTED: BookedStatus.CONFIRMED,
    Says.MOVED: BookedStatus.CONFIRMED,
    Says.CALLED_OFF: BookedStatus.CANCELLED,
    Says.WITHDRAWN: BookedStatus.CANCELLED,
}
"""With which status the event goes along. Requests are in nobody's calendar yet."""
_STANDS: Final = frozenset({Says.BOOKED, Says.ACCEPTED, Says.MOVED})
_OPEN: Final = frozenset({Says.REQUESTED, Says.REOPENED})
_OVER: Final = frozenset({Says.DECLINED, Says.EXPIRED, Says.CALLED_OFF})


@dataclass(frozen=True, slots=True)
class _Subject:
    """What a mail is about; ``start`` and ``end`` (UTC) are those that the reader is told."""

    uow: UnitOfWork
    pages: str
    booking: Booking
    appointment: Appointment
    says: Says
    start: datetime
    end: datetime

    @property
    def place(self) -> Location | None:
        key = self.appointment.first_part.details.location
        return self.uow.catalogue.location.get(key) if key else None

    @property
    def zone(self) -> ZoneInfo:
        place = self.place
        return (place.zone if place else None) or self.uow.practice.zone

    def link(self, label: str, purpose: LinkPurpose, until: datetime) -> Paragraph:
        """Return a link that was made for this one mail."""
        is_answer = purpose in (LinkPurpose.ACCEPT, LinkPurpose.DECLINE)
        page = "answer" if is_answer else "manage"
        token = mint(self.uow, self.booking, purpose, until)
        return Paragraph(label, f"{self.pages}/book/{self.uow.practice.slug}/{page}/{token}")


def write_letter(uow: UnitOfWork, mail: Mail, pages: str, now: datetime) -> Letter | NotSent:
    """Return what is sent now (UTC), or why nothing is.

    ``pages`` is the address at which the booking pages are shown. Its links are made here, so
    the transaction has to be kept.
    """
    if mail.kind is MailKind.CODE:
        return _code(uow, mail)
    subject = _subject_of(uow, mail, pages, now)
    if isinstance(subject, NotSent):
        return subject
    to = _address_of(subject)
    if to is None:
        return NotSent.NO_ADDRESS
    practice = uow.practice.name
    return Letter(
        to,
        practice,
        words.SUBJECTS[subject.says].format(practice=practice),
        tuple(_paragraphs(subject)),
        _calendar_file(subject, now),
        "" if subject.says is Says.ASKED else told_now(uow, subject.booking),
        subject.appointment.revision,
    )


def _code(uow: UnitOfWork, mail: Mail) -> Letter | NotSent:
    to = _fit(mail.to)
    if to is None:
        return NotSent.NO_ADDRESS
    practice = uow.practice.name
    said = {"code": mail.secret, "practice": practice}
    texts = (
        words.OPENINGS[Says.CODE].format_map(said),
        words.NOT_ASKED_FOR,
        words.CLOSING.format_map(said),
    )
    paragraphs = tuple(Paragraph(text) for text in texts)
    return Letter(to, practice, words.SUBJECTS[Says.CODE].format_map(said), paragraphs)


def _subject_of(uow: UnitOfWork, mail: Mail, pages: str, now: datetime) -> _Subject | NotSent:
    booking = uow.bookings.get(mail.booking) if mail.booking else None
    appointment = uow.appointments.get(booking.appointment) if booking else None
    if booking is None or appointment is None:
        return NotSent.OVERTAKEN
    if mail.kind is MailKind.CHANGED and booking.told == told_now(uow, booking):
        return NotSent.UNCHANGED
    if has_passed(uow, booking, now):
        return NotSent.PASSED
    says = _SAYS.get((mail.kind, booking.state(appointment)))
    if says is None:
        return NotSent.OVERTAKEN
    start, end = span_utc(appointment.first_part.when, uow.practice.zone)
    if says is Says.CALLED_OFF:
        start, end = _told_span(booking) or (start, end)
    return _Subject(uow, pages, booking, appointment, says, start, end)


def _told_span(booking: Booking) -> tuple[datetime, datetime] | None:
    """Return the time that the visitor knows; it may have been moved before it was ended."""
    said = booking.told.split(" ")
    if len(said) < 3:  # noqa: PLR2004 - the state, the start, the end
        return None
    return datetime.fromisoformat(said[1]), datetime.fromisoformat(said[2])


def _address_of(subject: _Subject) -> str | None:
    if subject.says is not Says.ASKED:
        return _fit(subject.booking.visitor.email)
    practitioner = subject.appointment.first_part.details.practitioner
    user = subject.uow.catalogue.user.get(practitioner)
    return None if user is None or user.disabled else _fit(user.email)


def _fit(address: str) -> str | None:
    """Return an address that can stand in a header, None for any other (ASVS 1.3.11)."""
    try:
        return accepted.email(address) or None
    except Invalid:
        return None


def _paragraphs(subject: _Subject) -> Iterator[Paragraph]:
    says, booking = subject.says, subject.booking
    yield Paragraph(words.OPENINGS[says])
    if says is Says.WITHDRAWN and _is_late(subject):
        yield Paragraph(words.LATE)
    yield Paragraph(words.span_said(subject.start, subject.end, subject.zone))
    if says is not Says.ASKED:
        yield from map(Paragraph, _about(subject))
    if booking.reply and says in (Says.ACCEPTED, Says.DECLINED):
        yield Paragraph(words.REPLY)
        yield Paragraph(booking.reply)
    yield from _links(subject)
    yield Paragraph(words.CLOSING.format(practice=subject.uow.practice.name))


def _is_late(subject: _Subject) -> bool:
    return subject.appointment.first_part.details.status is Status.LATE_CANCELLED


def _about(subject: _Subject) -> Iterator[str]:
    """Yield what it is, as far as its mails may say (45 CFR 164.502(b)), and where."""
    details = subject.appointment.first_part.details
    kinds = subject.uow.catalogue.session_type
    kind = kinds.get(details.session_type) if details.session_type else None
    if kind is not None and kind.in_email_reminders and kind.description:
        yield kind.description
    if subject.place is not None:
        yield subject.place.name
    until = subject.booking.expires_at
    if subject.says in _OPEN and until is not None:
        yield words.KEPT_UNTIL.format(until=words.moment_said(until, subject.zone))


def _links(subject: _Subject) -> Iterator[Paragraph]:
    says, start = subject.says, subject.start
    if says is Says.ASKED:
        until = subject.booking.expires_at or start
        yield subject.link(words.ACCEPT, LinkPurpose.ACCEPT, until)
        yield subject.link(words.DECLINE, LinkPurpose.DECLINE, until)
        yield Paragraph(words.IN_CALENDAR)
    elif says in _OVER:
        anew = f"{subject.pages}/book/{subject.uow.practice.slug}"
        yield Paragraph(words.BOOK_ANEW, anew)
    elif says in _STANDS or says in _OPEN:
        see = words.SEE if says in _STANDS else words.SEE_REQUEST
        yield subject.link(see, LinkPurpose.SEE, subject.end + _SEEN_FOR)
        yield subject.link(words.CANCEL, LinkPurpose.CANCEL, start)
        if says in _STANDS:
            yield subject.link(words.MOVE, LinkPurpose.MOVE, start)


def _calendar_file(subject: _Subject, now: datetime) -> str:
    status = _FILED_AS.get(subject.says)
    if status is None or (status is BookedStatus.CANCELLED and not _was_filed(subject)):
        return ""
    place = subject.place
    booked = Booked(
        subject.appointment.uid,
        subject.appointment.revision,
        subject.start,
        subject.end,
        status,
        words.SUMMARY.format(practice=subject.uow.practice.name),
        place.name if place else "",
    )
    return booked_text(booked, now)


def _was_filed(subject: _Subject) -> bool:
    """Whether the visitor had an event to take out: a request was none."""
    return subject.booking.expires_at is None
