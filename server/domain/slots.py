"""Which starts are free: bookable hours less what is taken, on the grid of the clock.

Everything here is in whole seconds since 1970 (UTC), and spans are half-open. A session is
asked about by its start, so that what is taken becomes the starts that it forbids; lists of
spans are sorted and apart, and are walked once.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from typing import NamedTuple, TypeAlias
from zoneinfo import ZoneInfo

from server.domain.ids import LocationKey, RoomKey

Span: TypeAlias = tuple[int, int]
_DAY = 86_400


class Offset(NamedTuple):
    """How far the clocks of a zone are ahead of UTC, from one moment to another."""

    start: int
    end: int
    seconds: int


class Taken(NamedTuple):
    """A time that is taken, and how much before and after it must stay free."""

    start: int
    end: int
    before: int = 0
    after: int = 0


class Group(NamedTuple):
    """Sessions of the wanted type that are booked in the same slot already."""

    booked: int
    location: LocationKey | None = None
    room: RoomKey | None = None


class Opening(NamedTuple):
    """A start that is free for ``left`` clients; ``group`` is who is there already."""

    start: int
    left: int
    group: Group | None = None


@dataclass(frozen=True, slots=True)
class Fit:
    """What is to fit in: how long it is, what stays free around it, and on which grid."""

    length: int
    before: int = 0
    after: int = 0
    grid: int = 900
    capacity: int = 1


@dataclass(frozen=True, slots=True)
class Diary:
    """One practitioner's time: bookable hours, what is taken, and groups by their start."""

    hours: Sequence[Span] = ()
    taken: Sequence[Taken] = ()
    groups: Mapping[int, Group] = field(default_factory=dict)


def openings(
    diary: Diary, fit: Fit, bounds: Span, offsets: Sequence[Offset]
) -> Iterator[Opening]:
    """Yield the free starts inside the bounds: first those on the grid, then groups to join.

    A group is joined at whatever minute it begins.
    """
    possible = intersected(
        merged((start, end - fit.length + 1) for start, end in merged(diary.hours)),
        [bounds] if bounds[0] < bounds[1] else [],
    )
    others = forbidden_starts(diary.taken, fit)
    together = [
        Taken(start, start + fit.length, fit.before, fit.after) for start in diary.groups
    ]
    free = without(without(possible, others), forbidden_starts(together, fit))
    for start in on_grid(free, fit.grid, offsets):
        yield Opening(start, fit.capacity)
    if diary.groups:
        yield from _joined(diary.groups, fit, without(possible, others))


def _joined(groups: Mapping[int, Group], fit: Fit, free: Sequence[Span]) -> Iterator[Opening]:
    """Yield the groups that have a place left and that nothing else stands in the way of."""
    apart = fit.length + max(fit.before, fit.after)
    starts = sorted(groups)
    crowded = {
        start for pair in pairwise(starts) if pair[1] - pair[0] < apart for start in pair
    }
    for start in starts:
        group = groups[start]
        at = bisect_right(free, start, key=lambda span: span[0])
        inside = at > 0 and start < free[at - 1][1]
        if group.booked < fit.capacity and inside and start not in crowded:
            yield Opening(start, fit.capacity - group.booked, group)


def forbidden_starts(taken: Iterable[Taken], fit: Fit) -> list[Span]:
    """Return the starts at which the session or its pauses would meet what is taken.

    A pause may be shared: between two sessions the longer of the two pauses is kept free.
    """
    return merged(
        (
            one.start - fit.length - max(fit.after, one.before) + 1,
            one.end + max(fit.before, one.after),
        )
        for one in taken
        if one.start < one.end
    )


def closed_starts(
    rooms: Mapping[RoomKey, Iterable[Span]], length: int
) -> dict[RoomKey, list[Span]]:
    """Return the starts at which a session of this length would find each room taken.

    ``rooms`` are the times at which each is taken.
    """
    alone = Fit(length)
    return {
        room: forbidden_starts((Taken(*span) for span in spans), alone)
        for room, spans in rooms.items()
    }


def first_free(
    openings: Iterable[Opening], closed: Mapping[RoomKey, Sequence[Span]]
) -> Iterator[tuple[Opening, RoomKey]]:
    """Yield the openings (by start) for which there is a room, with the first free one.

    ``closed`` are the starts at which each room is taken.
    """
    places = dict.fromkeys(closed, 0)
    for opening in openings:
        for room, spans in closed.items():
            at = places[room]
            while at < len(spans) and spans[at][1] <= opening.start:
                at += 1
            places[room] = at
            if at == len(spans) or opening.start < spans[at][0]:
                yield opening, room
                break


def on_grid(spans: Sequence[Span], grid: int, offsets: Sequence[Offset]) -> Iterator[int]:
    """Yield the moments of the spans at which wall time is on the grid, which divides a day."""
    for piece in offsets:
        for start, end in intersected(spans, [(piece.start, piece.end)]):
            first = start + -(start + piece.seconds) % grid
            yield from range(first, end, grid)


def offsets_of(zone: ZoneInfo, start: int, end: int) -> list[Offset]:
    """Return the offsets of a zone from one moment to another, each for as long as it holds."""
    changes = [start]
    for lo in range(start, end, _DAY):
        hi = min(lo + _DAY, end)
        if _offset(zone, lo) != _offset(zone, hi):
            changes.append(_changed_between(zone, lo, hi))
    ends = [*changes[1:], end]
    return [Offset(lo, hi, _offset(zone, lo)) for lo, hi in zip(changes, ends, strict=True)]


def _changed_between(zone: ZoneInfo, lo: int, hi: int) -> int:
    before = _offset(zone, lo)
    while hi - lo > 1:
        middle = (lo + hi) // 2
        lo, hi = (middle, hi) if _offset(zone, middle) == before else (lo, middle)
    return hi


def _offset(zone: ZoneInfo, moment: int) -> int:
    offset = datetime.fromtimestamp(moment, UTC).astimezone(zone).utcoffset()
    return int(offset.total_seconds()) if offset is not None else 0


def merged(spans: Iterable[Span]) -> list[Span]:
    """Return spans in order, those that touch or overlap as one; empty ones are left out."""
    found: list[Span] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def intersected(some: Sequence[Span], others: Sequence[Span]) -> list[Span]:
    """Return what is in both of two lists of spans, each in order and apart."""
    found: list[Span] = []
    at = other = 0
    while at < len(some) and other < len(others):
        start = max(some[at][0], others[other][0])
        end = min(some[at][1], others[other][1])
        if start < end:
            found.append((start, end))
        if some[at][1] < others[other][1]:
            at += 1
        else:
            other += 1
    return found


def without(some: Sequence[Span], others: Sequence[Span]) -> list[Span]:
    """Return what is in the first list of spans only; both are in order and apart."""
    found: list[Span] = []
    at = 0
    for start, end in some:
        reached = start
        while at < len(others) and others[at][1] <= start:
            at += 1
        ahead = at
        while ahead < len(others) and others[ahead][0] < end:
            if reached < others[ahead][0]:
                found.append((reached, others[ahead][0]))
            reached = max(reached, others[ahead][1])
            ahead += 1
        if reached < end:
            found.append((reached, end))
        at = max(at, ahead - 1)
    return found
