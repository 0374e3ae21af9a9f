"""A receiver of webhooks: a real HTTP server on loopback that keeps what it is sent."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook
from typing_extensions import override

PATIENCE = 30
"""Seconds after which a held request is answered whatever happens."""


@dataclass(frozen=True)
class Received:
    """One request as it came in."""

    path: str
    headers: dict[str, str]
    body: str

    @property
    def told(self) -> dict[str, Any]:
        """The event."""
        found: dict[str, Any] = json.loads(self.body)
        return found

    def verified(self, secret: str) -> dict[str, Any]:
        """Return the event; raises WebhookVerificationError."""
        found: dict[str, Any] = Webhook(secret).verify(self.body, self.headers)
        return found


@dataclass
class Receiver:
    """Answers with the statuses given, then with ``status``; a path that is held waits."""

    url: str = ""
    status: int = 204
    statuses: list[int] = field(default_factory=list)
    answer: bytes = b""
    received: list[Received] = field(default_factory=list)
    holds: dict[str, threading.Event] = field(default_factory=dict)
    arrived: threading.Condition = field(default_factory=threading.Condition)

    def told(self) -> list[tuple[str, dict[str, Any]]]:
        """Return the types and data of all events, in the order in which they came."""
        return [(one.told["type"], one.told["data"]) for one in self.received]

    def types(self) -> list[str]:
        """Return the types of all events, in the order in which they came."""
        return [kind for kind, _ in self.told()]

    def wait_for(self, path: str, count: int = 1) -> Received:
        """Return the last of so many requests to a path, as soon as they have come."""
        with self.arrived:
            assert self.arrived.wait_for(lambda: len(self.to(path)) >= count, PATIENCE)
        return self.to(path)[count - 1]

    def to(self, path: str) -> list[Received]:
        """Return the requests to a path."""
        return [one for one in self.received if one.path == path]

    def take(self, request: Received) -> int:
        """Keep a request and return the status to answer with."""
        with self.arrived:
            self.received.append(request)
            self.arrived.notify_all()
            status = self.statuses.pop(0) if self.statuses else self.status
        hold = self.holds.get(request.path)
        if hold is not None:
            hold.wait(PATIENCE)
        return status


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    @override
    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: whoever is answered too much hangs up."""


@contextmanager
def receiving() -> Iterator[Receiver]:
    """Run a receiver for as long as the block does."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["content-length"])
            body = self.rfile.read(length).decode()
            headers = {name.lower(): value for name, value in self.headers.items()}
            status = receiver.take(Received(self.path, headers, body))
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("location", f"{receiver.url}/elsewhere")
            self.send_header("content-length", str(len(receiver.answer)))
            self.end_headers()
            self.wfile.write(receiver.answer)

        @override
        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = _Server(("127.0.0.1", 0), Handler)
    receiver.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield receiver
    finally:
        for hold in receiver.holds.values():
            hold.set()
        server.shutdown()
        thread.join()
        server.server_close()
