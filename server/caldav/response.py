"""An answer, and how it goes out: whole or in pieces, compressed where the app takes that."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from server.caldav.xml_out import END_OF_MULTISTATUS, MULTISTATUS

if TYPE_CHECKING:
    from radicale import types

XML: Final = "text/xml; charset=utf-8"
CALENDAR: Final = "text/calendar; charset=utf-8"
_WORTH_COMPRESSING: Final = 1_400
"""Octets: what fits into one packet is not made smaller."""
_PIECE: Final = 128 * 1024
_QUICKLY: Final = 1
_GZIP: Final = 16 + zlib.MAX_WBITS


@dataclass(frozen=True, slots=True)
class Response:
    """Status, headers and body; a body in pieces is made while it is sent."""

    status: HTTPStatus
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | Iterable[bytes] = b""

    def send(
        self, environ: Mapping[str, Any], start: types.WSGIStartResponse
    ) -> Iterable[bytes]:
        """Answer a WSGI request."""
        headers = dict(self.headers)
        body = _compressed(self.body, headers) if _takes_gzip(environ) else self.body
        if isinstance(body, bytes):
            if self.status not in (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED):
                headers["Content-Length"] = str(len(body))
            body = [body] if body else []
        start(f"{self.status.value} {self.status.phrase}", list(headers.items()))
        return [] if environ.get("REQUEST_METHOD") == "HEAD" else body


def xml(status: HTTPStatus, text: str, headers: Mapping[str, str] | None = None) -> Response:
    """Return an answer whose body is an XML document."""
    return Response(status, {"Content-Type": XML, **(headers or {})}, text.encode())


def multistatus(
    responses: Iterable[str], tail: str = "", headers: Mapping[str, str] | None = None
) -> Response:
    """Return 207 with DAV:response elements; ``tail`` stands behind them (RFC 4918 14.16).

    Small answers go out whole. Large ones are sent while they are made, so that the memory
    they take does not grow with the calendar.
    """
    pieces = _pieces(responses, tail)
    first = next(pieces)
    rest = next(pieces, None)
    headers = {"Content-Type": XML, **(headers or {})}
    if rest is None:
        return Response(HTTPStatus.MULTI_STATUS, headers, first)
    return Response(HTTPStatus.MULTI_STATUS, headers, _chained(first, rest, pieces))


def _pieces(responses: Iterable[str], tail: str) -> Iterator[bytes]:
    held, size = [MULTISTATUS], 0
    for one in responses:
        held.append(one)
        size += len(one)
        if size >= _PIECE:
            yield "".join(held).encode()
            held, size = [], 0
    held += [tail, END_OF_MULTISTATUS]
    yield "".join(held).encode()


def _chained(first: bytes, second: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield second
    yield from rest


def _takes_gzip(environ: Mapping[str, Any]) -> bool:
    accepted = str(environ.get("HTTP_ACCEPT_ENCODING", ""))
    if "gzip" not in accepted:
        return False
    words = (word.strip().lower().replace(" ", "") for word in accepted.split(","))
    return any(
        word == "gzip" or (word.startswith("gzip;q=") and not _is_zero(word)) for word in words
    )


def _is_zero(word: str) -> bool:
    return not word.partition("=")[2].strip("0.")


def _compressed(
    body: bytes | Iterable[bytes], headers: dict[str, str]
) -> bytes | Iterable[bytes]:
    """Return the body compressed if it is worth it; the entity tag stays as it is."""
    if isinstance(body, bytes) and len(body) < _WORTH_COMPRESSING:
        return body
    headers["Content-Encoding"] = "gzip"
    headers["Vary"] = ", ".join(filter(None, (headers.get("Vary"), "Accept-Encoding")))
    pieces = [body] if isinstance(body, bytes) else body
    stream = _gzipped(pieces)
    return b"".join(stream) if isinstance(body, bytes) else stream


def _gzipped(pieces: Iterable[bytes]) -> Iterator[bytes]:
    packer = zlib.compressobj(_QUICKLY, wbits=_GZIP)
    for piece in pieces:
        yield packer.compress(piece)
    yield packer.flush()
