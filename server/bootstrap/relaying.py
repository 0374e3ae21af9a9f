"""The relay as the worker runs it: beside the minute's work, in a thread of its own."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from server.bootstrap import clock, open_practice
from server.relay import relay_due, relay_on
from server.settings import Settings
from server.usecases.ports import Database


def relay_once(settings: Settings, database: Database) -> int:
    """Send the webhooks that are due; return how many attempts were made."""
    return relay_due(database, clock(), settings.relay.allowed_networks)


@contextmanager
def relaying(settings: Settings) -> Iterator[None]:
    """Send webhooks as they become due, for as long as the block runs."""
    stopped = threading.Event()
    database = open_practice(settings)
    networks = settings.relay.allowed_networks
    thread = threading.Thread(
        target=relay_on, args=(database, clock(), stopped, networks), name="relay"
    )
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()
        database.close()
