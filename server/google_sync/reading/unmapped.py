"""Events of the managed calendar that no pair is known of: ours, copies of ours, or others'."""

from __future__ import annotations

from server.domain.google import EventKind, EventMap, MapState, Origin
from server.domain.ids import AppointmentId
from server.domain.when import MASTER
from server.google_sync.deciding.one_event import Outcome, mark_dirty, tell, to_write
from server.google_sync.deciding.sight import Sight, agreed, sight_of
from server.google_sync.links.syncing import Desk
from server.google_sync.model.canonical import Projection
from server.google_sync.model.incoming import Incoming
from server.google_sync.model.marks import LAST_GENERATION, Marked, Whose, event_id, read_mark
from server.google_sync.model.projection import compared
from server.google_sync.reading import blocks

_COPIED = "An appointment was copied in Google. The copy is an Other Event: it takes time only."


def take_in(desk: Desk, calendar: str, incoming: Incoming) -> Outcome:
    """Carry an event into the practice that was not known."""
    projection = incoming.projection
    if incoming.cancelled or projection is None:
        return Outcome.NOTHING
    marked = read_mark(desk.key, incoming.mark, incoming.event, incoming.series)
    match marked.whose:
        case Whose.OURS | Whose.UNREADABLE:
            return _know_again(desk, calendar, incoming, marked)
        case Whose.COPY:
            pair = blocks.make(desk, calendar, incoming)
            if pair is not None:
                tell(desk, "copied", _COPIED, pair.appointment)
            return Outcome.APPLIED
        case Whose.NOBODYS:
            return Outcome.APPLIED if blocks.make(desk, calendar, incoming) else Outcome.NOTHING


def _know_again(desk: Desk, calendar: str, incoming: Incoming, marked: Marked) -> Outcome:
    """Pair an event of ours whose pair was lost; what stands for nothing here is taken out."""
    found = _appointment_of(desk, incoming.event)
    if found is None and marked.whose is Whose.UNREADABLE:
        return Outcome.NOTHING
    appointment, generation = found or (AppointmentId(""), marked.generation)
    sight = sight_of(desk, appointment)
    projection = incoming.projection
    if projection is None:
        return Outcome.NOTHING
    theirs = compared(projection, foreign=sight.desired.foreign, block=sight.is_block)
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
    desk.uow.google.events.save(_settled(sight, pair, theirs))
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
    for number in desk.uow.appointments.ids():
        for generation in range(LAST_GENERATION + 1):
            if event_id(desk.key, number, generation) == event:
                return number, generation
    return None
