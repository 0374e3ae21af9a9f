"""One writer per link: taking a link over, keeping it while it is worked for, letting it go."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from server.domain.ids import GoogleLinkId
from server.google_sync.links.syncing import Lease, LeaseLost
from server.usecases.ports import Clock, Database

LASTS: Final = timedelta(seconds=180)
"""Longer than any single request takes: who does not answer for so long is gone."""
_KEPT_FROM: Final = timedelta(seconds=60)


def new_holder() -> str:
    """Return a name that no other writer has."""
    return secrets.token_hex(8)


@dataclass(slots=True)
class Held:
    """A link that is held; ``until`` is when it is anybody's again (UTC)."""

    database: Database
    clock: Clock
    link: GoogleLinkId
    lease: Lease
    until: datetime

    def keep(self) -> None:
        """Hold the link for longer if that is due; raises LeaseLost."""
        now = self.clock.now()
        if self.until - now > LASTS - _KEPT_FROM:
            return
        with self.database.writing() as uow:
            fence = uow.google.links.take(self.link, self.lease.holder, now, now + LASTS)
        if fence != self.lease.fence:
            raise LeaseLost
        self.until = now + LASTS


@contextmanager
def holding(
    database: Database, clock: Clock, link: GoogleLinkId, holder: str
) -> Iterator[Held | None]:
    """Hold a link for as long as the block runs; None where somebody else does."""
    now = clock.now()
    with database.writing() as uow:
        fence = uow.google.links.take(link, holder, now, now + LASTS)
    if fence is None:
        yield None
        return
    try:
        yield Held(database, clock, link, Lease(holder, fence), now + LASTS)
    finally:
        with database.writing() as uow:
            uow.google.links.let_go(link, holder)
