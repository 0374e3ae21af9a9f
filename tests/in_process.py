"""The server of a practice in the test's own process: calendars and web on one port."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from server.bootstrap.one_port import OnePort, one_port
from server.practice_db.database import SqlDatabase
from server.settings import Settings
from server.storage_plugin.house import House
from tests.practice import NOW
from tests.system.phone import Answer


@dataclass
class Stopped:
    """A clock that stands until it is set."""

    at: datetime = NOW

    def now(self) -> datetime:
        return self.at


@dataclass
class Came:
    """What came back."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    pieces: Iterable[bytes] = ()

    def start(
        self, status: str, headers: list[tuple[str, str]], _: object = None
    ) -> Callable[[bytes], object]:
        """Take the beginning of the answer; nobody writes with what WSGI returns here."""
        self.status = int(status.split(maxsplit=1)[0])
        self.headers = {name.lower(): value for name, value in headers}
        return lambda _: None


def ask(
    port: OnePort, path: str, body: bytes = b"", method: str = "GET", **more: object
) -> Came:
    """Send one request, with more of what stands in a WSGI environment."""
    came = Came()
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SCRIPT_NAME": "",
        "REMOTE_ADDR": "192.0.2.7",
        "CONTENT_LENGTH": str(len(body)) if body else "",
        "HTTP_HOST": "cal.practice.example",
        "wsgi.input": io.BytesIO(body),
        "wsgi.url_scheme": "http",
        **more,
    }
    came.pieces = port(environ, came.start)
    return came


def served_in_process(
    database: SqlDatabase, settings: Settings | None = None, clock: Stopped | None = None
) -> OnePort:
    """Return what serves a practice, at a time that stands still; ``close`` ends it."""
    return one_port(settings or Settings(), House(database, clock=clock or Stopped()))


def sender(port: OnePort) -> Callable[[str, str, bytes, Mapping[str, str]], Answer]:
    """Return what sends method, target, body and headers, as a wire to a server does."""

    def send(method: str, target: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        path, _, query = target.partition("?")
        named: dict[str, Any] = {
            f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()
        }
        kind = named.pop("HTTP_CONTENT_TYPE", "")
        came = ask(port, path, body, method, QUERY_STRING=query, CONTENT_TYPE=kind, **named)
        return Answer(came.status, came.headers, b"".join(came.pieces))

    return send
