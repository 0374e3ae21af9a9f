"""One event that was read: what is known of it, put together, decided and written down."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Final

from server.domain.calendars import Notice
from server.domain.google import (
    CalendarRole,
    Conflict,
    DirtyAppointment,
    EventMap,
    MapState,
    MovePolicy,
)
from server.domain.ids import AppointmentId, new_ulid
from server.domain.when import RecurrenceKey
from server.google_sync.deciding.brake import Answer
from server.google_sync.deciding.moves import Moved, refusal_of
from server.google_sync.deciding.plan import Case, Decision, Do, Owner, Why, plan, turned
from server.google_sync.deciding.sight import (
    ACCEPTED,
    CHECK,
    DECLINED,
    Sight,
    base_of,
    may_be_renamed,
)
from server.google_sync.links.syncing import Desk
from server.google_sync.model.canonical import Base, Projection, base_text, when_of
from server.google_sync.model.incoming import Incoming
from server.google_sync.model.projection import compared
from server.google_sync.model.recurrence_lines import recurrence_of

_SENTENCES: Final = {
    Why.BOTH_MOVED: "An appointment was moved here and in Google. What was set here stands.",
    Why.MOVED_HERE_DELETED_THERE: (
        "An appointment that was changed here was deleted in Google. It stands."
    ),
    Why.DELETED_HERE_MOVED_THERE: (
        "An appointment that was moved in Google is cancelled here. It stays cancelled."
    ),
    Why.LOCKED: "What is done, signed or billed was changed in Google. It is as it was.",
    Why.PAST: "A past appointment was changed in Google. It is back where it was.",
    Why.OVERLAP: "An appointment was moved onto another one in Google. It is back.",
    Why.LENGTH: "The length of an appointment was changed in Google. It is as it was.",
    Why.UNFIT: "A series was changed in Google in a way that is not kept here.",
    Why.REFUSED: "A change made in Google is not possible here. It was undone.",
    Why.REVERTED: "A change made in Google was undone: appointments are changed here only.",
    Why.PROPOSED: "A change made in Google waits for your answer.",
    Why.MOVED_OUT: "An appointment was put into another calendar in Google. It is back.",
    Why.PING_PONG: "An event in Google is changed again and again. It is left alone for now.",
    Why.TOO_MANY_TIMES: "An appointment keeps vanishing from Google. It is left alone for now.",
}


class Outcome(StrEnum):
    """What came of an event that was read."""

    NOTHING = "nothing"
    APPLIED = "applied"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class Event:
    """An event that was read and the pair that it belongs to; ``key`` is the occurrence."""

    pair: EventMap
    incoming: Incoming

    @property
    def key(self) -> RecurrenceKey:
        return self.pair.key


def case_of(desk: Desk, sight: Sight, event: Event) -> Case:
    """Return all that the plan is made of."""
    foreign = sight.desired.foreign
    wanted = sight.wanted(event.key)
    google = theirs_of(sight, event)
    base = _base(sight, event, google)
    owns = foreign or (sight.is_block and desk.settings.google_wins_blocks)
    case = Case(
        base=_usual_base(base),
        google=usual(google) if google else None,
        practice=usual(wanted.projection) if wanted else None,
        state=event.pair.state,
        generation=event.pair.generation,
        policy=_policy(desk, event.pair, gone=google is None),
        owner=Owner.GOOGLE if owns else Owner.PRACTICE,
        texts=may_be_renamed(sight, event.key),
    )
    return replace(case, refusal=_refusal(desk, sight, event, case))


def _policy(desk: Desk, pair: EventMap, *, gone: bool) -> MovePolicy:
    """Return what Google may change: as somebody answered, else as the link says."""
    if _restores(desk) or pair.reason == DECLINED:
        return MovePolicy.REVERT
    believed = gone and desk.link.reason == Answer.ACCEPT
    return MovePolicy.APPLY if believed or pair.reason == ACCEPTED else desk.link.policy


def _restores(desk: Desk) -> bool:
    """Whether somebody has said that what was deleted in Google is to be there again."""
    return desk.link.reason == Answer.RESTORE


def _base(sight: Sight, event: Event, google: Projection | None) -> Base | None:
    """Return on what both sides agreed; nobody has moved what went back with its series."""
    base = base_of(sight, event.pair, event.key)
    if event.pair.reason != CHECK or google is None:
        return base
    plain = base_of(sight, None, event.key)
    reset = plain is not None and plain.theirs.times == google.times
    return Base(google, google) if reset else base


def theirs_of(sight: Sight, event: Event) -> Projection | None:
    """Return what of an event is compared, None where it is gone."""
    projection = event.incoming.projection
    if event.incoming.cancelled or projection is None:
        return None
    foreign = sight.desired.foreign
    return compared(projection, foreign=foreign, other=sight.is_other)


def _refusal(desk: Desk, sight: Sight, event: Event, case: Case) -> Why | None:
    here = sight.here
    if here is None or case.practice is None or case.owner is Owner.GOOGLE:
        return None
    if case.google is None:
        out = Why.MOVED_OUT if _is_elsewhere(desk, event) else None
        return out or refusal_of(desk, here, event.key, None)
    if case.base is None or case.google.times == case.base.theirs.times:
        return None
    times = case.google.times
    if event.key == "" and case.practice.times.repeats and not times.repeats:
        return Why.UNFIT
    zone = desk.uow.practice.zone
    moved = Moved(when_of(times, zone), recurrence_of(times.rules, times.added, ()))
    return refusal_of(desk, here, event.key, moved)


def _is_elsewhere(desk: Desk, event: Event) -> bool:
    """Whether an event that is gone from its calendar was seen in another one."""
    google = desk.uow.google
    found = (
        google.events.of_event(desk.link.id, calendar.id, event.pair.event)
        for calendar in google.calendars.of_link(desk.link.id)
        if calendar.role is CalendarRole.WATCHED
    )
    return any(pair is not None and pair.state is MapState.LIVE for pair in found)


def decided(desk: Desk, sight: Sight, event: Event) -> Decision:
    """Return what is done with an event that was read; the fuse has the last word."""
    if event.incoming.odd and not sight.desired.foreign:
        return Decision(Do.PARK, Why.UNFIT)
    decision = plan(case_of(desk, sight, event))
    if decision.turn and turned(event.pair, desk.at).blown:
        return Decision(Do.PARK, Why.PING_PONG)
    return decision


def kept(desk: Desk, pair: EventMap, incoming: Incoming, **changes: object) -> EventMap:
    """Store a pair as it is after an event was read."""
    usual_ones = {"etag": incoming.etag, "changed_at": desk.at, "reason": ""}
    named: dict[str, object] = usual_ones | changes
    found = replace(pair, **named)  # type: ignore[arg-type]  # fields of EventMap by name
    desk.uow.google.events.save(found)
    return found


def with_turn(desk: Desk, pair: EventMap) -> EventMap:
    """Return the pair with one more change by Google that is undone."""
    turns = turned(pair, desk.at)
    return replace(
        pair,
        turns=turns.lately,
        turns_since=turns.since,
        turns_a_day=turns.today,
        day_since=turns.day_since,
    )


def to_write(theirs: Projection, incoming: Incoming) -> str:
    """Return the base of an event that Google has otherwise than it is to be."""
    return base_text(Base(theirs, theirs, guests=incoming.guests))


def mark_dirty(desk: Desk, appointment: AppointmentId, revision: int) -> None:
    """Note that Google is to be told of an appointment."""
    dirty = DirtyAppointment(desk.link.id, appointment, revision, desk.at)
    desk.uow.google.events.save_dirty(dirty)


def note(desk: Desk, sight: Sight, event: Event, why: Why) -> None:
    """Write a decision into the log of conflicts, and tell the practitioner."""
    wanted, theirs = sight.wanted(event.key), event.incoming.projection
    desk.uow.google.events.add_conflict(
        Conflict(
            link=desk.link.id,
            id=new_ulid(desk.at),
            at=desk.at,
            appointment=sight.appointment,
            key=event.key,
            decision=why.value,
            ours=_said(wanted.projection if wanted else None),
            theirs=_said(theirs),
            settled_at=None if why is Why.PROPOSED else desk.at,
        )
    )
    if not _restores(desk):
        tell(desk, why.value, _SENTENCES[why], sight.appointment)


def tell(desk: Desk, code: str, sentence: str, appointment: AppointmentId | None) -> None:
    """Tell the practitioner something of their link."""
    notice = Notice(
        new_ulid(desk.at), desk.link.user, desk.at, f"google-{code}", sentence, appointment
    )
    desk.uow.notices.add(notice)


def usual(projection: Projection) -> Projection:
    """Return a projection without the dates taken out, which are compared one by one."""
    return replace(projection, times=projection.times.usual)


def is_gone(pair: EventMap) -> bool:
    """Whether an event is known to be gone from Google."""
    return pair.state in (MapState.GONE_LOCAL, MapState.GONE_GOOGLE)


def _usual_base(base: Base | None) -> Base | None:
    return replace(base, ours=usual(base.ours), theirs=usual(base.theirs)) if base else None


def _said(projection: Projection | None) -> str:
    return json.dumps(asdict(projection.times) if projection else {"state": "gone"})
