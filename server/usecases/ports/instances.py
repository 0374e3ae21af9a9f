"""The occurrence index as bare rows: what is read for thousands of occurrences at once."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol, TypeAlias

from server.domain.ids import AppointmentId, CalendarId, SessionTypeId
from server.domain.when import RecurrenceKey


class InstanceRow(NamedTuple):
    """One indexed occurrence; start and end in seconds since 1970 (UTC)."""

    appointment: AppointmentId
    key: RecurrenceKey
    start: int
    end: int
    all_day: bool
    pinned: bool


class BusyRow(NamedTuple):
    """A time that is taken, in seconds since 1970 (UTC), travel before it included."""

    start: int
    end: int
    kind: str
    status: str


TakenRow: TypeAlias = tuple[CalendarId, Sequence[int], Sequence[int], Sequence[int]]
"""A calendar, and of each time that is taken there start, end, and 1 if it is tentative.

In seconds since 1970 (UTC), travel before it included; in columns, since they are very many.
"""

SessionsRow: TypeAlias = tuple[
    CalendarId, SessionTypeId, Sequence[int], Sequence[int], Sequence[int]
]
"""The same of the sessions of one type."""


class Instances(Protocol):
    """What overlaps a range of a calendar (RFC 4791 9.9); None leaves a side open."""

    def of_calendar(
        self, calendar: CalendarId, start: datetime | None, end: datetime | None
    ) -> Sequence[InstanceRow]:
        """Return the indexed occurrences, those of one appointment by their start."""
        ...

    def busy(
        self, calendar: CalendarId, start: datetime | None, end: datetime | None
    ) -> Sequence[BusyRow]:
        """Return what blocks, by start; a time that only touches the range is not in it."""
        ...

    def taken(
        self, calendars: Iterable[CalendarId], start: datetime, end: datetime
    ) -> Sequence[TakenRow]:
        """Return what blocks in these calendars, read at one go; one may have several rows."""
        ...

    def sessions(
        self,
        calendars: Iterable[CalendarId],
        types: Container[SessionTypeId],
        start: datetime,
        end: datetime,
    ) -> Sequence[SessionsRow]:
        """Return the same of sessions of these types only, one row or several for each."""
        ...
