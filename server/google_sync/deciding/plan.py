"""What is done with one event: decided from what both sides were, and are, and the rules.

A pure function of values. Google's clock takes no part in it, nor who wrote last.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from server.domain.google import EventMap, MapState, MovePolicy
from server.google_sync.model.canonical import Base, Projection
from server.google_sync.model.marks import LAST_GENERATION
from server.usecases import google_unpark

FUSE_SPAN: Final = timedelta(minutes=10)
FUSE_TURNS: Final = 5
FUSE_DAY: Final = timedelta(days=1)
FUSE_TURNS_A_DAY: Final = 20


class Do(StrEnum):
    """What is done with an event."""

    NOTHING = "nothing"
    AGREE = "agree"
    """Both sides say the same: that is the base from now on."""
    WRITE = "write"
    """What the practice says is written to Google."""
    MAKE_AGAIN = "make-again"
    """It stands here and is gone in Google: written under a new generation."""
    REMOVE = "remove"
    """It does not stand here and is in Google: taken out there."""
    APPLY = "apply"
    """What Google says is done here."""
    CANCEL = "cancel"
    """It is gone in Google and does not take place here any more."""
    PROPOSE = "propose"
    """Nothing is done until somebody of the practice has answered."""
    PARK = "park"
    """Nothing is done on either side until somebody has looked."""


class Why(StrEnum):
    """Why the practice's side stands although Google said something else; a conflict's name."""

    BOTH_MOVED = "both-moved"
    MOVED_HERE_DELETED_THERE = "moved-here-deleted-there"
    DELETED_HERE_MOVED_THERE = "deleted-here-moved-there"
    LOCKED = "locked"
    PAST = "past"
    OVERLAP = "overlap"
    LENGTH = "length"
    UNFIT = "unfit"
    REFUSED = "refused"
    REVERTED = "reverted"
    PROPOSED = "proposed"
    MOVED_OUT = "moved-out"
    PING_PONG = "ping-pong"
    TOO_MANY_TIMES = google_unpark.TOO_MANY_TIMES


class Owner(StrEnum):
    """Whose word counts where both sides have changed."""

    PRACTICE = "practice"
    GOOGLE = "google"


@dataclass(frozen=True, slots=True)
class Case:
    """All that is known of one event.

    ``base`` is None while nothing was agreed. ``google`` and ``practice`` are None where the
    event does not stand on that side; both are reduced to what is compared. ``refusal`` is why
    the practice's rules do not let a change by Google pass. ``texts`` says that a title may be
    changed in Google, ``owner`` who wins where both moved.
    """

    base: Base | None
    google: Projection | None
    practice: Projection | None
    state: MapState = MapState.LIVE
    generation: int = 0
    policy: MovePolicy = MovePolicy.APPLY
    refusal: Why | None = None
    owner: Owner = Owner.PRACTICE
    texts: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """What is done, and why if that is worth telling.

    ``turn`` says that Google's change is undone: it counts towards the fuse.
    """

    do: Do
    why: Why | None = None
    turn: bool = False


_HOLDS: Final = frozenset({Why.LOCKED, Why.PAST, Why.MOVED_OUT})
"""Why an appointment is made again that was deleted in Google."""
_AGREE: Final = Decision(Do.AGREE)
_WRITE: Final = Decision(Do.WRITE)


def plan(case: Case) -> Decision:
    """Return what is done with an event that was read from Google, or that is to be written."""
    if case.state is MapState.PARKED:
        return Decision(Do.NOTHING)
    if case.google is None:
        return _gone(case)
    if case.practice is None:
        return _not_here(case, case.google)
    return _both(case, case.google, case.practice)


def _gone(case: Case) -> Decision:
    """Google has it no more."""
    if case.practice is None:
        return _AGREE
    if case.base is None or case.practice.times != case.base.ours.times:
        return _again(case, Why.MOVED_HERE_DELETED_THERE if case.base else None)
    held = case.refusal if case.refusal in _HOLDS else None
    if case.owner is Owner.GOOGLE or (held is None and case.policy is MovePolicy.APPLY):
        return Decision(Do.CANCEL)
    if held is None and case.policy is MovePolicy.PROPOSE:
        return Decision(Do.PROPOSE, Why.PROPOSED)
    return _again(case, held or Why.REVERTED)


def _again(case: Case, why: Why | None) -> Decision:
    """Somebody else's event is never made anew: it goes here, too."""
    if case.owner is Owner.GOOGLE:
        return Decision(Do.CANCEL)
    if case.generation >= LAST_GENERATION:
        return Decision(Do.PARK, Why.TOO_MANY_TIMES)
    return Decision(Do.MAKE_AGAIN, why, turn=why is not None)


def _not_here(case: Case, google: Projection) -> Decision:
    """It was cancelled or deleted here."""
    gone = case.state in (MapState.GONE_LOCAL, MapState.GONE_GOOGLE)
    if gone and case.owner is Owner.GOOGLE:
        # Somebody brought back their own event.
        return Decision(Do.APPLY)
    edited = case.base is not None and google.times != case.base.theirs.times
    known = case.state in (MapState.LIVE, MapState.CONFLICT)
    return Decision(Do.REMOVE, Why.DELETED_HERE_MOVED_THERE if edited and known else None)


def _both(case: Case, google: Projection, practice: Projection) -> Decision:
    base = case.base
    if google == practice or (base and (google, practice) == (base.theirs, base.ours)):
        return _AGREE
    if base is None or google == base.theirs:
        return _WRITE
    if google.times == base.theirs.times:
        return _other_pieces(case, base, google, practice)
    if google.times == practice.times:
        return _WRITE
    return _moved_there(case) if practice.times == base.ours.times else _both_moved(case)


def _other_pieces(case: Case, base: Base, google: Projection, practice: Projection) -> Decision:
    """The times are as they were; a text, or how the time is taken, was changed in Google.

    Where only the time was changed here, both changes stand.
    """
    here = practice != base.ours
    other_here = replace(practice, times=base.ours.times) != base.ours
    only_kind = google.title == base.theirs.title or case.texts
    if only_kind and google.private == base.theirs.private and not other_here:
        return Decision(Do.APPLY)
    if case.owner is Owner.GOOGLE:
        return Decision(Do.APPLY)
    return Decision(Do.WRITE, turn=not here)


def _both_moved(case: Case) -> Decision:
    if case.owner is Owner.GOOGLE:
        return Decision(Do.APPLY)
    return Decision(Do.WRITE, Why.BOTH_MOVED, turn=True)


def _moved_there(case: Case) -> Decision:
    """Only Google moved it: it passes if the practice's own rules let it."""
    if case.owner is Owner.GOOGLE:
        return Decision(Do.APPLY)
    if case.refusal is not None:
        return Decision(Do.WRITE, case.refusal, turn=True)
    match case.policy:
        case MovePolicy.APPLY:
            return Decision(Do.APPLY)
        case MovePolicy.PROPOSE:
            return Decision(Do.PROPOSE, Why.PROPOSED)
        case MovePolicy.REVERT:
            return Decision(Do.WRITE, Why.REVERTED, turn=True)


@dataclass(frozen=True, slots=True)
class Turns:
    """How often an event went back and forth: of late, and within a day."""

    lately: int
    since: datetime
    today: int
    day_since: datetime

    @property
    def blown(self) -> bool:
        """Whether somebody, or some other program, keeps writing against us."""
        return self.lately > FUSE_TURNS or self.today > FUSE_TURNS_A_DAY


def turned(pair: EventMap, now: datetime) -> Turns:
    """Return the turns of an event with one more."""
    lately, since = _counted(pair.turns, pair.turns_since, FUSE_SPAN, now)
    today, day_since = _counted(pair.turns_a_day, pair.day_since, FUSE_DAY, now)
    return Turns(lately, since, today, day_since)


def _counted(
    count: int, since: datetime | None, span: timedelta, now: datetime
) -> tuple[int, datetime]:
    if since is None or now - since > span:
        return 1, now
    return count + 1, since
