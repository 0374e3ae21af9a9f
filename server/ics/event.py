"""One calendar object as a person's app wrote it, read but not yet understood."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from server.domain.when import Recurrence, RecurrenceKey, When

PREFIX = "X-PRAXICAL-"


@dataclass(frozen=True, slots=True)
class Event:
    """One VEVENT.

    ``texts`` holds the unescaped value of each single-valued property of interest by name; a
    name that is missing was not sent. ``practice`` holds our own properties by name without
    prefix. ``lines`` are all content lines as written, nested components included.
    """

    key: RecurrenceKey
    when: When
    recurrence: Recurrence | None
    texts: Mapping[str, str]
    practice: Mapping[str, str]
    categories: frozenset[str]
    attendees: tuple[str, ...]
    travel: timedelta
    lines: tuple[str, ...]
    following: bool = False


@dataclass(frozen=True, slots=True)
class CalendarObject:
    """One object resource (RFC 4791 4.1): one UID, one kind of component.

    ``events`` is empty for VTODO and VJOURNAL. ``zones`` are the VTIMEZONEs of zones that
    have no IANA name, as content lines. ``text`` is the body as sent.
    """

    uid: str
    component: str
    product: str
    text: str
    events: tuple[Event, ...] = ()
    zones: tuple[str, ...] = field(default=())

    @property
    def master(self) -> Event | None:
        """The event that is not an override."""
        return next((event for event in self.events if not event.key), None)

    @property
    def overrides(self) -> dict[RecurrenceKey, Event]:
        """Overrides by original start; of two with the same, the last one."""
        return {event.key: event for event in self.events if event.key}
