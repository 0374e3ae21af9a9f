"""Whose turn is next: fair between practices, then links; long work is never in the way."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from server.domain.ids import GoogleLinkId, PracticeId
from server.usecases.ports.google import DueLink

_SLOW_EVERY: Final = 4
"""Where there is one slot only, long work has every fourth turn."""


class Place(NamedTuple):
    """A link of a practice."""

    practice: PracticeId
    link: GoogleLinkId


@dataclass(slots=True)
class FairQueue:
    """Links that are due and those whose turn it is; pure, without a clock.

    ``slots`` are the turns at a time. Slow work (full reads, first syncs) has half of them at
    most, and one of them before anything else.
    """

    slots: int
    _due: dict[Place, bool] = field(default_factory=dict)
    _running: dict[Place, bool] = field(default_factory=dict)
    _served: dict[Place, int] = field(default_factory=dict)
    _lanes: dict[tuple[PracticeId, bool], int] = field(default_factory=dict)
    _count: int = 0

    def offer(self, practice: PracticeId, due: Iterable[DueLink]) -> None:
        """Say which links of a practice are due now; those that are no longer, are not."""
        for place in [one for one in self._due if one.practice == practice]:
            del self._due[place]
        for one in due:
            place = Place(practice, one.link)
            if place not in self._running:
                self._due[place] = one.slow

    def take(self) -> Place | None:
        """Begin the next turn; None where none can begin now."""
        if len(self._running) >= self.slots:
            return None
        slow = sum(self._running.values())
        may_be_slow = slow < max(1, self.slots // 2)
        found = [one for one, is_slow in self._due.items() if may_be_slow or not is_slow]
        if not found:
            return None
        slow_first = slow == 0 and (self.slots > 1 or self._count % _SLOW_EVERY == 0)
        place = min(found, key=lambda one: (self._due[one] != slow_first, *self._rank(one)))
        is_slow = self._running[place] = self._due.pop(place)
        self._count += 1
        self._served[place] = self._lanes[place.practice, is_slow] = self._count
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

    def _rank(self, place: Place) -> tuple[int, int, int]:
        """Return what goes first: few turns under way, a long time since the last one.

        Each lane for itself: else a practice that always has long work would never get on with
        the rest of it.
        """
        is_slow = self._due[place]
        own = sum(
            one.practice == place.practice and slow == is_slow
            for one, slow in self._running.items()
        )
        last = self._lanes.get((place.practice, is_slow), 0)
        return own, last, self._served.get(place, 0)
