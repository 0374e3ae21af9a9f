"""What holds for every kind of token: who gets one, who may see them, how they are closed."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from server.domain.api_access import ApiToken
from server.domain.errors import NotAllowed, NotFound
from server.domain.feeds import FeedToken
from server.domain.ids import CredentialId, UserName
from server.domain.practice import User
from server.usecases.context import Context
from server.usecases.ports import UnitOfWork
from server.usecases.ports.tokens import Tokens

T = TypeVar("T", ApiToken, FeedToken)


def holder(uow: UnitOfWork, name: UserName) -> User:
    """Return whom a secret is made for; raises NotFound, and NotAllowed for a disabled user."""
    user = uow.catalogue.user.get(name)
    if user is None:
        raise NotFound("user", name[:40])
    if user.disabled:
        raise NotAllowed(f"The user '{user.name}' is disabled.")
    return user


def all_of(uow: UnitOfWork, kept: Tokens[T], user: UserName | None) -> list[T]:
    """Return one user's tokens or all, revoked ones included; raises NotFound."""
    if user is not None and user not in uow.catalogue.user:
        raise NotFound("user", user[:40])
    return list(kept.tokens(user))


def close_one(kept: Tokens[T], context: Context, number: str, what: str) -> T:
    """Close a token for good and return it; raises NotFound, which says ``what`` it is."""
    token = kept.token(CredentialId(number))
    if token is None:
        raise NotFound(what, number[:40])
    closed = replace(token, revoked_at=token.revoked_at or context.now)
    kept.save_token(closed)
    return closed


def close_all(kept: Tokens[T], context: Context, user: UserName) -> int:
    """Close every token of a user (ASVS 7.4.2); return how many were open."""
    still_open = [one for one in kept.tokens(user) if one.revoked_at is None]
    for token in still_open:
        kept.save_token(replace(token, revoked_at=context.now))
    return len(still_open)
