"""Who reads busy times from outside, and when what they read has last changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from server.domain.feeds import FeedToken
from server.domain.ids import CalendarId, CredentialId, UserName


class Feeds(Protocol):
    """Secret addresses, and the state of the calendars behind them."""

    def token(self, token: CredentialId) -> FeedToken | None: ...
    def tokens(self, user: UserName | None = None) -> Sequence[FeedToken]:
        """Return one user's tokens or all, revoked ones included, by creation."""
        ...

    def save_token(self, token: FeedToken) -> None: ...
    def touch(self, token: CredentialId, at: datetime) -> None:
        """Note that a token was used."""
        ...

    def changed_at(
        self, calendars: Iterable[CalendarId]
    ) -> Mapping[CalendarId, datetime | None]:
        """Return when each calendar last changed; None where a removal came last."""
        ...
