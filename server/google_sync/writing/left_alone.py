"""Events that are left alone, or wait for an answer: what is done with them all the same.

They say no more than the link's level allows, and they go when they are over here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from server.domain.google import EventMap, MapState, Origin
from server.google_sync.deciding.sight import ALIVE, Sight
from server.google_sync.model.canonical import Base, base_text, read_base
from server.google_sync.model.incoming import as_compared
from server.google_sync.model.marks import text_hash
from server.google_sync.model.projection import NEUTRAL, Wanted
from server.google_sync.model.steps import Delete, Look, Retitle, Scrub, Step


@dataclass(frozen=True, slots=True)
class Now:
    """The present instant (UTC), the link's own key, and the calendar that is written to."""

    at: datetime
    key: bytes = field(repr=False)
    calendar: str = ""


def is_parked(pair: EventMap, wanted: Wanted | None) -> bool:
    """Whether an event is left alone; not if what Google had refused has changed since."""
    if pair.state is not MapState.PARKED:
        return False
    return "#" not in pair.reason or is_refused(pair, wanted)


def is_refused(pair: EventMap, wanted: Wanted | None) -> bool:
    """Whether Google has refused just this, and would again."""
    if pair.state is not MapState.PARKED:
        return False
    refused, _, said = pair.reason.rpartition("#")
    return bool(refused) and said == fingerprint(wanted)


def fingerprint(wanted: Wanted | None) -> str:
    """Return a short name of what an event was to say."""
    if wanted is None:
        return "gone"
    return text_hash(b"", base_text(Base(wanted.projection, wanted.projection)))[:12]


def away(pair: EventMap, now: Now) -> Step | None:
    """Return what an event needs that is not to be in Google."""
    never_made = pair.state is MapState.PARKED and not pair.etag
    if pair.state not in ALIVE or never_made:
        return None
    if pair.state is MapState.PENDING:
        return Look(pair)
    base = read_base(pair.base)
    neutral = text_hash(now.key, as_compared(NEUTRAL))
    told = base is None or base.theirs.title != neutral
    return Scrub(pair) if told and pair.origin is Origin.PRACTICE else Delete(pair)


def quiet_steps(sight: Sight, now: Now) -> Iterator[Step | None]:
    """Yield what the events of an appointment need that is left alone as a whole."""
    for pair in sight.pairs:
        if sight.pair(pair.key) == pair and pair.state in ALIVE:
            yield quiet_step(sight, now, pair)


def quiet_step(sight: Sight, now: Now, pair: EventMap) -> Step | None:
    """Return what an event needs although it is left alone, or waits for an answer."""
    wanted = sight.wanted(pair.key)
    if is_refused(pair, wanted):
        return None
    if wanted is None:
        return away(pair, now)
    base = read_base(pair.base)
    ours = pair.origin is Origin.PRACTICE and bool(pair.etag)
    if base is None or not ours or not sight.link.rewriting:
        return None
    differs = wanted.projection.title != base.theirs.title
    return Retitle(pair, wanted) if differs else None
