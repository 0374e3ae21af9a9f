"""A practice's own web site, which shows the booking page in a frame."""

from __future__ import annotations

import html
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from typing_extensions import override

_PAGE = """<!doctype html>
<html lang="en"><title>Our practice</title>
<body style="font: 18px system-ui; margin: 32px; background: #fffdf5">
<h1>Welcome</h1>
<p>We look forward to seeing you. Find a time here:</p>
<iframe title="Book an appointment" src="{show}"
  style="width: 100%; height: 560px; border: 1px solid #ccc; border-radius: 12px"></iframe>
</body></html>"""


class _Site(BaseHTTPRequestHandler):
    """Answers with a page whose frame shows the address that the query names."""

    def do_GET(self) -> None:
        shown = parse_qs(urlsplit(self.path).query).get("show", [""])[0]
        body = _PAGE.format(show=html.escape(shown)).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def web_site() -> Iterator[int]:
    """Serve that site for as long as the block runs; return its port."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
