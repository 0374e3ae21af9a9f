"""Series of others that repeat as no rule of ours does: only when they take time is kept."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

from server.domain.google import Origin
from server.domain.when import RecurrenceKey, Timed, key_of
from server.google_sync.links.syncing import Desk, Syncing, looking, reader_for
from server.google_sync.model.canonical import Times, times_of, when_of
from server.google_sync.model.incoming import Incoming, read_event
from server.google_sync.model.marks import Whose, read_mark
from server.google_sync.model.recurrence_lines import recurrence_of
from server.google_sync.reading.blocks import KEPT_AHEAD, KEPT_BACK
from server.ics.moments import UTC_ZONE

_PAGES_AT_MOST = 20


def with_dates(syncing: Syncing, calendar: str, incoming: Incoming) -> Incoming:
    """Return an odd series as so many dates, as far as they are kept; else what was read.

    One of which nothing takes place, as far as that, is no longer there.
    """
    projection = incoming.projection
    marked = read_mark(syncing.key, incoming.mark, incoming.event, incoming.series)
    if not incoming.odd or projection is None or marked.whose is Whose.OURS:
        return incoming
    with looking(syncing) as desk:
        pair = desk.uow.google.events.of_event(desk.link.id, calendar, incoming.event)
    if pair is not None and pair.origin is Origin.PRACTICE:
        return incoming
    dates = sorted(_dates(syncing, calendar, incoming))
    if not dates:
        return replace(incoming, odd="", cancelled=True)
    times = replace(projection.times, added=tuple(dates))
    with looking(syncing) as desk:
        times = _walls(desk, times, incoming.zone)
    first = _first_of(times)
    if first not in dates:
        # Of a series that starts off its rule, or whose first one is cancelled.
        times = replace(times, gone=(first,))
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


def _first_of(times: Times) -> RecurrenceKey:
    when = when_of(times, UTC_ZONE)
    return key_of(when.start if isinstance(when, Timed) else when.first)


def _walls(desk: Desk, times: Times, named: str) -> Times:
    """Return times as a series keeps them: wall time in a zone, where they are moments."""
    if times.is_days or times.zone:
        return times
    zone = ZoneInfo(named) if named else desk.uow.practice.zone
    return times_of(when_of(times, zone), recurrence_of((), times.added, ()))
