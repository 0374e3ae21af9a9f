"""Telling the outside world what happened: signed webhooks, retries, dead letters."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from aiohttp.abc import AbstractResolver

from server.relay.addresses import AddressRules
from server.relay.lanes import Relay
from server.relay.sending import Sender
from server.usecases.ports import Clock, Database

__all__ = ["relay_due", "relay_on"]


def relay_due(
    database: Database,
    clock: Clock,
    allowed_networks: Sequence[str] = (),
    resolver: AbstractResolver | None = None,
) -> int:
    """Send all that is due and clear away what is old; return how many attempts were made.

    ``allowed_networks`` may be called although they are not public. Raises DatabaseBusy and
    DatabaseUnreachable.
    """

    async def send() -> int:
        async with Sender(AddressRules.of(allowed_networks), resolver) as sender:
            with _closing(Relay(database, clock, sender)) as relay:
                return await relay.send_due()

    return asyncio.run(send())


def relay_on(
    database: Database,
    clock: Clock,
    stopped: threading.Event,
    allowed_networks: Sequence[str] = (),
) -> None:
    """Send whatever becomes due until told to stop."""

    async def send() -> None:
        async with Sender(AddressRules.of(allowed_networks)) as sender:
            with _closing(Relay(database, clock, sender)) as relay:
                await relay.run(stopped)

    asyncio.run(send())


@contextmanager
def _closing(relay: Relay) -> Iterator[Relay]:
    try:
        yield relay
    finally:
        relay.close()
