"""Requests to Google Calendar, built from the description that Google's own client brings.

Nothing is sent from here: the client's transport may send a write twice without a word.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final
from urllib.parse import urlsplit

from googleapiclient.discovery import build_from_document
from googleapiclient.discovery_cache import get_static_doc

from server.google_sync.http.calls import Json, ListWanted, WatchWanted
from server.google_sync.http.wire import Outgoing

_LONGEST_ADDRESS: Final = 2048
"""A longer GET is sent as a POST that says so, as Google's own clients do."""
CALENDARS_AT_ONCE: Final = 50
"""How many calendars one question for busy times may name."""
# What is not asked for cannot leak: no descriptions, places, guests' names or links.
_EVENT: Final = (
    "id,status,etag,created,summary,start,end,recurrence,recurringEventId,originalStartTime,"
    "transparency,visibility,eventType,attendees(self,responseStatus),"
    "extendedProperties/private"
)
LIST_PARAMETERS: Final[Mapping[str, Any]] = {
    "singleEvents": False,
    "showDeleted": True,
    "maxResults": 2500,
    "fields": f"nextPageToken,nextSyncToken,timeZone,items({_EVENT})",
}
"""A sync token is only good together with the parameters of the read that it came from."""
_INSTANCES: Final = {**LIST_PARAMETERS, "maxResults": 250}
_INSTANCES_WITHOUT: Final = "singleEvents"


def fingerprint() -> str:
    """Return what the fixed parameters of a list are, as a short text."""
    said = json.dumps(dict(LIST_PARAMETERS), sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()[:16]


class _NoTransport:
    """Stands where the client wants its own transport; it is never used."""

    def close(self) -> None: ...


class Requests:
    """Builds the requests for one address of the API; safe to share between threads."""

    def __init__(self, api_root: str) -> None:
        described = json.loads(get_static_doc("calendar", "v3"))
        described["rootUrl"] = described["baseUrl"] = f"{api_root.rstrip('/')}/"
        described.pop("mtlsRootUrl", None)
        service = build_from_document(described, http=_NoTransport())
        self._service = service
        self._events = service.events()
        self._calendars = service.calendars()
        self._list = service.calendarList()
        self._channels = service.channels()
        self._freebusy = service.freebusy()

    def list_events(self, wanted: ListWanted) -> Outgoing:
        """Read a page; a later page repeats the sync token of the first."""
        tokens = {"syncToken": wanted.sync_token, "pageToken": wanted.page}
        said = {name: token for name, token in tokens.items() if token}
        built = self._events.list(calendarId=wanted.calendar, **LIST_PARAMETERS, **said)
        return _outgoing(built, continues=bool(said))

    def get_event(self, calendar: str, event: str) -> Outgoing:
        return _outgoing(self._events.get(calendarId=calendar, eventId=event, fields=_EVENT))

    def insert_event(self, calendar: str, body: Json) -> Outgoing:
        built = self._events.insert(
            calendarId=calendar, body=dict(body), sendUpdates="none", fields=_EVENT
        )
        return _outgoing(built)

    def patch_event(self, named: tuple[str, str], body: Json, etag: str, tell: str) -> Outgoing:
        """Change an event (calendar, id) if it still is as it was read."""
        calendar, event = named
        built = self._events.patch(
            calendarId=calendar,
            eventId=event,
            body=dict(body),
            sendUpdates=tell,
            fields=_EVENT,
        )
        return _outgoing(built, etag)

    def delete_event(self, named: tuple[str, str], etag: str, tell: str) -> Outgoing:
        """Delete an event (calendar, id) if it still is as it was read."""
        calendar, event = named
        built = self._events.delete(calendarId=calendar, eventId=event, sendUpdates=tell)
        return _outgoing(built, etag)

    def instances(self, named: tuple[str, str], original_start: str, page: str) -> Outgoing:
        """Read the occurrences of a series (calendar, id), or the one of an original start."""
        calendar, event = named
        said = {"originalStart": original_start, "pageToken": page}
        given = {name: value for name, value in said.items() if value}
        fixed = {k: v for k, v in _INSTANCES.items() if k != _INSTANCES_WITHOUT}
        built = self._events.instances(calendarId=calendar, eventId=event, **fixed, **given)
        return _outgoing(built)

    def get_calendar(self, calendar: str) -> Outgoing:
        return _outgoing(self._calendars.get(calendarId=calendar))

    def insert_calendar(self, body: Json) -> Outgoing:
        return _outgoing(self._calendars.insert(body=dict(body)))

    def delete_calendar(self, calendar: str) -> Outgoing:
        return _outgoing(self._calendars.delete(calendarId=calendar))

    def list_calendars(self, page: str) -> Outgoing:
        given = {"pageToken": page} if page else {}
        return _outgoing(self._list.list(maxResults=250, **given))

    def busy(self, calendars: Sequence[str], start: datetime, end: datetime) -> Outgoing:
        """Ask when calendars are busy, at most CALENDARS_AT_ONCE of them."""
        body = {
            "timeMin": _utc(start),
            "timeMax": _utc(end),
            "calendarExpansionMax": CALENDARS_AT_ONCE,
            "items": [{"id": calendar} for calendar in calendars],
        }
        return _outgoing(self._freebusy.query(body=body))

    def watch(self, wanted: WatchWanted) -> Outgoing:
        body = {
            "id": wanted.channel,
            "type": "web_hook",
            "address": wanted.address,
            "token": wanted.token,
            "params": {"ttl": str(int(wanted.lives.total_seconds()))},
        }
        return _outgoing(self._events.watch(calendarId=wanted.calendar, body=body))

    def stop_channel(self, channel: str, resource: str) -> Outgoing:
        return _outgoing(self._channels.stop(body={"id": channel, "resourceId": resource}))

    def named(self, method: str, given: Mapping[str, Any], etag: str = "") -> Outgoing:
        """Build a request for a method by its name, such as ``events.list``.

        ``given`` are its parameters and its body, as Google's client names them.
        """
        resource, _, name = method.partition(".")
        return _outgoing(getattr(getattr(self._service, resource)(), name)(**given), etag)


@lru_cache(maxsize=8)
def requests_for(api_root: str) -> Requests:
    """Return what builds requests for an address; it takes a moment to read what is offered."""
    return Requests(api_root)


def _outgoing(
    built: Any,  # noqa: ANN401 - Google's client ships no types
    etag: str = "",
    *,
    continues: bool = False,
) -> Outgoing:
    headers = {"Accept": "application/json"}
    if etag:
        headers["If-Match"] = etag
    body: bytes | None = None if built.body is None else built.body.encode()
    if body is not None:
        headers["Content-Type"] = "application/json"
    if built.method == "GET" and len(built.uri) > _LONGEST_ADDRESS:
        parts = urlsplit(built.uri)
        headers["X-HTTP-Method-Override"] = "GET"
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        url = parts._replace(query="").geturl()
        return Outgoing("POST", url, parts.query.encode(), headers, continues)
    return Outgoing(built.method, built.uri, body, headers, continues)


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
