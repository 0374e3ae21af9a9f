"""Splits made in Google: a series that ends earlier, and another that goes on from there.

Both halves may come in one read or in two, in either order. A series that was cut and does not
go on within one more cycle has ended there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from server.domain.errors import PracticeError
from server.domain.google import DirtyAppointment, EventKind, EventMap, MapState, Origin
from server.domain.ids import AppointmentId
from server.google_sync.deciding.one_event import (
    Event,
    kept,
    mark_dirty,
    note,
    theirs_of,
    to_write,
)
from server.google_sync.deciding.plan import Why
from server.google_sync.deciding.sight import CUT, UNMARKED, Sight, agreed, sight_of
from server.google_sync.http.calls import Deleted, Json, Missing
from server.google_sync.links.syncing import Desk, Syncing, looking, reader_for, recording
from server.google_sync.model.canonical import read_base
from server.google_sync.model.incoming import Incoming, read_event
from server.google_sync.model.marks import Whose, read_mark, split_from
from server.google_sync.reading.cutting import continue_here, end_here, is_cut

_WAIT: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Whole:
    """All that was read of a calendar at one go, by the events' ids."""

    syncing: Syncing
    calendar: str
    read: Mapping[str, Incoming]


@dataclass(frozen=True, slots=True)
class _Halves:
    """A series of ours that was cut in Google, and the event that goes on from there."""

    pair: EventMap
    head: Incoming
    tail: Incoming


def take(whole: Whole, incoming: Incoming) -> bool:
    """Do what a split in Google means; False where an event is no part of one."""
    if incoming.cancelled or incoming.projection is None or incoming.is_exception:
        return False
    with looking(whole.syncing) as desk:
        pair = desk.uow.google.events.of_event(desk.link.id, whole.calendar, incoming.event)
    if pair is not None:
        return _take_head(whole, pair, incoming)
    source = _source(whole, incoming)
    if source is None:
        return False
    head = whole.read.get(source.event) or _read(whole, source.event)
    if head is None or not _was_cut(source, head):
        return False
    # As Google tells it, not as the dates that are kept of what cannot be one rule.
    _split(whole, _Halves(source, head, whole.read.get(incoming.event, incoming)))
    return True


def _take_head(whole: Whole, pair: EventMap, head: Incoming) -> bool:
    """Look for what goes on from a series that was cut; without it, wait for it."""
    if pair.etag == head.etag or not _was_cut(pair, head):
        return False
    for tail in whole.read.values():
        found = None if tail.is_exception else _source(whole, tail)
        if found is not None and found.event == pair.event:
            _split(whole, _Halves(pair, head, tail))
            return True
    with recording(whole.syncing) as desk:
        kept(desk, pair, head, reason=CUT)
        due = desk.at + _WAIT
        sight = sight_of(desk, pair.appointment)
        revision = sight.here.revision if sight.here else 0
        dirty = DirtyAppointment(desk.link.id, pair.appointment, revision, due)
        desk.uow.google.events.save_dirty(dirty)
    return True


def _was_cut(pair: EventMap, head: Incoming) -> bool:
    base = read_base(pair.base)
    standing = pair.origin is Origin.PRACTICE and pair.state is MapState.LIVE
    if not standing or base is None or head.projection is None or head.cancelled:
        return False
    return is_cut(base.theirs.times, head.projection.times)


def _source(whole: Whole, tail: Incoming) -> EventMap | None:
    """Return the series of ours that an unknown event may go on from."""
    marked = read_mark(whole.syncing.key, tail.mark, tail.event, tail.series)
    named = [marked.event] if marked.whose is Whose.COPY else []
    if not tail.cancelled and tail.projection is not None:
        named.append(split_from(tail.event))
    with looking(whole.syncing) as desk:
        events = desk.uow.google.events
        if not any(named) or events.of_event(desk.link.id, whole.calendar, tail.event):
            return None
        found = [events.of_event(desk.link.id, whole.calendar, one) for one in named if one]
    series = [pair for pair in found if pair is not None and pair.kind is EventKind.MASTER]
    return series[0] if series else None


def _read(whole: Whole, event: str) -> Incoming | None:
    try:
        item: Json = whole.syncing.calls.get_event(whole.calendar, event)
    except (Missing, Deleted):
        return None
    with looking(whole.syncing) as desk:
        return read_event(reader_for(desk), item)


def _split(whole: Whole, halves: _Halves) -> None:
    with recording(whole.syncing) as desk:
        sight = sight_of(desk, halves.pair.appointment)
        try:
            with desk.uow.savepoint():
                number = continue_here(desk, sight, halves.head, halves.tail)
        except PracticeError:
            _undo(desk, sight, halves)
            return
        after = sight_of(desk, halves.pair.appointment)
        _settle_half(desk, after, Event(replace(halves.pair, reason=""), halves.head))
        made = _tail_pair(halves, whole.calendar)
        rest = sight_of(desk, number)
        pair = replace(made, appointment=number)
        _settle_half(desk, rest, Event(pair, halves.tail), reason=UNMARKED)
        _forget(desk, sight, halves, after)


def _tail_pair(halves: _Halves, calendar: str) -> EventMap:
    return replace(
        halves.pair,
        calendar=calendar,
        event=halves.tail.event,
        state=MapState.LIVE,
        generation=0,
        turns=0,
        turns_a_day=0,
        base="",
    )


def _settle_half(desk: Desk, sight: Sight, event: Event, reason: str = "") -> None:
    """Keep one half as both sides have it now; what differs is written to Google."""
    theirs, wanted = theirs_of(sight, event), sight.desired.main
    if theirs is None:
        return
    pair = replace(event.pair, base=to_write(theirs, event.incoming), reason=reason)
    if wanted is not None and wanted.projection.times.usual == theirs.times.usual:
        guests = event.incoming.guests
        pair = agreed(pair, wanted.projection, theirs, guests=guests, reason=reason)
    kind = EventKind.MASTER if theirs.times.repeats else EventKind.SINGLE
    kept(desk, pair, event.incoming, kind=kind, reason=reason)
    mark_dirty(desk, sight.appointment, sight.here.revision if sight.here else 0)


def _forget(desk: Desk, sight: Sight, halves: _Halves, after: Sight) -> None:
    """Google keeps no exceptions after a cut; here they go on with the second half."""
    for pair in sight.pairs:
        ours = pair.kind is EventKind.EXCEPTION and pair.series == halves.pair.event
        if ours and not after.occurs(pair.key):
            desk.uow.google.events.remove(pair)


def _undo(desk: Desk, sight: Sight, halves: _Halves) -> None:
    """The practice's rules do not let it pass: the series is mended, the rest taken out."""
    event = Event(halves.pair, halves.head)
    _settle_half(desk, sight, event)
    rest = theirs_of(sight, Event(halves.pair, halves.tail))
    if rest is not None:
        pair = replace(
            _tail_pair(halves, halves.pair.calendar),
            appointment=AppointmentId(""),
            base=to_write(rest, halves.tail),
        )
        kept(desk, pair, halves.tail)
        mark_dirty(desk, pair.appointment, 0)
    note(desk, sight, event, Why.REFUSED)


def end_cut(syncing: Syncing, pair: EventMap) -> None:
    """End a series here that was cut in Google and did not go on there; raises CallFailed."""
    whole = Whole(syncing, pair.calendar, {})
    head = _read(whole, pair.event)
    with recording(syncing) as desk:
        sight = sight_of(desk, pair.appointment)
        now = replace(pair, reason="")
        desk.uow.google.events.save(now)
        if head is None or not _was_cut(now, head):
            return
        event = Event(now, head)
        try:
            with desk.uow.savepoint():
                end_here(desk, sight, head)
        except PracticeError:
            _settle_half(desk, sight, event)
            note(desk, sight, event, Why.REFUSED)
            return
        _settle_half(desk, sight_of(desk, pair.appointment), event)
