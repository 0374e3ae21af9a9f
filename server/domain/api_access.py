"""Who may use the HTTP API, for what, and what a repeated request was answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from server.domain.ids import CredentialId, UserName


class ApiScope(StrEnum):
    """What a token is good for; what its user may not do, it may not do either."""

    CALENDAR_READ = "calendar:read"
    CALENDAR_WRITE = "calendar:write"
    CLIENTS_NAMES = "clients:names"
    CATALOGUE_READ = "catalogue:read"
    CATALOGUE_WRITE = "catalogue:write"
    BILLING_READ = "billing:read"
    BILLING_WRITE = "billing:write"
    PAYMENTS_WRITE = "payments:write"
    NOTES_WRITE = "notes:write"
    LEDGER_READ = "ledger:read"
    WEBHOOKS_WRITE = "webhooks:write"
    GOOGLE_WRITE = "google:write"
    METRICS_READ = "metrics:read"


class TokenState(StrEnum):
    """Whether a token opens the door."""

    ACTIVE = "active"
    EXPIRED = "expired"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class ApiToken:
    """One program of one user; only a hash of its secret is kept. Instants are UTC."""

    id: CredentialId
    user: UserName
    label: str
    secret_hash: str
    scopes: frozenset[ApiScope]
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None

    def state(self, now: datetime) -> TokenState:
        """Return whether the token is active, past its last day, or revoked."""
        if self.revoked_at is not None:
            return TokenState.REVOKED
        return TokenState.EXPIRED if now >= self.expires_at else TokenState.ACTIVE


@dataclass(frozen=True, slots=True)
class ApiAnswer:
    """What was answered to a request that names itself by a key; status 0 until then.

    ``fingerprint`` is a hash of method, path and body, ``body`` the answer's JSON.
    """

    token: CredentialId
    key: str
    fingerprint: str
    at: datetime
    status: int = 0
    location: str = ""
    body: str = ""
