"""Batches: several requests in one body, each answered by itself (multipart/mixed)."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesParser
from http import HTTPStatus
from urllib.parse import parse_qsl

from tests.local_google.dispatch import Answer, Request
from tests.local_google.refusals import Refused

MOST_CALLS = 1000
_BOUNDARY = "batch_local_google"


@dataclass(frozen=True)
class Part:
    """One request of a batch, and its content id."""

    name: str
    request: Request


async def answered(
    request: Request, answer: Callable[[Request], Awaitable[Answer | None]]
) -> Answer:
    """Answer every part; one whose answer is lost is a 503."""
    try:
        parts = list(read_parts(request))
    except ValueError:
        return _failed("Failed to parse batch request.")
    if not 0 < len(parts) <= MOST_CALLS:
        return _failed(f"A batch holds up to {MOST_CALLS} calls.")
    written = [_written(part.name, await answer(part.request) or Answer(503)) for part in parts]
    body = b"".join([*written, f"--{_BOUNDARY}--\r\n".encode()])
    return Answer(200, body, {"content-type": f"multipart/mixed; boundary={_BOUNDARY}"})


def _failed(message: str) -> Answer:
    return Answer(400, json.dumps(Refused(400, "badRequest", message).body()).encode())


def read_parts(request: Request) -> Iterator[Part]:
    """Read the requests of a batch; raises ValueError."""
    kind = request.headers.get("content-type", "")
    whole = BytesParser().parsebytes(f"Content-Type: {kind}\r\n\r\n".encode() + request.body)
    if not whole.is_multipart():
        raise ValueError(kind)
    for part in whole.walk():
        if not part.is_multipart():
            yield Part(part["Content-ID"] or "", _inner(_payload(part), request))


def _payload(message: Message) -> bytes:
    found = message.get_payload(decode=True)
    return found if isinstance(found, bytes) else b""


def _inner(raw: bytes, outer: Request) -> Request:
    head, _, rest = raw.replace(b"\r\n", b"\n").partition(b"\n")
    verb, target, *_ = head.decode().split(" ")
    message = BytesParser().parsebytes(rest)
    headers = {name.lower(): value for name, value in message.items()}
    if "authorization" not in headers and "authorization" in outer.headers:
        headers["authorization"] = outer.headers["authorization"]
    path, _, query = target.partition("?")
    body = _payload(message).strip()
    return Request(verb, path, parse_qsl(query, keep_blank_values=True), headers, body)


def _written(name: str, answer: Answer) -> bytes:
    reply = f"<response-{name.strip('<>')}>"
    lines = [
        f"--{_BOUNDARY}",
        "Content-Type: application/http",
        f"Content-ID: {reply}",
        "",
        f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}",
        "Content-Type: application/json; charset=UTF-8",
        f"Content-Length: {len(answer.body)}",
        *(f"{n}: {v}" for n, v in answer.headers.items()),
        "",
    ]
    return "\r\n".join(lines).encode() + b"\r\n" + answer.body + b"\r\n"
