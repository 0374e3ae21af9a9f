"""What lists of tokens have in common, whatever the tokens are for; never the secrets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar
from zoneinfo import ZoneInfo

from server.cli.output import Cell, moment, show_json, show_table
from server.domain.api_access import ApiToken, TokenState
from server.domain.feeds import FeedToken

T = TypeVar("T", ApiToken, FeedToken)


@dataclass(frozen=True)
class Listing(Generic[T]):
    """How tokens of one kind are shown: the columns and cells of their own, and as JSON."""

    columns: Sequence[str]
    cells: Callable[[T, ZoneInfo], Sequence[Cell]]
    used: str
    nothing: str
    as_json: Callable[[T, datetime], dict[str, object]]

    def show(
        self, tokens: Iterable[T], now: datetime, zone: ZoneInfo, *, as_json: bool
    ) -> None:
        """Write tokens as a table, or as JSON; with when they were last used."""
        if as_json:
            show_json([self.as_json(token, now) for token in tokens])
            return
        columns = ("ID", "USER", "FOR", *self.columns, self.used, "STATE")
        show_table(columns, [self._row(one, now, zone) for one in tokens], self.nothing)

    def _row(self, token: T, now: datetime, zone: ZoneInfo) -> Sequence[Cell]:
        return (
            token.id,
            token.user,
            token.label,
            *self.cells(token, zone),
            moment(token.last_used_at, zone) or "never",
            token.state(now),
        )


def open_ones(tokens: Iterable[T], now: datetime, *, closed_too: bool) -> list[T]:
    """Return the tokens that open something, or all."""
    return [one for one in tokens if closed_too or one.state(now) is TokenState.ACTIVE]


def token_json(token: ApiToken | FeedToken, now: datetime, **own: object) -> dict[str, object]:
    """Return a token for programs, with fields of its own; times are RFC 3339, UTC."""
    used = token.last_used_at
    return {
        "id": token.id,
        "user": token.user,
        "label": token.label,
        **own,
        "created": token.created_at.isoformat(),
        "last_used": used.isoformat() if used else None,
        "state": token.state(now),
    }
