"""Connections to Google Calendar: links, calendars, pairs of events, what waits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from server.domain.google import (
    Conflict,
    DirtyAppointment,
    EventMap,
    GoogleCalendar,
    GoogleConsent,
    GoogleLink,
    PushChannel,
    StagedEvent,
)
from server.domain.google_compared import Comparison
from server.domain.ids import AppointmentId, CalendarId, GoogleLinkId, UserName
from server.usecases.ports.google_titles import GoogleTitles


class DueLink(NamedTuple):
    """A link for which there is something to do; ``slow`` is work that may take long.

    ``fresh`` says that something was changed here, or that Google has told of a change.
    """

    link: GoogleLinkId
    slow: bool
    fresh: bool = False


class Tally(NamedTuple):
    """How many events of a link are paired, and what waits.

    ``waiting`` are appointments that Google is still to be told of, ``told`` those of which it
    was told all. ``staged`` are events that were read and are still to be applied.
    """

    live: int = 0
    pending: int = 0
    conflicting: int = 0
    parked: int = 0
    waiting: int = 0
    staged: int = 0
    told: int = 0


class ShownTime(NamedTuple):
    """An occurrence of a watched event as it is shown here, in seconds since 1970 (UTC).

    A whole day is that of the practice's zone; ``blocks`` says whether it takes time.
    """

    appointment: AppointmentId
    start: int
    end: int
    all_day: bool
    blocks: bool


class GoogleLinks(Protocol):
    """Links and what one writer at a time does with them; all instants are UTC."""

    def link(self, link: GoogleLinkId) -> GoogleLink | None: ...
    def locked(self, link: GoogleLinkId) -> GoogleLink | None:
        """Return a link to be changed: nobody else changes it until the end."""
        ...

    def links(self, user: UserName | None = None) -> Sequence[GoogleLink]:
        """Return one user's links or all, by creation."""
        ...

    def save_link(self, link: GoogleLink) -> None:
        """Store a link but for its lease: holder, held_until and fence stay as they are."""
        ...

    def remove_link(self, link: GoogleLinkId) -> None:
        """Remove a link with all that hangs on it; appointments stay."""
        ...

    def take(
        self, link: GoogleLinkId, holder: str, now: datetime, until: datetime
    ) -> int | None:
        """Make somebody the only writer of a link until then, and return the new fence.

        None while somebody else is. Who holds it already keeps it, with the same fence.
        """
        ...

    def is_held(self, link: GoogleLinkId, holder: str, fence: int) -> bool:
        """Whether this writer still is the only one; the row stays locked until the end."""
        ...

    def let_go(self, link: GoogleLinkId, holder: str) -> None: ...
    def due(self, now: datetime) -> Sequence[DueLink]:
        """Return the links that nobody holds and for which there is something to do now."""
        ...

    def add_consent(self, consent: GoogleConsent) -> None: ...
    def use_consent(self, state_hash: str) -> GoogleConsent | None:
        """Return a consent and forget it: it is good once, whatever comes of it."""
        ...

    def prune_consents(self, before: datetime) -> int:
        """Forget the consents that expired before then; return how many."""
        ...


class GoogleCalendars(Protocol):
    """The calendars in Google that a link reads, and the channels of each."""

    def get(self, link: GoogleLinkId, calendar: str) -> GoogleCalendar | None: ...
    def of_link(self, link: GoogleLinkId) -> Sequence[GoogleCalendar]: ...
    def save(self, calendar: GoogleCalendar) -> None: ...
    def remove(self, link: GoogleLinkId, calendar: str) -> None: ...
    def hurry(self, link: GoogleLinkId, calendar: str, at: datetime) -> bool:
        """Let a calendar be read at that time, unless it is to be read before; whether not."""
        ...

    def comparisons(self, link: GoogleLinkId) -> Sequence[Comparison]:
        """Return how the calendars' busy times compare with Google's own, where they did."""
        ...

    def save_comparison(self, comparison: Comparison) -> None:
        """Store it; it goes with its calendar."""
        ...

    def shown_times(
        self, place: CalendarId, start: datetime, end: datetime
    ) -> Sequence[ShownTime]:
        """Return what of a calendar here is indexed and meets a range (UTC), in no order."""
        ...

    def channel(self, channel: str) -> PushChannel | None: ...
    def channels(self, link: GoogleLinkId) -> Sequence[PushChannel]: ...
    def save_channel(self, channel: PushChannel) -> None: ...
    def hear_channel(self, link: GoogleLinkId, channel: str, at: datetime) -> None:
        """Note that a channel was heard: it is silent no more."""
        ...

    def remove_channel(self, link: GoogleLinkId, channel: str) -> None: ...


class GoogleEvents(Protocol):
    """Pairs of an event in Google and what it stands for here, and what waits on both sides."""

    def of_event(self, link: GoogleLinkId, calendar: str, event: str) -> EventMap | None: ...
    def of_appointment(
        self, link: GoogleLinkId, appointment: AppointmentId
    ) -> Sequence[EventMap]:
        """Return all pairs of an appointment: its master first, then by key."""
        ...

    def of_series(self, link: GoogleLinkId, calendar: str, series: str) -> Sequence[EventMap]:
        """Return the pairs of a series' exceptions, by the series' id in Google."""
        ...

    def all(self, link: GoogleLinkId, calendar: str | None = None) -> Sequence[EventMap]: ...
    def unseen(self, link: GoogleLinkId, calendar: str, epoch: int) -> Sequence[EventMap]:
        """Return the pairs that no full read since this one saw."""
        ...

    def save(self, pair: EventMap) -> None: ...
    def remove(self, pair: EventMap) -> None: ...
    def tally(self, link: GoogleLinkId) -> Tally: ...
    def mark_all(
        self, link: GoogleLinkId, user: UserName, since: datetime, due_at: datetime
    ) -> int:
        """Note all appointments of a user that end after then as changed; return how many."""
        ...

    def clear(self, link: GoogleLinkId) -> None:
        """Forget all pairs of a link and all that waits."""
        ...

    def stage(self, rows: Iterable[StagedEvent]) -> None: ...
    def staged(self, link: GoogleLinkId, calendar: str, at_most: int) -> Sequence[StagedEvent]:
        """Return what was read and is still to be applied, in the order of reading."""
        ...

    def drop_staged(self, link: GoogleLinkId, calendar: str, up_to: int) -> None:
        """Forget staged rows up to a number; a negative one forgets none."""
        ...

    def dirty(
        self, link: GoogleLinkId, due_by: datetime, at_most: int
    ) -> Sequence[DirtyAppointment]: ...
    def save_dirty(self, dirty: DirtyAppointment) -> None: ...
    def clear_dirty(self, dirty: DirtyAppointment) -> bool:
        """Forget that an appointment changed, unless it has changed again since."""
        ...

    def add_conflict(self, conflict: Conflict) -> None: ...
    def conflicts(
        self, link: GoogleLinkId | None, *, since: datetime, settled: bool = False
    ) -> Sequence[Conflict]:
        """Return what is open, however old, and what was settled since then if wanted."""
        ...

    def save_conflict(self, conflict: Conflict) -> None: ...
    def prune(self, before: datetime) -> int:
        """Forget settled conflicts from before; return how many."""
        ...


class Google(Protocol):
    """All that is kept of Google Calendar."""

    links: GoogleLinks
    calendars: GoogleCalendars
    events: GoogleEvents
    titles: GoogleTitles
