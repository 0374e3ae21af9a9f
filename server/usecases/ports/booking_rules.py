"""What free slots are worked out from, read for many practitioners at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from server.domain.ids import (
    AppointmentId,
    LocationKey,
    RoomKey,
    SessionTypeId,
    UserName,
)
from server.domain.when import RecurrenceKey


class HoursRow(NamedTuple):
    """One occurrence of bookable hours; start and end in seconds since 1970 (UTC)."""

    appointment: AppointmentId
    key: RecurrenceKey
    practitioner: UserName
    start: int
    end: int


class SlotRow(NamedTuple):
    """A time that is taken; seconds since 1970 (UTC), ``busy_from`` is before any travel.

    ``session_type`` and ``location`` are None also where nobody asked for them.
    """

    appointment: AppointmentId
    key: RecurrenceKey
    practitioner: UserName
    busy_from: int
    start: int
    end: int
    room: RoomKey | None
    session_type: SessionTypeId | None = None
    location: LocationKey | None = None


class Bookable(Protocol):
    """Bookable hours, and what is taken of them, of any number of practitioners."""

    def hours(
        self, practitioners: Iterable[UserName], start: datetime, end: datetime
    ) -> Sequence[HoursRow]:
        """Return the indexed hours that overlap a range (UTC), in no order."""
        ...

    def taken(
        self,
        practitioners: Iterable[UserName],
        start: datetime,
        end: datetime,
        *,
        with_types: bool,
    ) -> Sequence[SlotRow]:
        """Return what blocks and overlaps a range (UTC), in no order; travel is not looked at.

        ``with_types`` reads session types and locations too, which takes longer.
        """
        ...
