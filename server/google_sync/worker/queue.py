"""Whose turn is next: fresh changes first, fair between practices and links."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final, NamedTuple

from server.domain.ids import GoogleLinkId, PracticeId
from server.usecases.ports.google import DueLink

_SLOW_EVERY: Final = 4
"""Where there is one slot only, long work has every fourth turn."""
_IDLE_EVERY: Final = 4
"""Of the turns that are not for long work, each fourth is for usual looks, if any is due."""


class Place(NamedTuple):
    """A link of a practice."""

    practice: PracticeId
    link: GoogleLinkId


class _Lane(IntEnum):
    """What is due for a link: something that just changed, a usual look, or long work."""

    FRESH = 0
    IDLE = 1
    SLOW = 2


@dataclass(slots=True)
class FairQueue:
    """Links that are due and those whose turn it is; pure, without a clock.

    ``slots`` are the turns at a time. Slow work (full reads, first syncs) has one of them
    before anything else, and more while nothing else is due; but one is always kept for what
    comes next. Of the rest, what has just changed goes first.
    """

    slots: int
    _due: dict[Place, _Lane] = field(default_factory=dict)
    _running: dict[Place, _Lane] = field(default_factory=dict)
    _served: dict[Place, int] = field(default_factory=dict)
    _lanes: dict[tuple[PracticeId, _Lane], int] = field(default_factory=dict)
    _count: int = 0
    _quick: int = 0

    def offer(self, practice: PracticeId, due: Iterable[DueLink]) -> None:
        """Say which links of a practice are due now; those that are no longer, are not."""
        for place in [one for one in self._due if one.practice == practice]:
            del self._due[place]
        for one in due:
            place = Place(practice, one.link)
            if place not in self._running:
                self._due[place] = _lane_of(one)

    def take(self) -> Place | None:
        """Begin the next turn; None where none can begin now."""
        if len(self._running) >= self.slots:
            return None
        waiting = set(self._due.values())
        lane = next((one for one in self._order() if one in waiting), None)
        if lane is None:
            return None
        found = [place for place, its in self._due.items() if its is lane]
        place = min(found, key=lambda one: self._rank(one, lane))
        self._running[place] = self._due.pop(place)
        self._count += 1
        self._quick += lane is not _Lane.SLOW
        self._served[place] = self._lanes[place.practice, lane] = self._count
        return place

    def end(self, place: Place) -> None:
        """End a turn."""
        del self._running[place]

    @property
    def has_due(self) -> bool:
        """Whether a link waits for its turn."""
        return bool(self._due)

    @property
    def is_idle(self) -> bool:
        """Whether no link is due and none has its turn."""
        return not self._due and not self._running

    def _order(self) -> tuple[_Lane, ...]:
        """Return which lanes may have the next turn, the first of them before the others."""
        slow = sum(lane is _Lane.SLOW for lane in self._running.values())
        usual = self._quick % _IDLE_EVERY == _IDLE_EVERY - 1
        quick = (_Lane.IDLE, _Lane.FRESH) if usual else (_Lane.FRESH, _Lane.IDLE)
        if slow == 0 and (self.slots > 1 or self._count % _SLOW_EVERY == 0):
            return (_Lane.SLOW, *quick)
        return (*quick, _Lane.SLOW) if slow < max(1, self.slots - 1) else quick

    def _rank(self, place: Place, lane: _Lane) -> tuple[int, int, int]:
        """Return what goes first: few turns under way, a long time since the last one.

        Each lane for itself: else a practice that always has long work would never get on with
        the rest of it.
        """
        own = sum(
            one.practice == place.practice and its is lane for one, its in self._running.items()
        )
        last = self._lanes.get((place.practice, lane), 0)
        return own, last, self._served.get(place, 0)


def _lane_of(due: DueLink) -> _Lane:
    if due.slow:
        return _Lane.SLOW
    return _Lane.FRESH if due.fresh else _Lane.IDLE
