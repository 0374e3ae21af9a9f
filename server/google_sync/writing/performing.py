"""Each request to Google, made and recorded; see `outstanding` for which comes when.

No request is made inside a transaction. What is to be made is stored before it is asked for,
under an id that a retry names again; an answer that was lost is found by reading.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from server.domain.google import EventKind, EventMap, MapState
from server.google_sync.deciding.one_event import is_gone, tell
from server.google_sync.deciding.sight import CHECK, Sight, agreed, sight_of
from server.google_sync.http.calls import Deleted, Duplicate, Missing
from server.google_sync.links.syncing import Desk, Syncing, reader_for, recording
from server.google_sync.model.canonical import Base, Projection, base_text, read_base
from server.google_sync.model.incoming import read_event
from server.google_sync.model.marks import PROPERTY, mark_of
from server.google_sync.model.projection import Piece, body_of, compared, scrubbed
from server.google_sync.model.recurrence_lines import told_in_lines
from server.google_sync.model.steps import (
    Agree,
    Delete,
    EndCut,
    Insert,
    Look,
    Mark,
    Park,
    Patch,
    Retitle,
    Scrub,
    Single,
    Step,
)
from server.google_sync.reading.following import end_cut
from server.google_sync.writing.rereading import look_again, must_stand
from server.google_sync.writing.singles import write_single

_ALL: Final = frozenset(Piece)


def perform(syncing: Syncing, sight: Sight, step: Step) -> None:
    """Make one request and record what came of it."""
    match step:
        case Insert():
            _insert(syncing, sight, step)
        case Patch():
            _patch(syncing, sight, step)
        case Retitle():
            _retitle(syncing, step)
        case Scrub() | Delete():
            _take_away(syncing, step)
        case Single():
            write_single(syncing, sight, step)
        case _:
            _small_step(syncing, step)


def _small_step(syncing: Syncing, step: Look | Mark | EndCut | Agree | Park) -> None:
    match step:
        case Look(pair):
            look_again(syncing, pair)
        case Mark(pair):
            _mark(syncing, pair)
        case EndCut(pair):
            end_cut(syncing, pair)
        case Agree(pair, wanted):
            base = read_base(pair.base)
            theirs = base.theirs if base is not None else wanted.projection
            _keep(syncing, agreed(pair, wanted.projection, theirs))
        case Park(pair, reason):
            park(syncing, pair, reason)


def _insert(syncing: Syncing, sight: Sight, step: Insert) -> None:
    pair, wanted = step.pair, step.wanted
    with recording(syncing) as desk:
        desk.uow.google.events.save(pair)
        if not pair.key:
            _forget_occurrences(desk, sight, pair)
        gone = told_in_lines(sight.left_out, desk.at)
    body = {"id": pair.event, **body_of(wanted, _ALL, gone), **_marking(syncing, pair)}
    try:
        answer = syncing.calls.insert_event(pair.calendar, body)
    except Duplicate:
        _meet_again(syncing, pair)
        return
    _agree(syncing, pair, wanted.projection, answer)


def _forget_occurrences(desk: Desk, sight: Sight, pair: EventMap) -> None:
    """Occurrences of an earlier event of the series are no longer anywhere."""
    for one in sight.pairs:
        if one.kind is EventKind.EXCEPTION and one.series != pair.event:
            desk.uow.google.events.remove(one)


def _meet_again(syncing: Syncing, pair: EventMap) -> None:
    """An event of this id is there: our own of before, its tombstone, or somebody else's."""
    try:
        item = syncing.calls.get_event(pair.calendar, pair.event)
    except Missing:
        item = {"id": pair.event, "status": "cancelled"}
    ours = item.get("extendedProperties", {}).get("private", {}).get(PROPERTY, "")
    with recording(syncing) as desk:
        found = read_event(reader_for(desk), item)
        is_ours = ours == mark_of(desk.key, pair.event, pair.generation)
        if found.cancelled or not is_ours or found.projection is None:
            gone = replace(pair, state=MapState.GONE_GOOGLE, reason="again", etag=found.etag)
            desk.uow.google.events.save(gone)
            if not is_ours and not found.cancelled:
                tell(desk, "strange-id", _STRANGE, pair.appointment)
            return
        theirs = _compared(desk, pair, found.projection)
        base = read_base(pair.base)
        if base is not None and base.ours == theirs:
            desk.uow.google.events.save(
                agreed(pair, base.ours, theirs, guests=found.guests, etag=found.etag)
            )
            return
        text = base_text(Base(theirs, theirs, guests=found.guests))
        known = replace(pair, state=MapState.LIVE, base=text, etag=found.etag)
        desk.uow.google.events.save(known)


_STRANGE: Final = "An event in Google has a name that only ours can have. It was left alone."


def _patch(syncing: Syncing, sight: Sight, step: Patch) -> None:
    pair, wanted = step.pair, step.wanted
    gone = told_in_lines(sight.left_out, syncing.clock.now())
    body = body_of(wanted, step.pieces, gone, step.base.theirs.times)
    answer = syncing.calls.patch_event(
        pair.calendar,
        pair.event,
        body,
        pair.etag,
        tell_guests=step.base.guests and Piece.TIMES in step.pieces,
    )
    must_stand(syncing, pair, answer)
    moved = wanted.projection.times.usual != step.base.theirs.times.usual
    _agree(syncing, pair, wanted.projection, answer)
    if moved and not pair.key:
        _find_occurrences_anew(syncing, sight, pair)


def _find_occurrences_anew(syncing: Syncing, sight: Sight, series: EventMap) -> None:
    """After its rule or start has changed Google may have the occurrences otherwise.

    One that was cancelled there, and stands here, is looked at: it may be so still.
    """
    own = [
        pair
        for pair in sight.pairs
        if pair.kind is EventKind.EXCEPTION and pair.series == series.event
    ]
    with recording(syncing) as desk:
        for one in own:
            stands = sight.wanted(one.key) is not None and one.key not in sight.left_out
            if stands and is_gone(one):
                desk.uow.google.events.save(replace(one, reason=CHECK))
            else:
                desk.uow.google.events.remove(one)


def _retitle(syncing: Syncing, step: Retitle) -> None:
    """Write a title and nothing else; what is known of the event stays as it was."""
    pair, base = step.pair, read_base(step.pair.base)
    body = body_of(step.wanted, {Piece.TITLE})
    try:
        answer = syncing.calls.patch_event(pair.calendar, pair.event, body, pair.etag)
    except (Missing, Deleted):
        # Nothing is left of it that could be read.
        answer = {}
    if base is not None:
        title = step.wanted.projection.title
        ours, theirs = replace(base.ours, title=title), replace(base.theirs, title=title)
        text = base_text(replace(base, ours=ours, theirs=theirs))
        etag = answer.get("etag", pair.etag)
        _keep(syncing, replace(pair, base=text, etag=etag))


def _take_away(syncing: Syncing, step: Scrub | Delete) -> None:
    pair = step.pair
    base = read_base(pair.base)
    guests = base is not None and base.guests
    try:
        if isinstance(step, Scrub):
            answer = syncing.calls.patch_event(pair.calendar, pair.event, scrubbed(), pair.etag)
        else:
            syncing.calls.delete_event(pair.calendar, pair.event, pair.etag, tell_guests=guests)
            answer = None
    except (Missing, Deleted):
        answer = None
    if answer is None:
        _keep(syncing, replace(pair, state=MapState.GONE_LOCAL, reason=""))
        return
    with recording(syncing) as desk:
        found = read_event(reader_for(desk), answer)
        theirs = _compared(desk, pair, found.projection) if found.projection else None
        text = base_text(Base(theirs, theirs, guests=found.guests)) if theirs else pair.base
        desk.uow.google.events.save(replace(pair, base=text, etag=found.etag))


def _mark(syncing: Syncing, pair: EventMap) -> None:
    answer = syncing.calls.patch_event(
        pair.calendar, pair.event, _marking(syncing, pair), pair.etag
    )
    must_stand(syncing, pair, answer)
    _keep(syncing, replace(pair, etag=answer.get("etag", ""), reason=""))


def _marking(syncing: Syncing, pair: EventMap) -> dict[str, Any]:
    mark = mark_of(syncing.key, pair.event, pair.generation)
    return {"extendedProperties": {"private": {PROPERTY: mark}}}


def _agree(
    syncing: Syncing, pair: EventMap, ours: Projection, answer: Mapping[str, Any]
) -> None:
    """Record what Google made of a request: that is what later reads are compared with."""
    with recording(syncing) as desk:
        found = read_event(reader_for(desk), answer)
        theirs = _compared(desk, pair, found.projection) if found.projection else ours
        kind = EventKind.MASTER if theirs.times.repeats else EventKind.SINGLE
        kind = EventKind.EXCEPTION if pair.kind is EventKind.EXCEPTION else kind
        kept = agreed(pair, ours, theirs, guests=found.guests, etag=found.etag, kind=kind)
        desk.uow.google.events.save(replace(kept, changed_at=desk.at))


def _compared(desk: Desk, pair: EventMap, projection: Projection) -> Projection:
    sight = sight_of(desk, pair.appointment)
    return compared(projection, foreign=sight.desired.foreign, other=sight.is_other)


def _keep(syncing: Syncing, pair: EventMap) -> None:
    with recording(syncing) as desk:
        desk.uow.google.events.save(replace(pair, changed_at=desk.at))


def park(syncing: Syncing, pair: EventMap, reason: str) -> None:
    """Leave an event alone, and tell the practitioner."""
    with recording(syncing) as desk:
        parked = replace(pair, state=MapState.PARKED, reason=reason, retry_at=desk.at)
        desk.uow.google.events.save(parked)
        tell(desk, "parked", _PARKED, pair.appointment)


_PARKED: Final = "Google does not take an appointment as it is. It is not shown there."
