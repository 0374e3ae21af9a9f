"""The time that stays free around sessions, as the rules of their types have it.

It is taken for whoever asks when somebody is busy: what a booking page would not offer, another
one is not to offer either.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from server.domain.appointment import Appointment
from server.domain.calendars import Occurrence
from server.domain.ids import SessionTypeId
from server.domain.practice import Catalogue
from server.domain.when import beside

_MINUTE = 60
_NONE = (0, 0)
Span: TypeAlias = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Pauses:
    """Seconds before and after a session, by session type; types without any are not in it."""

    around: Mapping[SessionTypeId, tuple[int, int]]

    @classmethod
    def of(cls, catalogue: Catalogue) -> Pauses:
        """Return what the practice has said, of archived types too."""
        return cls(
            {
                kind.id: (kind.booking.before * _MINUTE, kind.booking.after * _MINUTE)
                for kind in catalogue.session_types
                if kind.booking.before or kind.booking.after
            }
        )

    @property
    def longest(self) -> int:
        """The longest of all, in seconds."""
        return max((one for pair in self.around.values() for one in pair), default=0)

    def of_type(self, kind: SessionTypeId | None) -> tuple[int, int]:
        """Return the seconds before and after a session of this type."""
        return self.around.get(kind, _NONE) if kind else _NONE

    def reach(self, span: Span) -> Span:
        """Return the range in which a session may be whose pause lies in this one (UTC)."""
        longest = timedelta(seconds=self.longest)
        return beside(span[0], -longest), beside(span[1], longest)

    def taken(self, appointment: Appointment, row: Occurrence) -> tuple[int, int]:
        """Return from when to when an occurrence takes time, in seconds since 1970 (UTC).

        The way to it lies inside of the pause before it.
        """
        part = appointment.part(row.key)
        before, after = self.of_type(part.details.session_type if part else None)
        return int(row.busy_from.timestamp()) - before, int(row.end.timestamp()) + after
