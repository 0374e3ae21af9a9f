"""What visitors of the booking page asked for, and what they are still to be told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from server.domain.bookings import Booking, BookingLink, EmailCode, Mail
from server.domain.ids import AppointmentId, BookingId


@dataclass(frozen=True, slots=True)
class BookingFilter:
    """Which bookings are wanted; None does not narrow.

    ``pending`` leaves those whose appointment is still a request; ``expired_by`` those of them
    that lapse until then (UTC). ``moving`` leaves those that ask to move this appointment.
    """

    pending: bool = False
    expired_by: datetime | None = None
    made_since: datetime | None = None
    at_most: int = 1000
    moving: AppointmentId | None = None


class Bookings(Protocol):
    """Bookings and the links that were handed out with them; all instants are UTC."""

    def get(self, booking: BookingId) -> Booking | None: ...
    def of_appointment(self, appointment: AppointmentId) -> Booking | None: ...
    def by_request_key(self, request_key: str) -> Booking | None:
        """Return what was booked by a request that named itself by this key."""
        ...

    def listed(self, wanted: BookingFilter) -> Sequence[Booking]:
        """Return bookings in the order in which they were made."""
        ...

    def add(self, booking: Booking) -> bool:
        """Add a booking; False, and nothing added, if its request key is there already."""
        ...

    def save(self, booking: Booking) -> None: ...
    def link(self, token_hash: str) -> BookingLink | None: ...
    def add_link(self, link: BookingLink) -> None: ...
    def use_link(self, token_hash: str, at: datetime) -> bool:
        """Mark a link as used; False if it was used before."""
        ...

    def prune(self, before: datetime) -> int:
        """Forget links, codes, attempts and settled mails from before; return how many."""
        ...


class Mails(Protocol):
    """Mails that wait to be sent; all instants are UTC."""

    def add(self, mail: Mail) -> None: ...
    def due(self, by: datetime, at_most: int) -> Sequence[Mail]:
        """Return what is to be sent, oldest first.

        On PostgreSQL the rows stay locked until the transaction ends, and rows that another
        sender has locked are left out.
        """
        ...

    def of_booking(self, booking: BookingId) -> Sequence[Mail]:
        """Return what waits to be sent or was sent of a booking, by due time."""
        ...

    def save(self, mail: Mail) -> None: ...
    def any_due(self, by: datetime) -> bool:
        """Whether something is to be sent; waits for nobody."""
        ...

    def change(self, before: Mail, after: Mail) -> bool:
        """Save a mail as it is after; False, and nothing saved, if it was changed meanwhile.

        That is the case where it was noted anew or taken by another sender.
        """
        ...


class Attempts(Protocol):
    """How often somebody tried something, by keyed hash: no address is kept."""

    def key(self) -> str:
        """Return the key of those hashes, made when it is first asked for.

        All processes of a practice share it. Only for a transaction that writes.
        """
        ...

    def counts(self, keys: Sequence[str], since: datetime) -> Mapping[str, int]:
        """Return how often each was tried since then (UTC)."""
        ...

    def note(self, keys: Sequence[str], at: datetime) -> None:
        """Count one attempt for each key."""
        ...

    def code(self, address_hash: str) -> EmailCode | None: ...
    def save_code(self, code: EmailCode) -> None:
        """Keep a code in the place of any before it of the same address."""
        ...

    def drop_code(self, address_hash: str) -> bool:
        """Forget a code; False if there was none."""
        ...
