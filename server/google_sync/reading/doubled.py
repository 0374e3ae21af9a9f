"""Two events of one id: Google does not promise to notice an id that is taken already.

Which of the two a request by that id reaches is Google's affair. The one that is known is
followed, the other is no move of the first. The practitioner is told, and not again before
having read it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from server.domain.google import EventMap, Origin
from server.google_sync.deciding.one_event import tell
from server.google_sync.http.calls import Json
from server.google_sync.links.syncing import Desk

_CODE: Final = "doubled"
_SENTENCE: Final = (
    "An appointment is in Google twice under one name. Delete one of the two there."
)


def without_doubles(desk: Desk, calendar: str, items: Sequence[Json]) -> list[Json]:
    """Return the rows of one page with one of each id; tells of those that are there twice.

    On one page an event that exists once is listed once. Of two, the one stays whose etag is
    known, else the last.
    """
    counts = Counter(item["id"] for item in items if item.get("status") != "cancelled")
    kept = list(items)
    for event in (name for name, count in counts.items() if count > 1):
        pair = desk.uow.google.events.of_event(desk.link.id, calendar, event)
        kept = _with_one(kept, event, pair)
        if pair is not None and pair.origin is Origin.PRACTICE:
            _tell_once(desk, pair)
    return kept


def _with_one(items: Sequence[Json], event: str, pair: EventMap | None) -> list[Json]:
    rows = [item for item in items if item["id"] == event]
    known = [item for item in rows if pair is not None and item.get("etag") == pair.etag]
    stays = (known or rows)[-1]
    return [item for item in items if item["id"] != event or item is stays]


def _tell_once(desk: Desk, pair: EventMap) -> None:
    told = any(
        notice.code == f"google-{_CODE}" and notice.appointment == pair.appointment
        for notice in desk.uow.notices.of(desk.link.user)
    )
    if not told:
        tell(desk, _CODE, _SENTENCE, pair.appointment)
