"""What a visitor of the booking page asked for: who it is, which appointment, how it went."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from server.domain.appointment import Appointment
from server.domain.ids import AppointmentId, BookingId, ClientNumber
from server.domain.vocabulary import Status


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who books, as that person says it: nothing of it is proven, all of it is health data."""

    name: str
    email: str = ""
    phone: str = ""
    email_reminders: bool = False
    phone_reminders: bool = False
    text_reminders: bool = False


class Ended(StrEnum):
    """How a booking ended that no longer takes place."""

    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class BookingState(StrEnum):
    """Where a booking stands; it follows from its appointment, whoever changed that."""

    PENDING = "pending"
    BOOKED = "booked"
    CANCELLED = "cancelled"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Booking:
    """One booking; instants are UTC.

    ``client`` is who the visitor was recognised as, or became. ``expires_at`` is when a request
    that nobody answered lapses, None for what was booked at once. ``replaces`` is the
    appointment that is moved here if the request is accepted. ``request_key`` and
    ``request_digest`` are hashes of the Idempotency-Key and of what was sent with it. ``told``
    is what the visitor was last told of the appointment, as ``facts_told`` writes it.
    """

    id: BookingId
    appointment: AppointmentId
    visitor: Visitor
    made_at: datetime
    message: str = ""
    client: ClientNumber | None = None
    expires_at: datetime | None = None
    replaces: AppointmentId | None = None
    ended: Ended | None = None
    reply: str = ""
    request_key: str | None = None
    request_digest: str = ""
    told: str = ""

    def state(self, appointment: Appointment | None) -> BookingState:
        """Return where the booking stands, its appointment being this one (None: gone)."""
        if appointment is None or appointment.deleted_at is not None:
            return self._over()
        status = appointment.first_part.details.status
        if status is Status.REQUESTED:
            return BookingState.PENDING
        return self._over() if status.is_cancelled else BookingState.BOOKED

    def _over(self) -> BookingState:
        return BookingState(self.ended.value) if self.ended else BookingState.CANCELLED


class LinkPurpose(StrEnum):
    """The one thing that a link may be used for."""

    SEE = "see"
    CANCEL = "cancel"
    MOVE = "move"
    ACCEPT = "accept"
    DECLINE = "decline"


@dataclass(frozen=True, slots=True)
class BookingLink:
    """A link that was handed out; only a hash of its token is kept. Instants are UTC."""

    token_hash: str
    booking: BookingId
    purpose: LinkPurpose
    expires_at: datetime
    used_at: datetime | None = None

    def opens(self, purpose: LinkPurpose, now: datetime) -> bool:
        """Whether it may be used for this now; one that only shows may be used again."""
        is_new = self.used_at is None or purpose is LinkPurpose.SEE
        return self.purpose is purpose and is_new and now < self.expires_at


class MailKind(StrEnum):
    """What a mail is about."""

    CODE = "code"
    BOOKED = "booked"
    REQUESTED = "requested"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    CHANGED = "changed"
    CANCELLED = "cancelled"
    ASKED = "asked"


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail that waits to be sent: what it is about, not what it says.

    It is written when it is sent, from what holds then. ``booking`` is None for a code, whose
    ``to`` and ``secret`` are kept until it is sent, and no longer. ``ASKED`` goes to the
    practitioner, everything else to the visitor. ``attempts`` failed so far.
    """

    id: str
    kind: MailKind
    due_at: datetime
    booking: BookingId | None = None
    to: str = ""
    secret: str = ""
    attempts: int = 0
    settled_at: datetime | None = None
    failure: str = ""


@dataclass(frozen=True, slots=True)
class EmailCode:
    """A code that proves an e-mail address; address and code are kept as keyed hashes."""

    address_hash: str
    code_hash: str
    expires_at: datetime
    tries: int = 0
