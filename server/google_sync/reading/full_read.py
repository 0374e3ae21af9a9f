"""The end of a full read: what no page held is looked for one by one, never just taken away."""

from __future__ import annotations

from dataclasses import replace

from server.domain.google import EventKind, EventMap, MapState
from server.google_sync.http.calls import Deleted, Json, Missing
from server.google_sync.links.syncing import Report, Syncing, looking, reader_for, recording
from server.google_sync.model.incoming import Incoming, named, read_event
from server.google_sync.reading.applying import NeedsMaster, take_in
from server.google_sync.reading.odd_series import with_dates
from server.google_sync.reading.staged import may_pass, touch

_STANDING = frozenset({MapState.LIVE, MapState.CONFLICT})


def finish(syncing: Syncing, name: str, report: Report) -> bool:
    """End a full read whose pages were all applied; False if it deletes too much.

    Raises CallFailed; the rest is looked for in the next cycle then.
    """
    with looking(syncing) as desk:
        calendar = desk.uow.google.calendars.get(syncing.link, name)
        if calendar is None or not calendar.reading_fully or not calendar.sync_token:
            return True
        unseen = desk.uow.google.events.unseen(syncing.link, name, calendar.epoch)
    wanted = [pair for pair in unseen if pair.state in _STANDING]
    found = [(pair, _looked_at(syncing, pair)) for pair in wanted if _by_itself(pair)]
    gone = [incoming for _, incoming in found if incoming.cancelled]
    if not may_pass(syncing, name, gone):
        return False
    for pair, incoming in found:
        _take(syncing, name, incoming)
        touch(syncing, name, pair.event, calendar.epoch)
        report.applied += incoming.cancelled
    with recording(syncing) as desk:
        known = desk.uow.google.calendars.get(syncing.link, name)
        if known is not None:
            desk.uow.google.calendars.save(replace(known, reading_fully=False))
    return True


def _by_itself(pair: EventMap) -> bool:
    """Occurrences go with their series; one that is back as it was is listed with none."""
    return pair.kind is not EventKind.EXCEPTION


def _looked_at(syncing: Syncing, pair: EventMap) -> Incoming:
    try:
        item: Json = syncing.calls.get_event(pair.calendar, pair.event)
    except (Missing, Deleted):
        return Incoming(pair.event, "", cancelled=True)
    with looking(syncing) as desk:
        found = named(read_event(reader_for(desk), item), item)
    return with_dates(syncing, pair.calendar, found)


def _take(syncing: Syncing, calendar: str, incoming: Incoming) -> None:
    try:
        with recording(syncing) as desk:
            take_in(desk, calendar, incoming)
    except NeedsMaster:
        return
