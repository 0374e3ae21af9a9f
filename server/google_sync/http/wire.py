"""Sending to Google over HTTP: each request once, with a time limit, whatever happens.

The session is that of `requests`, which sends nothing again by itself: neither after a closed
connection nor after a redirect (RFC 9110 9.2.2 allows it for safe methods; writes would be
done twice).
"""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy
from types import TracebackType
from typing import Final, Self
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
from typing_extensions import override

from server.google_sync.http.calls import Uncertain

_CONNECTING: Final = 10.0
_SILENCE: Final = 30.0
_ALTOGETHER: Final = 60.0
"""Seconds for a connection, between two pieces of an answer, for all of it."""
_LARGEST: Final = 64_000_000
_PIECE: Final = 65_536


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One request, but for who asks. ``continues`` is a list that goes on from a token."""

    method: str
    url: str
    body: bytes | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)
    continues: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as it came."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long an answer may take, in seconds."""

    connecting: float = _CONNECTING
    silence: float = _SILENCE
    altogether: float = _ALTOGETHER


class _Bearer(AuthBase):
    """Signs with a token; said so that no file of the system adds a login of its own."""

    def __init__(self, token: str) -> None:
        self._token = token

    @override
    def __call__(self, r: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._token:
            r.headers["Authorization"] = f"Bearer {self._token}"
        return r


class Wire:
    """Connections to Google, shared by the threads of a process; to be closed."""

    def __init__(self, connections: int = 16, patience: Patience | None = None) -> None:
        self._patience = patience or Patience()
        self._session = requests.Session()
        # max_retries=0 retries neither connecting nor reading.
        adapter = HTTPAdapter(pool_connections=8, pool_maxsize=connections, max_retries=0)
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, adapter)
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self._direct = requests.Session()
        self._direct.mount("http://", adapter)
        self._direct.trust_env = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self._session.close()
        self._direct.close()

    def send(self, outgoing: Outgoing, token: str = "") -> Reply:
        """Send a request once; raises Uncertain where no whole answer came."""
        with _uncertain(), self._asked(outgoing, token) as response:
            body = b"".join(self._pieces(response))
            return Reply(response.status_code, dict(response.headers), body)

    def _asked(self, outgoing: Outgoing, token: str) -> requests.Response:
        session = self._direct if is_loopback(outgoing.url) else self._session
        return session.request(
            outgoing.method,
            outgoing.url,
            data=outgoing.body,
            headers=dict(outgoing.headers),
            auth=_Bearer(token),
            timeout=(self._patience.connecting, self._patience.silence),
            allow_redirects=False,
            stream=True,
        )

    def _pieces(self, response: requests.Response) -> Iterator[bytes]:
        until = time.monotonic() + self._patience.altogether
        left = _LARGEST
        for piece in response.iter_content(_PIECE):
            left -= len(piece)
            if left < 0:
                raise Uncertain("too-large", response.status_code)
            if time.monotonic() > until:
                raise Uncertain("too-slow", response.status_code)
            yield piece


def is_loopback(url: str) -> bool:
    """Whether an address leads to this machine itself."""
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@contextmanager
def _uncertain() -> Iterator[None]:
    """Tell of a request that was not answered by the kind of what happened, nothing more."""
    try:
        yield
    except requests.Timeout as error:
        raise Uncertain("time-out") from error
    except (requests.RequestException, OSError) as error:
        raise Uncertain("connection") from error
