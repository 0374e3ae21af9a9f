"""Where checks are made: a calendar of their own, and plain requests to it.

Nothing else of an account is asked for. A request that may have been done without an answer
is not sent again: the check begins anew, with other events.
"""

from __future__ import annotations

import json
import random
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from http import HTTPStatus
from itertools import count
from typing import Any, Final, TypeAlias

from server.google_sync.conformance.pace import Ended, Pace
from server.google_sync.conformance.signed import Signed
from server.google_sync.http.calls import (
    Busy,
    CallFailed,
    NotSignedIn,
    QuotaExceeded,
    Uncertain,
)
from server.google_sync.http.failures import failure_of, reason_of
from server.google_sync.http.limits import backoff
from server.google_sync.http.requests import Requests
from server.google_sync.http.wire import Outgoing, Reply, Wire
from server.usecases.ports import Clock

Row: TypeAlias = Mapping[str, Any]
"""An event, or any other object, as Google writes it."""
Given: TypeAlias = Any
"""A parameter of the API, of whatever type."""
ZONE: Final = "Europe/Zurich"
"""The zone of the calendar: it changes its clocks, and is not that of most events' readers."""
_TRIES: Final = 3
_REMOVED: Final = frozenset({204, 200, 404, 410})


class Unprepared(Exception):
    """What a check needs before it can look was refused; the text says how."""


@dataclass(frozen=True, slots=True)
class Said:
    """An answer, understood as far as it can be."""

    status: int
    content: Row = field(default_factory=dict, repr=False)
    reason: str = ""

    @property
    def told(self) -> str:
        """The status, and the reason of a refusal."""
        return f"{self.status} {self.reason}".strip()

    @property
    def shown(self) -> str:
        """The status, and that of the event which is shown."""
        return f"{self.status} {self.content.get('status', '')}".strip()

    @property
    def is_refused(self) -> bool:
        """Whether this is no success."""
        return self.status >= HTTPStatus.MULTIPLE_CHOICES

    def needed(self) -> Row:
        """Return what was answered; raises Unprepared for a refusal."""
        if self.is_refused:
            raise Unprepared(f"refused before the check: {self.told}")
        return self.content


@dataclass(frozen=True, slots=True)
class Site:
    """A Google: how requests to it are built, and the way there."""

    requests: Requests
    wire: Wire
    clock: Clock


@dataclass(slots=True)
class Bench:
    """One run's calendar; ``address`` is where Google may send push messages, "" nowhere."""

    site: Site
    signed: Signed
    pace: Pace
    address: str = ""
    title: str = ""
    calendar: str = field(default="", repr=False)
    requests: int = 0
    is_unsure: bool = False
    """Whether the calendar may have been made without an answer that names it."""

    @property
    def monday(self) -> date:
        """The first Monday of October of next year: clocks change within that month."""
        first = date(self.site.clock.now().year + 1, 10, 1)
        return first + timedelta(days=-first.weekday() % 7)

    def day(self, number: int) -> date:
        """Return a day by its distance from the Monday."""
        return self.monday + timedelta(days=number)

    # --- its calendar --------------------------------------------------------------------

    def make(self) -> None:
        """Make the calendar; raises CallFailed, Ended and Unprepared."""
        self.title = f"Praxical conformance {secrets.token_hex(3)}"
        body = {"summary": self.title, "timeZone": ZONE}
        try:
            said = self.ask("calendars.insert", body=body)
        except Uncertain:
            self.is_unsure = True
            raise
        self.calendar = str(said.needed()["id"])

    def remove(self) -> bool:
        """Delete the calendar, whatever happened before; say whether it is gone."""
        self.pace.closing()
        for tried in count(1):
            try:
                said = self.ask("calendars.delete", calendarId=self.calendar)
            except Uncertain:
                if tried == _TRIES:
                    return False
                self.pace.pause(self.pace.patience)
            except (CallFailed, Ended):
                return False
            else:
                return said.status in _REMOVED
        return False

    # --- requests ------------------------------------------------------------------------

    def ask(self, method: str, etag: str = "", **given: Given) -> Said:
        """Ask for something by the method's name, and return the answer.

        Raises Uncertain where none came, other CallFailed for what concerns the whole run.
        """
        return self.send(method, self.site.requests.named(method, given, etag))

    def events(self, name: str, etag: str = "", **given: Given) -> Said:
        """Ask for something of the calendar's events."""
        return self.ask(f"events.{name}", etag, calendarId=self.calendar, **given)

    def send(self, method: str, outgoing: Outgoing) -> Said:
        """Send a request as it is; one that came too often is sent again after a while."""
        for failures in count(1):
            self.pace.before(method)
            reply = self._reply(outgoing)
            failure = failure_of(reply.status, reply.body, reply.headers, self.site.clock.now())
            match failure:
                case Busy():
                    self._rest(failure, failures)
                case Uncertain() | QuotaExceeded() | NotSignedIn():
                    raise failure
                case _:
                    return _understood(reply)
        raise AssertionError("a count has no end")

    def _reply(self, outgoing: Outgoing) -> Reply:
        self.requests += 1
        token = self.signed.current()
        reply = self.site.wire.send(outgoing, token)
        if reply.status != HTTPStatus.UNAUTHORIZED:
            return reply
        return self.site.wire.send(outgoing, self.signed.renewed(token))

    def _rest(self, failure: Busy, failures: int) -> None:
        chance = random.random()  # noqa: S311 - spreads requests, guards nothing
        wait = failure.retry_after
        longest = backoff(failures, chance)
        if longest is None:
            raise failure
        self.pace.pause((longest if wait is None else wait).total_seconds())

    # --- what checks begin with ----------------------------------------------------------

    def insert(self, **body: object) -> Row:
        """Make an event and return it; raises Unprepared."""
        return self.events("insert", body={"summary": "Check", **body}).needed()

    def get(self, event: str, **given: Given) -> Row:
        """Return an event; raises Unprepared."""
        return self.events("get", eventId=event, **given).needed()

    def patch(self, event: str, **body: object) -> Row:
        """Change an event and return it; raises Unprepared."""
        return self.events("patch", eventId=event, body=body).needed()

    def delete(self, event: str) -> None:
        """Delete an event; raises Unprepared."""
        self.events("delete", eventId=event).needed()

    def read(self, **given: Given) -> tuple[list[Row], str]:
        """Return all rows of a list and its sync token; raises Unprepared."""
        given = {"maxResults": 2500, **given}
        rows: list[Row] = []
        page: dict[str, str] = {}
        while True:
            said = self.events("list", **{**given, **page}).needed()
            rows += said.get("items", ())
            if not said.get("nextPageToken"):
                return rows, str(said.get("nextSyncToken", ""))
            page = {"pageToken": said["nextPageToken"]}

    def changes(self, token: str, event: str, **given: Given) -> Row | None:
        """Return how an event is told among the changes since a token, None if it is not.

        What has just been written may be told a little later.
        """
        for tried in range(_TRIES):
            rows, _ = self.read(syncToken=token, **given)
            found = next((row for row in rows if row["id"] == event), None)
            if found is not None or tried == _TRIES - 1:
                return found
            self.pace.pause(self.pace.patience)
        return None

    def instances(self, event: str, **given: Given) -> Sequence[Row]:
        """Return occurrences of a series by their starts, at most 2500; raises Unprepared."""
        given = {"maxResults": 2500, "timeZone": "UTC", **given}
        said = self.events("instances", eventId=event, **given)
        return sorted(said.needed().get("items", ()), key=_start)


def with_body(outgoing: Outgoing, body: bytes) -> Outgoing:
    """Return a request with another body, whatever that says."""
    return replace(outgoing, body=body)


def with_headers(outgoing: Outgoing, **headers: str) -> Outgoing:
    """Return a request with more headers; an underscore in a name stands for a hyphen."""
    more = {name.replace("_", "-"): said for name, said in headers.items()}
    return replace(outgoing, headers={**outgoing.headers, **more})


def new_id() -> str:
    """Return an id that no event has."""
    return secrets.token_hex(16)


def _start(row: Row) -> str:
    ends = row.get("start") or row["originalStartTime"]
    return str(ends.get("dateTime") or ends["date"])


def _understood(reply: Reply) -> Said:
    try:
        said: Any = json.loads(reply.body) if reply.body else {}
    except ValueError:
        said = {}
    reason = reason_of(reply.body)[0] if reply.status >= HTTPStatus.BAD_REQUEST else ""
    return Said(reply.status, said if isinstance(said, dict) else {}, reason)
