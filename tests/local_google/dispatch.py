"""One request to the API: understood, checked, done, and its answer checked too."""

from __future__ import annotations

import json
import traceback
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeAlias
from urllib.parse import parse_qsl

from tests.local_google import (
    calendars,
    channels,
    freebusy,
    listing,
    removing,
    sharing,
    writing,
)
from tests.local_google.access import Call
from tests.local_google.discovery import (
    Method,
    check_request,
    method_at,
    read_parameters,
    violations,
)
from tests.local_google.fields import read_fields, selected
from tests.local_google.google import Google
from tests.local_google.grants import Access
from tests.local_google.refusals import Refused, forbidden, not_found, unauthorized
from tests.local_google.times import Json

Handler: TypeAlias = Callable[[Call], Json | None]
HANDLERS: Mapping[str, Handler] = {
    "acl.delete": sharing.delete_rule,
    "acl.get": sharing.get_rule,
    "acl.insert": sharing.insert_rule,
    "acl.list": sharing.list_rules,
    "acl.patch": sharing.change_rule,
    "acl.update": sharing.change_rule,
    "acl.watch": channels.watch_rules,
    "calendarList.delete": calendars.delete_entry,
    "calendarList.get": calendars.get_entry,
    "calendarList.insert": calendars.insert_entry,
    "calendarList.list": calendars.list_entries,
    "calendarList.patch": calendars.patch_entry,
    "calendarList.update": calendars.update_entry,
    "calendarList.watch": channels.watch_entries,
    "calendars.clear": calendars.clear,
    "calendars.delete": calendars.delete,
    "calendars.get": calendars.get,
    "calendars.insert": calendars.insert,
    "calendars.patch": calendars.patch,
    "calendars.update": calendars.update,
    "channels.stop": channels.stop,
    "colors.get": sharing.colors,
    "events.delete": removing.delete,
    "events.get": listing.get,
    "events.import": writing.import_event,
    "events.insert": writing.insert,
    "events.instances": listing.instances,
    "events.list": listing.list_events,
    "events.move": removing.move,
    "events.patch": writing.patch,
    "events.update": writing.update,
    "events.watch": channels.watch_events,
    "freebusy.query": freebusy.query,
    "settings.get": sharing.get_setting,
    "settings.list": sharing.list_settings,
    "settings.watch": channels.watch_settings,
}
_CHALLENGE = 'Bearer realm="https://accounts.google.com/", error="invalid_token"'
_COSTS = {"events.patch": 3}
"""Units of the quota; every other method costs one."""


@dataclass(frozen=True)
class Request:
    """A request as it came: the path as it was sent, headers in lower case."""

    verb: str
    path: str
    query: Sequence[tuple[str, str]] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True)
class Answer:
    """An answer; its body is JSON, or empty."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Understood:
    """Which method a request asks for, of whom."""

    method: Method
    named: Json
    request: Request
    access: Access | None


def overridden(request: Request) -> Request:
    """Return the GET that a long one was sent as a POST for."""
    verb = request.headers.get("x-http-method-override", "")
    if request.verb != "POST" or not verb:
        return request
    query = [*request.query, *parse_qsl(request.body.decode(), keep_blank_values=True)]
    return Request(verb.upper(), request.path, query, request.headers)


def understood(google: Google, request: Request) -> Understood | None:
    """Return what is asked for, None if the API has nothing there."""
    found = method_at(request.verb, request.path)
    if found is None:
        return None
    token = request.headers.get("authorization", "").removeprefix("Bearer ")
    return Understood(*found, request, google.grants.accesses.get(token))


def answered(google: Google, asked: Understood | None) -> Answer:
    """Do what is asked for and return the answer."""
    try:
        return _done(google, asked)
    except Refused as refused:
        headers = {"www-authenticate": _CHALLENGE} if refused.status == 401 else {}
        return Answer(refused.status, json.dumps(refused.body()).encode(), headers)
    except Exception:  # noqa: BLE001  # a mistake of ours fails the test, whatever it is
        google.violations.append(traceback.format_exc())
        return Answer(500, json.dumps(Refused(500, "backendError", "").body()).encode())


def _done(google: Google, asked: Understood | None) -> Answer:
    if asked is None:
        raise not_found()
    method, request = asked.method, asked.request
    if asked.access is None:
        raise unauthorized()
    access = google.grants.who(google.world, asked.access.token)
    parameters = read_parameters(method, request.query) | asked.named
    scopes = method.scopes & {scope.rpartition("/")[2] for scope in access.scopes}
    if not scopes:
        message = "Request had insufficient authentication scopes."
        raise forbidden("insufficientPermissions", message)
    handler = HANDLERS.get(method.name)
    if handler is None:
        raise Refused(501, "notImplemented", "The local Google does not offer this.")
    spend(google, access, _COSTS.get(method.name, 1))
    body = _body(request)
    check_request(method, body)
    call = Call(
        google.world,
        method.name,
        google.world.accounts[access.account],
        access.client,
        scopes,
        parameters,
        body,
        request.headers,
        google.root,
    )
    return _written(google, call, method, handler(call))


def _body(request: Request) -> Json:
    if not request.body:
        return {}
    try:
        found = json.loads(request.body)
    except ValueError as error:
        raise Refused(400, "parseError", "Parse Error") from error
    if not isinstance(found, dict):
        raise Refused(400, "parseError", "Parse Error")
    return found


def spend(google: Google, access: Access, units: int) -> None:
    """Count units of the quotas, which look back over a minute; raises Refused."""
    knobs = google.world.knobs
    for name, limit, reason in (
        (f"{access.client} {access.account}", knobs.user_per_minute, "userRateLimitExceeded"),
        (access.client, knobs.project_per_minute, "rateLimitExceeded"),
    ):
        now = google.world.clock.now()
        spent = google.spent.setdefault(name, deque())
        while spent and spent[0][0] <= now - timedelta(minutes=1):
            spent.popleft()
        if limit and sum(cost for _, cost in spent) + units > limit:
            raise forbidden(reason, "Rate Limit Exceeded")
        spent.append((now, units))


def _written(google: Google, call: Call, method: Method, found: Json | None) -> Answer:
    if found is None:
        return Answer(204)
    wrong = list(_violations(google, method, found))
    if wrong:
        google.violations += [f"{method.name}: {one}" for one in wrong]
        raise Refused(500, "backendError", f"Not as the discovery document says: {wrong[0]}")
    etag = str(found.get("etag", ""))
    headers = {"etag": etag} if etag else {}
    if method.verb == "GET" and etag and call.headers.get("if-none-match") == etag:
        return Answer(304, b"", headers)
    return Answer(200, _text(found, call.parameters), headers)


def _violations(google: Google, method: Method, found: Json) -> Iterator[str]:
    if not method.response:
        yield "an answer where there is none"
    elif google.world.knobs.checks_answers:
        yield from violations(method.response, found)


def _text(found: Json, parameters: Json) -> bytes:
    part: Any = (
        selected(found, read_fields(parameters["fields"])) if "fields" in parameters else found
    )
    # Google indents by default; readers of JSON cannot tell, and indenting is slow.
    indent = 1 if parameters.get("prettyPrint") else None
    return json.dumps(part, ensure_ascii=False, indent=indent).encode()
