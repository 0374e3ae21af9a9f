"""What was read from Google, carried into the practice by its own use cases.

Each event is one transaction: the change here, the pair, and what is to be written back commit
together or not at all. The same event a second time does nothing.
"""

from __future__ import annotations

from dataclasses import replace

from server.domain.errors import Locked, PracticeError
from server.domain.google import EventKind, EventMap, MapState
from server.domain.when import MASTER
from server.google_sync.deciding.one_event import (
    Event,
    Outcome,
    decided,
    is_gone,
    kept,
    mark_dirty,
    note,
    theirs_of,
    to_write,
    usual,
    with_turn,
)
from server.google_sync.deciding.overtaken import settle_overtaken
from server.google_sync.deciding.plan import Decision, Do, Why
from server.google_sync.deciding.sight import AGAIN, CHECK, Sight, agreed, sight_of
from server.google_sync.links.syncing import Desk
from server.google_sync.model.canonical import read_base
from server.google_sync.model.incoming import Incoming
from server.google_sync.reading import blocks, unmapped
from server.google_sync.reading.changing import cancel_here, move_here
from server.google_sync.reading.left_behind import fell_with_rule, tell_left_behind


class NeedsMaster(Exception):
    """An occurrence was read whose series is not known yet; ``series`` is its id in Google."""

    def __init__(self, series: str) -> None:
        super().__init__("an occurrence came without its series")
        self.series = series


def take_in(desk: Desk, calendar: str, incoming: Incoming) -> Outcome:
    """Carry an event of the managed calendar into the practice; raises NeedsMaster."""
    events = desk.uow.google.events
    pair = events.of_event(desk.link.id, calendar, incoming.event)
    if pair is not None and _is_known(pair, incoming):
        unmapped.have_marked(desk, calendar, incoming)
        return Outcome.NOTHING
    if incoming.is_exception and (pair is None or pair.kind is EventKind.EXCEPTION):
        return _take_occurrence(desk, calendar, pair, incoming)
    if pair is None:
        return unmapped.take_in(desk, calendar, incoming)
    sight = sight_of(desk, pair.appointment)
    outcome = settle(desk, sight, Event(pair, incoming))
    _have_checked(desk, pair, incoming)
    unmapped.have_marked(desk, calendar, incoming)
    return _take_exclusions(desk, Event(pair, incoming)) or outcome


def _have_checked(desk: Desk, series: EventMap, incoming: Incoming) -> None:
    """Let the occurrences of a changed series be looked at: Google resets them silently."""
    if incoming.cancelled or series.kind is not EventKind.MASTER:
        return
    events = desk.uow.google.events
    for pair in events.of_series(desk.link.id, series.calendar, series.event):
        if pair.state is not MapState.PARKED and not pair.reason:
            events.save(replace(pair, reason=CHECK))
            mark_dirty(desk, pair.appointment, 0)


def _is_known(pair: EventMap, incoming: Incoming) -> bool:
    return bool(pair.etag) and pair.etag == incoming.etag and pair.state is not MapState.PENDING


def _take_occurrence(
    desk: Desk, calendar: str, pair: EventMap | None, incoming: Incoming
) -> Outcome:
    events = desk.uow.google.events
    series = events.of_event(desk.link.id, calendar, incoming.series)
    if series is None:
        if incoming.cancelled:
            return Outcome.NOTHING
        raise NeedsMaster(incoming.series)
    sight = sight_of(desk, series.appointment)
    pair = pair or _new_exception(series, incoming)
    if is_gone(series):
        return Outcome.NOTHING
    if incoming.cancelled and not sight.desired.foreign and fell_with_rule(series, pair.key):
        kept(desk, pair, incoming, state=MapState.GONE_GOOGLE)
        mark_dirty(desk, sight.appointment, _revision(sight))
        return Outcome.NOTHING
    if not _may_occur(sight, incoming):
        return _astray(desk, sight, Event(pair, incoming))
    return settle(desk, sight, Event(pair, incoming))


def _may_occur(sight: Sight, incoming: Incoming) -> bool:
    """Whether the series has, or had, an occurrence there."""
    key = incoming.original
    return sight.occurs(key) or key in sight.desired.gone or sight.desired.foreign


def _astray(desk: Desk, sight: Sight, event: Event) -> Outcome:
    """An occurrence of a time that its series has no more goes from Google."""
    theirs = theirs_of(sight, event)
    if theirs is not None:
        kept(desk, event.pair, event.incoming, base=to_write(theirs, event.incoming))
        mark_dirty(desk, sight.appointment, _revision(sight))
    return Outcome.NOTHING


def _new_exception(series: EventMap, incoming: Incoming) -> EventMap:
    return replace(
        series,
        event=incoming.event,
        key=incoming.original,
        kind=EventKind.EXCEPTION,
        series=series.event,
        original=incoming.original,
        state=MapState.LIVE,
        etag="",
        base="",
        generation=0,
        turns=0,
        turns_since=None,
        turns_a_day=0,
        day_since=None,
        reason="",
    )


def settle(desk: Desk, sight: Sight, event: Event) -> Outcome:
    """Decide on an event and do what was decided, as far as the practice goes."""
    outcome = _settle(desk, sight, event)
    if event.pair.state is MapState.CONFLICT:
        settle_overtaken(desk, sight.appointment)
    return outcome


def _settle(desk: Desk, sight: Sight, event: Event) -> Outcome:
    newest = sight.pair(event.key)
    if newest is not None and newest.event != event.pair.event and not _replaces(newest, event):
        return _outdated(desk, sight, event)
    decision = decided(desk, sight, event)
    match decision.do:
        case Do.AGREE:
            return _agree(desk, sight, event)
        case Do.APPLY | Do.CANCEL:
            return _apply(desk, sight, event, decision)
        case Do.WRITE | Do.REMOVE | Do.MAKE_AGAIN:
            return _hand_over(desk, sight, event, decision)
        case Do.PROPOSE | Do.PARK | Do.NOTHING:
            return _wait(desk, sight, event, decision)


def _replaces(newest: EventMap, event: Event) -> bool:
    """Whether an occurrence that stood alone counts less than what was read."""
    return newest.kind is EventKind.EXCEPTION and is_gone(newest) and not is_gone(event.pair)


def _outdated(desk: Desk, sight: Sight, event: Event) -> Outcome:
    """An event that was made anew since: it goes from Google, if somebody brought it back."""
    theirs = theirs_of(sight, event)
    if theirs is None:
        kept(desk, event.pair, event.incoming, state=MapState.GONE_GOOGLE)
        return Outcome.NOTHING
    base = to_write(theirs, event.incoming)
    kept(desk, event.pair, event.incoming, state=MapState.LIVE, base=base)
    mark_dirty(desk, sight.appointment, _revision(sight))
    return Outcome.NOTHING


def _agree(desk: Desk, sight: Sight, event: Event) -> Outcome:
    theirs, wanted = theirs_of(sight, event), sight.wanted(event.key)
    if theirs is None or wanted is None:
        gone = event.pair.state if is_gone(event.pair) else MapState.GONE_GOOGLE
        kept(desk, event.pair, event.incoming, state=gone, retry_at=None)
        return Outcome.NOTHING
    guests = event.incoming.guests
    pair = agreed(event.pair, wanted.projection, theirs, guests=guests, kind=_kind(event))
    kept(desk, pair, event.incoming)
    return Outcome.NOTHING


def _kind(event: Event) -> EventKind:
    if event.pair.kind is EventKind.EXCEPTION:
        return EventKind.EXCEPTION
    projection = event.incoming.projection
    return EventKind.MASTER if projection and projection.times.repeats else EventKind.SINGLE


def _apply(desk: Desk, sight: Sight, event: Event, decision: Decision) -> Outcome:
    """Do here what was done in Google; what the practice's rules refuse is undone there."""
    try:
        with desk.uow.savepoint():
            if sight.desired.foreign:
                blocks.follow(desk, sight, event)
            elif decision.do is Do.CANCEL:
                cancel_here(desk, sight, event.key)
            else:
                number = move_here(desk, sight, event, theirs_of(sight, event))
                tell_left_behind(desk, sight, number)
    except PracticeError as error:
        why = Why.LOCKED if isinstance(error, Locked) else Why.REFUSED
        undone = Do.MAKE_AGAIN if decision.do is Do.CANCEL else Do.WRITE
        return _hand_over(desk, sight, event, Decision(undone, why, turn=True))
    _after(desk, event, sight_of(desk, sight.appointment))
    return Outcome.APPLIED


def _after(desk: Desk, event: Event, sight: Sight) -> None:
    """Keep the pair of what was done here; what still differs is written to Google."""
    theirs, wanted = theirs_of(sight, event), sight.wanted(event.key)
    if theirs is None:
        kept(desk, event.pair, event.incoming, state=MapState.GONE_GOOGLE, retry_at=None)
        return
    ours = wanted.projection if wanted else None
    if ours is not None and usual(ours) == usual(theirs):
        pair = agreed(event.pair, ours, theirs, guests=event.incoming.guests, kind=_kind(event))
        kept(desk, pair, event.incoming)
        return
    base = to_write(theirs, event.incoming)
    kept(desk, event.pair, event.incoming, base=base, state=MapState.LIVE, kind=_kind(event))
    mark_dirty(desk, sight.appointment, _revision(sight))


def _hand_over(desk: Desk, sight: Sight, event: Event, decision: Decision) -> Outcome:
    """Leave an event to the writer: it takes what the practice says to Google."""
    pair = with_turn(desk, event.pair) if decision.turn else event.pair
    theirs = theirs_of(sight, event)
    if theirs is None:
        kept(desk, pair, event.incoming, state=MapState.GONE_GOOGLE, reason=AGAIN)
    else:
        base = to_write(theirs, event.incoming)
        kept(desk, pair, event.incoming, base=base, state=MapState.LIVE, kind=_kind(event))
    mark_dirty(desk, sight.appointment, _revision(sight))
    if decision.why is None:
        return Outcome.NOTHING
    note(desk, sight, event, decision.why)
    return Outcome.CONFLICT


def _wait(desk: Desk, sight: Sight, event: Event, decision: Decision) -> Outcome:
    """Leave both sides as they are until somebody has answered, or looked."""
    if decision.do is Do.NOTHING:
        # It may still have to be taken out: by its present etag.
        desk.uow.google.events.save(replace(event.pair, etag=event.incoming.etag))
        return Outcome.NOTHING
    proposed = decision.do is Do.PROPOSE
    state = MapState.CONFLICT if proposed else MapState.PARKED
    why = decision.why or Why.PING_PONG
    kept(desk, event.pair, event.incoming, state=state, reason=why.value)
    note(desk, sight, event, why)
    return Outcome.CONFLICT


def _take_exclusions(desk: Desk, event: Event) -> Outcome | None:
    """Cancel the occurrences of a series that were taken out of its rule in Google."""
    projection, base = event.incoming.projection, read_base(event.pair.base)
    if event.key != MASTER or projection is None or base is None or event.incoming.cancelled:
        return None
    newly = sorted(set(projection.times.gone) - set(base.theirs.times.gone))
    outcome = None
    for key in newly:
        sight = sight_of(desk, event.pair.appointment)
        if sight.wanted(key) is None or key in sight.left_out:
            continue
        gone = Incoming(f"{event.pair.event}_{key}", "", cancelled=True, original=key)
        pair = replace(
            _new_exception(event.pair, replace(gone, series=event.pair.event)), event=gone.event
        )
        outcome = settle(desk, sight, Event(sight.pair(key) or pair, gone))
    return outcome


def _revision(sight: Sight) -> int:
    return sight.here.revision if sight.here else 0
