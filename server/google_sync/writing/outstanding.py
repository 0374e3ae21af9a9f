"""What Google is still to be told of an appointment: one request at a time, in order.

A pure function of what both sides have. It is asked anew after each request, so that a writer
that was stopped anywhere goes on where it was.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from itertools import chain
from typing import NamedTuple

from server.domain.google import EventKind, EventMap, MapState, Origin
from server.domain.when import MASTER, RecurrenceKey
from server.google_sync.deciding.sight import (
    ACCEPTED,
    AGAIN,
    ALIVE,
    CHECK,
    CUT,
    DECLINED,
    UNMARKED,
    Sight,
    base_of,
)
from server.google_sync.model.canonical import Base, Projection, base_text, read_base
from server.google_sync.model.marks import LAST_GENERATION, event_id
from server.google_sync.model.projection import Piece, Wanted, pieces_between
from server.google_sync.model.recurrence_lines import still_taken_out, told_in_lines
from server.google_sync.model.steps import (
    Agree,
    EndCut,
    Insert,
    Look,
    Mark,
    Park,
    Patch,
    Single,
    Step,
)
from server.google_sync.writing.left_alone import Now, away, is_parked, quiet_step, quiet_steps
from server.usecases.google_unpark import LOOK_ANEW, ONCE_MORE, TOO_MANY_TIMES

_WRITTEN_ANEW_AT = 10
"""From so many occurrences on they are taken out by one request, not one each."""
_TEXTS = frozenset({Piece.TITLE, Piece.PRIVATE})
_LOOKED_AT = frozenset({ACCEPTED, DECLINED, LOOK_ANEW})
"""Reasons to read an event by itself before anything is sent."""


def outstanding(sight: Sight, now: Now) -> Step | None:
    """Return the next request that an appointment needs, None where Google knows all."""
    main = sight.pair()
    if main is not None and is_parked(main, sight.desired.main):
        return next((step for step in quiet_steps(sight, now) if step is not None), None)
    steps = chain((_main(sight, now),), _outdated(sight, now), _occurrences(sight, now))
    return next((step for step in steps if step is not None), None)


def _main(sight: Sight, now: Now) -> Step | None:
    pair, wanted = sight.pair(), sight.desired.main
    if wanted is None:
        return away(pair, now) if pair is not None else None
    if sight.desired.unfit:
        known = pair or _new_pair(sight, now, MASTER, 0)
        return Park(known, sight.desired.unfit)
    return _standing(sight, now, pair, wanted)


def _standing(sight: Sight, now: Now, pair: EventMap | None, wanted: Wanted) -> Step | None:
    """Return what an event needs that has to be in Google by itself."""
    if pair is None:
        return _first(sight, now, MASTER, wanted)
    if pair.state is MapState.PENDING or (pair.state is MapState.PARKED and not pair.etag):
        return Insert(_pending(pair, wanted), wanted)
    if pair.state in ALIVE:
        return _difference(sight, now, pair, wanted)
    return _anew(sight, now, pair, wanted)


def _anew(sight: Sight, now: Now, pair: EventMap, wanted: Wanted) -> Step | None:
    """Return how an event is made again that is gone from Google."""
    spared = _is_over(sight, now.at) and pair.reason not in (AGAIN, ONCE_MORE)
    if pair.origin is Origin.GOOGLE or spared:
        return None
    if pair.generation >= LAST_GENERATION and pair.reason != ONCE_MORE:
        return Park(pair, TOO_MANY_TIMES)
    again = _new_pair(sight, now, pair.key, pair.generation + 1)
    return Insert(_pending(again, wanted), wanted)


def _first(sight: Sight, now: Now, key: RecurrenceKey, wanted: Wanted) -> Step | None:
    """What was over before the link was made is not told, nor what came from Google."""
    since = sight.link.made_at
    over = since is not None and _is_over(sight, since)
    if sight.desired.foreign or over:
        return None
    return Insert(_pending(_new_pair(sight, now, key, 0), wanted), wanted)


def _difference(sight: Sight, now: Now, pair: EventMap, wanted: Wanted) -> Step | None:
    if pair.reason in (UNMARKED, CUT):
        return Mark(pair) if pair.reason == UNMARKED else EndCut(pair)
    base = base_of(sight, pair, pair.key)
    if base is None or pair.reason in _LOOKED_AT:
        return Look(pair)
    if _waits(pair, wanted, base):
        return quiet_step(sight, now, pair)
    changed = _usual(wanted.projection) != _usual(base.ours)
    pieces = pieces_between(wanted.projection, base.theirs) if changed else frozenset()
    if pair.key == MASTER and _is_written_anew(sight, now, base):
        pieces |= {Piece.TIMES}
    if not pieces:
        return Agree(pair, wanted) if changed else None
    spared = pieces <= _TEXTS and _is_over(sight, now.at) and not sight.link.rewriting
    return None if spared else Patch(pair, wanted, base, pieces)


def _waits(pair: EventMap, wanted: Wanted, base: Base) -> bool:
    """Whether somebody is still to say whether a move made in Google may be."""
    proposed = pair.state is MapState.CONFLICT
    return proposed and wanted.projection.times == base.ours.times


def _is_over(sight: Sight, at: datetime) -> bool:
    return sight.ends_at is not None and sight.ends_at <= at


def _is_written_anew(sight: Sight, now: Now, base: Base) -> bool:
    """Whether the dates taken out of a series have to be written with its rule."""
    theirs = set(base.theirs.times.gone)
    back = theirs - sight.left_out
    if back or not base.theirs.times.repeats:
        return bool(back)
    known = {pair.key for pair in sight.pairs if pair.key and pair.state not in ALIVE}
    missing = set(told_in_lines(sight.left_out, now.at)) - theirs
    # What stands alone too is left out by the rule: an occurrence that was only cancelled may
    # come back with another rule, and would be there twice.
    return bool(missing & sight.apart) or len(missing - known) >= _WRITTEN_ANEW_AT


def _outdated(sight: Sight, now: Now) -> Iterator[Step | None]:
    """Take out what was made anew since and is in Google all the same."""
    for pair in sight.pairs:
        newest = sight.pair(pair.key)
        if pair.state is MapState.PARKED or newest is None or newest.event == pair.event:
            continue
        stands_alone = newest.kind is not EventKind.EXCEPTION and newest.state in ALIVE
        if stands_alone or pair.kind is not EventKind.EXCEPTION:
            yield away(pair, now)


class _Series(NamedTuple):
    """A series that stands in Google, and the dates that its rule there leaves out."""

    pair: EventMap
    gone: frozenset[RecurrenceKey]


def _series_of(sight: Sight) -> _Series | None:
    main = sight.pair()
    whole = read_base(main.base) if main is not None else None
    if main is None or whole is None or main.state is not MapState.LIVE:
        return None
    times = whole.theirs.times
    return _Series(main, frozenset(times.gone)) if times.repeats else None


def _occurrences(sight: Sight, now: Now) -> Iterator[Step | None]:
    series = _series_of(sight)
    keys = set(sight.desired.own) | {pair.key for pair in sight.pairs if pair.key}
    keys |= _taken_out(sight, now)
    for key in sorted(keys):
        pair = sight.pair(key)
        if pair is None or not is_parked(pair, sight.wanted(key)):
            yield _occurrence(sight, now, series, key)
        elif series is not None or pair.kind is not EventKind.EXCEPTION:
            yield quiet_step(sight, now, pair)


def _occurrence(
    sight: Sight, now: Now, series: _Series | None, key: RecurrenceKey
) -> Step | None:
    pair, wanted = sight.pair(key), sight.wanted(key)
    if series is not None and pair is not None and pair.reason == CHECK:
        return Look(pair)
    if pair is not None and pair.kind is not EventKind.EXCEPTION:
        return _stand_in(sight, now, pair, wanted)
    own = sight.desired.own.get(key)
    if own is not None and not sight.desired.foreign and not sight.in_rule(key):
        return _alone(sight, now, key, own)
    return _in_series(sight, now, series, key) if series is not None else None


def _taken_out(sight: Sight, now: Now) -> frozenset[RecurrenceKey]:
    if sight.desired.main is None:
        return frozenset()
    return still_taken_out(sight.desired.gone, now.at)


def _stand_in(sight: Sight, now: Now, pair: EventMap, wanted: Wanted | None) -> Step | None:
    return away(pair, now) if wanted is None else _standing(sight, now, pair, wanted)


def _alone(sight: Sight, now: Now, key: RecurrenceKey, wanted: Wanted) -> Step | None:
    """An occurrence whose series is not to be there, or not then, stands by itself."""
    pair = sight.pair(key)
    generation = pair.generation + 1 if pair is not None else 0
    fresh = _new_pair(sight, now, key, generation)
    return Insert(_pending(fresh, wanted), wanted)


def _in_series(sight: Sight, now: Now, series: _Series, key: RecurrenceKey) -> Step | None:
    pair, wanted = sight.pair(key), sight.wanted(key)
    gone = pair is not None and pair.state not in ALIVE
    by_rule = key in series.gone
    if wanted is None:
        unknown = by_rule or key not in sight.desired.gone or not sight.in_rule(key)
        out = gone or (pair is None and unknown)
        return None if out else Single(series.pair, key, None)
    if by_rule:
        return None
    return (
        _made_again(sight, now, pair, wanted)
        if gone
        else _own_difference(sight, now, series.pair, key)
    )


def _own_difference(
    sight: Sight, now: Now, series: EventMap, key: RecurrenceKey
) -> Step | None:
    pair, wanted = sight.pair(key), sight.wanted(key)
    base = base_of(sight, pair, key)
    if wanted is None or base is None:
        return None
    if pair is not None and (pair.reason in _LOOKED_AT or _waits(pair, wanted, base)):
        return Look(pair) if pair.reason in _LOOKED_AT else quiet_step(sight, now, pair)
    if _usual(wanted.projection) == _usual(base.ours):
        return None
    pieces = pieces_between(wanted.projection, base.theirs)
    if pieces:
        return Single(series, key, wanted, pieces)
    return Agree(pair, wanted) if pair is not None else None


def _made_again(sight: Sight, now: Now, pair: EventMap | None, wanted: Wanted) -> Step | None:
    """An occurrence that Google has cancelled for good stands alone from now on."""
    if pair is None or sight.desired.foreign:
        return None
    fresh = _new_pair(sight, now, pair.key, pair.generation + 1)
    return Insert(_pending(fresh, wanted), wanted)


def _new_pair(sight: Sight, now: Now, key: RecurrenceKey, generation: int) -> EventMap:
    return EventMap(
        link=sight.link.id,
        calendar=now.calendar,
        event=event_id(now.key, sight.appointment, generation, key),
        appointment=sight.appointment,
        key=key,
        kind=EventKind.SINGLE,
        origin=Origin.PRACTICE,
        state=MapState.PENDING,
        generation=generation,
    )


def _pending(pair: EventMap, wanted: Wanted) -> EventMap:
    """Return the pair of an event that is about to be made, with what it is to say."""
    kind = EventKind.MASTER if wanted.projection.times.repeats else EventKind.SINGLE
    base = base_text(Base(wanted.projection, wanted.projection))
    return replace(pair, kind=kind, base=base, state=MapState.PENDING, reason="")


def _usual(projection: Projection) -> Projection:
    return replace(projection, times=projection.times.usual)
