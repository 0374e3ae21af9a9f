"""Calls that keep to the limits, and end a turn for which Google does not answer well.

Implements Calls around another: a request that would be too early waits a little, or is not
made at all; after a failure that concerns the whole link, none is made any more in this turn.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, TypeVar

from server.google_sync.http.calls import (
    Busy,
    CallFailed,
    Calls,
    Json,
    ListWanted,
    NotSignedIn,
    Page,
    QuotaExceeded,
    Uncertain,
    Watching,
    WatchWanted,
)
from server.google_sync.http.limits import UNITS, Bucket, Paces

T = TypeVar("T")

OWN_LIMIT: Final = "own limit"
"""The reason of a Busy that this side gave itself."""
_UNANSWERED_AT_MOST: Final = 3
"""After so many failures without an answer in a row, a turn asks nothing more."""


@dataclass(slots=True)
class ProjectLimit:
    """What all links of a process spend together; safe to share between threads."""

    bucket: Bucket
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, units: int, now: float) -> float:
        """Spend units and return 0, or return the seconds until they may be spent."""
        with self._lock:
            wait = self.bucket.wait(units, now)
            if wait == 0:
                self.bucket.spend(units, now)
            return wait


@dataclass(slots=True)
class LinkLimit:
    """What one link spends; it outlives the link's turns."""

    bucket: Bucket
    paces: Paces = field(default_factory=Paces)


@dataclass(frozen=True, slots=True)
class Waiting:
    """How a turn waits: by which clock (seconds), how, and for how long altogether.

    ``pause`` waits so many seconds and says whether the turn is to end. ``before`` is called
    before each request: it keeps the lease.
    """

    seconds: Callable[[], float]
    pause: Callable[[float], bool]
    until: float
    before: Callable[[], None] = lambda: None


@dataclass(slots=True)
class Asked:
    """What a turn asked for, and how it went. ``found`` counts what a delta told, by calendar.

    ``outcomes`` counts calls by method and by how they ended: "ok", or the kind of failure.
    ``broken`` is the failure after which nothing more was asked. ``unwatched`` are calendars
    of which nobody told us until now: what happened just before is still to be read.
    """

    requests: int = 0
    failures: int = 0
    writes: int = 0
    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)
    found: dict[str, int] = field(default_factory=dict)
    read: set[str] = field(default_factory=set)
    unwatched: set[str] = field(default_factory=set)
    broken: CallFailed | None = None


class Guarded:
    """Implements server.google_sync.http.calls.Calls for one turn of one link."""

    def __init__(
        self, calls: Calls, limit: LinkLimit, project: ProjectLimit, waiting: Waiting
    ) -> None:
        self._calls = calls
        self._limit = limit
        self._project = project
        self._waiting = waiting
        self._unanswered = 0
        self.asked = Asked()

    def fingerprint(self) -> str:
        return self._calls.fingerprint()

    def list_events(self, wanted: ListWanted) -> Page:
        page = self._ask("list_events", lambda: self._calls.list_events(wanted))
        self.asked.read.add(wanted.calendar)
        if wanted.sync_token:
            found = self.asked.found
            found[wanted.calendar] = found.get(wanted.calendar, 0) + len(page.items)
        return page

    def get_event(self, calendar: str, event: str) -> Json:
        return self._ask("get_event", lambda: self._calls.get_event(calendar, event))

    def insert_event(self, calendar: str, body: Json) -> Json:
        return self._write(
            "insert_event", calendar, lambda: self._calls.insert_event(calendar, body)
        )

    def patch_event(
        self, calendar: str, event: str, body: Json, etag: str, *, tell_guests: bool = False
    ) -> Json:
        return self._write(
            "patch_event",
            calendar,
            lambda: self._calls.patch_event(
                calendar, event, body, etag, tell_guests=tell_guests
            ),
        )

    def delete_event(
        self, calendar: str, event: str, etag: str, *, tell_guests: bool = False
    ) -> None:
        self._write(
            "delete_event",
            calendar,
            lambda: self._calls.delete_event(calendar, event, etag, tell_guests=tell_guests),
        )

    def instances(
        self, calendar: str, event: str, original_start: str = "", page: str = ""
    ) -> Page:
        return self._ask(
            "instances", lambda: self._calls.instances(calendar, event, original_start, page)
        )

    def get_calendar(self, calendar: str) -> Json:
        return self._ask("get_calendar", lambda: self._calls.get_calendar(calendar))

    def insert_calendar(self, body: Json) -> Json:
        return self._write("insert_calendar", "", lambda: self._calls.insert_calendar(body))

    def delete_calendar(self, calendar: str) -> None:
        self._write("delete_calendar", calendar, lambda: self._calls.delete_calendar(calendar))

    def busy(
        self, calendars: Sequence[str], start: datetime, end: datetime
    ) -> Mapping[str, Sequence[tuple[datetime, datetime]] | None]:
        return self._ask("busy", lambda: self._calls.busy(calendars, start, end))

    def watch(self, wanted: WatchWanted) -> Watching:
        return self._ask("watch", lambda: self._calls.watch(wanted))

    def stop_channel(self, channel: str, resource: str) -> None:
        self._ask("stop_channel", lambda: self._calls.stop_channel(channel, resource))

    def _write(self, name: str, calendar: str, call: Callable[[], T]) -> T:
        self._wait(lambda now: self._limit.paces.wait(calendar, now))
        self._limit.paces.write(calendar, self._waiting.seconds())
        answer = self._ask(name, call)
        self.asked.writes += 1
        return answer

    def _ask(self, name: str, call: Callable[[], T]) -> T:
        """Make a request when it may be made; raises what it raises, or what ended the turn."""
        if self.asked.broken is not None:
            raise self.asked.broken
        units = UNITS.get(name, 1)
        self._wait(lambda now: self._limit.bucket.wait(units, now))
        self._wait(lambda now: self._project.take(units, now))
        self._limit.bucket.spend(units, self._waiting.seconds())
        self._waiting.before()
        self.asked.requests += 1
        try:
            answer = call()
        except CallFailed as failure:
            self.asked.outcomes[name, type(failure).__name__] += 1
            self._note(failure)
            raise
        self.asked.outcomes[name, "ok"] += 1
        self._unanswered = 0
        return answer

    def _wait(self, how_long: Callable[[float], float]) -> None:
        """Wait until it is time; raises Busy where that is beyond the end of the turn."""
        if self.asked.broken is not None:
            raise self.asked.broken
        while (wait := how_long(now := self._waiting.seconds())) > 0:
            if now + wait > self._waiting.until or self._waiting.pause(wait):
                self.asked.broken = Busy(OWN_LIMIT, retry_after=timedelta(seconds=wait))
                raise self.asked.broken

    def _note(self, failure: CallFailed) -> None:
        self.asked.failures += 1
        self._unanswered = self._unanswered + 1 if isinstance(failure, Uncertain) else 0
        ends = isinstance(failure, (Busy, QuotaExceeded, NotSignedIn))
        if ends or self._unanswered >= _UNANSWERED_AT_MOST:
            self.asked.broken = failure
