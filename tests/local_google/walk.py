"""One walk through the API with Google's own client, told so that two walks can be compared.

`python -m tests.local_google.walk --root URL --token TOKEN` walks through another server that
speaks Calendar v3 and prints where it answers otherwise than the local Google does.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from itertools import zip_longest
from typing import Any, TypeAlias

from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build_from_document
from googleapiclient.errors import HttpError

from tests.local_google.clients import service, timed
from tests.local_google.discovery import document_for
from tests.local_google.running import LocalGoogle

Told: TypeAlias = tuple[str, Any]
"""What was asked, and what came: an answer, or a status with its reason."""

_OWN = {
    *("etag", "created", "updated", "htmlLink", "iCalUID", "nextSyncToken", "nextPageToken"),
    *("resourceId", "resourceUri", "expiration", "sequence", "creator", "organizer"),
    *("summary", "defaultReminders", "reminders", "dataOwner", "conferenceProperties"),
    *("backgroundColor", "foregroundColor", "colorId", "selected", "accessRole", "timeMin"),
    *("timeMax", "description"),
}
"""What differs between servers and times; only that it is there counts."""
EVENT = "event0"
SERIES = "series0"


class Walker:
    """Asks one thing after the other of one service, in a calendar of its own."""

    def __init__(self, client: Any) -> None:  # noqa: ANN401  # built from a document
        self._client = client
        self.calendar = ""
        self.told: list[Told] = []

    def ask(self, label: str, resource: str, method: str, **more: Any) -> Any:  # noqa: ANN401
        """Ask for something, tell what came and return it; None if it was refused."""
        named = {"if_match": more.pop("if_match", "")}
        if resource == "events":
            more.setdefault("calendarId", self.calendar)
        request = getattr(getattr(self._client, resource)(), method)(**more)
        if named["if_match"]:
            request.headers["If-Match"] = named["if_match"]
        try:
            found = request.execute()
        except HttpError as error:
            self.told.append((label, _refusal(error)))
            return None
        self.told.append((label, comparable(found, self.calendar)))
        return found

    def event(self, method: str, name: str, **more: Any) -> Any:  # noqa: ANN401
        """Ask for something about an event."""
        return self.ask(f"{method} {name}", "events", method, eventId=name, **more)


def _refusal(error: Any) -> str:  # noqa: ANN401  # ships no types
    try:
        errors = json.loads(error.content)["error"].get("errors", [])
    except (ValueError, KeyError):
        errors = []
    return f"{error.resp.status} {errors[0]['reason'] if errors else ''}".strip()


def comparable(found: Any, calendar: str) -> Any:  # noqa: ANN401  # JSON of any shape
    """Return an answer without what is each server's own."""
    if isinstance(found, list):
        return [comparable(each, calendar) for each in found]
    if not isinstance(found, dict):
        return "the calendar" if calendar and found == calendar else found
    return {
        name: "..." if name in _OWN else comparable(value, calendar)
        for name, value in sorted(found.items())
    }


def walk(client: Any) -> list[Told]:  # noqa: ANN401  # built from a document
    """Make a calendar, do everything in it, delete it; return what was told on the way."""
    walker = Walker(client)
    body = {"summary": "Walk", "timeZone": "Europe/Zurich"}
    made = walker.ask("calendar", "calendars", "insert", body=body)
    walker.calendar = made["id"]
    walker.told.clear()
    for part in PARTS:
        part(walker)
    walker.ask("delete the calendar", "calendars", "delete", calendarId=walker.calendar)
    walker.ask("get the calendar", "calendars", "get", calendarId=walker.calendar)
    return walker.told


def _single(walker: Walker) -> None:
    body = timed("2027-03-01T09:00:00", "2027-03-01T10:00:00", id=EVENT, summary="One")
    made = walker.ask("insert", "events", "insert", body=body)
    walker.ask("insert twice", "events", "insert", body=body)
    walker.event("get", EVENT)
    walker.event("patch", EVENT, body={"summary": "Other"})
    walker.event("patch", EVENT, body={"summary": "Stale"}, if_match=made["etag"])
    walker.event("update", EVENT, body={**body, "summary": "Whole", "location": "Room 2"})
    empty = {"end": {"dateTime": "2027-03-01T09:00:00", "timeZone": "Europe/Zurich"}}
    walker.event("patch", EVENT, body=empty)
    walker.event("delete", EVENT)
    walker.event("delete", EVENT)
    walker.event("get", EVENT)
    walker.event("get", "event99")


def _wrong(walker: Walker) -> None:
    body = timed("2027-03-01T09:00:00", "2027-03-01T10:00:00")
    walker.ask("bad id", "events", "insert", body={**body, "id": "WALK-1"})
    walker.ask("no end", "events", "insert", body={"start": body["start"]})
    mixed = {**body, "end": {"date": "2027-03-02"}}
    walker.ask("mixed", "events", "insert", body=mixed)
    naked = {name: {"dateTime": f"2027-03-01T0{hour}:00:00Z"} for name, hour in _ENDS}
    rule = {"recurrence": ["RRULE:FREQ=DAILY;COUNT=2"]}
    walker.ask("no zone", "events", "insert", body={**naked, **rule})
    walker.ask("order", "events", "list", orderBy="startTime")


_ENDS = (("start", 8), ("end", 9))


def _series(walker: Walker) -> None:
    body = timed("2027-03-22T09:00:00", "2027-03-22T10:00:00", id=SERIES)
    body["recurrence"] = ["RRULE:FREQ=WEEKLY;COUNT=4"]
    walker.ask("insert a series", "events", "insert", body=body)
    walker.event("instances", SERIES)
    first, second, third = (f"{SERIES}_{at}Z" for at in _STARTS)
    walker.event("get", first)
    later = timed("2027-03-29T15:00:00", "2027-03-29T16:00:00")
    walker.event("patch", second, body={**later, "summary": "Later"})
    walker.event("delete", third)
    walker.event("instances", SERIES, showDeleted=True)
    walker.ask("masters", "events", "list", showDeleted=True)
    window = {"timeMin": "2027-03-28T00:00:00Z", "timeMax": "2027-04-06T00:00:00Z"}
    walker.ask("singles", "events", "list", singleEvents=True, orderBy="startTime", **window)


_STARTS = ("20270322T080000", "20270329T070000", "20270405T070000")


def _tokens(walker: Walker) -> None:
    first = walker.ask("read", "events", "list", showDeleted=True)
    token = first["nextSyncToken"]
    day = {"start": {"date": "2027-03-09"}, "end": {"date": "2027-03-10"}}
    walker.ask("a day", "events", "insert", body={**day, "id": "event2"})
    delta = walker.ask("delta", "events", "list", syncToken=token, showDeleted=True)
    walker.ask("delta with q", "events", "list", syncToken=token, q="walk")
    quiet = delta["nextSyncToken"]
    walker.ask("nothing new", "events", "list", syncToken=quiet, showDeleted=True)
    walker.ask("small pages", "events", "list", maxResults=1)
    walker.ask("fields", "events", "list", fields="items(id,start/date),nextSyncToken")


def _others(walker: Walker) -> None:
    name = walker.calendar
    walker.ask(
        "patch the calendar", "calendars", "patch", calendarId=name, body={"summary": "W"}
    )
    walker.ask("update it", "calendars", "update", calendarId=name, body={"summary": "Walk"})
    walker.ask("get it", "calendars", "get", calendarId=name)
    walker.ask("clear it", "calendars", "clear", calendarId=name)
    walker.ask("on the list", "calendarList", "get", calendarId=name)
    walker.ask("hide it", "calendarList", "patch", calendarId=name, body={"hidden": True})
    walker.ask("show it", "calendarList", "update", calendarId=name, body={"selected": True})
    walker.ask("put it there", "calendarList", "insert", body={"id": name})
    walker.ask("take it off", "calendarList", "delete", calendarId=name)
    busy = {"timeMin": "2027-03-21T00:00:00Z", "timeMax": "2027-04-30T00:00:00Z"}
    items = [{"id": name}, {"id": "nobody@example.org"}]
    found = walker.ask("busy", "freebusy", "query", body={**busy, "items": items})
    walker.told[-1] = ("busy", sorted(map(str, comparable(found, "")["calendars"].values())))
    walker.ask("a setting", "settings", "get", setting="nothing")


def _sharing(walker: Walker) -> None:
    name = {"calendarId": walker.calendar}
    rule = {"role": "reader", "scope": {"type": "user", "value": "guest@example.org"}}
    walker.ask("share", "acl", "insert", body=rule, sendNotifications=False, **name)
    walker.ask("rules", "acl", "list", **name)
    one = {"ruleId": "user:guest@example.org", **name}
    walker.ask("raise", "acl", "patch", body={"role": "writer"}, **one)
    walker.ask("lower", "acl", "update", body={**rule, "role": "reader"}, **one)
    walker.ask("the rule", "acl", "get", **one)
    walker.ask("share no more", "acl", "delete", **one)
    walker.ask("bad role", "acl", "insert", body={**rule, "role": "king"}, **name)


def _copies(walker: Walker) -> None:
    body = timed("2027-05-03T09:00:00", "2027-05-03T10:00:00", iCalUID="walk@example.org")
    walker.ask("import", "events", "import_", body=body, fields="status,start")
    del body["iCalUID"]
    walker.ask("to be moved", "events", "insert", body={**body, "id": "event3"})
    walker.event("move", "event3", destination="primary")
    walker.event("get", "event3")
    walker.event("get", "event3", calendarId="primary", fields="id,status")
    walker.event("delete", "event3", calendarId="primary")


PARTS: tuple[Callable[[Walker], None], ...] = (
    *(_single, _wrong, _series, _tokens, _others, _sharing, _copies),
)


def differences(one: list[Told], other: list[Told]) -> Iterator[str]:
    """Yield what two walks were told differently."""
    for mine, theirs in zip_longest(one, other, fillvalue=("", None)):
        if mine != theirs:
            yield f"{mine[0] or theirs[0]}:\n  {mine[1]}\n  {theirs[1]}"


def local_walk(google: LocalGoogle) -> list[Told]:
    """Walk through a local Google."""
    return walk(service(google, "walker@example.org"))


def elsewhere(root: str, token: str) -> list[Told]:
    """Walk through another server at ``root``, with an access token that it takes."""
    held = Credentials(token)  # type: ignore[no-untyped-call]  # google-auth ships few types
    with build_from_document(document_for(root), credentials=held) as client:
        return walk(client)


def main() -> None:
    """Compare another server with the local Google; fail if they differ."""
    parser = argparse.ArgumentParser(prog="python -m tests.local_google.walk")
    parser.add_argument("--root", required=True, help="its address, without calendar/v3")
    parser.add_argument("--token", default="none", help="an access token that it takes")
    given = parser.parse_args()
    with LocalGoogle() as google:
        found = list(differences(local_walk(google), elsewhere(given.root, given.token)))
    sys.stdout.write("\n".join([*found, f"{len(found)} differences", ""]))
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
