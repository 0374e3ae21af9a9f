"""The closed lists of the practice's words; the values are what is stored and sent."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """What an appointment is (SH-02, SH-24)."""

    SESSION = "session"
    CONTACT = "contact"
    COLLATERAL = "collateral"
    OTHER = "other"
    REQUEST = "request"

    @property
    def has_client(self) -> bool:
        """Whether an appointment of this kind is about a client."""
        return self is not Kind.OTHER


class Status(StrEnum):
    """Where an appointment stands."""

    REQUESTED = "requested"
    BOOKED = "booked"
    CONFIRMED = "confirmed"
    ARRIVED = "arrived"
    COMPLETED = "completed"
    NO_SHOW = "no-show"
    CANCELLED = "cancelled"
    LATE_CANCELLED = "late-cancelled"

    @property
    def is_cancelled(self) -> bool:
        """Whether the appointment no longer takes place."""
        return self in (Status.CANCELLED, Status.LATE_CANCELLED)

    @property
    def is_realised(self) -> bool:
        """Whether something has happened that no edit of a series may undo (M10)."""
        return self not in (Status.REQUESTED, Status.BOOKED, Status.CONFIRMED)


class Medium(StrEnum):
    """How a contact was made (SH-21)."""

    PHONE = "phone"
    IN_PERSON = "in-person"
    EMAIL = "email"
    TEXT = "text"
    VIDEO = "video"
    LETTER = "letter"
    OTHER = "other"


class ContactWith(StrEnum):
    """Who a collateral contact was with (SH-22)."""

    PARENT_GUARDIAN = "parent-guardian"
    SPOUSE = "spouse"
    FAMILY_MEMBER = "family-member"
    PSYCHOLOGIST = "psychologist"
    CASEWORKER = "caseworker"
    PHYSICIAN = "physician"
    OTHER = "other"


class Attention(StrEnum):
    """Why somebody has to look at an appointment; nothing was guessed."""

    CLIENT_UNKNOWN = "client-unknown"
    CLIENT_AMBIGUOUS = "client-ambiguous"
    SESSION_UNKNOWN = "session-unknown"
    LOCATION_UNKNOWN = "location-unknown"
    MODIFIER_OVERFLOW = "modifier-overflow"
    DURATION_CODE_MISMATCH = "duration-code-mismatch"
    OVERLAP = "overlap"
    TIMES_UNUSUAL = "times-unusual"

    @property
    def asks_for_client(self) -> bool:
        """Whether the title asks which client is meant."""
        return self in (Attention.CLIENT_UNKNOWN, Attention.CLIENT_AMBIGUOUS)

    @property
    def needs_answer(self) -> bool:
        """Whether somebody must decide something; the others are warnings."""
        return self not in (Attention.OVERLAP, Attention.DURATION_CODE_MISMATCH)


class Lock(StrEnum):
    """What keeps an appointment from being changed; billing adds the first three."""

    NOTE_SIGNED = "note-signed"
    BILL_OPEN = "bill-open"
    PAYMENT = "payment"
    REQUEST = "request"
    PAST_SERIES = "past-series"


class Role(StrEnum):
    """What a user may do."""

    PRACTITIONER = "practitioner"
    FRONT_DESK = "front-desk"
    ADMIN = "admin"


class TitleLevel(StrEnum):
    """How a client is named in a title (part 7 of the calendar rules)."""

    FULL = "full"
    FIRST = "first"
    INITIALS = "initials"
    ID = "id"
    ANONYMOUS = "anonymous"
    BUSY = "busy"


class Auto95(StrEnum):
    """Where modifier 95 came from (SH-05)."""

    NONE = "none"
    ADDED = "added"
    DECLINED = "declined"


class Door(StrEnum):
    """The way by which a change came in."""

    CALDAV = "caldav"
    COMMAND_LINE = "command-line"
    IMPORT = "import"
    WORKER = "worker"
    GOOGLE = "google"
    BOOKING = "booking"
    API = "api"


class Fact(StrEnum):
    """What happened to an appointment; subscribers receive it with ids only."""

    BOOKED = "booked"
    MOVED = "moved"
    EDITED = "edited"
    CONFIRMED = "confirmed"
    ARRIVED = "arrived"
    COMPLETED = "completed"
    NO_SHOW = "no-show"
    CANCELLED = "cancelled"
    LATE_CANCELLED = "late-cancelled"
    UNDONE = "undone"
    DELETED = "deleted"
    RESTORED = "restored"


class CalendarKind(StrEnum):
    """What the events of a calendar mean."""

    APPOINTMENTS = "appointments"
    PERSONAL = "personal"
    AVAILABILITY = "availability"
    WATCHED = "watched"
    """What a practitioner's other calendars in Google say of their time; read only."""
