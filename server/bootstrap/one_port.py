"""Calendars and the web on one port: what begins with a path of the web is handed on.

The server speaks WSGI, the web speaks HTTP: a request of the web goes on to aiohttp, which runs
in a thread of the same process, and its answer comes back the same way, piece by piece.
"""

from __future__ import annotations

import http.client
import json
import re
import socket
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from threading import Lock
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from server.bootstrap.counted import LANE, counted
from server.bootstrap.counts import shared_counts
from server.caldav.application import Application
from server.caldav.environment import Front, seen_by_front

if TYPE_CHECKING:
    from wsgiref.types import StartResponse

    from server.settings import Settings
    from server.storage_plugin.house import House
    from server.usecases.counting import Counts
    from server.web.loop import WebLoop

PREFIXES: Final = ("/api/", "/book/", "/feeds/", "/freebusy/", "/google/")
"""What the web answers; everything else is a calendar's."""

_ALONE: Final = ("/book", "/metrics")
_MAY_BE_WEB: Final = re.compile("|".join((*map(re.escape, PREFIXES), "/book$", "/metrics$")))
_PIECE: Final = 64 * 1024
_LARGE_PIECE: Final = 512 * 1024
_WHOLE_AT_MOST: Final = 1_000_000
"""A larger answer is sent while it is read."""
_BODY_AT_MOST: Final = 10_000_000
_SILENCE_SECONDS: Final = 120
_OF_ONE_HOP: Final = frozenset(
    {
        "connection",
        "expect",
        "keep-alive",
        "proxy",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
_NOT_SENT_BACK: Final = _OF_ONE_HOP | {"server"}
_SAID_BY_FRONT: Final = ("x-forwarded-", "x-remote-addr", "x-script-name")
_PATH_SIGNS: Final = "/~!$&'()*+,;=:@"


class _Broken(Exception):
    """A request that ends before its body does, or whose body does not end."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status.phrase)
        self.status = status


@dataclass(slots=True)
class OnePort:
    """The WSGI application of a process: the calendars' own, with the web beside it."""

    calendars: Application
    make_web: Callable[[], WebLoop]
    counts: Counts | None = None
    _web: WebLoop | None = None
    _lock: Lock = field(default_factory=Lock)

    def __call__(
        self, environ: dict[str, Any], start_response: StartResponse
    ) -> Iterable[bytes]:
        """Answer one request; a calendar's pays for no more than a look at its path."""
        if self.counts is None:
            return self._answer(environ, start_response)
        return counted(self.counts, self._answer, environ, start_response)

    def _answer(
        self, environ: dict[str, Any], start_response: StartResponse
    ) -> Iterable[bytes]:
        if _MAY_BE_WEB.search(environ["PATH_INFO"]):
            seen = seen_by_front(dict(environ), self.calendars.front)
            path = seen["PATH_INFO"]
            if path.startswith(PREFIXES) or path in _ALONE:
                environ[LANE] = path.split("/")[1]
                return self._answered(seen, start_response)
        return self.calendars(environ, start_response)

    def close(self) -> None:
        """End the web's thread, if it was ever begun."""
        if self._web is not None:
            self._web.close()

    def _answered(
        self, environ: dict[str, Any], start_response: StartResponse
    ) -> Iterable[bytes]:
        try:
            return _handed_on(self._begun().connect(), environ, start_response)
        except _Broken as error:
            return _failure(error.status, start_response)
        except (OSError, http.client.HTTPException):
            return _failure(HTTPStatus.BAD_GATEWAY, start_response)

    def _begun(self) -> WebLoop:
        with self._lock:
            if self._web is None:
                self._web = self.make_web()
            return self._web


def one_port(settings: Settings, house: House) -> OnePort:
    """Return what serves a practice; the web is loaded when it is first asked for."""
    counts = None if settings.server.metrics == "off" else shared_counts()

    def make_web() -> WebLoop:
        from server.bootstrap.google_door import LoadedLater  # noqa: PLC0415 - many never ask
        from server.usecases.booking_terms import terms_of  # noqa: PLC0415 - as above
        from server.web.application import application_of  # noqa: PLC0415 - as above
        from server.web.desk import PracticeDesk  # noqa: PLC0415 - as above
        from server.web.loop import WebLoop as Loop  # noqa: PLC0415 - as above

        terms = terms_of(settings)
        desk = PracticeDesk(
            house.database, house.clock, house.rules, house.hooks, house.policy, terms
        )
        desk.google = LoadedLater(settings, house.database)
        desk.counts = counts
        return Loop(partial(application_of, desk), settings.server.threads)

    front = Front.of(settings.server.base_path, settings.server.trusted_proxies)
    return OnePort(Application(house, front), make_web, counts)


def _handed_on(
    wire: socket.socket, environ: Mapping[str, Any], start_response: StartResponse
) -> Iterable[bytes]:
    connection = http.client.HTTPConnection("praxical")
    wire.settimeout(_SILENCE_SECONDS)
    connection.sock = wire
    with ExitStack() as when_it_raises:
        when_it_raises.callback(connection.close)
        _send(connection, environ)
        response = connection.getresponse()
        when_it_raises.pop_all()
    headers = [
        (name, value)
        for name, value in response.getheaders()
        if name.lower() not in _NOT_SENT_BACK
    ]
    start_response(f"{response.status} {response.reason}", headers)
    return _body(connection, response)


def _send(connection: http.client.HTTPConnection, environ: Mapping[str, Any]) -> None:
    path = quote(environ["PATH_INFO"], safe=_PATH_SIGNS)
    asked = quote(environ.get("QUERY_STRING", ""), safe=f"{_PATH_SIGNS}%?-._")
    target = f"{path}?{asked}" if asked else path
    method = environ["REQUEST_METHOD"]
    connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
    for name, value in _headers(environ):
        connection.putheader(name, value)
    length = str(environ.get("CONTENT_LENGTH") or "")
    chunked = environ.get("HTTP_TRANSFER_ENCODING", "").lower() == "chunked"
    if chunked:
        connection.putheader("Transfer-Encoding", "chunked")
    elif length:
        connection.putheader("Content-Length", str(_length(length)))
    pieces = _pieces(environ["wsgi.input"], None if chunked else int(length or 0))
    try:
        connection.endheaders(pieces, encode_chunked=chunked)
    except (BrokenPipeError, ConnectionResetError):
        # It was answered before all of it was read: the answer is there to be read.
        return


def _headers(environ: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the headers of the request, with what our front knows of where it came from."""
    named = {
        key[5:].replace("_", "-").lower(): str(value)
        for key, value in environ.items()
        if key.startswith("HTTP_")
    }
    dropped = _OF_ONE_HOP | {
        word.strip().lower() for word in named.get("connection", "").split(",")
    }
    for name, value in named.items():
        if name not in dropped and not name.startswith(_SAID_BY_FRONT):
            yield name.title(), value
    if environ.get("CONTENT_TYPE"):
        yield "Content-Type", environ["CONTENT_TYPE"]
    client = environ.get("HTTP_X_REMOTE_ADDR") or environ.get("REMOTE_ADDR", "")
    yield "X-Forwarded-For", str(client)
    yield "X-Forwarded-Prefix", str(environ["SCRIPT_NAME"])
    scheme = environ.get("HTTP_X_FORWARDED_PROTO") or environ.get("wsgi.url_scheme", "http")
    yield "X-Forwarded-Proto", str(scheme)


def _length(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise _Broken(HTTPStatus.BAD_REQUEST)
    if int(text) > _BODY_AT_MOST:
        raise _Broken(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return int(text)


def _pieces(source: Any, length: int | None) -> Iterator[bytes]:  # noqa: ANN401 - the server's own class
    """Yield the body; ``length`` None reads to its end. Raises _Broken."""
    left = _BODY_AT_MOST + 1 if length is None else length
    while left > 0 and (piece := source.read(min(left, _PIECE))):
        left -= len(piece)
        yield piece
    if length is None and left == 0:
        raise _Broken(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    if length is not None and left > 0:
        raise _Broken(HTTPStatus.BAD_REQUEST)


def _body(
    connection: http.client.HTTPConnection, response: http.client.HTTPResponse
) -> Iterable[bytes]:
    """Return the answer: at once if it is small, so that no slow reader holds a thread."""
    if response.length is not None and response.length <= _WHOLE_AT_MOST:
        try:
            return [response.read()]
        finally:
            connection.close()
    return _streamed(connection, response)


def _streamed(
    connection: http.client.HTTPConnection, response: http.client.HTTPResponse
) -> Iterator[bytes]:
    try:
        while piece := response.read(_LARGE_PIECE):
            yield piece
    finally:
        connection.close()


def _failure(status: HTTPStatus, start_response: StartResponse) -> Iterable[bytes]:
    """Answer what never reached the web with a problem as the web has them (RFC 9457)."""
    said = {"type": "about:blank", "title": status.phrase, "status": status.value}
    body = json.dumps(said).encode()
    headers = [
        ("Content-Type", "application/problem+json"),
        ("Content-Length", str(len(body))),
        ("Cache-Control", "no-store"),
    ]
    start_response(f"{status.value} {status.phrase}", headers)
    return [body]
