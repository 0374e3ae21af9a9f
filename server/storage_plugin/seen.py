"""Which text each device was last served: the base of a merge where nothing else names it (M1).

Few apps write without If-Match and without the revision that we put into each object. For those
it is remembered in this process, for the objects served last: a read writes no database.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock

from server.domain.ids import CalendarId, CredentialId

_AT_MOST = 50_000


@dataclass(slots=True)
class SeenTexts:
    """Revisions by device, calendar and href."""

    _revisions: OrderedDict[tuple[CredentialId, CalendarId, str], int] = field(
        default_factory=OrderedDict
    )
    _lock: Lock = field(default_factory=Lock)

    def note(
        self, device: CredentialId, calendar: CalendarId, href: str, revision: int
    ) -> None:
        """Remember that a device was served an object as of a revision."""
        key = (device, calendar, href)
        with self._lock:
            self._revisions[key] = revision
            self._revisions.move_to_end(key)
            if len(self._revisions) > _AT_MOST:
                self._revisions.popitem(last=False)

    def last(self, device: CredentialId, calendar: CalendarId, href: str) -> int | None:
        """Return the revision that a device was last served, None where it is not known."""
        with self._lock:
            return self._revisions.get((device, calendar, href))
