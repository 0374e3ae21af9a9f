"""One request made at random, and how it is sent into the application."""

from __future__ import annotations

import base64
import io
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any
from urllib.parse import unquote

from tests.property.fuzz.bodies import Known, body_for
from tests.property.fuzz.trees import href
from tests.property.fuzz.words import (
    COLLECTIONS,
    CONTENT_TYPES,
    METHODS,
    OBJECTS,
    ODD_PATHS,
    USERS,
)

_LENGTHS = ("-1", "x", "99999999999", "1", "\u00b2")
_QUERIES = (*("add-member",) * 8, "x=1", "%", "")


@dataclass(frozen=True)
class Sent:
    """A request as it came from chance; who asks stands at the front of most paths."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def user(self) -> str:
        """Whose device it comes from."""
        return self.headers["X-User"]

    def environ(self, secrets: Mapping[str, str]) -> dict[str, Any]:
        """Return the WSGI environment of the request."""
        environ: dict[str, Any] = {
            "REQUEST_METHOD": self.method,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote(self.path, "latin-1"),
            "QUERY_STRING": self.query,
            "CONTENT_LENGTH": str(len(self.body)),
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(self.body),
            "wsgi.errors": sys.stderr,
        }
        for name, value in self.headers.items():
            key = name.upper().replace("-", "_")
            environ[key if key.startswith("CONTENT_") else f"HTTP_{key}"] = value
        if self.user in secrets and "HTTP_AUTHORIZATION" not in environ:
            pair = f"{self.user}:{secrets[self.user]}".encode()
            environ["HTTP_AUTHORIZATION"] = f"Basic {base64.b64encode(pair).decode()}"
        return environ


def made(chance: Random, known: Known) -> Sent:
    """Return the next request."""
    method = chance.choice(METHODS)
    path = _path(chance, method)
    user = path.split("/")[1] if path.count("/") > 1 else ""
    if user not in USERS or chance.random() < 0.03:
        user = chance.choice((*USERS, ""))
    body = body_for(chance, method, path, known)
    headers = {"X-User": user, "Content-Type": _content_type(chance, method, body)}
    for name, share in _SHARES.items():
        if chance.random() < share.get(method, share["*"]):
            headers[name] = _value(chance, name, path, known)
    query = chance.choice(_QUERIES) if method == "POST" or chance.random() < 0.02 else ""
    return Sent(method, path, query, headers, body)


def _path(chance: Random, method: str) -> str:
    roll = chance.random()
    if roll < 0.06:
        return chance.choice(ODD_PATHS)
    if roll < _OF_COLLECTIONS.get(method, 0.5):
        return chance.choice(COLLECTIONS)
    return chance.choice(COLLECTIONS) + chance.choice(OBJECTS)


def _content_type(chance: Random, method: str, body: bytes) -> str:
    if chance.random() < 0.12:
        return chance.choice(CONTENT_TYPES)
    if body.startswith(b"["):
        return "application/calendar+json"
    return "text/calendar; charset=utf-8" if method in ("PUT", "POST") else "text/xml"


_OF_COLLECTIONS: Mapping[str, float] = {
    **dict.fromkeys(("REPORT", "PROPFIND", "PROPPATCH"), 0.8),
    **dict.fromkeys(("MKCALENDAR", "MKCOL", "POST"), 0.95),
    **dict.fromkeys(("PUT", "MOVE", "COPY", "GET", "HEAD"), 0.12),
    "DELETE": 0.07,
}
"""How often a method is asked of a collection, not of an object."""
_SHARES: Mapping[str, Mapping[str, float]] = {
    "Depth": {"*": 0.3, "PROPFIND": 0.9},
    "If-Match": {"*": 0.05, "PUT": 0.2, "DELETE": 0.2},
    "If-None-Match": {"*": 0.03, "PUT": 0.2, "GET": 0.2},
    "If-Modified-Since": {"*": 0.02},
    "If-Unmodified-Since": {"*": 0.02},
    "If": {"*": 0.04},
    "Destination": {"*": 0.01, "MOVE": 0.95, "COPY": 0.95},
    "Overwrite": {"*": 0.01, "MOVE": 0.5, "COPY": 0.5},
    "Prefer": {"*": 0.1},
    "Brief": {"*": 0.05},
    "Accept": {"*": 0.05, "GET": 0.3},
    "Accept-Encoding": {"*": 0.3},
    "CalDAV-Timezones": {"*": 0.03, "GET": 0.2},
    "User-Agent": {"*": 0.1},
    "X-Forwarded-For": {"*": 0.02},
    "X-Script-Name": {"*": 0.01},
    "X-Http-Method-Override": {"*": 0.01},
    "Transfer-Encoding": {"*": 0.01},
    "Authorization": {"*": 0.003},
    "Content-Length": {"*": 0.005},
    "Range": {"*": 0.01},
    "Slug": {"*": 0.01},
}
_VALUES: Mapping[str, tuple[str, ...]] = {
    "Depth": (*("0", "1", "1", "infinity") * 5, "Infinity", "2", "", "1,noroot"),
    "If-Modified-Since": ("Thu, 01 Jan 2026 00:00:00 GMT", "yesterday", "", "0"),
    "If-Unmodified-Since": ("Thu, 01 Jan 2026 00:00:00 GMT", "Fri, 99 Jan 9999 99:99:99 GMT"),
    "Overwrite": ("T", "F", "t", "maybe", ""),
    "Prefer": ("return=minimal", "return=representation", "a;b=c, return=minimal", ",,=;"),
    "Brief": ("t", "f", "T", ""),
    "Accept": ("application/calendar+json", "text/*;q=0.1, */*", "q=;;q=x", "*/*;q=1e999"),
    "Accept-Encoding": ("gzip", "gzip;q=0", "br, gzip;q=0.5", "gzip;q=x", "*"),
    "CalDAV-Timezones": ("T", "F", "?"),
    "User-Agent": ("Thunderbird/153", "macOS/13.4 (22F66) dataaccessd/1.0", "\xff", ""),
    "X-Forwarded-For": ("10.0.0.1", "::1, x", ""),
    "X-Script-Name": ("/x", "x", "/../"),
    "X-Http-Method-Override": ("DELETE",),
    "Transfer-Encoding": ("chunked", "gzip"),
    "Authorization": (
        "Basic",
        "Basic !!!",
        "Basic eDp5",
        "Bearer x",
        "Basic \xff",
        "Digest a=b",
    ),
    "Content-Length": _LENGTHS,
    "Range": ("bytes=0-10", "bytes=x"),
    "Slug": ("a.ics", "%ff"),
}


def _value(chance: Random, name: str, path: str, known: Known) -> str:
    if name in ("If-Match", "If-None-Match"):
        return chance.choice(known.tags)
    if name == "If":
        tag, token = chance.choice(known.tags), known.token(chance, path)
        forms = (f"([{tag}])", f"(<{token}>)", f"(Not <{token}> [{tag}])", "(", "<x> ()", ")(")
        return chance.choice((*forms, f"<{href(chance)}> ([{tag}]) (Not [{tag}])"))
    if name == "Destination":
        host = chance.choice(
            (*("", "http://127.0.0.1", "https://cal.example:99") * 5, "http://[")
        )
        target = href(chance) if chance.random() < 0.9 else chance.choice(ODD_PATHS)
        return (host + target).encode("latin-1", "replace").decode("latin-1")
    return chance.choice(_VALUES[name])
