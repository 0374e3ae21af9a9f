"""Secret addresses at which a practitioner's busy times can be read, and what they tell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from server.domain.api_access import TokenState
from server.domain.ids import CredentialId, UserName

UNUSED_AT_MOST: Final = timedelta(days=60)
"""An address that nobody asks for so long is closed."""


class FeedKind(StrEnum):
    """In which form the times are read."""

    FREE_BUSY = "freebusy"
    FEED = "feed"


class FeedLevel(StrEnum):
    """What a feed calls an appointment; a name can never be chosen."""

    BUSY = "busy"
    ID = "id"
    INITIALS = "initials"


@dataclass(frozen=True, slots=True)
class FeedToken:
    """One reader of one practitioner's busy times; only a hash of its secret is kept.

    Instants are UTC.
    """

    id: CredentialId
    user: UserName
    kind: FeedKind
    level: FeedLevel
    label: str
    secret_hash: str
    created_at: datetime
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None

    def state(self, now: datetime) -> TokenState:
        """Return whether the address is open, closed for want of use, or revoked."""
        if self.revoked_at is not None:
            return TokenState.REVOKED
        unused = now - (self.last_used_at or self.created_at)
        return TokenState.EXPIRED if unused > UNUSED_AT_MOST else TokenState.ACTIVE
