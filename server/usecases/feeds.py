"""Secret addresses at which busy times are read: shown once, kept as a hash, revocable."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from server.domain.api_access import TokenState
from server.domain.errors import Invalid, NotAllowed, NotFound
from server.domain.feeds import FeedKind, FeedLevel, FeedToken
from server.domain.ids import CredentialId, UserName
from server.usecases import accepted_values as accepted
from server.usecases.app_passwords import hash_random, is_secret_of, random_secret
from server.usecases.context import Context
from server.usecases.ports import Database, UnitOfWork

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
    user = uow.catalogue.user.get(wanted.user)
    if user is None:
        raise NotFound("user", wanted.user[:40])
    if user.disabled:
        raise NotAllowed(f"The user '{user.name}' is disabled.")
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
    if user is not None and user not in uow.catalogue.user:
        raise NotFound("user", user[:40])
    return list(uow.feeds.tokens(user))


def revoke_feed(uow: UnitOfWork, context: Context, number: str) -> FeedToken:
    """Close an address for good and return its token; raises NotFound."""
    token = uow.feeds.token(CredentialId(number))
    if token is None:
        raise NotFound("feed", number[:40])
    closed = replace(token, revoked_at=token.revoked_at or context.now)
    uow.feeds.save_token(closed)
    return closed


def revoke_feeds(uow: UnitOfWork, context: Context, user: UserName) -> int:
    """Close every address of a user's (ASVS 7.4.2); return how many were open."""
    still_open = [one for one in uow.feeds.tokens(user) if one.revoked_at is None]
    for token in still_open:
        uow.feeds.save_token(replace(token, revoked_at=context.now))
    return len(still_open)


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
