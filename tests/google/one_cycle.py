"""One cycle of one link as a process of its own, to be killed: see test_crashes."""

from __future__ import annotations

import json
import sys
from datetime import datetime

from server.google_sync.http.requests import requests_for
from server.google_sync.http.transport import Connection, GoogleCalls
from server.google_sync.http.wire import Patience, Wire
from server.google_sync.links.syncing import Lease, Syncing
from server.google_sync.worker.cycle import cycle
from server.practice_db.database import open_database
from tests.databases import SLUG
from tests.google.house import KEY, LINK, Tokens


class Stopped:
    """The time of the practice under test."""

    def __init__(self, at: str) -> None:
        self._at = datetime.fromisoformat(at)

    def now(self) -> datetime:
        return self._at


def main() -> None:
    """Run one cycle as the first argument says (JSON)."""
    said = json.loads(sys.argv[1])
    clock = Stopped(said["now"])
    database = open_database(said["database"], SLUG)
    with Wire(2, Patience(5, 60, 90)) as wire:
        connection = Connection(requests_for(said["google"]), wire, clock)
        calls = GoogleCalls(connection, Tokens(said["token"]))
        lease = Lease(said["holder"], said["fence"])
        cycle(Syncing(database, calls, clock, LINK, lease, KEY))
    database.close()


if __name__ == "__main__":
    main()
