"""Which words of a title name a session type, a service or a place (part 4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from server.domain.practice import Catalogue, SessionType, fold

SEPARATORS = frozenset("\u00b7-\u2013\u2014:/|,")
"""Words of one sign that people and we put between a session and a client."""

_AFTER_A_WORD = ",;:"


class Rank(IntEnum):
    """What a run of words is taken for first, where several have the same length."""

    NAME = 0
    ALIAS = 1
    SERVICE = 2
    ARCHIVED = 3


@dataclass(frozen=True, slots=True)
class Named:
    """A session type, or the code of a service."""

    rank: Rank
    session: SessionType | None = None
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """Where something is named: positions of the words that do, and of those around them."""

    named: Named
    words: tuple[int, ...]
    before: tuple[int, ...]
    after: tuple[int, ...]


@lru_cache(maxsize=4096)
def folded_name(name: str) -> str:
    """Return a configured name as it is compared; never used for words that people typed."""
    return fold(name)


def vocabulary(catalogue: Catalogue) -> Mapping[str, Named]:
    """Return what folded words name; of equal ones the first rank and the first type count."""
    named: dict[str, Named] = {}
    kinds = tuple(reversed(catalogue.session_types))
    for kind in kinds:
        if kind.archived:
            old = Named(Rank.ARCHIVED, kind)
            named |= {folded_name(name): old for name in (*kind.aliases, kind.name)}
    for service in catalogue.services:
        if not service.archived:
            named[folded_name(service.code)] = Named(Rank.SERVICE, code=service.code)
    active = [kind for kind in kinds if not kind.archived]
    for kind in active:
        named |= {folded_name(alias): Named(Rank.ALIAS, kind) for alias in kind.aliases}
    named |= {folded_name(kind.name): Named(Rank.NAME, kind) for kind in active}
    named.pop("", None)
    return named


def place_keys(catalogue: Catalogue) -> Mapping[str, str]:
    """Return the keys of rooms and locations by folded key or name, spaces being hyphens."""
    pairs: list[tuple[str, str]] = []
    for location in catalogue.locations:
        pairs += [(location.name, location.key), (location.key, location.key)]
    for room in catalogue.rooms:
        pairs += [(room.name, room.key), (room.key, room.key)]
    return {folded_name(name).replace(" ", "-"): key for name, key in pairs}


def find_session(
    tokens: Sequence[str], positions: Sequence[int], named: Mapping[str, Named]
) -> Found | None:
    """Return the longest run of whole words that names something, by rank, then place."""
    bare = [fold(tokens[at]) for at in positions]
    longest = max((name.count(" ") + 1 for name in named), default=0)
    for length in range(min(longest, len(bare)), 0, -1):
        best: tuple[Rank, int, Named] | None = None
        for start in range(len(bare) - length + 1):
            run = " ".join(bare[start : start + length])
            meant = named.get(run) or named.get(run.rstrip(_AFTER_A_WORD))
            if meant and (best is None or meant.rank < best[0]):
                best = (meant.rank, start, meant)
        if best is not None:
            return _found(tokens, positions, best[1], best[1] + length, best[2])
    return None


def _found(
    tokens: Sequence[str], positions: Sequence[int], start: int, end: int, named: Named
) -> Found:
    """Leave out the separators on both sides of the run."""
    left, right = start, end
    while left > 0 and tokens[positions[left - 1]] in SEPARATORS:
        left -= 1
    while right < len(positions) and tokens[positions[right]] in SEPARATORS:
        right += 1
    run = tuple(positions[start:end])
    return Found(named, run, tuple(positions[:left]), tuple(positions[right:]))
