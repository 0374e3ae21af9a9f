"""Raw HTTP/1.1: request bytes built once, a client thin enough not to show in figures."""

import socket
from base64 import b64encode
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Self

# Room for a usual answer: asking for much more makes Python fetch and return it each time.
_RECEIVE: Final = 1 << 16
_NO_BODY: Final = frozenset({204, 304})

Body = bytes | bytearray


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a calendar is served and the login for it; `path` begins and ends with a slash."""

    port: int
    path: str
    user: str
    password: str
    host: str = "127.0.0.1"

    def request(self, method: str, href: str = "", body: str = "", **headers: str) -> bytes:
        """One whole request; header names are given with underscores for hyphens."""
        payload = body.encode()
        secret = b64encode(f"{self.user}:{self.password}".encode()).decode()
        lines = [
            f"{method} {self.path}{href} HTTP/1.1",
            f"Host: {self.host}:{self.port}",
            f"Authorization: Basic {secret}",
            *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items()),
        ]
        if payload or method in {"PUT", "POST"}:
            lines.append(f"Content-Length: {len(payload)}")
        return "\r\n".join([*lines, "", ""]).encode() + payload


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole HTTP answer; `head` is the raw status line and headers."""

    status: int
    head: bytes
    body: Body

    def header(self, name: bytes) -> str | None:
        """The value of a header given in lower case, None where it is missing."""
        for line in self.head.split(b"\r\n")[1:]:
            key, _, value = line.partition(b":")
            if key.strip().lower() == name:
                return value.strip().decode("latin-1")
        return None


class Connection:
    """One client's socket, kept alive where the server allows it, opened again where not."""

    def __init__(self, endpoint: Endpoint, timeout: float) -> None:
        """Connect at once; OSError where nobody listens, timeout in seconds for every wait."""
        self._address = (endpoint.host, endpoint.port)
        self._timeout = timeout
        self._socket: socket.socket | None = None
        self._open()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def ask(self, request: bytes) -> Answer:
        """Send a request and read the whole answer; OSError where the server goes away."""
        link = self._socket or self._open()
        link.sendall(request)
        head, rest = _read_head(link)
        status = int(head[9:12])
        lower = head.lower()
        body, is_open = _read_body(link, lower, rest, has_body=status not in _NO_BODY)
        if not is_open or b"\nconnection: close" in lower or head.startswith(b"HTTP/1.0"):
            self.close()
        return Answer(status, head, body)

    def close(self) -> None:
        """Close the socket; the next request opens another."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _open(self) -> socket.socket:
        link = socket.create_connection(self._address, timeout=self._timeout)
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket = link
        return link


def _read_head(link: socket.socket) -> tuple[bytes, bytes]:
    received = _more(link)
    while (end := received.find(b"\r\n\r\n")) < 0:
        received += _more(link)
    return received[:end], received[end + 4 :]


def _read_body(
    link: socket.socket, head: bytes, rest: bytes, *, has_body: bool
) -> tuple[Body, bool]:
    """The body, and whether the connection can serve another request."""
    at = head.find(b"\ncontent-length:")
    if not has_body:
        return b"", True
    if at >= 0:
        length = int(head[at + 16 : (head + b"\r").find(b"\r", at)])
        return _read_exactly(link, rest, length), True
    if b"\ntransfer-encoding: chunked" in head:
        return _read_chunks(link, rest), True
    return _read_to_end(link, rest), False


def _read_exactly(link: socket.socket, rest: bytes, length: int) -> Body:
    if len(rest) >= length:
        return rest
    body = bytearray(length)
    body[: len(rest)] = rest
    room, at = memoryview(body), len(rest)
    while at < length:
        received = link.recv_into(room[at:])
        if not received:
            raise ConnectionResetError
        at += received
    return body


def _read_chunks(link: socket.socket, rest: bytes) -> bytes:
    buffer, at = bytearray(rest), 0
    pieces: list[bytes] = []
    while True:
        while (end := buffer.find(b"\r\n", at)) < 0:
            buffer += _more(link)
        size = int(bytes(buffer[at:end]).partition(b";")[0], 16)
        while len(buffer) < end + 2 + size + 2:
            buffer += _more(link)
        if size == 0:
            return b"".join(pieces)
        pieces.append(bytes(buffer[end + 2 : end + 2 + size]))
        at = end + 2 + size + 2


def _read_to_end(link: socket.socket, rest: bytes) -> bytes:
    pieces = [rest]
    while piece := link.recv(_RECEIVE):
        pieces.append(piece)
    return b"".join(pieces)


def _more(link: socket.socket) -> bytes:
    piece = link.recv(_RECEIVE)
    if not piece:
        raise ConnectionResetError
    return piece
