"""Booking by a visitor: a free slot becomes an appointment, or a request for one.

Nothing that a visitor gets to hear depends on whether the practice knows them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from server.domain.appointment import Details
from server.domain.booking_rules import BookingMode
from server.domain.bookings import Booking, MailKind, Visitor
from server.domain.calendars import Notice
from server.domain.errors import Invalid, PracticeError
from server.domain.ids import (
    AppointmentId,
    BookingId,
    ClientNumber,
    LocationKey,
    UserName,
    new_ulid,
)
from server.domain.practice import Client, SessionType
from server.domain.vocabulary import Attention, Kind, Status
from server.domain.when import Timed
from server.usecases import accepted_values as accepted
from server.usecases.booking_codes import address_key
from server.usecases.booking_news import tell_practitioner, tell_visitor
from server.usecases.context import Context
from server.usecases.describe_appointment import Wanted, described
from server.usecases.edit_appointment import new_appointment
from server.usecases.find_visitor import known_client, new_client
from server.usecases.free_slots import Slot, SlotsWanted, bookable_type, free_slots
from server.usecases.manage_users import APPOINTMENTS
from server.usecases.ports import UnitOfWork
from server.usecases.repeated_requests import KeyReused

MESSAGE_AT_MOST: Final = 1000
_SUGGESTED_DAYS: Final = timedelta(days=7)
_SUGGESTED_AT_MOST: Final = 20
_MOMENT: Final = timedelta(seconds=1)
_LOOKS_AT_A_CLIENT: Final = 2
_NOBODY: Final = ClientNumber("C0")
NEW_CLIENT: Final = "new client"
"""The words in the place of a name that no calendar shows."""


class SlotTaken(PracticeError):
    """The slot is no longer free, or never was; ``slots`` are some that are."""

    condition = "slot-taken"

    def __init__(self, slots: Sequence[Slot]) -> None:
        super().__init__("This time is not free any more.")
        self.slots = tuple(slots)


class BookedAtOnce(PracticeError):
    """The same request is being carried out by another process; to be tried again."""

    condition = "booked-at-once"

    def __init__(self) -> None:
        super().__init__("The same booking is being made at this moment.")


@dataclass(frozen=True, slots=True)
class BookingWanted:
    """What a visitor asks for; ``start`` is aware. Without a practitioner it is anybody.

    ``replaces`` is the appointment that is to be moved to this time. ``proven`` says that the
    visitor reads the mail of the address: a code that was sent there came back.
    """

    session: str
    start: datetime
    visitor: Visitor
    practitioner: UserName | None = None
    location: LocationKey | None = None
    message: str = ""
    replaces: AppointmentId | None = None
    proven: bool = False


@dataclass(frozen=True, slots=True)
class RequestName:
    """Hashes of the key by which a request names itself, and of all that it says."""

    key: str
    digest: str

    @classmethod
    def of(cls, key: str, said: str) -> RequestName:
        """Return the name of a request from its Idempotency-Key and its body."""
        texts = (key, said)
        hashes = (
            hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest() for text in texts
        )
        return cls(*hashes)


def book(
    uow: UnitOfWork,
    context: Context,
    wanted: BookingWanted,
    name: RequestName | None = None,
) -> Booking:
    """Book a free slot, or ask for it; asked again by the same name, return what was booked.

    Raises SlotTaken, Invalid, NotFound, KeyReused, and BookedAtOnce where another process is
    just doing the same: nothing is stored then.
    """
    wanted = accepted_wanted(wanted)
    kind = bookable_type(uow, wanted.session)
    _lock(uow, kind, wanted.practitioner)
    earlier = uow.bookings.by_request_key(name.key) if name else None
    if name is not None and earlier is not None:
        return _same(earlier, name)
    slot = _free(uow, context, wanted)
    client = wanted_client(uow, wanted)
    instant = wanted.replaces is None and _is_instant(kind, wanted, client)
    if instant:
        client = _client(uow, context, wanted.visitor, client)
    booking = Booking(
        id=BookingId(new_ulid(context.now)),
        appointment=_appointment(uow, context, (wanted, slot), client, instant=instant),
        visitor=wanted.visitor,
        made_at=context.now,
        message=wanted.message,
        client=client.number if client else None,
        expires_at=None if instant else context.now + context.rules.request_lasts,
        replaces=wanted.replaces,
        request_key=name.key if name else None,
        request_digest=name.digest if name else "",
    )
    if not uow.bookings.add(booking):
        raise BookedAtOnce
    tell_visitor(uow, context, booking, MailKind.BOOKED if instant else MailKind.REQUESTED)
    if not instant:
        _ask(uow, context, booking, slot.practitioner)
    return booking


def check_wanted(uow: UnitOfWork, context: Context, wanted: BookingWanted) -> None:
    """Raise what book would, as things are now; nothing is stored, nobody waits."""
    _free(uow, context, accepted_wanted(wanted))


def accepted_wanted(wanted: BookingWanted) -> BookingWanted:
    """Return what is asked for as it is kept; raises Invalid."""
    visitor = wanted.visitor
    kept = replace(
        visitor,
        name=accepted.required_text("name", visitor.name),
        email=accepted.email(visitor.email),
        phone=accepted.phone(visitor.phone),
    )
    if not any(letter.isalpha() for letter in kept.name):
        raise Invalid("name", "a name has letters")
    if not kept.email and not kept.phone:
        raise Invalid("email", "an e-mail address or a phone number is needed")
    if kept.email_reminders and not kept.email:
        raise Invalid("email", "reminders by e-mail need an address")
    if (kept.phone_reminders or kept.text_reminders) and not kept.phone:
        raise Invalid("phone", "reminders by phone or text need a number")
    message = accepted.lines("message", wanted.message)
    if len(message) > MESSAGE_AT_MOST:
        raise Invalid("message", f"{len(message)} characters: {MESSAGE_AT_MOST} are possible")
    return replace(wanted, visitor=kept, message=message)


def _lock(uow: UnitOfWork, kind: SessionType, practitioner: UserName | None) -> None:
    """Wait for everybody who may be taking the same slot.

    Rooms are shared, and anybody is everybody: then the calendars of all are locked.
    """
    alone = practitioner is not None and not kind.booking.needs_room
    owners = {practitioner} if alone else {one.name for one in uow.catalogue.practitioners}
    uow.calendars.lock(
        one.id
        for one in uow.calendars.all()
        if one.owner in owners and one.slug == APPOINTMENTS
    )


def _same(earlier: Booking, name: RequestName) -> Booking:
    if earlier.request_digest != name.digest:
        raise KeyReused
    return earlier


def _free(uow: UnitOfWork, context: Context, wanted: BookingWanted) -> Slot:
    asked = SlotsWanted(
        wanted.session, wanted.practitioner, wanted.start, wanted.start + _MOMENT
    )
    for slot in free_slots(uow, context, asked):
        if wanted.location in (None, slot.location):
            return slot
    until = wanted.start + _SUGGESTED_DAYS
    others = free_slots(
        uow, context, replace(asked, start=min(wanted.start, context.now), end=until)
    )
    raise SlotTaken(others[:_SUGGESTED_AT_MOST])


def wanted_client(uow: UnitOfWork, wanted: BookingWanted) -> Client | None:
    """Return whom the visitor is, None for somebody new.

    Who asks to move an appointment is the client of that one.
    """
    if wanted.replaces is None:
        return known_client(uow, wanted.visitor)
    moved = uow.appointments.get(wanted.replaces)
    number = moved.first_part.details.client if moved else None
    return uow.clients.get(number) if number else None


def _is_instant(kind: SessionType, wanted: BookingWanted, client: Client | None) -> bool:
    """Whether nobody has to accept it; where new clients are not taken, they may still ask.

    There only who reads the mail of a client is one: what is mailed tells the two apart. So do
    the work and, when a request lapses, the slot; whoever types in an address learns neither.
    """
    mailbox = address_key(wanted.visitor.email)
    is_theirs = client is not None and address_key(client.email) == mailbox
    is_open = kind.booking.new_clients or (wanted.proven and is_theirs)
    return kind.booking.mode is BookingMode.INSTANT and is_open


class _Undone(Exception):
    """Ends a savepoint of which nothing is to stay."""


def _client(
    uow: UnitOfWork, context: Context, visitor: Visitor, known: Client | None
) -> Client:
    """Return who the visitor is, or becomes; the work is the same, so that no time tells."""
    with suppress(_Undone), uow.savepoint():
        if known is not None:
            new_client(uow, context, visitor)
        raise _Undone
    return known or new_client(uow, context, visitor)


def _appointment(
    uow: UnitOfWork,
    context: Context,
    what: tuple[BookingWanted, Slot],
    client: Client | None,
    *,
    instant: bool,
) -> AppointmentId:
    wanted, slot = what
    place = uow.catalogue.location[slot.location]
    zone = place.zone or uow.practice.zone
    when = Timed(slot.start.astimezone(zone), slot.end.astimezone(zone))
    kind, status = (
        (Kind.SESSION, Status.BOOKED) if instant else (Kind.REQUEST, Status.REQUESTED)
    )
    blank = Details(kind, status, slot.practitioner)
    if client is None:
        blank = replace(blank.with_attention(Attention.CLIENT_UNKNOWN), title=NEW_CLIENT)
        for _ in range(_LOOKS_AT_A_CLIENT):
            # Nobody's record is read as often as somebody's below: no time tells them apart.
            uow.clients.get(_NOBODY)
    said = Wanted(
        client=client.number if client else None,
        session=wanted.session,
        kind=kind,
        location=slot.location,
        room=slot.room,
    )
    details = described(uow, said, blank, context.rules.currency)
    return new_appointment(uow, context, when, details)


def _ask(uow: UnitOfWork, context: Context, booking: Booking, practitioner: UserName) -> None:
    uow.notices.add(
        Notice(
            id=new_ulid(context.now),
            user=practitioner,
            at=context.now,
            code="booking-request",
            sentence="Somebody asks for an appointment online. Accept or decline it.",
            appointment=booking.appointment,
        )
    )
    tell_practitioner(uow, context, booking, practitioner)
