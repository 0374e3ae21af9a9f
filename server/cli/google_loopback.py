"""Waiting on this machine for the browser that comes back from Google (RFC 8252 7.3)."""

from __future__ import annotations

import hmac
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from typing_extensions import override

_PAGE: Final = (
    b'<!doctype html><html lang="en"><meta charset="utf-8"><title>Praxical</title>'
    b"<p>Google has answered. You can close this window and go back to the terminal."
)
_LOOKS_EVERY: Final = 0.5
_SILENT_SECONDS: Final = 5.0
"""How long one connection may take to say what it wants."""


@dataclass(slots=True)
class Loopback:
    """A port of this machine at which an answer is waited for, and nothing else."""

    server: HTTPServer
    answer: dict[str, str]

    @property
    def redirect(self) -> str:
        """The address that Google sends the browser back to."""
        return f"http://127.0.0.1:{self.server.server_port}/"

    def wait(self, state: str, seconds: float) -> Mapping[str, str]:
        """Return what the browser brings that knows ``state``; empty if none came in time."""
        self.answer["expected"] = state
        until = time.monotonic() + seconds
        while "state" not in self.answer and time.monotonic() < until:
            self.server.handle_request()
        return {name: said for name, said in self.answer.items() if name != "expected"}


@contextmanager
def loopback(port: int) -> Iterator[Loopback]:
    """Listen on a port of this machine, any free one for 0; raises OSError."""
    answer: dict[str, str] = {}

    class Handler(BaseHTTPRequestHandler):
        timeout = _SILENT_SECONDS

        def do_GET(self) -> None:
            said = read_answer(self.path)
            # A page of somebody else's may call this port too: it does not know the state.
            knows = hmac.compare_digest(
                said.get("state", "").encode(), answer.get("expected", "").encode()
            )
            if not knows or not said.get("state"):
                self.send_error(HTTPStatus.NOT_FOUND)
                return
            answer.update(said)
            self.send_response(HTTPStatus.OK)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(_PAGE)))
            self.send_header("Cache-Control", "no-store")
            self.send_header("Referrer-Policy", "no-referrer")
            self.end_headers()
            self.wfile.write(_PAGE)

        @override
        def log_message(self, format: str, *args: object) -> None:
            """Say nothing: the address holds a secret."""

    with HTTPServer(("127.0.0.1", port), Handler) as server:
        server.timeout = _LOOKS_EVERY
        yield Loopback(server, answer)


def read_answer(address: str) -> dict[str, str]:
    """Return what Google says in the address that it sends a browser to."""
    said = dict(parse_qsl(urlsplit(address.strip()).query))
    return {name: said[name] for name in ("state", "code", "error") if name in said}


def state_of(address: str) -> str:
    """Return the state in the address of a consent page."""
    return dict(parse_qsl(urlsplit(address).query)).get("state", "")
