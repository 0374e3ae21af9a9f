"""Sealing what must not be read from a copy of the database: tokens and the links' keys.

AES-256-GCM with a key that is derived for each practice (HKDF, RFC 5869). What is sealed is
bound to its practice, its row and its purpose: moved to another row, it does not open.
Titles are sealed with AES-SIV (RFC 5297) instead, under a key of the link's own: the same title
of the same event is the same text again, so that nothing has to be opened to be compared.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from server.domain.errors import PracticeError
from server.domain.ids import GoogleLinkId, PracticeId
from server.practice_db.key_file import KEY_BYTES, Keys

_VERSION: Final = "1"
_NONCE_BYTES: Final = 12
_TITLE_KEY_BYTES: Final = 64
_TITLE_BLOCK: Final = 64
_PAD: Final = b"\x80"


class Purpose(StrEnum):
    """What a sealed text is for."""

    LINK_KEY = "link-key"
    REFRESH = "refresh"
    ACCESS = "access"
    VERIFIER = "verifier"
    ACCOUNT = "account"


class WrongKey(PracticeError):
    """What is sealed in the database does not open with the keys of the key file."""

    condition = "wrong-key"

    def __init__(self) -> None:
        super().__init__(
            "What is kept of Google does not open with this key file. Use the one it was "
            "sealed with, or connect Google anew."
        )


@dataclass(frozen=True, slots=True)
class Sealing:
    """Seals and opens for one practice."""

    keys: Keys
    practice: PracticeId

    def seal(self, text: str, row: str, purpose: Purpose) -> str:
        """Return a text sealed for one row and purpose; "" stays ""."""
        if not text:
            return ""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        name = self.keys.current
        sealed = AESGCM(self._key(name, "seal")).encrypt(
            nonce, text.encode(), self._bound_to(row, purpose)
        )
        return ".".join((_VERSION, name, base64.urlsafe_b64encode(nonce + sealed).decode()))

    def open(self, sealed: str, row: str, purpose: Purpose) -> str:
        """Return what was sealed for this row and purpose; raises WrongKey."""
        if not sealed:
            return ""
        version, _, rest = sealed.partition(".")
        name, _, content = rest.partition(".")
        if version != _VERSION or name not in self.keys.by_name:
            raise WrongKey
        try:
            raw = base64.urlsafe_b64decode(content)
            opened = AESGCM(self._key(name, "seal")).decrypt(
                raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], self._bound_to(row, purpose)
            )
        except (InvalidTag, ValueError) as error:
            raise WrongKey from error
        return opened.decode()

    def is_current(self, sealed: str) -> bool:
        """Whether a text is sealed with the key that seals now."""
        return not sealed or sealed.startswith(f"{_VERSION}.{self.keys.current}.")

    def is_account(self, subject: str, known: str) -> bool:
        """Whether a hash that an early version stored is that of this account."""
        name = known.partition(".")[0]
        if name not in self.keys.by_name:
            return False
        return hmac.compare_digest(self._account(name, subject), known)

    def _account(self, name: str, subject: str) -> str:
        digest = hmac.new(self._key(name, "account"), subject.encode(), hashlib.sha256)
        return f"{name}.{digest.hexdigest()}"

    def _key(self, name: str, use: str) -> bytes:
        info = f"praxical google {use} practice={self.practice}".encode()
        derive = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info)
        return derive.derive(self.keys.by_name[name])

    def _bound_to(self, row: str, purpose: Purpose) -> bytes:
        return f"{self.practice}/{row}/{purpose}".encode()


@dataclass(frozen=True, slots=True)
class TitleSealing:
    """Seals and opens the titles of the events that one link reads; the key is the link's."""

    link_key: bytes = field(repr=False)
    practice: PracticeId
    link: GoogleLinkId

    def seal(self, title: str, calendar: str, event: str) -> str:
        """Return a title sealed for an event of a calendar in Google; "" is sealed as well.

        Its length is that of the next 64 octets.
        """
        raw = title.encode() + _PAD
        raw += bytes(-len(raw) % _TITLE_BLOCK)
        sealed = AESSIV(self._key()).encrypt(raw, self._bound_to(calendar, event))
        return f"{_VERSION}.{base64.urlsafe_b64encode(sealed).decode()}"

    def open(self, sealed: str, calendar: str, event: str) -> str:
        """Return a title that was sealed for this event; raises WrongKey."""
        version, _, content = sealed.partition(".")
        if version != _VERSION:
            raise WrongKey
        try:
            raw = AESSIV(self._key()).decrypt(
                base64.urlsafe_b64decode(content), self._bound_to(calendar, event)
            )
            return raw.rpartition(_PAD)[0].decode()
        except (InvalidTag, ValueError) as error:
            raise WrongKey from error

    def _key(self) -> bytes:
        info = f"praxical google title practice={self.practice}".encode()
        derive = HKDF(algorithm=SHA256(), length=_TITLE_KEY_BYTES, salt=None, info=info)
        return derive.derive(self.link_key)

    def _bound_to(self, calendar: str, event: str) -> list[bytes]:
        return [
            str(self.practice).encode(),
            self.link.encode(),
            calendar.encode(),
            event.encode(),
        ]
