"""Google Calendar over HTTP: implements Calls for one link, one request for each method."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Protocol

from server.google_sync.http.calls import (
    CallFailed,
    Json,
    ListWanted,
    NotSignedIn,
    Page,
    Uncertain,
    Watching,
    WatchWanted,
)
from server.google_sync.http.failures import failure_of
from server.google_sync.http.requests import CALENDARS_AT_ONCE, Requests, fingerprint
from server.google_sync.http.wire import Outgoing, Reply, Wire
from server.usecases.ports import Clock


class AccessTokens(Protocol):
    """The tokens of one link."""

    def current(self) -> str:
        """Return a token that is good for a while; raises NotSignedIn, Uncertain and Busy."""
        ...

    def renewed(self, rejected: str) -> str:
        """Return another token than one that Google has rejected; raises as above."""
        ...


@dataclass(frozen=True, slots=True)
class Connection:
    """What all links share: how requests are built, the way to Google, the time."""

    requests: Requests
    wire: Wire
    clock: Clock


class GoogleCalls:
    """Implements Calls (server.google_sync.http.calls), and what only connecting needs."""

    def __init__(self, connection: Connection, tokens: AccessTokens) -> None:
        self._build = connection.requests
        self._wire = connection.wire
        self._clock = connection.clock
        self._tokens = tokens

    def fingerprint(self) -> str:
        return fingerprint()

    def list_events(self, wanted: ListWanted) -> Page:
        return _page(self._asked(self._build.list_events(wanted)))

    def get_event(self, calendar: str, event: str) -> Json:
        return self._asked(self._build.get_event(calendar, event))

    def insert_event(self, calendar: str, body: Json) -> Json:
        return self._asked(self._build.insert_event(calendar, body))

    def patch_event(
        self, calendar: str, event: str, body: Json, etag: str, *, tell_guests: bool = False
    ) -> Json:
        named = (calendar, event)
        return self._asked(self._build.patch_event(named, body, etag, _tell(tell_guests)))

    def delete_event(
        self, calendar: str, event: str, etag: str, *, tell_guests: bool = False
    ) -> None:
        self._send(self._build.delete_event((calendar, event), etag, _tell(tell_guests)))

    def instances(
        self, calendar: str, event: str, original_start: str = "", page: str = ""
    ) -> Page:
        return _page(
            self._asked(self._build.instances((calendar, event), original_start, page))
        )

    def get_calendar(self, calendar: str) -> Json:
        return self._asked(self._build.get_calendar(calendar))

    def insert_calendar(self, body: Json) -> Json:
        return self._asked(self._build.insert_calendar(body))

    def delete_calendar(self, calendar: str) -> None:
        self._send(self._build.delete_calendar(calendar))

    def list_calendars(self, page: str = "") -> tuple[Sequence[Json], str]:
        """Return a page of the person's own list of calendars, and the next page's token."""
        said = self._asked(self._build.list_calendars(page))
        return said.get("items", ()), said.get("nextPageToken", "")

    def busy(
        self, calendars: Sequence[str], start: datetime, end: datetime
    ) -> Mapping[str, Sequence[tuple[datetime, datetime]] | None]:
        if len(calendars) > CALENDARS_AT_ONCE:
            raise ValueError("too many calendars for one request")
        said = self._asked(self._build.busy(calendars, start, end)).get("calendars", {})
        return {calendar: _busy(said.get(calendar)) for calendar in calendars}

    def watch(self, wanted: WatchWanted) -> Watching:
        said = self._asked(self._build.watch(wanted))
        until = datetime.fromtimestamp(int(said.get("expiration", 0)) // 1000, UTC)
        return Watching(str(said.get("resourceId", "")), until)

    def stop_channel(self, channel: str, resource: str) -> None:
        self._send(self._build.stop_channel(channel, resource))

    def _asked(self, outgoing: Outgoing) -> Json:
        """Return the answer's content; raises CallFailed by kind."""
        reply = self._send(outgoing)
        try:
            said: Any = json.loads(reply.body)
        except ValueError as error:
            raise Uncertain("unreadable", reply.status) from error
        if not isinstance(said, dict):
            raise Uncertain("unreadable", reply.status)
        return said

    def _send(self, outgoing: Outgoing) -> Reply:
        """Send a request. A rejected token is replaced once: the request was not looked at."""
        token = self._tokens.current()
        reply = self._wire.send(outgoing, token)
        if reply.status == HTTPStatus.UNAUTHORIZED:
            reply = self._wire.send(outgoing, self._tokens.renewed(token))
        if reply.status == HTTPStatus.UNAUTHORIZED:
            raise NotSignedIn("authError", reply.status)
        if HTTPStatus.OK <= reply.status < HTTPStatus.MULTIPLE_CHOICES:
            return reply
        raise self._failure(outgoing, reply)

    def _failure(self, outgoing: Outgoing, reply: Reply) -> CallFailed:
        return failure_of(
            reply.status,
            reply.body,
            reply.headers,
            self._clock.now(),
            continues=outgoing.continues,
        )


def _page(said: Json) -> Page:
    return Page(
        said.get("items", ()),
        said.get("nextPageToken", ""),
        said.get("nextSyncToken", ""),
        said.get("timeZone", ""),
    )


def _tell(guests: bool) -> str:  # noqa: FBT001 - the one thing it translates
    return "all" if guests else "none"


def _busy(said: Json | None) -> Sequence[tuple[datetime, datetime]] | None:
    """Return busy times; a calendar that is missing or has errors is unknown, never free."""
    if said is None or said.get("errors"):
        return None
    return list(_spans(said.get("busy", ())))


def _spans(said: Sequence[Json]) -> Iterator[tuple[datetime, datetime]]:
    for one in said:
        start, end = (datetime.fromisoformat(one[edge]) for edge in ("start", "end"))
        yield start.astimezone(UTC), end.astimezone(UTC)
