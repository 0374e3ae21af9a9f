"""After a level was lowered: what Google was told before is rewritten, past and deleted too.

A deleted event keeps its details in Google for a while, so that it can be brought back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from server.domain.google import EventMap, MapState, Origin
from server.google_sync.deciding.one_event import mark_dirty
from server.google_sync.deciding.sight import sight_of
from server.google_sync.http.calls import Changed, Deleted, Json, Missing, Refused
from server.google_sync.links.syncing import Desk, Report, Syncing, looking, recording
from server.google_sync.model.canonical import Base, base_text, read_base
from server.google_sync.model.incoming import as_compared
from server.google_sync.model.marks import text_hash
from server.google_sync.model.projection import NEUTRAL, scrubbed
from server.google_sync.writing.left_alone import is_refused

_AT_ONCE: Final = 200
_STANDING: Final = frozenset({MapState.LIVE, MapState.CONFLICT, MapState.PARKED})


def rewrite(syncing: Syncing, report: Report) -> None:
    """Go on rewriting what says more than the link's level; end it when nothing does.

    Events that stand are left to the writer; of deleted ones the details are taken here. A
    cycle that was stopped goes on where it was: what is done says no more. Raises CallFailed.
    """
    with looking(syncing) as desk:
        if not desk.link.rewriting:
            return
        telling = too_telling(desk)
    gone = [pair for pair in telling if pair.state not in _STANDING]
    for pair in gone[:_AT_ONCE]:
        _empty(syncing, pair)
        report.written += 1
    with recording(syncing) as desk:
        for pair in telling:
            if pair.state in _STANDING:
                mark_dirty(desk, pair.appointment, 0)
    report.more = report.more or bool(telling)


def end_rewriting(syncing: Syncing) -> None:
    """Say that Google is told no more than the level allows, where that is so now."""
    with looking(syncing) as desk:
        done = desk.link.rewriting and not too_telling(desk)
    if not done:
        return
    with recording(syncing) as desk:
        desk.uow.google.links.save_link(replace(desk.link, rewriting=False))


def too_telling(desk: Desk) -> Sequence[EventMap]:
    """Return the pairs whose events say something else than the level has them say."""
    pairs = desk.uow.google.events.all(desk.link.id, desk.link.managed)
    return [pair for pair in pairs if _tells(desk, pair)]


def _tells(desk: Desk, pair: EventMap) -> bool:
    base = read_base(pair.base)
    if base is None or pair.origin is not Origin.PRACTICE:
        return False
    neutral = _neutral(desk.key)
    if pair.state is MapState.GONE_GOOGLE:
        return base.theirs.title != neutral
    if pair.state not in _STANDING:
        return False
    wanted = sight_of(desk, pair.appointment).wanted(pair.key)
    never_made = pair.state is MapState.PARKED and not pair.etag
    if wanted is None or never_made or is_refused(pair, wanted):
        return False
    return wanted.projection.title != base.theirs.title


def _empty(syncing: Syncing, pair: EventMap) -> None:
    """Leave nothing to be read in a deleted event; one that comes back by it goes again."""
    answer: Json = {}
    try:
        answer = syncing.calls.patch_event(pair.calendar, pair.event, scrubbed(), "")
        if answer.get("status") != "cancelled":
            syncing.calls.delete_event(pair.calendar, pair.event, "")
    except (Missing, Deleted, Changed, Refused):
        answer = {}
    with recording(syncing) as desk:
        base = read_base(pair.base)
        if base is None:
            return
        theirs = replace(base.theirs, title=_neutral(desk.key))
        etag = answer.get("etag", pair.etag)
        text = base_text(Base(theirs, theirs))
        desk.uow.google.events.save(replace(pair, base=text, etag=etag))


def _neutral(key: bytes) -> str:
    return text_hash(key, as_compared(NEUTRAL))
