"""What users granted to clients: codes, refresh and access tokens (RFC 6749, RFC 7636)."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import MutableMapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from tests.local_google.refusals import unauthorized
from tests.local_google.world import World

ACCESS_SECONDS = 3599
_CODE_LIFE = timedelta(minutes=10)
_UNUSED = timedelta(days=182)
_TESTING = timedelta(days=7)
_OVERLAP = timedelta(hours=1)
MOST_TOKENS = 100
"""Live refresh tokens of a user with a client; one more and the oldest dies."""


class NotGranted(Exception):
    """A refusal of the token endpoint: an error code of RFC 6749 5.2."""

    def __init__(self, error: str, description: str = "", status: int = 400) -> None:
        super().__init__(f"{error}: {description}")
        self.error = error
        self.description = description
        self.status = status


@dataclass(frozen=True)
class Client:
    """An app that users may let in."""

    id: str
    secret: str
    redirects: frozenset[str] = frozenset()
    """Where codes may be sent; empty is any address on this machine."""


@dataclass(frozen=True)
class Asked:
    """What a client asked for at the consent page."""

    client: str
    redirect: str
    scopes: frozenset[str]
    state: str = ""
    challenge: str = ""
    offline: bool = False
    prompts: bool = False
    keeps_granted: bool = False
    nonce: str = ""


@dataclass
class Code:
    """A code that waits to be exchanged, once."""

    asked: Asked
    account: str
    scopes: frozenset[str]
    made: datetime
    is_used: bool = False


@dataclass
class Refresh:
    """A refresh token."""

    token: str
    account: str
    client: str
    scopes: frozenset[str]
    made: datetime
    used: datetime
    ends: datetime | None = None


@dataclass
class Access:
    """An access token."""

    token: str
    account: str
    client: str
    scopes: frozenset[str]
    ends: datetime


T = TypeVar("T", Refresh, Access)


@dataclass(frozen=True)
class Tokens:
    """What the token endpoint gives."""

    access: Access
    refresh: str = ""
    nonce: str = ""


@dataclass
class Grants:
    """All codes and tokens."""

    clients: dict[str, Client] = field(default_factory=dict)
    codes: dict[str, Code] = field(default_factory=dict)
    refreshes: dict[str, Refresh] = field(default_factory=dict)
    accesses: dict[str, Access] = field(default_factory=dict)
    consented: dict[tuple[str, str], frozenset[str]] = field(default_factory=dict)
    """Scopes that an account granted to a client."""

    def consent(self, world: World, asked: Asked, account: str, scopes: frozenset[str]) -> str:
        """Return the code for what a user agrees to: of what is asked, as much as they do."""
        limit = world.accounts[account].consents_to
        agreed = scopes & asked.scopes
        agreed = agreed if limit is None else agreed & limit
        before = self.consented.get((account, asked.client), frozenset())
        code = f"4/{secrets.token_urlsafe(32)}"
        is_first = not before or asked.prompts
        kept = agreed | before if asked.keeps_granted else agreed
        self.consented[account, asked.client] = agreed | before
        offline = asked.offline and is_first
        known = Asked(**{**vars(asked), "offline": offline})
        self.codes[code] = Code(known, account, kept, world.clock.now())
        return code

    def exchange(self, world: World, client: Client, form: dict[str, str]) -> Tokens:
        """Exchange a code; raises NotGranted. A code used twice ends what it gave before."""
        code = self.codes.get(form.get("code", ""))
        if code is None or code.asked.client != client.id:
            raise NotGranted("invalid_grant", "Malformed auth code.")
        if code.is_used or world.clock.now() - code.made > _CODE_LIFE:
            raise NotGranted("invalid_grant", "Bad Request")
        if form.get("redirect_uri", "") != code.asked.redirect:
            raise NotGranted("redirect_uri_mismatch", "Bad Request")
        if code.asked.challenge:
            self._check_verifier(code.asked.challenge, form.get("code_verifier", ""))
        code.is_used = True
        refresh = ""
        if code.asked.offline:
            refresh = self.new_refresh(world, code.account, client.id, code.scopes).token
        access = self.new_access(world, code.account, client.id, code.scopes)
        return Tokens(access, refresh, code.asked.nonce)

    @staticmethod
    def _check_verifier(challenge: str, verifier: str) -> None:
        digest = hashlib.sha256(verifier.encode()).digest()
        if base64.urlsafe_b64encode(digest).decode().rstrip("=") != challenge:
            raise NotGranted("invalid_grant", "Invalid code verifier.")

    def refreshed(self, world: World, client: Client, form: dict[str, str]) -> Tokens:
        """Give a new access token for a refresh token; raises NotGranted."""
        held = self.refreshes.get(form.get("refresh_token", ""))
        if held is None or held.client != client.id or self._is_over(world, held):
            raise NotGranted("invalid_grant", "Token has been expired or revoked.")
        scopes = held.scopes
        if form.get("scope"):
            scopes = frozenset(form["scope"].split())
            if not scopes <= held.scopes:
                raise NotGranted("invalid_scope", "Some requested scopes cannot be granted.")
        held.used = world.clock.now()
        another = ""
        if world.unknowns.rotates_refresh_tokens and held.ends is None:
            another = self.new_refresh(world, held.account, client.id, held.scopes).token
            held.ends = world.clock.now() + _OVERLAP
        return Tokens(self.new_access(world, held.account, client.id, scopes), another)

    @staticmethod
    def _is_over(world: World, held: Refresh) -> bool:
        now = world.clock.now()
        too_old = world.knobs.consent_in_testing and now - held.made > _TESTING
        ended = held.ends is not None and now > held.ends
        return too_old or ended or now - held.used > _UNUSED

    def new_refresh(
        self, world: World, account: str, client: str, scopes: frozenset[str]
    ) -> Refresh:
        """Make a refresh token."""
        now = world.clock.now()
        token = f"1//{secrets.token_urlsafe(48)}"
        self.refreshes[token] = Refresh(token, account, client, scopes, now, now)
        same = [
            r for r in self.refreshes.values() if (r.account, r.client) == (account, client)
        ]
        for old in same[:-MOST_TOKENS]:
            del self.refreshes[old.token]
        return self.refreshes[token]

    def new_access(
        self, world: World, account: str, client: str, scopes: frozenset[str]
    ) -> Access:
        """Make an access token."""
        ends = world.clock.now() + timedelta(seconds=ACCESS_SECONDS)
        token = f"ya29.{secrets.token_urlsafe(48)}"
        self.accesses[token] = Access(token, account, client, scopes, ends)
        return self.accesses[token]

    def who(self, world: World, token: str) -> Access:
        """Return what an access token stands for; raises Refused."""
        held = self.accesses.get(token)
        if held is None or held.ends < world.clock.now():
            raise unauthorized()
        return held

    def revoke(self, token: str) -> bool:
        """End a grant by one of its tokens; say whether there was such a token."""
        held = self.refreshes.get(token) or self.accesses.get(token)
        if held is None:
            return False
        self.end(held.account, held.client)
        return True

    def end(self, account: str, client: str = "") -> None:
        """End all that an account granted to a client, or to all."""
        _drop(self.refreshes, account, client)
        _drop(self.accesses, account, client)
        for pair in list(self.consented):
            if pair[0] == account and client in {"", pair[1]}:
                del self.consented[pair]

    def narrow(self, account: str, scopes: frozenset[str]) -> None:
        """Leave only these scopes to all tokens of an account."""
        for refresh in self.refreshes.values():
            if refresh.account == account:
                refresh.scopes &= scopes
        for access in self.accesses.values():
            if access.account == account:
                access.scopes &= scopes


def _drop(table: MutableMapping[str, T], account: str, client: str) -> None:
    for name, one in list(table.items()):
        if one.account == account and client in {"", one.client}:
            del table[name]
