"""App passwords: one per device of a user, shown once, kept as a hash, revocable."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from server.domain.calendars import AppPassword
from server.domain.errors import Invalid, NotFound
from server.domain.ids import CredentialId, UserName
from server.usecases import accepted_values as accepted
from server.usecases.context import Context
from server.usecases.ports import UnitOfWork
from server.usecases.tokens import holder

CHOSEN_AT_LEAST = 12
CHOSEN_AT_MOST = 256
_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
_LENGTH = 28  # of 5 bits each: 140 bits, more than the 128 asked for
_GROUP = 4
_SALT_BYTES = 16
# A random secret of 140 bits cannot be guessed, so a fast hash does (ASVS 6.5.2); one that a
# person chose is hashed slowly: 32 MiB and about a tenth of a second.
_SCRYPT = (2**15, 8, 3)
_SCRYPT_MEMORY = 64 * 1024 * 1024


class PasswordState(StrEnum):
    """Whether an app password opens the door."""

    ACTIVE = "active"
    EXPIRED = "expired"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class PasswordRequest:
    """What a new app password shall be; ``chosen`` None asks for a random secret."""

    user: UserName
    label: str
    read_only: bool = False
    chosen: str | None = None


def new_app_password(
    uow: UnitOfWork, context: Context, wanted: PasswordRequest
) -> tuple[AppPassword, str]:
    """Store a new app password; return it and the secret, which is not kept.

    Raises NotFound for an unknown user, NotAllowed for a disabled one, Invalid if it is weak.
    """
    user = holder(uow, wanted.user)
    label = accepted.required_text("label", wanted.label, 60)
    if wanted.chosen is None:
        secret = random_secret()
        secret_hash = hash_random(secret)
    else:
        secret = _accepted_choice(wanted.chosen, user.name)
        secret_hash = hash_chosen(secret)
    password = AppPassword(
        _new_id(uow), user.name, label, secret_hash, context.now, wanted.read_only
    )
    uow.people.save_app_password(password)
    return password, secret


def all_app_passwords(uow: UnitOfWork, user: UserName | None = None) -> list[AppPassword]:
    """Return one user's app passwords or all, revoked ones included; raises NotFound."""
    if user is not None and user not in uow.catalogue.user:
        raise NotFound("user", user[:40])
    names = sorted(uow.catalogue.user) if user is None else [user]
    return [password for name in names for password in uow.people.app_passwords(name)]


def revoke(uow: UnitOfWork, context: Context, credential: str) -> AppPassword:
    """Close one app password for good and return it; raises NotFound."""
    for password in all_app_passwords(uow):
        if password.id == credential:
            closed = replace(password, revoked_at=password.revoked_at or context.now)
            uow.people.save_app_password(closed)
            return closed
    raise NotFound("app password", credential[:40])


def revoke_all(uow: UnitOfWork, context: Context, user: UserName) -> int:
    """Close every app password of a user; return how many were open."""
    still_open = [
        password for password in uow.people.app_passwords(user) if password.revoked_at is None
    ]
    for password in still_open:
        uow.people.save_app_password(replace(password, revoked_at=context.now))
    return len(still_open)


def state_of(password: AppPassword, now: datetime, unused_days: int) -> PasswordState:
    """Return whether a password is active, expired for want of use, or revoked."""
    if password.revoked_at is not None:
        return PasswordState.REVOKED
    last = password.last_used_at or password.created_at
    expired = now - last > timedelta(days=unused_days)
    return PasswordState.EXPIRED if expired else PasswordState.ACTIVE


def random_secret() -> str:
    """Return a new secret of 140 random bits in groups: ``abcd-efgh-…`` (ASVS 11.5.1)."""
    letters = "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
    return "-".join(letters[start : start + _GROUP] for start in range(0, _LENGTH, _GROUP))


def hash_random(secret: str) -> str:
    """Return ``sha256$salt$digest`` of a random secret."""
    salt = os.urandom(_SALT_BYTES)
    return f"sha256${salt.hex()}${_fast(secret, salt).hex()}"


def hash_chosen(secret: str) -> str:
    """Return ``scrypt$n$r$p$salt$digest`` of a secret that a person chose."""
    salt = os.urandom(_SALT_BYTES)
    n, r, p = _SCRYPT
    return f"scrypt${n}${r}${p}${salt.hex()}${_slow(secret, salt, (n, r, p)).hex()}"


def is_slow(password: AppPassword) -> bool:
    """Whether a secret is slow to compare: a person chose it, so its hash costs much."""
    return not password.secret_hash.startswith("sha256$")


def verify_secret(password: AppPassword, secret: str) -> bool:
    """Return whether this is the secret of an app password, in constant time.

    A random one may come with or without its dashes, in any case. Says nothing of ``state_of``.
    """
    return is_secret_of(password.secret_hash, secret)


def is_secret_of(secret_hash: str, secret: str) -> bool:
    """Return whether a hash was made from this secret, in constant time."""
    match secret_hash.split("$"):
        case ["sha256", salt, digest]:
            found = _fast(secret, bytes.fromhex(salt))
        case ["scrypt", n, r, p, salt, digest]:
            found = _slow(secret, bytes.fromhex(salt), (int(n), int(r), int(p)))
        case _:
            return False
    return hmac.compare_digest(found, bytes.fromhex(digest))


def _fast(secret: str, salt: bytes) -> bytes:
    bare = secret.replace("-", "").replace(" ", "").lower()
    return hashlib.sha256(salt + bare.encode("utf-8", "surrogatepass")).digest()


def _slow(secret: str, salt: bytes, cost: tuple[int, int, int]) -> bytes:
    n, r, p = cost
    given = secret.encode("utf-8", "surrogatepass")
    return hashlib.scrypt(given, salt=salt, n=n, r=r, p=p, maxmem=_SCRYPT_MEMORY, dklen=32)


def _accepted_choice(chosen: str, user: UserName) -> str:
    if not CHOSEN_AT_LEAST <= len(chosen) <= CHOSEN_AT_MOST:
        raise Invalid(
            "password", f"it must have {CHOSEN_AT_LEAST} to {CHOSEN_AT_MOST} characters"
        )
    if len(set(chosen)) <= 2 or chosen.lower().replace(user, "") == "":  # noqa: PLR2004
        raise Invalid("password", "this one is too easy to guess")
    return chosen


def _new_id(uow: UnitOfWork) -> CredentialId:
    taken = {password.id for password in all_app_passwords(uow)}
    while (new := CredentialId(secrets.token_hex(5))) in taken:
        pass
    return new
