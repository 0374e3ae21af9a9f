"""Responses of objects with what a report asks of them, by the quickest way there is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from server.caldav.calendar_data import Shaper
from server.caldav.members import Members
from server.caldav.rows import Rows

if TYPE_CHECKING:
    from server.caldav.request import Request
    from server.caldav.wanted import Wanted
    from server.domain.calendars import StoredObject
    from server.storage_plugin.paths import Target


@dataclass(frozen=True, slots=True)
class Responses:
    """Writes the responses of one calendar's objects; ``rows`` where they are enough."""

    members: Members
    shaper: Shaper | None
    rows: Rows | None

    @classmethod
    def of(cls, request: Request, target: Target, wanted: Wanted) -> Responses:
        """Return the writer; raises Unmet for a shape of calendar-data that cannot be had."""
        members = Members.of(request, target, wanted)
        shaper = Shaper.of(request, target, wanted)
        return cls(members, shaper, Rows.of(members, shaper))

    def of_hrefs(self, hrefs: Sequence[str], found: set[str] | None = None) -> Iterator[str]:
        """Yield the responses of those that are there, whose names go to ``found``."""
        found = set() if found is None else found
        if self.rows is not None:
            yield from self.rows.of_hrefs(hrefs, found)
            return
        for page in self.members.pages(hrefs, with_texts=self.shaper is not None):
            found.update([one.href for one in page])
            yield self.of_objects(page)

    def of_objects(self, objects: Iterable[StoredObject]) -> str:
        """Return the responses of objects."""
        shape = None if self.shaper is None else self.shaper.shape
        return self.members.written(list(objects), shape)
