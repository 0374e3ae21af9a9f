"""One attempt to tell an endpoint of an event: signed, short of patience, never trusting."""

from __future__ import annotations

import json
import ssl
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from http import HTTPStatus
from types import TracebackType
from typing import Final, Self
from urllib.parse import urlsplit

from aiohttp import (
    ClientConnectorDNSError,
    ClientConnectorError,
    ClientError,
    ClientSession,
    ClientSSLError,
    ClientTimeout,
    DummyCookieJar,
    InvalidURL,
    TCPConnector,
)
from aiohttp.abc import AbstractResolver
from standardwebhooks import Webhook

from server.domain.webhooks import Endpoint, WebhookEvent
from server.relay.addresses import AddressRefused, AddressRules, CheckedSockets

_CONNECTING: Final = 5.0
_ALTOGETHER: Final = 15.0
"""Seconds that an endpoint has to take a connection, and to answer."""
_READ_AT_MOST: Final = 4096
_MAY_FAIL: Final = (ClientError, TimeoutError, OSError)
_OVERLOADED: Final = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS})


class Verdict(StrEnum):
    """What an attempt says of the delivery, and of the endpoint."""

    TAKEN = "taken"
    REFUSED = "refused"
    """This event was not taken; the next one may be."""
    DOWN = "down"
    """The endpoint answers nobody for now."""
    GONE = "gone"
    """The endpoint asks to be told nothing any more (410)."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The verdict and why, in a word without anything of the answer's content."""

    verdict: Verdict
    result: str


class Sender:
    """Sends events; to be used in an ``async with`` statement.

    ``resolver`` finds the addresses of names; the system's where it is None.
    """

    def __init__(self, rules: AddressRules, resolver: AbstractResolver | None = None) -> None:
        self._sessions = {
            scheme: _session(CheckedSockets(rules, tls=scheme == "https"), resolver)
            for scheme in ("https", "http")
        }

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for session in self._sessions.values():
            await session.close()

    async def send(self, endpoint: Endpoint, event: WebhookEvent, now: datetime) -> Outcome:
        """Send an event once, signed at this moment (UTC); raises nothing for what may fail."""
        body = body_of(event)
        try:
            async with self._sessions[urlsplit(endpoint.url).scheme].post(
                endpoint.url,
                data=body.encode(),
                headers=headers_of(endpoint, event, body, now),
                allow_redirects=False,
            ) as answer:
                # Read a little, so that the other side can finish; nothing of it is kept, and
                # whatever is wrong with it, the status has been said.
                with suppress(*_MAY_FAIL):
                    await answer.content.read(_READ_AT_MOST)
                return judge(answer.status)
        except _MAY_FAIL as error:
            return _failed(error)


def body_of(event: WebhookEvent) -> str:
    """Return an event as JSON: ``id``, ``type``, ``timestamp`` (when it happened), ``data``."""
    told = {
        "id": event.id,
        "type": event.kind.value,
        "timestamp": event.at.isoformat().replace("+00:00", "Z"),
        "data": dict(event.data),
    }
    return json.dumps(told, separators=(",", ":"))


def headers_of(
    endpoint: Endpoint, event: WebhookEvent, body: str, now: datetime
) -> dict[str, str]:
    """Return the headers of Standard Webhooks, with a signature for each secret."""
    signatures = [
        Webhook(secret).sign(event.id, now, body) for secret in endpoint.secrets_at(now)
    ]
    return {
        "content-type": "application/json",
        "user-agent": "Praxical",
        "webhook-id": event.id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def judge(status: int) -> Outcome:
    """Return what a status says; a redirect is not followed, and has not taken the event."""
    result = f"http-{status}"
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return Outcome(Verdict.TAKEN, result)
    if status == HTTPStatus.GONE:
        return Outcome(Verdict.GONE, result)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in _OVERLOADED:
        return Outcome(Verdict.DOWN, result)
    return Outcome(Verdict.REFUSED, result)


def _failed(error: Exception) -> Outcome:
    if isinstance(error, ClientConnectorError) and isinstance(error.os_error, AddressRefused):
        return Outcome(Verdict.DOWN, "address-refused")
    named = (word for kinds, word in _WORDS if isinstance(error, kinds))
    return Outcome(Verdict.DOWN, next(named, "connection-failed"))


_WORDS: Final = (
    ((ClientConnectorDNSError,), "name-unknown"),
    ((ClientSSLError, ssl.SSLError), "tls-failed"),
    ((TimeoutError,), "timeout"),
    ((InvalidURL,), "url-invalid"),
)


def _session(sockets: CheckedSockets, resolver: AbstractResolver | None) -> ClientSession:
    connector = TCPConnector(
        limit=0, use_dns_cache=False, resolver=resolver, socket_factory=sockets
    )
    return ClientSession(
        connector=connector,
        timeout=ClientTimeout(total=_ALTOGETHER, connect=_CONNECTING),
        cookie_jar=DummyCookieJar(),
        auto_decompress=False,
        trust_env=False,
    )
