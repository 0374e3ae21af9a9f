"""A WSGI application with next to nothing in it, so that the HTTP server is measured."""

from collections.abc import Callable, Iterable
from typing import Final, cast
from wsgiref.types import InputStream, StartResponse, WSGIEnvironment

_KILOBYTE: Final = b"k" * 1024
_PIECE: Final = b"m" * 65_536
_PIECES: Final = 16
_BUSY_TURNS: Final = 80_000

Application = Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]]


def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Answer /empty, /kilobyte, /busy, and /megabyte in pieces; read a PUT and answer 204."""
    if environ["REQUEST_METHOD"] == "PUT":
        stream = cast("InputStream", environ["wsgi.input"])
        received = len(stream.read(int(environ.get("CONTENT_LENGTH") or 0)))
        start_response("204 No Content", [("ETag", f'"{received}"')])
        return []
    body: Iterable[bytes]
    match environ["PATH_INFO"]:
        case "/megabyte":
            size, body = _PIECES * len(_PIECE), iter([_PIECE] * _PIECES)
        case "/kilobyte":
            size, body = len(_KILOBYTE), [_KILOBYTE]
        case "/busy":
            # About a millisecond that holds the interpreter lock, as parsing does.
            size, body = 0, [b""] if sum(range(_BUSY_TURNS)) else []
        case _:
            size, body = 0, []
    headers = [("Content-Type", "application/octet-stream"), ("Content-Length", str(size))]
    start_response("200 OK", headers)
    return body
