"""Tokens of the HTTP API: one for each program, shown once, kept as a hash, revocable."""

from __future__ import annotations

import hmac
import os
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from server.domain.api_access import ApiScope, ApiToken, TokenState
from server.domain.errors import Invalid
from server.domain.ids import CredentialId, UserName
from server.domain.practice import User
from server.usecases import accepted_values as accepted
from server.usecases.app_passwords import hash_random, is_secret_of, random_secret
from server.usecases.context import Context
from server.usecases.ports import Database, UnitOfWork
from server.usecases.sign_in import HeldOff, Policy
from server.usecases.tokens import all_of, close_all, close_one, holder

DAYS_AT_MOST: Final = 3660
_TOKEN: Final = re.compile(r"praxical_([0-9a-f]{10})_([a-z2-7]{28})")
_TOUCH_EVERY: Final = timedelta(hours=1)
# No login name begins so: wrong tokens name nobody, and are counted by network alone.
_NOBODY: Final = ":api"


@dataclass(frozen=True, slots=True)
class TokenRequest:
    """What a new token shall be good for, and for how many days."""

    user: UserName
    label: str
    scopes: frozenset[ApiScope]
    days: int = 365


@dataclass(frozen=True, slots=True)
class TokenAttempt:
    """A token as a program sent it, the network it came from, the instant (UTC)."""

    text: str
    network: str
    now: datetime


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks over the HTTP API, and with which token."""

    user: User
    token: ApiToken


def new_token(uow: UnitOfWork, context: Context, wanted: TokenRequest) -> tuple[ApiToken, str]:
    """Store a new token; return it and its text, which is not kept.

    Raises NotFound for an unknown user, NotAllowed for a disabled one, Invalid.
    """
    user = holder(uow, wanted.user)
    if not wanted.scopes:
        raise Invalid("scope", "a token is good for something: give at least one")
    if not 1 <= wanted.days <= DAYS_AT_MOST:
        raise Invalid("days", f"{wanted.days}: 1 to {DAYS_AT_MOST} are possible")
    secret = random_secret().replace("-", "")
    token = ApiToken(
        CredentialId(secrets.token_hex(5)),
        user.name,
        accepted.required_text("label", wanted.label, 60),
        hash_random(secret),
        wanted.scopes,
        context.now,
        context.now + timedelta(days=wanted.days),
    )
    uow.api_access.save_token(token)
    return token, f"praxical_{token.id}_{secret}"


def scopes_named(names: Iterable[str]) -> frozenset[ApiScope]:
    """Return the scopes of these names; raises Invalid."""
    known = {scope.value: scope for scope in ApiScope}
    wanted = list(names)
    unknown = [name for name in wanted if name not in known]
    if unknown:
        raise Invalid("scope", f"'{unknown[0][:40]}' is not one of {', '.join(known)}")
    return frozenset(known[name] for name in wanted)


def all_tokens(uow: UnitOfWork, user: UserName | None = None) -> list[ApiToken]:
    """Return one user's tokens or all, revoked ones included; raises NotFound."""
    return all_of(uow, uow.api_access, user)


def revoke_token(uow: UnitOfWork, context: Context, number: str) -> ApiToken:
    """Close a token for good and return it; raises NotFound."""
    return close_one(uow.api_access, context, number, "API token")


def revoke_tokens(uow: UnitOfWork, context: Context, user: UserName) -> int:
    """Close every token of a user (ASVS 7.4.2); return how many were open."""
    return close_all(uow.api_access, context, user)


@dataclass(slots=True)
class TokenDoor:
    """Checks tokens, and holds off those who guess (security, part 2)."""

    database: Database
    policy: Policy = field(default_factory=Policy)
    _key: bytes = field(default_factory=lambda: os.urandom(32))

    def let_in(self, attempt: TokenAttempt) -> Caller | HeldOff | None:
        """Return who asks, None for a wrong token, HeldOff for a guesser.

        Whoever has a right token is let in whatever others of the same network try; one that
        is wrong again and again counts once.
        """
        with self.database.reading() as uow:
            caller = _caller(uow, attempt)
            held_off = caller is None and self._is_held_off(uow, attempt)
        if caller is not None:
            self._touch(caller.token, attempt.now)
            return caller
        if held_off:
            return HeldOff(self.policy.wrong_within)
        self._note_wrong(attempt)
        return None

    def _is_held_off(self, uow: UnitOfWork, attempt: TokenAttempt) -> bool:
        since = attempt.now - self.policy.wrong_within
        tried = uow.people.wrong_secrets(_NOBODY, attempt.network, since)
        return tried >= self.policy.wrong_at_most

    def _note_wrong(self, attempt: TokenAttempt) -> None:
        text = attempt.text.encode("utf-8", "surrogatepass")
        mac = hmac.digest(self._key, text, "sha256").hex()
        with self.database.writing() as uow:
            uow.people.note_wrong_secret(_NOBODY, attempt.network, mac, attempt.now)

    def _touch(self, token: ApiToken, now: datetime) -> None:
        if token.last_used_at is None or now - token.last_used_at >= _TOUCH_EVERY:
            with self.database.writing() as uow:
                uow.api_access.touch(token.id, now)


def _caller(uow: UnitOfWork, attempt: TokenAttempt) -> Caller | None:
    """Return whom a token lets in; unknown and wrong ones are not told apart."""
    match = _TOKEN.fullmatch(attempt.text)
    token = uow.api_access.token(CredentialId(match[1])) if match else None
    if match is None or token is None or not is_secret_of(token.secret_hash, match[2]):
        return None
    user = uow.catalogue.user.get(token.user)
    is_open = token.state(attempt.now) is TokenState.ACTIVE
    return Caller(user, token) if user and not user.disabled and is_open else None
