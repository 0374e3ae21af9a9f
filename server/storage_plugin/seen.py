"""Which text each device was last served: the base of a merge where nothing else names it (M1).

Few apps write without If-Match and without the revision that we put into each object. For those
it is remembered in this process, for the objects served last: a read writes no database.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from threading import Lock

from server.domain.ids import CalendarId, CredentialId

_AT_MOST = 50_000


@dataclass(slots=True)
class SeenTexts:
    """Revisions by href, for each device and calendar; those that slept longest go first."""

    _revisions: OrderedDict[tuple[CredentialId, CalendarId], dict[str, int]] = field(
        default_factory=OrderedDict
    )
    _count: int = 0
    _lock: Lock = field(default_factory=Lock)

    def note(
        self, device: CredentialId, calendar: CalendarId, revisions: Iterable[tuple[str, int]]
    ) -> None:
        """Remember as of which revisions a device was served objects, by href."""
        key = (device, calendar)
        with self._lock:
            known = self._revisions.setdefault(key, {})
            before = len(known)
            known.update(revisions)
            self._count += len(known) - before
            self._revisions.move_to_end(key)
            while self._count > _AT_MOST and len(self._revisions) > 1:
                self._count -= len(self._revisions.popitem(last=False)[1])

    def last(self, device: CredentialId, calendar: CalendarId, href: str) -> int | None:
        """Return the revision that a device was last served, None where it is not known."""
        with self._lock:
            return self._revisions.get((device, calendar), {}).get(href)
