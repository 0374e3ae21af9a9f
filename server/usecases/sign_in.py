"""Signing in with an app password, and holding off those who guess (security, part 2)."""

from __future__ import annotations

import hmac
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from server.domain.calendars import AppPassword
from server.domain.ids import UserName
from server.domain.practice import User
from server.usecases.app_passwords import PasswordState, is_slow, state_of, verify_secret
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
class _Memory:
    """What one process remembers: which secret opened which password, and which opened none.

    Secrets are kept as a hash under a key that lives as long as the process, so that a slow
    hash is worked out once. All is forgotten when the practice's configuration changes.
    """

    revision: int = -1
    opened: dict[bytes, str] = field(default_factory=dict)
    refused: set[bytes] = field(default_factory=set)
    passwords: dict[UserName, Sequence[AppPassword]] = field(default_factory=dict)
    headers: dict[bytes, SignedIn] = field(default_factory=dict)


@dataclass(slots=True)
class Doorkeeper:
    """Checks app passwords; every one that was revoked or added since counts at once."""

    database: Database
    policy: Policy = field(default_factory=Policy)
    _key: bytes = field(default_factory=lambda: os.urandom(32))
    _memory: _Memory = field(default_factory=_Memory)
    _lock: Lock = field(default_factory=Lock)

    def sign_in(self, uow: UnitOfWork, attempt: Attempt) -> SignedIn | HeldOff | None:
        """Return who signed in, None for a wrong name or secret, HeldOff for a guesser.

        Unknown names and wrong secrets are not told apart. A secret that is wrong again and
        again, as a phone sends it, counts once and locks nobody out.
        """
        memory = self._present(uow.practice.catalogue_revision)
        mac = self._mac(attempt)
        user = uow.catalogue.user.get(UserName(attempt.login.lower()))
        active = self._active(uow, memory, user, attempt.now) if user else []
        found = self._quickly(memory, active, attempt, mac)
        if found is None and self._is_held_off(uow, attempt):
            return HeldOff(self.policy.wrong_within)
        if found is None and mac not in memory.refused:
            found = next((one for one in active if _opens_slowly(one, attempt.secret)), None)
        if user is None or found is None:
            self._note_wrong(memory, attempt, mac)
            return None
        memory.opened[mac] = found.id
        self._touch(memory, found, attempt.now)
        return SignedIn(user, found)

    def remember(self, header: str, signed_in: SignedIn) -> None:
        """Recognise a device by the header it signed in with, until something changes."""
        headers = self._memory.headers
        if len(headers) < _REMEMBERED_AT_MOST:
            headers[self._mark(header)] = signed_in

    def recognised(self, header: str, revision: int, now: datetime) -> SignedIn | None:
        """Return who signed in with this header, None where that has to be looked at again.

        ``revision`` is the present one of the practice's configuration: whatever is revoked or
        disabled raises it. Nothing is noted, so that a wrong header does no harm.
        """
        memory = self._memory
        found = memory.headers.get(self._mark(header)) if memory.revision == revision else None
        if found is None or self._is_to_touch(found.password, now):
            return None
        state = state_of(found.password, now, self.policy.unused_days)
        return found if state is PasswordState.ACTIVE else None

    def _mark(self, header: str) -> bytes:
        return hmac.digest(self._key, header.encode("utf-8", "surrogatepass"), "sha256")

    def _is_to_touch(self, password: AppPassword, now: datetime) -> bool:
        last = password.last_used_at
        return last is None or now - last >= _TOUCH_EVERY

    def _present(self, revision: int) -> _Memory:
        """Return what is remembered, nothing if the configuration has changed since."""
        with self._lock:
            memory = self._memory
            full = len(memory.opened) + len(memory.refused) > _REMEMBERED_AT_MOST
            if memory.revision != revision or full:
                self._memory = memory = _Memory(revision)
            return memory

    def _mac(self, attempt: Attempt) -> bytes:
        text = f"{attempt.login}\0{attempt.secret}".encode("utf-8", "surrogatepass")
        return hmac.digest(self._key, text, "sha256")

    def _active(
        self, uow: UnitOfWork, memory: _Memory, user: User, now: datetime
    ) -> list[AppPassword]:
        if user.disabled:
            return []
        if user.name not in memory.passwords:
            memory.passwords[user.name] = uow.people.app_passwords(user.name)
        return [
            one
            for one in memory.passwords[user.name]
            if state_of(one, now, self.policy.unused_days) is PasswordState.ACTIVE
        ]

    def _quickly(
        self, memory: _Memory, active: Sequence[AppPassword], attempt: Attempt, mac: bytes
    ) -> AppPassword | None:
        """Return the password that this secret opened before, or a random one that it opens."""
        known = memory.opened.get(mac)
        if known is not None:
            return next((one for one in active if one.id == known), None)
        random = (one for one in active if not is_slow(one))
        return next((one for one in random if verify_secret(one, attempt.secret)), None)

    def _is_held_off(self, uow: UnitOfWork, attempt: Attempt) -> bool:
        since = attempt.now - self.policy.wrong_within
        tried = uow.people.wrong_secrets(attempt.login, attempt.network, since)
        return tried >= self.policy.wrong_at_most

    def _note_wrong(self, memory: _Memory, attempt: Attempt, mac: bytes) -> None:
        memory.refused.add(mac)
        with self.database.writing() as uow:
            uow.people.note_wrong_secret(attempt.login, attempt.network, mac.hex(), attempt.now)

    def _touch(self, memory: _Memory, password: AppPassword, now: datetime) -> None:
        if self._is_to_touch(password, now):
            memory.passwords.pop(password.user, None)
            with self.database.writing() as uow:
                uow.people.touch(password.id, now)


def _opens_slowly(password: AppPassword, secret: str) -> bool:
    return is_slow(password) and verify_secret(password, secret)
