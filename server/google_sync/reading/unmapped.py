"""Events of the managed calendar that no pair is known of: ours, copies of ours, or others'."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

from server.domain.google import EventKind, EventMap, MapState, Origin
from server.domain.ids import AppointmentId
from server.domain.when import MASTER
from server.google_sync.deciding.one_event import Outcome, mark_dirty, tell, to_write
from server.google_sync.deciding.sight import UNMARKED, Sight, agreed, sight_of
from server.google_sync.links.syncing import Desk
from server.google_sync.model.canonical import Projection, when_of
from server.google_sync.model.incoming import Incoming
from server.google_sync.model.marks import (
    LAST_GENERATION,
    Marked,
    Whose,
    event_id,
    is_older,
    read_mark,
)
from server.google_sync.model.projection import compared
from server.google_sync.model.recurrence_lines import recurrence_of
from server.google_sync.reading import blocks

_COPIED = "An appointment was copied in Google. The copy is an Other Event: it takes time only."


def take_in(desk: Desk, calendar: str, incoming: Incoming) -> Outcome:
    """Carry an event into the practice that was not known."""
    projection = incoming.projection
    if incoming.cancelled or projection is None:
        return Outcome.NOTHING
    marked = read_mark(desk.key, incoming.mark, incoming.event, incoming.series)
    match marked.whose:
        case Whose.OURS:
            return _know_again(desk, calendar, incoming, marked)
        case Whose.UNREADABLE if _appointment_of(desk, incoming.event) is not None:
            return _know_again(desk, calendar, incoming, marked)
        case Whose.COPY | Whose.UNREADABLE:
            pair = blocks.make(desk, calendar, incoming)
            if pair is not None:
                tell(desk, "copied", _COPIED, pair.appointment)
            return Outcome.APPLIED
        case Whose.NOBODYS:
            return Outcome.APPLIED if blocks.make(desk, calendar, incoming) else Outcome.NOTHING


def keeps(desk: Desk, incoming: Incoming) -> bool:
    """Whether an event lies in the time of which somebody's events are kept."""
    projection = incoming.projection
    if projection is None:
        return False
    times = projection.times
    zone = ZoneInfo(incoming.zone) if incoming.zone else desk.uow.practice.zone
    rule = recurrence_of(times.rules, times.added, times.gone)
    return blocks.is_kept(desk, when_of(times, zone), rule)


def have_marked(desk: Desk, calendar: str, incoming: Incoming) -> None:
    """Have the mark of an event of ours written anew that an earlier version wrote."""
    if incoming.cancelled or incoming.is_exception or not is_older(incoming.mark):
        return
    events = desk.uow.google.events
    pair = events.of_event(desk.link.id, calendar, incoming.event)
    if pair is None or pair.origin is not Origin.PRACTICE or pair.reason:
        return
    if pair.state is MapState.LIVE:
        events.save(replace(pair, reason=UNMARKED))
        mark_dirty(desk, pair.appointment, 0)


def _know_again(desk: Desk, calendar: str, incoming: Incoming, marked: Marked) -> Outcome:
    """Pair an event of ours whose pair was lost; what stands for nothing here is taken out."""
    found = _appointment_of(desk, incoming.event)
    if found is None and not keeps(desk, incoming):
        return Outcome.NOTHING
    appointment, generation = found or (AppointmentId(""), marked.generation)
    sight = sight_of(desk, appointment)
    projection = incoming.projection
    if projection is None:
        return Outcome.NOTHING
    theirs = compared(projection, foreign=sight.desired.foreign, other=sight.is_other)
    pair = EventMap(
        link=desk.link.id,
        calendar=calendar,
        event=incoming.event,
        appointment=appointment,
        key=MASTER,
        kind=EventKind.MASTER if projection.times.repeats else EventKind.SINGLE,
        origin=Origin.PRACTICE,
        state=MapState.LIVE,
        etag=incoming.etag,
        generation=generation,
        base=to_write(theirs, incoming),
        changed_at=desk.at,
    )
    settled = _settled(sight, pair, theirs)
    reason = UNMARKED if is_older(incoming.mark) else settled.reason
    desk.uow.google.events.save(replace(settled, reason=reason))
    mark_dirty(desk, appointment, sight.here.revision if sight.here else 0)
    return Outcome.NOTHING


def _settled(sight: Sight, pair: EventMap, theirs: Projection) -> EventMap:
    main = sight.desired.main
    if main is None or main.projection.times.usual != theirs.times.usual:
        return pair
    return agreed(pair, main.projection, theirs) if main.projection == theirs else pair


def _appointment_of(desk: Desk, event: str) -> tuple[AppointmentId, int] | None:
    """Return the appointment that an event of ours stands for, and its generation.

    An id cannot be taken back into what it was made from: all that are there are tried.
    """
    for number in desk.uow.appointments.ids(deleted=True):
        for generation in range(LAST_GENERATION + 1):
            if event_id(desk.key, number, generation) == event:
                return number, generation
    return None
