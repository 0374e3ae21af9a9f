"""Secret addresses at which busy times are read: shown once, kept as a hash, revocable."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from server.domain.api_access import TokenState
from server.domain.errors import Invalid
from server.domain.feeds import FeedKind, FeedLevel, FeedToken
from server.domain.ids import CredentialId, UserName
from server.usecases import accepted_values as accepted
from server.usecases.app_passwords import hash_random, is_secret_of, random_secret
from server.usecases.context import Context
from server.usecases.ports import Database, UnitOfWork
from server.usecases.tokens import all_of, close_all, close_one, holder

_TOKEN: Final = re.compile(r"([0-9a-f]{10})-([a-z2-7]{28})")
_TOUCH_EVERY: Final = timedelta(hours=1)
# What is compared where there is no such token: a wrong address takes as long as a right one.
_NOBODYS: Final = hash_random("")


@dataclass(frozen=True, slots=True)
class FeedRequest:
    """Whose times a new address shall tell, in which form, and what they are called there."""

    user: UserName
    label: str
    kind: FeedKind = FeedKind.FEED
    level: FeedLevel = FeedLevel.BUSY


def new_feed(uow: UnitOfWork, context: Context, wanted: FeedRequest) -> tuple[FeedToken, str]:
    """Store a new token; return it and its text, which is not kept.

    Raises NotFound for an unknown user, NotAllowed for a disabled one, Invalid for one without
    appointments and for a level that the form cannot show.
    """
    user = holder(uow, wanted.user)
    if not user.discipline:
        raise Invalid("user", f"'{user.name}' is no practitioner")
    if wanted.kind is FeedKind.FREE_BUSY and wanted.level is not FeedLevel.BUSY:
        raise Invalid("level", "free/busy tells no more than when somebody is busy")
    secret = random_secret().replace("-", "")
    token = FeedToken(
        CredentialId(secrets.token_hex(5)),
        user.name,
        wanted.kind,
        wanted.level,
        accepted.required_text("label", wanted.label, 60),
        hash_random(secret),
        context.now,
    )
    uow.feeds.save_token(token)
    return token, f"{token.id}-{secret}"


def path_of(kind: FeedKind, text: str) -> str:
    """Return the path, below the root of the server, at which a token's times are read."""
    match kind:
        case FeedKind.FREE_BUSY:
            return f"/freebusy/{text}.ifb"
        case FeedKind.FEED:
            return f"/feeds/{text}.ics"


def all_feeds(uow: UnitOfWork, user: UserName | None = None) -> list[FeedToken]:
    """Return one user's tokens or all, revoked ones included; raises NotFound."""
    return all_of(uow, uow.feeds, user)


def revoke_feed(uow: UnitOfWork, context: Context, number: str) -> FeedToken:
    """Close an address for good and return its token; raises NotFound."""
    return close_one(uow.feeds, context, number, "feed")


def revoke_feeds(uow: UnitOfWork, context: Context, user: UserName) -> int:
    """Close every address of a user's (ASVS 7.4.2); return how many were open."""
    return close_all(uow.feeds, context, user)


def opened_by(uow: UnitOfWork, text: str, kind: FeedKind, now: datetime) -> FeedToken | None:
    """Return the token of an address of this kind, None for one that opens nothing.

    Unknown, wrong, revoked and unused ones are not told apart.
    """
    match = _TOKEN.fullmatch(text)
    token = uow.feeds.token(CredentialId(match[1])) if match else None
    right = is_secret_of(token.secret_hash if token else _NOBODYS, match[2] if match else "-")
    if token is None or not right:
        return None
    user = uow.catalogue.user.get(token.user)
    is_open = token.kind is kind and token.state(now) is TokenState.ACTIVE
    return token if is_open and user and not user.disabled else None


def note_use(database: Database, token: FeedToken, now: datetime) -> None:
    """Remember that somebody read it, once an hour."""
    if token.last_used_at is None or now - token.last_used_at >= _TOUCH_EVERY:
        with database.writing() as uow:
            uow.feeds.touch(token.id, now)
