"""The app passwords of the demo practice's people."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from functools import cached_property

from server.domain.calendars import AppPassword
from server.domain.ids import CredentialId, UserName
from server.usecases.app_passwords import (
    PasswordRequest,
    PasswordState,
    hash_chosen,
    new_app_password,
    revoke,
    state_of,
    verify_secret,
)
from server.usecases.context import Context
from server.usecases.demo.people import USERS
from server.usecases.ports import UnitOfWork

LABEL = "demo"
"""What the app passwords are for that the demo gives out itself; others are left alone."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Which passwords are wanted: one chosen for all, or new random ones; else those there are.

    ``unused_days`` is after how many days without use a password expires.
    """

    unused_days: int
    chosen: str | None = None
    renew: bool = False


@dataclass(frozen=True, slots=True)
class Login:
    """How somebody signs in; ``secret`` only where it was just made, to be shown once.

    ``works`` is False for users who were disabled.
    """

    user: UserName
    secret: str | None
    works: bool = True


def give_logins(uow: UnitOfWork, context: Context, wish: Wish) -> list[Login]:
    """Return how everybody signs in, with new app passwords where they are wanted or missing.

    A chosen password may be short: it opens nothing but an invented practice.
    """
    chosen = _Chosen(wish.chosen) if wish.chosen is not None else None
    return [_login(uow, context, user.name, (wish, chosen)) for user in USERS]


class _Chosen:
    """One password for everybody: hashed slowly, so once and not for each of them."""

    def __init__(self, secret: str) -> None:
        self._secret = secret
        self._known: dict[str, bool] = {}

    @cached_property
    def hashed(self) -> str:
        """The hash to store."""
        return hash_chosen(self._secret)

    def opens(self, password: AppPassword) -> bool:
        """Whether a password is the chosen one."""
        if password.secret_hash not in self._known:
            self._known[password.secret_hash] = verify_secret(password, self._secret)
        return self._known[password.secret_hash]


def _login(
    uow: UnitOfWork, context: Context, name: UserName, wanted: tuple[Wish, _Chosen | None]
) -> Login:
    wish, chosen = wanted
    user = uow.catalogue.user.get(name)
    if user is None or user.disabled:
        return Login(name, None, works=False)
    held = [one for one in uow.people.app_passwords(name) if one.label == LABEL]
    valid = [one for one in held if _is_active(one, context, wish)]
    if chosen is not None:
        kept = [one for one in valid if chosen.opens(one)]
        _revoke(uow, context, [one for one in held if one not in kept])
        if not kept:
            _store(uow, context, name, chosen.hashed)
        return Login(name, None)
    if valid and not wish.renew:
        return Login(name, None)
    _revoke(uow, context, held)
    _, secret = new_app_password(uow, context, PasswordRequest(name, LABEL))
    return Login(name, secret)


def _is_active(password: AppPassword, context: Context, wish: Wish) -> bool:
    return state_of(password, context.now, wish.unused_days) is PasswordState.ACTIVE


def _revoke(uow: UnitOfWork, context: Context, passwords: list[AppPassword]) -> None:
    for password in passwords:
        if password.revoked_at is None:
            revoke(uow, context, password.id)


def _store(uow: UnitOfWork, context: Context, name: UserName, hashed: str) -> None:
    number = CredentialId(secrets.token_hex(5))
    uow.people.save_app_password(AppPassword(number, name, LABEL, hashed, context.now))
