"""A server on loopback that answers as a test says, or hangs up; it keeps what it received."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from typing_extensions import override


@dataclass(frozen=True)
class Said:
    """One answer; ``hang_up`` reads the request and closes without a word."""

    status: int = 200
    body: Any = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    hang_up: bool = False

    @property
    def content(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


HANGS_UP = Said(hang_up=True)


def refusal(status: int, reason: str, location: str = "", **headers: str) -> Said:
    """Return an error as Google writes them, with a text that must be kept nowhere."""
    one = {"domain": "global", "reason": reason, "message": "Jane Doe", "location": location}
    body = {"error": {"code": status, "message": "Jane Doe", "errors": [one]}}
    return Said(status, body, {name.replace("_", "-"): said for name, said in headers.items()})


@dataclass(frozen=True)
class Received:
    """One request as it came in; names of headers are small letters."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Scripted:
    """Answers in turn with what is in ``script``, and then with ``usual``."""

    url: str = ""
    script: list[Said] = field(default_factory=list)
    usual: Said = field(default_factory=Said)
    received: list[Received] = field(default_factory=list)

    @property
    def methods(self) -> list[str]:
        return [one.method for one in self.received]


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    @override
    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing."""


@contextmanager
def scripted() -> Iterator[Scripted]:
    """Run a server for as long as the block does."""
    kept = Scripted()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            kept.received.append(Received(self.command, self.path, headers, body))
            said = kept.script.pop(0) if kept.script else kept.usual
            if said.hang_up:
                self.close_connection = True
                return
            self.send_response(said.status)
            for name, value in said.headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(said.content)))
            self.end_headers()
            self.wfile.write(said.content)

        do_GET = do_POST = do_PATCH = do_DELETE = _answer  # noqa: N815 - as the server wants it

        @override
        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = _Server(("127.0.0.1", 0), Handler)
    kept.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield kept
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
