"""Who may use the HTTP API, and what was asked before."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from server.domain.api_access import ApiAnswer, ApiToken
from server.domain.ids import CredentialId
from server.usecases.ports.tokens import Tokens


class ApiAccess(Tokens[ApiToken], Protocol):
    """Tokens of the HTTP API, and the answers to requests that may come again."""

    def claim(self, answer: ApiAnswer) -> bool:
        """Store that a request is being answered; False where one of its key is there.

        Waits for another transaction that has claimed the same key.
        """
        ...

    def answered(self, token: CredentialId, key: str) -> ApiAnswer | None: ...
    def keep(self, answer: ApiAnswer) -> None:
        """Store what a claimed request is answered."""
        ...

    def forget_before(self, at: datetime) -> int:
        """Drop answers that were given before; return how many."""
        ...
