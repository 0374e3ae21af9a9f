"""Booking by a visitor, for the page and the public API alike: offered, free, placed.

Whatever a visitor is answered follows from the session type and from what is free, never from
whether the practice knows them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

from server.domain.appointment import Appointment
from server.domain.booking_rules import BookingMode
from server.domain.bookings import Booking, LinkPurpose
from server.domain.errors import Invalid
from server.domain.practice import Location, SessionType, User
from server.domain.when import span_utc
from server.practice_db.errors import DatabaseBusy
from server.usecases.availability import hours_between
from server.usecases.book import (
    BookedAtOnce,
    BookingWanted,
    RequestName,
    accepted_wanted,
    book,
    check_wanted,
)
from server.usecases.booking_codes import WrongCode, is_right, send_code, spend_code
from server.usecases.booking_limits import Knock, let_in
from server.usecases.booking_links import mint
from server.usecases.booking_terms import BookingTerms
from server.usecases.context import Context
from server.usecases.free_slots import Slot, SlotsWanted, bookable_type, free_slots
from server.usecases.ports import UnitOfWork
from server.web.desk import PracticeDesk
from server.web.messages import Asked
from server.web.public import nothing_here

_TRIES: Final = 4
_LINKS_LAST: Final = timedelta(days=30)
"""How long after the appointment its links still open something."""
_LINKS: Final = (LinkPurpose.SEE, LinkPurpose.CANCEL, LinkPurpose.MOVE)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Offer:
    """A session type that visitors may book: with whom, where, by which clock."""

    kind: SessionType
    practitioners: tuple[User, ...]
    locations: tuple[tuple[Location, ZoneInfo], ...]
    asks_code: bool


class PlacedState(StrEnum):
    """What a visitor is told that became of a booking."""

    CODE_SENT = "code-sent"
    BOOKED = "booked"
    REQUESTED = "requested"
    RECEIVED = "received"


@dataclass(frozen=True, slots=True)
class Placed:
    """What became of a booking; nothing is there yet where a code was sent.

    ``links`` are tokens by what they are for. There are none, and ``booking`` and
    ``appointment`` are not to be shown beyond time and place, where it is only RECEIVED.
    """

    state: PlacedState
    booking: Booking | None = None
    appointment: Appointment | None = None
    links: Mapping[LinkPurpose, str] = field(default_factory=dict)


def check_open(desk: PracticeDesk, uow: UnitOfWork, slug: str) -> None:
    """Raise Refused (404) where this practice is not served here, or takes no bookings."""
    check_practice(uow, slug)
    if not desk.terms.online:
        raise nothing_here()


def check_practice(uow: UnitOfWork, slug: str) -> None:
    """Raise Refused (404) where this practice is not served here."""
    if slug != uow.practice.slug:
        raise nothing_here()


def asks_code(terms: BookingTerms, kind: SessionType) -> bool:
    """Whether who books this proves the address: it is a request, or may become one."""
    waits = kind.booking.mode is BookingMode.REQUEST or not kind.booking.new_clients
    return terms.verification_codes and waits


def offered(uow: UnitOfWork, context: Context, terms: BookingTerms) -> list[Offer]:
    """Return what can be booked online, by name, and who has bookable hours for it.

    Raises TooManyInstances.
    """
    kinds = [
        one for one in uow.catalogue.session_types if one.online_bookable and not one.archived
    ]
    people = {one.name: one for one in uow.catalogue.practitioners if not one.disabled}
    horizon = max((one.booking.horizon for one in kinds), default=0)
    span = (context.now, context.now + timedelta(days=horizon + 1))
    hours = hours_between(uow, context.rules, people, span) if kinds else []
    meanings = {(one.practitioner, one.meaning) for one in hours}
    return [
        Offer(
            kind,
            tuple(
                one
                for name, one in people.items()
                if any(whose == name and means.admits(kind, one) for whose, means in meanings)
            ),
            _locations(uow, kind),
            asks_code(terms, kind),
        )
        for kind in sorted(kinds, key=lambda one: one.name)
    ]


def _locations(uow: UnitOfWork, kind: SessionType) -> tuple[tuple[Location, ZoneInfo], ...]:
    places = (uow.catalogue.location.get(key) for key in kind.locations)
    zone = uow.practice.zone
    return tuple((one, one.zone or zone) for one in places if one and not one.archived)


def slots_for(uow: UnitOfWork, context: Context, wanted: SlotsWanted) -> list[Slot]:
    """Return the free slots; raises NotFound and Invalid for what cannot be booked."""
    return free_slots(uow, context, wanted)


def place_booking(
    desk: PracticeDesk,
    asked: Asked,
    wanted: BookingWanted,
    name: RequestName | None = None,
    code: str = "",
) -> Placed:
    """Book, or ask for it, or send a code; asked again by the same name, answer alike.

    Raises Refused, SlotTaken, Invalid, NotFound, KeyReused, WrongCode, TooOften, and
    DatabaseBusy or BookedAtOnce where others were in the way again and again.
    """
    errand = _Errand(desk, asked, accepted_wanted(wanted), name, code)
    return errand.run()


def of_visitor(key: str, wanted: BookingWanted, said: str) -> RequestName | None:
    """Return the name of a request, None without a key.

    Keys are counted for each visitor, so that strangers who choose the same one never meet.
    """
    visitor = wanted.visitor
    words = (key, visitor.name, visitor.email, visitor.phone)
    return RequestName.of("\n".join(words), said) if key else None


def again(attempt: Callable[[], T]) -> T:
    """Do it, once more where other writers were in the way."""
    for _ in range(_TRIES - 1):
        try:
            return attempt()
        except (DatabaseBusy, BookedAtOnce):
            continue
    return attempt()


class _Gate(StrEnum):
    """How a request got past the door."""

    OPEN = "open"
    PROVEN = "proven"
    WRONG = "wrong"
    TO_PROVE = "to-prove"


@dataclass(slots=True)
class _Errand:
    """One visitor's request; each step is a transaction of its own."""

    desk: PracticeDesk
    asked: Asked
    wanted: BookingWanted
    name: RequestName | None
    code: str
    context: Context = field(init=False)

    def __post_init__(self) -> None:
        self.context = self.desk.visited(self.desk.clock.now())

    def run(self) -> Placed:
        """Carry it out."""
        match again(self._pass_gate):
            case _Gate.WRONG:
                raise WrongCode
            case _Gate.TO_PROVE:
                return self._sent_code()
            case _Gate.PROVEN:
                return again(lambda: self._placed(proven=True))
            case _Gate.OPEN:
                return again(lambda: self._placed(proven=False))

    @property
    def _email(self) -> str:
        return self.wanted.visitor.email

    def _pass_gate(self) -> _Gate:
        """Count the attempt, and look at the code: both count also where nothing is booked."""
        with self.desk.database.writing() as uow:
            kind = bookable_type(uow, self.wanted.session)
            knock = Knock(self.asked.network, self._email)
            let_in(uow, self.desk.terms, knock, self.context.now)
            if not asks_code(self.desk.terms, kind) or self._is_repeated(uow):
                return _Gate.OPEN
            if not self._email:
                raise Invalid("email", "an address is needed: a code is sent there")
            if not self.code:
                return _Gate.TO_PROVE
            if is_right(uow, self.context, self._email, self.code):
                return _Gate.PROVEN
            # The same request may have used the code up just now.
            return _Gate.OPEN if self._is_repeated(uow) else _Gate.WRONG

    def _sent_code(self) -> Placed:
        with self.desk.database.reading() as uow:
            check_wanted(uow, self.context, self.wanted)
        with self.desk.database.writing() as uow:
            send_code(uow, self.context, self._email)
        return Placed(PlacedState.CODE_SENT)

    def _is_repeated(self, uow: UnitOfWork) -> bool:
        return self.name is not None and uow.bookings.by_request_key(self.name.key) is not None

    def _placed(self, *, proven: bool) -> Placed:
        with self.desk.database.writing() as uow:
            if proven and not spend_code(uow, self._email) and not self._is_repeated(uow):
                raise WrongCode
            wanted = replace(self.wanted, proven=proven)
            booking = book(uow, self.context, wanted, self.name)
            kind = bookable_type(uow, self.wanted.session)
            return placed(uow, booking, state_for(kind))


def state_for(kind: SessionType) -> PlacedState:
    """Return what is said of a booking of this type, whoever booked."""
    if not kind.booking.new_clients:
        return PlacedState.RECEIVED
    is_instant = kind.booking.mode is BookingMode.INSTANT
    return PlacedState.BOOKED if is_instant else PlacedState.REQUESTED


def placed(uow: UnitOfWork, booking: Booking, state: PlacedState) -> Placed:
    """Return a booking with new links to it; those that were handed out before stay good."""
    appointment = uow.appointments.get(booking.appointment)
    made = Placed(state, booking, appointment)
    if state is PlacedState.RECEIVED or appointment is None:
        return made
    until = links_until(uow, appointment)
    return replace(made, links={one: mint(uow, booking, one, until) for one in _LINKS})


def links_until(uow: UnitOfWork, appointment: Appointment) -> datetime:
    """Return until when (UTC) links to an appointment are good."""
    return span_utc(appointment.first_part.when, uow.practice.zone)[1] + _LINKS_LAST
