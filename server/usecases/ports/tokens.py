"""Tokens: secrets that were given out, each kept as a hash."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from server.domain.ids import CredentialId, UserName

T = TypeVar("T")


class Tokens(Protocol[T]):
    """Tokens of one kind, revoked ones included."""

    def token(self, token: CredentialId) -> T | None: ...
    def tokens(self, user: UserName | None = None) -> Sequence[T]:
        """Return one user's tokens or all, by creation."""
        ...

    def save_token(self, token: T) -> None: ...
    def touch(self, token: CredentialId, at: datetime) -> None:
        """Note that a token was used."""
        ...
