"""A practitioner's connection to Google Calendar: what is kept of it, and in which state it is.

Words: the *managed* calendar is the one that the link made in Google and writes appointments
into; *watched* ones are other calendars of that person, which are only read.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from server.domain.ids import AppointmentId, GoogleLinkId, UserName
from server.domain.when import MASTER, RecurrenceKey


class LinkState(StrEnum):
    """Whether a link works, and if not, who has to do something."""

    CONNECTING = "connecting"
    CONNECTED = "connected"
    NEEDS_DECISION = "needs-decision"
    REAUTH_REQUIRED = "reauth-required"
    DISCONNECTED = "disconnected"


class OutwardLevel(StrEnum):
    """How much Google is told of an appointment, from nothing to the client's name."""

    BUSY = "busy"
    GENERIC = "generic"
    CODE = "code"
    INITIALS = "initials"
    FIRST = "first"
    FULL = "full"


class InwardLevel(StrEnum):
    """How much of an event of another calendar is kept here."""

    BUSY = "busy"
    OWN_TITLE = "own-title"


class MovePolicy(StrEnum):
    """What a move made in Google does here."""

    APPLY = "apply"
    PROPOSE = "propose"
    REVERT = "revert"


class CalendarRole(StrEnum):
    """What a calendar in Google is to a link."""

    MANAGED = "managed"
    WATCHED = "watched"


class Ending(StrEnum):
    """What becomes of a link's events in Google when the link ends."""

    LEAVE = "leave"
    REMOVE = "remove"


class EventKind(StrEnum):
    """What an event in Google is: by itself, a series, or one occurrence of a series."""

    SINGLE = "single"
    MASTER = "master"
    EXCEPTION = "exception"


class MapState(StrEnum):
    """Where the pair of an event in Google and what it stands for here is."""

    PENDING = "pending"
    LIVE = "live"
    GONE_LOCAL = "gone-local"
    GONE_GOOGLE = "gone-google"
    CONFLICT = "conflict"
    PARKED = "parked"


class Origin(StrEnum):
    """Which side an event was made on."""

    PRACTICE = "practice"
    GOOGLE = "google"


@dataclass(frozen=True, slots=True)
class GoogleLink:
    """One practitioner's connection to one Google account; instants are UTC.

    ``account_hash`` is a keyed hash of the account's ``sub``. ``sealed_*`` are encrypted with a
    key that is not in the database: the link's own key for ids and marks, and the tokens.
    ``managed`` is the id of the managed calendar, "" until it is made. ``rests_until`` keeps
    the link from calling Google before then. ``rewriting`` says that a change of level is still
    being carried into Google. ``fence`` rises with each writer that takes the link over.
    ``making_since`` is set while the managed calendar is being made, ``ending`` while the link
    is being ended; ``report`` (JSON) says what became of its events. ``full_by`` allowed names
    in Google, and when. ``shared`` says that others see the managed calendar; ``shared_ok_by``
    let them see more than a client's number, and when.
    """

    id: GoogleLinkId
    user: UserName
    state: LinkState
    account_hash: str
    sealed_key: str
    sealed_refresh: str = ""
    sealed_access: str = ""
    access_until: datetime | None = None
    scopes: tuple[str, ...] = ()
    level: OutwardLevel = OutwardLevel.GENERIC
    policy: MovePolicy = MovePolicy.APPLY
    managed: str = ""
    reason: str = ""
    made_at: datetime | None = None
    connected_at: datetime | None = None
    read_at: datetime | None = None
    written_at: datetime | None = None
    rests_until: datetime | None = None
    failures: int = 0
    rewriting: bool = False
    holder: str = ""
    held_until: datetime | None = None
    fence: int = 0
    making_since: datetime | None = None
    ending: Ending | None = None
    report: str = ""
    full_by: str = ""
    full_at: datetime | None = None
    shared: bool = False
    shared_ok_by: str = ""
    shared_ok_at: datetime | None = None

    @property
    def at_most(self) -> OutwardLevel:
        """The most that Google may be told, whatever is wished and the practice allows."""
        seen = self.shared and not self.shared_ok_by
        return OutwardLevel.CODE if seen else OutwardLevel.FULL


@dataclass(frozen=True, slots=True)
class GoogleConsent:
    """A consent that somebody was sent to Google for; good once, until ``expires_at`` (UTC).

    ``state_hash`` is the hash of what Google brings back. ``link`` is the one that is
    connected anew, "" for a new one. ``sealed_verifier`` is the PKCE verifier (RFC 7636 4.1).
    ``watched`` are the calendars to be watched, ``another`` says that an account that has no
    link yet is meant, ``titles`` that the titles of the watched calendars are wished for.
    """

    state_hash: str
    user: UserName
    link: str
    sealed_verifier: str
    redirect: str
    scopes: tuple[str, ...]
    watched: tuple[str, ...]
    another: bool
    level: OutwardLevel
    expires_at: datetime
    titles: bool = False


@dataclass(frozen=True, slots=True)
class GoogleCalendar:
    """One calendar in Google that a link reads; instants are UTC.

    ``fingerprint`` is of the parameters of the read that ``sync_token`` came from. ``page``
    and ``epoch`` are of a full read that is under way. ``unknown_since`` is set while what
    Google has cannot be told. ``poll_at`` is when it is read next,
    ``watch_at`` before when no push channel is asked for.
    """

    link: GoogleLinkId
    id: str
    role: CalendarRole
    inward: InwardLevel = InwardLevel.BUSY
    sync_token: str = ""
    fingerprint: str = ""
    page: str = ""
    epoch: int = 0
    reading_fully: bool = False
    full_read_at: datetime | None = None
    full_reads_today: int = 0
    next_full_read_at: datetime | None = None
    read_at: datetime | None = None
    poll_at: datetime | None = None
    unknown_since: datetime | None = None
    watch_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class EventMap:
    """One event in Google and what it stands for here; instants are UTC.

    ``base`` is the projection (JSON) on which both sides last agreed. ``original`` is the
    occurrence that an exception stands for. ``epoch`` is the last full read that saw it.
    ``turns`` counts how often it went back and forth since ``turns_since``, ``turns_a_day``
    the same since ``day_since``. ``sealed_title`` is how the event is called, for nobody but
    the person whose it is; "" where that is not kept.
    """

    link: GoogleLinkId
    calendar: str
    event: str
    appointment: AppointmentId
    key: RecurrenceKey
    kind: EventKind
    origin: Origin
    state: MapState
    series: str = ""
    original: RecurrenceKey = MASTER
    etag: str = ""
    generation: int = 0
    base: str = ""
    epoch: int = 0
    turns: int = 0
    turns_since: datetime | None = None
    turns_a_day: int = 0
    day_since: datetime | None = None
    reason: str = ""
    retry_at: datetime | None = None
    changed_at: datetime | None = None
    sealed_title: str = ""


@dataclass(frozen=True, slots=True)
class StagedEvent:
    """A row that was read from Google and is still to be applied.

    ``content`` is a JSON projection without a word of anybody's. ``sealed_title`` is "" unless
    the calendar's level keeps titles.
    """

    link: GoogleLinkId
    calendar: str
    number: int
    event: str
    etag: str
    content: str
    sealed_title: str = ""


@dataclass(frozen=True, slots=True)
class DirtyAppointment:
    """An appointment that changed here since Google was last told; ``due_at`` is UTC.

    ``revision`` is that of the last change: it tells whether there was one more meanwhile.
    """

    link: GoogleLinkId
    appointment: AppointmentId
    revision: int
    due_at: datetime
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class PushChannel:
    """A channel by which Google says that a calendar changed; only a hash of its token is kept.

    ``closing`` is one that was replaced and is still to be stopped, at ``renew_at``. ``silent``
    is one that did not tell of a change which was found otherwise, until it is heard again.
    """

    link: GoogleLinkId
    id: str
    calendar: str
    resource: str
    token_hash: str
    expires_at: datetime
    renew_at: datetime
    heard_at: datetime | None = None
    closing: bool = False
    silent: bool = False


@dataclass(frozen=True, slots=True)
class Conflict:
    """What was decided where both sides, or a rule and Google, did not agree.

    ``ours`` and ``theirs`` are times and states (JSON), never a text or a name.
    """

    link: GoogleLinkId
    id: str
    at: datetime
    appointment: AppointmentId
    key: RecurrenceKey
    decision: str
    ours: str = ""
    theirs: str = ""
    settled_at: datetime | None = None
