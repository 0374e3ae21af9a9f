"""Collections, their objects, and the log of changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from server.domain.calendars import (
    Calendar,
    Entry,
    StoredObject,
)
from server.domain.ids import (
    AppointmentId,
    CalendarId,
    UserName,
)

Row = tuple[Any, ...]
"""Fields of an object, in the order in which they were asked for."""


class Served(NamedTuple):
    """An object as its owner is served it; ``modified_at`` in seconds since 1970 (UTC).

    ``configured`` is the revision of the practice's configuration at the time of reading.
    """

    configured: int
    calendar: CalendarId
    etag: str
    revision: int
    modified_at: int
    text: str


class Calendars(Protocol):
    """The collections."""

    def get(self, owner: UserName, slug: str) -> Calendar | None: ...
    def by_id(self, calendar: CalendarId) -> Calendar | None: ...
    def of_owner(self, owner: UserName) -> Sequence[Calendar]:
        """Return a person's calendars by slug."""
        ...

    def all(self) -> Sequence[Calendar]: ...
    def lock(self, calendars: Iterable[CalendarId]) -> None:
        """Exclude other writers of these calendars until the transaction ends."""
        ...

    def lock_of(self, appointments: Iterable[AppointmentId]) -> None:
        """Lock the calendars in which these appointments are, wherever they were before."""
        ...

    def add(self, calendar: Calendar) -> None: ...
    def save(self, calendar: Calendar) -> None:
        """Store properties, components, revision and oldest token."""
        ...

    def delete(self, calendar: CalendarId) -> None:
        """Delete a calendar with its objects, changes and the appointments of its objects."""
        ...

    def next_revision(self, calendar: CalendarId) -> int:
        """Count the calendar up by one and return its new revision."""
        ...


class Objects(Protocol):
    """Calendar objects and the log of their changes."""

    def get(self, calendar: CalendarId, href: str) -> StoredObject | None: ...
    def served(self, owner: UserName, slug: str, href: str) -> Served | None:
        """Return an object as its owner is served it, by its path."""
        ...

    def get_many(
        self, calendar: CalendarId, hrefs: Iterable[str] | None = None
    ) -> Sequence[StoredObject]:
        """Return these objects, or all of them; any number of hrefs may be asked for."""
        ...

    def entries(self, calendar: CalendarId) -> Sequence[Entry]: ...
    def listing(self, calendar: CalendarId, fields: tuple[str, ...]) -> Sequence[Row]:
        """Return these fields of every object, by href: what thousands are listed with.

        Fields are href, uid, component, revision, size, modified_at, appointment_id and text.
        """
        ...

    def rows(
        self, calendar: CalendarId, fields: tuple[str, ...], hrefs: Iterable[str]
    ) -> Sequence[Row]:
        """Return these fields of some objects, in any order."""
        ...

    def href_of_uid(self, calendar: CalendarId, uid: str) -> str | None: ...
    def of_appointment(self, appointment: AppointmentId) -> StoredObject | None: ...
    def with_uid(self, uid: str) -> Sequence[StoredObject]:
        """Return the objects of all calendars that have this UID."""
        ...

    def put(self, stored: StoredObject) -> None:
        """Insert or replace; log the change at its revision; keep the text as a version."""
        ...

    def delete(self, calendar: CalendarId, href: str, revision: int) -> None:
        """Delete and log the removal at ``revision``."""
        ...

    def version(self, calendar: CalendarId, href: str, revision: int) -> str | None:
        """Return the owner's text of an earlier revision, while it is kept."""
        ...

    def changed_since(self, calendar: CalendarId, revision: int) -> Mapping[str, bool]:
        """Return hrefs changed since a revision: True where the object is there."""
        ...

    def changes_since(
        self, calendar: CalendarId, revision: int
    ) -> Sequence[tuple[str, int, bool]]:
        """Return href, revision and whether it was a removal, of the last change of each href.

        They come in the order of their revisions.
        """
        ...

    def in_range(
        self, calendar: CalendarId, start: datetime | None, end: datetime | None
    ) -> tuple[frozenset[str], frozenset[str]]:
        """Return hrefs with an occurrence in the range, and hrefs that may have one.

        The second set holds series that go on beyond the window of indexed occurrences where
        the range does, and objects without occurrences (VTODO, VJOURNAL).
        """
        ...

    def rows_in_range(
        self,
        calendar: CalendarId,
        fields: tuple[str, ...],
        span: tuple[datetime | None, datetime | None],
    ) -> tuple[Sequence[Row], Sequence[Row]]:
        """Return these fields of the objects whose hrefs ``in_range`` returns, in any order."""
        ...

    def personal_lines(
        self, calendar: CalendarId, href: str, user: UserName
    ) -> tuple[str, ...]:
        """Return the content lines that another viewer than the owner keeps on the object."""
        ...

    def save_personal_lines(
        self, calendar: CalendarId, href: str, user: UserName, lines: tuple[str, ...]
    ) -> None: ...
    def to_hide(self, calendar: CalendarId | None, now: datetime) -> Sequence[StoredObject]:
        """Return objects whose ``hide_at`` has come."""
        ...

    def prune(self, calendar: CalendarId, below: int) -> int:
        """Drop removals and versions logged below a revision; return how many rows went."""
        ...
