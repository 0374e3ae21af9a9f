"""The requests that an event of Google may need, each as a value."""

from __future__ import annotations

from dataclasses import dataclass

from server.domain.google import EventMap
from server.domain.when import RecurrenceKey
from server.google_sync.model.canonical import Base
from server.google_sync.model.projection import Piece, Wanted


@dataclass(frozen=True, slots=True)
class Insert:
    """Make an event; ``pair`` is stored first, so that a retry names the same event."""

    pair: EventMap
    wanted: Wanted


@dataclass(frozen=True, slots=True)
class Patch:
    """Change pieces of an event; ``gone`` are the dates that its rule is written without."""

    pair: EventMap
    wanted: Wanted
    base: Base
    pieces: frozenset[Piece]


@dataclass(frozen=True, slots=True)
class Retitle:
    """Change no more than the title of an event that is left alone: it said too much."""

    pair: EventMap
    wanted: Wanted


@dataclass(frozen=True, slots=True)
class Scrub:
    """Leave nothing to be read in an event that is about to be deleted."""

    pair: EventMap


@dataclass(frozen=True, slots=True)
class Delete:
    """Delete an event."""

    pair: EventMap


@dataclass(frozen=True, slots=True)
class Look:
    """Read an event of which it is not known whether it was made."""

    pair: EventMap


@dataclass(frozen=True, slots=True)
class Mark:
    """Give an event our mark that Google made from one of ours."""

    pair: EventMap


@dataclass(frozen=True, slots=True)
class EndCut:
    """End a series here that was cut in Google and did not go on there."""

    pair: EventMap


@dataclass(frozen=True, slots=True)
class Single:
    """Change one occurrence of a series in Google, or take it out (``wanted`` is None)."""

    series: EventMap
    key: RecurrenceKey
    wanted: Wanted | None
    pieces: frozenset[Piece] = frozenset()


@dataclass(frozen=True, slots=True)
class Agree:
    """Nothing is to be sent: both sides say the same already."""

    pair: EventMap
    wanted: Wanted


@dataclass(frozen=True, slots=True)
class Park:
    """Google could never be told: it is left alone until somebody has looked."""

    pair: EventMap
    reason: str


Step = Insert | Patch | Retitle | Scrub | Delete | Look | Mark | EndCut | Single | Agree | Park
