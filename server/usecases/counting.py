"""What processes count for monitoring: plain numbers in shared files, without a lock.

A row of numbers belongs to one thread while it is written to. So nobody waits for anybody, and
the rows of all processes are added up when somebody asks. A row outlives its process, so that
no sum ever falls while the server runs.
"""

from __future__ import annotations

import mmap
import os
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Final, NamedTuple
from weakref import WeakSet

BOUNDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
"""Seconds up to which an answer counts into each class of duration; one more is open."""
LANES: Final = ("caldav", "api", "book", "feeds", "freebusy", "google")
METHODS: Final = (
    *("GET", "HEAD", "PUT", "DELETE", "PROPFIND", "PROPPATCH", "REPORT", "OPTIONS", "POST"),
    *("PATCH", "COPY", "MOVE", "MKCALENDAR", "MKCOL", "ACL", "other"),
)
STATUSES: Final = ("1xx", "2xx", "3xx", "4xx", "429", "5xx")
"""Classes of answers; 429 has one of its own: it says that a limit refused somebody."""
CALLS: Final = (
    *("list_events", "get_event", "insert_event", "patch_event", "delete_event"),
    *("instances", "get_calendar", "insert_calendar", "delete_calendar", "busy", "watch"),
    *("stop_channel", "other"),
)
OUTCOMES: Final = (
    *("ok", "Uncertain", "Busy", "QuotaExceeded", "NotSignedIn", "Refused", "Missing"),
    *("Duplicate", "Changed", "Deleted", "TokenInvalid", "other"),
)
TURNS: Final = ("done", "failed")

_NANO: Final = 1_000_000_000
_EDGES: Final = tuple(int(bound * _NANO) for bound in BOUNDS)
_DURATIONS_AT: Final = len(STATUSES)
_SUM_AT: Final = _DURATIONS_AT + len(BOUNDS) + 1
_KIND: Final = _SUM_AT + 1
_KINDS: Final = {
    (lane, method): number * _KIND
    for number, (lane, method) in enumerate((x, y) for x in LANES for y in METHODS)
}
_CALLS_AT: Final = len(_KINDS) * _KIND
_TURNS_AT: Final = _CALLS_AT + len(CALLS) * len(OUTCOMES)
_LENGTH: Final = _TURNS_AT + len(TURNS)
_LAYOUT: Final = sha256(
    repr((BOUNDS, tuple(_KINDS), STATUSES, CALLS, OUTCOMES, TURNS)).encode()
)
_SUFFIX: Final = f".{_LAYOUT.hexdigest()[:8]}.counts"
_TOO_MANY: Final = 429


def _class_of(status: int) -> int:
    if status == _TOO_MANY:
        return STATUSES.index("429")
    return min(max(status // 100 - 1, 0), 3) if status < 500 else 5  # noqa: PLR2004 - RFC 9110 15


_CLASSES: Final = bytes(map(_class_of, range(1000)))
_NUMBERS: Final = count()
"""No two rows of a process have the same name, whatever they belong to."""


class Answers(NamedTuple):
    """How requests of one kind were answered: by status, by duration, in seconds together."""

    statuses: Mapping[str, int]
    durations: Sequence[int]
    seconds: float


@dataclass(slots=True, eq=False, weakref_slot=True)
class Counts:
    """Counts of this process, in files of a folder that others share; None: in memory only."""

    folder: Path | None = None
    _rows: list[memoryview] = field(default_factory=list)
    _free: list[memoryview] = field(default_factory=list)

    def __post_init__(self) -> None:
        _ALL.add(self)

    def answered(self, kind: tuple[str, str], status: int, nanoseconds: int) -> None:
        """Count a request of a lane and method that was answered."""
        at = _KINDS.get(kind)
        if at is None:
            at = _KINDS[kind[0], "other"]
        free = self._free
        # As _take does it: the quickest lanes feel each call that is made for this.
        try:
            row = free.pop()
        except IndexError:
            row = self._new_row()
        row[at + _CLASSES[status]] += 1
        row[at + _DURATIONS_AT + bisect_left(_EDGES, nanoseconds)] += 1
        row[at + _SUM_AT] += nanoseconds
        free.append(row)

    def called(self, calls: Mapping[tuple[str, str], int]) -> None:
        """Count calls of Google by method and by how they ended."""
        row = self._take()
        for (method, outcome), times in calls.items():
            one = CALLS.index(method if method in CALLS else "other")
            end = OUTCOMES.index(outcome if outcome in OUTCOMES else "other")
            row[_CALLS_AT + one * len(OUTCOMES) + end] += times
        self._free.append(row)

    def turned(self, *, failed: bool) -> None:
        """Count a turn of a link."""
        row = self._take()
        row[_TURNS_AT + failed] += 1
        self._free.append(row)

    def read(self) -> Sums:
        """Return what all processes of the folder have counted so far."""
        rows = list(self._rows) if self.folder is None else _stored(self.folder)
        return Sums([sum(numbers) for numbers in zip(*rows, strict=True)] or [0] * _LENGTH)

    def forget_rows(self) -> None:
        """Begin anew with rows of one's own."""
        self._rows.clear()
        self._free.clear()

    def _take(self) -> memoryview:
        """Return a row that nobody else writes to; to pop from a list needs no lock."""
        try:
            return self._free.pop()
        except IndexError:
            return self._new_row()

    def _new_row(self) -> memoryview:
        held: mmap.mmap | bytearray = bytearray(8 * _LENGTH)
        if self.folder is not None:
            name = f"{os.getpid()}-{next(_NUMBERS)}{_SUFFIX}"
            held = _mapped(self.folder / name)
        row = memoryview(held).cast("Q")
        self._rows.append(row)
        return row


_ALL: Final[WeakSet[Counts]] = WeakSet()


def _begin_anew() -> None:
    """A copy of a process must not write to the rows of the one that it was copied from."""
    for one in list(_ALL):
        one.forget_rows()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin_anew)


@dataclass(frozen=True, slots=True)
class Sums:
    """The numbers of all rows, added up."""

    numbers: Sequence[int]

    def answers(self) -> Iterator[tuple[str, str, Answers]]:
        """Yield lane, method and answers, of what was asked for at all."""
        for (lane, method), at in _KINDS.items():
            of_kind = self.numbers[at : at + _KIND]
            statuses = dict(zip(STATUSES, of_kind, strict=False))
            if any(statuses.values()):
                durations = of_kind[len(STATUSES) : -1]
                yield lane, method, Answers(statuses, durations, of_kind[-1] / _NANO)

    def calls(self) -> Iterator[tuple[str, str, int]]:
        """Yield the methods of Google that were called, how they ended, and how often."""
        for one, method in enumerate(CALLS):
            for end, outcome in enumerate(OUTCOMES):
                times = self.numbers[_CALLS_AT + one * len(OUTCOMES) + end]
                if times:
                    yield method, outcome, times

    def turns(self) -> Mapping[str, int]:
        """Return how many turns there were, by how they ended."""
        return dict(zip(TURNS, self.numbers[_TURNS_AT:], strict=True))


def _mapped(path: Path) -> mmap.mmap:
    size = 8 * _LENGTH
    with path.open("a+b") as file:
        file.truncate(size)
        return mmap.mmap(file.fileno(), size)


def _stored(folder: Path) -> list[Sequence[int]]:
    found: list[Sequence[int]] = []
    for path in folder.glob(f"*{_SUFFIX}"):
        content = path.read_bytes()
        if len(content) == 8 * _LENGTH:
            found.append(memoryview(content).cast("Q"))
    return found
