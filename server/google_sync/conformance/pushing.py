"""Checks of push channels; each one that is made is stopped."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from server.google_sync.conformance.bench import Bench, Said, new_id
from server.google_sync.conformance.checks import Check, Needs

_LONGEST_ID: Final = 64
_VERY_LONG: Final = timedelta(days=60)


def _watched(bench: Bench, name: str, address: str, lives: timedelta) -> Said:
    ttl = {"ttl": str(int(lives.total_seconds()))}
    body = {"id": name, "type": "web_hook", "address": address, "params": ttl}
    return bench.events("watch", body=body)


@contextmanager
def _channel(bench: Bench, name: str, address: str, lives: timedelta) -> Iterator[Said]:
    """Ask for a channel for as long as the block runs."""
    said = _watched(bench, name, address, lives)
    try:
        yield said
    finally:
        if not said.is_refused:
            _stop(bench, name, said)


def _stop(bench: Bench, name: str, made: Said) -> Said:
    body = {"id": name, "resourceId": made.content.get("resourceId", "")}
    return bench.ask("channels.stop", body=body)


def _asked(bench: Bench, name: str, address: str) -> str:
    """Return the status of a channel that cannot be, beside one that can."""
    hour = timedelta(hours=1)
    with _channel(bench, new_id(), bench.address, hour) as right:
        right.needed()
        with _channel(bench, name, address, hour) as said:
            return str(said.status)


def _without_tls(bench: Bench) -> str:
    plain = urlsplit(bench.address)._replace(scheme="http").geturl()
    return _asked(bench, new_id(), plain)


def _long_id(bench: Bench) -> str:
    return _asked(bench, "x" * (_LONGEST_ID + 1), bench.address)


def _same_id(bench: Bench) -> str:
    name = new_id()
    with _channel(bench, name, bench.address, timedelta(hours=1)) as made:
        made.needed()
        return _asked(bench, name, bench.address)


def _stopped(bench: Bench) -> str:
    name = new_id()
    made = _watched(bench, name, bench.address, timedelta(hours=1))
    made.needed()
    said = _stop(bench, name, made)
    return f"{said.status}, the id again {_asked(bench, name, bench.address)}"


def _lives(bench: Bench) -> str:
    with _channel(bench, new_id(), bench.address, _VERY_LONG) as made:
        until = datetime.fromtimestamp(int(made.needed()["expiration"]) // 1000, UTC)
    days = (until - bench.site.clock.now() + timedelta(hours=12)) // timedelta(days=1)
    return f"{days} days"


CHECKS: Final = (
    Check("A7.1", "Nothing is sent without TLS.", _without_tls, ("400",), Needs.ADDRESS),
    Check("A7.2", "A channel's id has 64 letters.", _long_id, ("400",), Needs.ADDRESS),
    Check("A7.3", "It is used once only.", _same_id, ("400",), Needs.ADDRESS),
    Check(
        "A7.4",
        "A channel can be stopped; its id stays used.",
        _stopped,
        ("204, the id again 400",),
        Needs.ADDRESS,
    ),
    Check(
        "A7.5",
        "A channel that is to live very long lives for a week, or for thirty days.",
        _lives,
        ("7 days", "30 days"),
        Needs.ADDRESS,
    ),
)
