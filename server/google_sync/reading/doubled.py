"""Two events of one id: Google does not promise to notice an id that is taken already.

Which of the two a request by that id reaches is Google's affair. The one that is known is
followed, the other is no move of the first. The practitioner is told, and not again before
having read it.

On one page an event that exists once is listed once. On two pages of a read it may be there
twice, if it was changed in between; only another moment at which it was made shows another
event.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from server.domain.google import EventMap, Origin, StagedEvent
from server.google_sync.deciding.one_event import tell
from server.google_sync.http.calls import Json
from server.google_sync.links.syncing import Desk
from server.google_sync.model.incoming import read_staged

_CODE: Final = "doubled"
_SENTENCE: Final = (
    "An appointment is in Google twice under one name. Delete one of the two there."
)


def without_doubles(
    desk: Desk, calendar: str, items: Sequence[Json], before: Sequence[StagedEvent]
) -> list[Json]:
    """Return the rows of one page with one of each id; tells of those that are there twice.

    ``before`` is what was read and is not applied yet, of earlier pages among others. Of two,
    the one stays whose etag is known, else the last.
    """
    counts = Counter(item["id"] for item in items if item.get("status") != "cancelled")
    kept = list(items)
    for event in (name for name, count in counts.items() if count > 1):
        pair = desk.uow.google.events.of_event(desk.link.id, calendar, event)
        kept = _with_one(kept, event, pair)
        _tell_once(desk, pair)
    earlier = {row.event: row for row in before if row.event in counts}
    return [item for item in kept if not _is_other(desk, earlier.get(item["id"]), item)]


def _is_other(desk: Desk, row: StagedEvent | None, item: Json) -> bool:
    """Whether an earlier page has another event of that id, and the one that is known."""
    if row is None or item.get("recurringEventId") or item.get("status") == "cancelled":
        return False
    read = read_staged(row.content)
    made = item.get("created", "")
    if read.cancelled or not (read.made and made) or read.made == made:
        return False
    pair = desk.uow.google.events.of_event(desk.link.id, row.calendar, row.event)
    _tell_once(desk, pair)
    return pair is not None and pair.etag == row.etag


def _with_one(items: Sequence[Json], event: str, pair: EventMap | None) -> list[Json]:
    rows = [item for item in items if item["id"] == event]
    known = [item for item in rows if pair is not None and item.get("etag") == pair.etag]
    stays = (known or rows)[-1]
    return [item for item in items if item["id"] != event or item is stays]


def _tell_once(desk: Desk, pair: EventMap | None) -> None:
    if pair is None or pair.origin is not Origin.PRACTICE:
        return
    told = any(
        notice.code == f"google-{_CODE}" and notice.appointment == pair.appointment
        for notice in desk.uow.notices.of(desk.link.user)
    )
    if not told:
        tell(desk, _CODE, _SENTENCE, pair.appointment)
