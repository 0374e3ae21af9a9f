"""Series of others that repeat as no rule of ours does: only when they take time is kept."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

from server.domain.when import RecurrenceKey, key_of
from server.google_sync.links.syncing import Desk, Syncing, looking, reader_for
from server.google_sync.model.canonical import Times, times_of, when_of
from server.google_sync.model.incoming import Incoming, read_event
from server.google_sync.model.marks import Whose, read_mark
from server.google_sync.model.recurrence_lines import recurrence_of
from server.google_sync.reading.blocks import KEPT_AHEAD, KEPT_BACK

_PAGES_AT_MOST = 20


def with_dates(syncing: Syncing, calendar: str, incoming: Incoming) -> Incoming:
    """Return an odd series as so many dates, as far as they are kept; else what was read."""
    projection = incoming.projection
    marked = read_mark(syncing.key, incoming.mark, incoming.event, incoming.series)
    if not incoming.odd or projection is None or marked.whose is Whose.OURS:
        return incoming
    dates = sorted(_dates(syncing, calendar, incoming))
    times = replace(projection.times, added=tuple(dates))
    with looking(syncing) as desk:
        times = _walls(desk, times, incoming.zone)
    return replace(incoming, odd="", projection=replace(projection, times=times))


def _dates(syncing: Syncing, calendar: str, incoming: Incoming) -> set[RecurrenceKey]:
    with looking(syncing) as desk:
        earliest = key_of(desk.at - KEPT_BACK)
        latest = key_of(desk.at + KEPT_AHEAD)
        reader = reader_for(desk)
    found: set[RecurrenceKey] = set()
    page = ""
    for _ in range(_PAGES_AT_MOST):
        answer = syncing.calls.instances(calendar, incoming.event, page=page)
        read = [read_event(reader, item) for item in answer.items]
        keys = {one.original for one in read if one.projection and not one.cancelled}
        found |= {key for key in keys if earliest[: len(key)] <= key <= latest[: len(key)]}
        page = answer.next_page
        if not page or (keys and min(keys) > latest):
            break
    return found


def _walls(desk: Desk, times: Times, named: str) -> Times:
    """Return times as a series keeps them: wall time in a zone, where they are moments."""
    if times.is_days or times.zone:
        return times
    zone = ZoneInfo(named) if named else desk.uow.practice.zone
    return times_of(when_of(times, zone), recurrence_of((), times.added, ()))
