"""An event read by itself, where a request found it otherwise than it was known."""

from __future__ import annotations

from dataclasses import replace

from server.domain.google import EventKind, EventMap, MapState
from server.google_sync.deciding.sight import CHECK
from server.google_sync.http.calls import Deleted, Json, Missing
from server.google_sync.links.syncing import Desk, Syncing, looking, reader_for, recording
from server.google_sync.model.incoming import Incoming, named, read_event
from server.google_sync.reading.applying import NeedsMaster, take_in
from server.google_sync.reading.odd_series import with_dates


class CalendarMissing(Exception):
    """The managed calendar itself is gone, or cannot be seen any more."""


def look_again(syncing: Syncing, pair: EventMap) -> None:
    """Read an event as it is now and decide on it anew; raises CalendarMissing."""
    try:
        item: Json = syncing.calls.get_event(pair.calendar, pair.event)
    except (Missing, Deleted):
        check_calendar(syncing, pair.calendar)
        if pair.kind is EventKind.EXCEPTION:
            # That an occurrence is not found is no deletion: it is looked for by its start.
            _forget(syncing, pair)
            return
        item = {"id": pair.event, "status": "cancelled"}
    with looking(syncing) as desk:
        found = named(read_event(reader_for(desk), item), item)
    found = with_dates(syncing, pair.calendar, found)
    with recording(syncing) as desk:
        if found.cancelled and pair.state is MapState.PENDING:
            desk.uow.google.events.save(
                replace(pair, state=MapState.GONE_LOCAL, etag=found.etag)
            )
            return
        if pair.kind is EventKind.EXCEPTION and not found.series:
            found = replace(found, series=pair.series, original=pair.original)
        _take(desk, pair, found)


def _take(desk: Desk, pair: EventMap, found: Incoming) -> None:
    events = desk.uow.google.events
    try:
        take_in(desk, pair.calendar, found)
    except NeedsMaster:
        events.remove(pair)
    now = events.of_event(desk.link.id, pair.calendar, pair.event)
    if now is not None and now.reason == CHECK:
        events.save(replace(now, reason=""))


def _forget(syncing: Syncing, pair: EventMap) -> None:
    with recording(syncing) as desk:
        desk.uow.google.events.remove(pair)


def must_stand(syncing: Syncing, pair: EventMap, answer: Json) -> None:
    """Raise Deleted where a change was written into an event that is deleted.

    Google answers that as it does any other. The event is read anew, and what happens to the
    appointment is decided by that; nothing is agreed on.
    """
    if answer.get("status") != "cancelled":
        return
    state = MapState.LIVE if pair.state is MapState.PARKED else pair.state
    with recording(syncing) as desk:
        desk.uow.google.events.save(replace(pair, state=state, etag=""))
    raise Deleted("cancelled")


def check_calendar(syncing: Syncing, calendar: str) -> None:
    """Raise CalendarMissing if a calendar is gone itself, or cannot be seen any more."""
    try:
        syncing.calls.get_calendar(calendar)
    except (Missing, Deleted) as error:
        raise CalendarMissing from error
