"""One occurrence of a series in Google: found by its original start, changed or taken out."""

from __future__ import annotations

from dataclasses import replace

from server.domain.google import EventKind, EventMap, MapState
from server.domain.when import RecurrenceKey, start_of
from server.google_sync.deciding.one_event import tell
from server.google_sync.deciding.sight import Sight, agreed
from server.google_sync.http.calls import Deleted, Json, Missing
from server.google_sync.links.syncing import Desk, Syncing, reader_for, recording
from server.google_sync.model.canonical import Base, Projection, base_text, read_base
from server.google_sync.model.incoming import as_compared, read_event
from server.google_sync.model.marks import text_hash
from server.google_sync.model.projection import NEUTRAL, Piece, body_of, compared, scrubbed
from server.google_sync.model.steps import Single
from server.google_sync.writing.rereading import must_stand

_LOST = "An occurrence of a series cannot be found in Google. It is as it was there."


def write_single(syncing: Syncing, sight: Sight, step: Single) -> None:
    """Change one occurrence in Google, or take it out; raises CallFailed."""
    pair = sight.pair(step.key)
    if pair is None or not pair.etag or pair.state is not MapState.LIVE:
        pair = _find(syncing, step)
    if pair is None:
        _lost(syncing, sight, step)
    elif step.wanted is None:
        _take_out(syncing, pair)
    else:
        _change(syncing, sight, step, pair)


def _find(syncing: Syncing, step: Single) -> EventMap | None:
    """Return the occurrence as Google has it: its id is never worked out, but asked for."""
    series = step.series
    page = syncing.calls.instances(series.calendar, series.event, _original(step.key))
    if not page.items:
        return None
    item: Json = page.items[0]
    return replace(
        series,
        event=item["id"],
        key=step.key,
        kind=EventKind.EXCEPTION,
        series=series.event,
        original=step.key,
        etag=item.get("etag", ""),
        state=MapState.LIVE,
        base="",
        generation=0,
        turns=0,
        turns_a_day=0,
        reason="",
    )


def _original(key: RecurrenceKey) -> str:
    start = start_of(key)
    return start.isoformat().replace("+00:00", "Z")


def _change(syncing: Syncing, sight: Sight, step: Single, pair: EventMap) -> None:
    wanted = step.wanted
    if wanted is None:
        return
    base = read_base(pair.base)
    guests = base is not None and base.guests
    answer = syncing.calls.patch_event(
        pair.calendar,
        pair.event,
        body_of(wanted, step.pieces, was=base.theirs.times if base else None),
        pair.etag,
        tell_guests=guests and Piece.TIMES in step.pieces,
    )
    must_stand(syncing, pair, answer)
    with recording(syncing) as desk:
        theirs = _read(desk, sight, answer) or wanted.projection
        kept = agreed(pair, wanted.projection, theirs, etag=answer.get("etag", ""))
        desk.uow.google.events.save(replace(kept, changed_at=desk.at))


def _take_out(syncing: Syncing, pair: EventMap) -> None:
    """An occurrence that had texts of its own is scrubbed before it goes."""
    base = read_base(pair.base)
    etag = pair.etag
    neutral = text_hash(syncing.key, as_compared(NEUTRAL))
    try:
        if base is not None and base.theirs.title != neutral:
            answer = syncing.calls.patch_event(pair.calendar, pair.event, scrubbed(), etag)
            etag = answer.get("etag", "")
        guests = base is not None and base.guests
        syncing.calls.delete_event(pair.calendar, pair.event, etag, tell_guests=guests)
    except (Missing, Deleted):
        pass
    with recording(syncing) as desk:
        gone = replace(pair, state=MapState.GONE_LOCAL, etag="", changed_at=desk.at)
        desk.uow.google.events.save(gone)


def _lost(syncing: Syncing, sight: Sight, step: Single) -> None:
    """What is not there is no deletion: it is told, and left until a resync."""
    with recording(syncing) as desk:
        pair = replace(
            step.series,
            event=f"{step.series.event}_{step.key}",
            key=step.key,
            kind=EventKind.EXCEPTION,
            series=step.series.event,
            original=step.key,
            state=MapState.GONE_LOCAL,
            etag="",
            base="",
        )
        if step.wanted is not None:
            whole = step.wanted.projection
            pair = replace(pair, state=MapState.PARKED, base=base_text(Base(whole, whole)))
            tell(desk, "occurrence-lost", _LOST, sight.appointment)
        desk.uow.google.events.save(pair)


def _read(desk: Desk, sight: Sight, answer: Json) -> Projection | None:
    found = read_event(reader_for(desk), answer)
    if found.projection is None:
        return None
    return compared(found.projection, foreign=sight.desired.foreign, other=sight.is_other)
