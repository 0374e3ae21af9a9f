"""Who reads busy times from outside, and when what they read has last changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Protocol

from server.domain.feeds import FeedToken
from server.domain.ids import CalendarId
from server.usecases.ports.tokens import Tokens


class Feeds(Tokens[FeedToken], Protocol):
    """Secret addresses, and the state of the calendars behind them."""

    def changed_at(
        self, calendars: Iterable[CalendarId]
    ) -> Mapping[CalendarId, datetime | None]:
        """Return when each calendar last changed; None where a removal came last."""
        ...
