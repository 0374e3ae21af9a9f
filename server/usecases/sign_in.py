"""Signing in with an app password, and holding off those who guess (security, part 2)."""

from __future__ import annotations

import hmac
import os
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from threading import Lock

from server.domain.calendars import AppPassword
from server.domain.ids import UserName
from server.domain.practice import User
from server.usecases.app_passwords import PasswordState, state_of, verify_secret
from server.usecases.ports import Database, UnitOfWork

_TOUCH_EVERY = timedelta(hours=1)
_REMEMBERED_AT_MOST = 4096


@dataclass(frozen=True, slots=True)
class Policy:
    """Days after which an unused password expires; distinct wrong ones in how long a time."""

    unused_days: int = 90
    wrong_at_most: int = 20
    wrong_within: timedelta = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt: the name and secret given, the network it came from, the instant (UTC)."""

    login: str
    secret: str
    network: str
    now: datetime


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who signed in, and with which device."""

    user: User
    password: AppPassword


@dataclass(frozen=True, slots=True)
class HeldOff:
    """Too many different secrets were tried; when to try again."""

    retry_after: timedelta


@dataclass(slots=True)
class Doorkeeper:
    """Checks app passwords; remembers in this process which secret opened which one.

    Secrets are remembered as a hash under a key that lives as long as the process, so that a
    slow hash is worked out once; whether the password still counts is read anew every time.
    """

    database: Database
    policy: Policy = Policy()
    _key: bytes = field(default_factory=lambda: os.urandom(32))
    _opened: dict[bytes, str] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def sign_in(self, uow: UnitOfWork, attempt: Attempt) -> SignedIn | HeldOff | None:
        """Return who signed in, None for a wrong name or secret, HeldOff for a guesser.

        Unknown names and wrong secrets are not told apart. A secret that is wrong again and
        again, as a phone sends it, counts once and locks nobody out.
        """
        mac = self._mac(attempt)
        found = self._find(uow, attempt, mac)
        if found is None:
            if self._is_held_off(uow, attempt):
                return HeldOff(self.policy.wrong_within)
            self._note_wrong(attempt, mac)
            return None
        self._touch(found.password, attempt.now)
        return found

    def _mac(self, attempt: Attempt) -> bytes:
        text = f"{attempt.login}\0{attempt.secret}".encode()
        return hmac.new(self._key, text, sha256).digest()

    def _find(self, uow: UnitOfWork, attempt: Attempt, mac: bytes) -> SignedIn | None:
        user = uow.catalogue.user.get(UserName(attempt.login.lower()))
        known = self._opened.get(mac)
        if user is None or user.disabled:
            return None
        for password in uow.people.app_passwords(user.name):
            if not self._counts(password, attempt.now):
                continue
            if password.id == known or verify_secret(password, attempt.secret):
                self._remember(mac, password.id)
                return SignedIn(user, password)
        return None

    def _counts(self, password: AppPassword, now: datetime) -> bool:
        return state_of(password, now, self.policy.unused_days) is PasswordState.ACTIVE

    def _remember(self, mac: bytes, credential: str) -> None:
        if mac in self._opened:
            return
        with self._lock:
            if len(self._opened) >= _REMEMBERED_AT_MOST:
                self._opened.clear()
            self._opened[mac] = credential

    def _is_held_off(self, uow: UnitOfWork, attempt: Attempt) -> bool:
        since = attempt.now - self.policy.wrong_within
        tried = uow.people.wrong_secrets(attempt.login, attempt.network, since)
        return tried >= self.policy.wrong_at_most

    def _note_wrong(self, attempt: Attempt, mac: bytes) -> None:
        with self.database.writing() as uow:
            uow.people.note_wrong_secret(attempt.login, attempt.network, mac.hex(), attempt.now)

    def _touch(self, password: AppPassword, now: datetime) -> None:
        last = password.last_used_at
        if last is None or now - last >= _TOUCH_EVERY:
            with self.database.writing() as uow:
                uow.people.touch(password.id, now)
