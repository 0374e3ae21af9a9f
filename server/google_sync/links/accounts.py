"""By what a Google account is known again: a keyed hash, beside which its key is kept sealed.

The key is the practice's: all its links have the same, so that two links to one account are
known to be that. Like all that is sealed it is sealed anew when the key file gets a new key,
and the hash stays as it is. Earlier hashes were made with the key of the file itself.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from server.domain.google import GoogleLink
from server.domain.ids import GoogleLinkId
from server.practice_db.sealing import Purpose, Sealing, WrongKey
from server.usecases.ports import UnitOfWork

_OWN: Final = "="
"""How a hash begins whose key is kept beside it; no name of a key does."""
_KEY_BYTES: Final = 32


def new_account(uow: UnitOfWork, sealing: Sealing, link: GoogleLinkId, subject: str) -> str:
    """Return by what a link knows its account again, made with the practice's own key."""
    key = _key_of(uow.google.links.links(), sealing) or secrets.token_bytes(_KEY_BYTES).hex()
    sealed = sealing.seal(key, link, Purpose.ACCOUNT)
    return f"{_OWN}{_hash(key, subject)}.{sealed}"


def is_account(sealing: Sealing, link: GoogleLink, subject: str) -> bool:
    """Whether a link is to this account; False where its key cannot be opened."""
    if not link.account_hash.startswith(_OWN):
        return sealing.is_account(subject, link.account_hash)
    try:
        key = _opened(sealing, link)
    except WrongKey:
        return False
    return hmac.compare_digest(_digest(link), f"{_OWN}{_hash(key, subject)}")


def is_same_account(one: GoogleLink, other: GoogleLink) -> bool:
    """Whether two links of a practice are to one account."""
    return hmac.compare_digest(_digest(one), _digest(other))


def with_account(
    uow: UnitOfWork, sealing: Sealing, link: GoogleLink, subject: str
) -> GoogleLink:
    """Return a link that knows its account by the practice's own key, once that can be told."""
    if link.account_hash.startswith(_OWN) or not sealing.is_account(subject, link.account_hash):
        return link
    return replace(link, account_hash=new_account(uow, sealing, link.id, subject))


def resealed_account(sealing: Sealing, link: GoogleLink) -> str:
    """Return the same with its key sealed by the key that seals now; raises WrongKey."""
    digest, _, sealed = link.account_hash.partition(".")
    if not digest.startswith(_OWN) or sealing.is_current(sealed):
        return link.account_hash
    return f"{digest}.{sealing.seal(_opened(sealing, link), link.id, Purpose.ACCOUNT)}"


def keys_in_use(links: Iterable[GoogleLink]) -> frozenset[str]:
    """Return the names of the keys of the key file without which links would not work."""
    found: set[str] = set()
    for link in links:
        known, _, sealed = link.account_hash.partition(".")
        kept = [link.sealed_key, link.sealed_refresh, link.sealed_access]
        found |= {text.split(".")[1] for text in (*kept, sealed) if text.count(".") > 1}
        if not known.startswith(_OWN):
            found.add(known)
    return frozenset(found)


def _key_of(links: Iterable[GoogleLink], sealing: Sealing) -> str:
    """Return the practice's key as the first link has it that can be opened, "" for none."""
    for link in links:
        if link.account_hash.startswith(_OWN):
            try:
                return _opened(sealing, link)
            except WrongKey:
                continue
    return ""


def _opened(sealing: Sealing, link: GoogleLink) -> str:
    return sealing.open(link.account_hash.partition(".")[2], link.id, Purpose.ACCOUNT)


def _digest(link: GoogleLink) -> str:
    """Return the hash itself; an earlier one has the name of its key before it."""
    known = link.account_hash
    return known.partition(".")[0] if known.startswith(_OWN) else known


def _hash(key: str, subject: str) -> str:
    return hmac.new(bytes.fromhex(key), subject.encode(), hashlib.sha256).hexdigest()
