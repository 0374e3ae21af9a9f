"""Codes by mail that prove whose an address is: six digits, a quarter of an hour, five tries.

Nothing here looks at clients: a code goes to any address alike.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import replace
from datetime import timedelta
from typing import Final

from server.domain.bookings import EmailCode, Mail, MailKind
from server.domain.errors import Invalid
from server.domain.ids import new_ulid
from server.usecases.context import Context
from server.usecases.ports import UnitOfWork

CODE_LASTS: Final = timedelta(minutes=15)
TRIES_AT_MOST: Final = 5
_DIGITS: Final = 6


class WrongCode(Invalid):
    """The code is wrong, used up or too old; which of them is not said."""

    condition = "code"

    def __init__(self) -> None:
        super().__init__("code", "it is wrong or too old; ask for a new one")


def keyed(uow: UnitOfWork, *words: str) -> str:
    """Return a hash of words under the practice's key: without it nobody can try addresses.

    Only for a transaction that writes.
    """
    said = "\0".join(words).encode("utf-8", "surrogatepass")
    return hmac.digest(bytes.fromhex(uow.attempts.key()), said, "sha256").hex()


def send_code(uow: UnitOfWork, context: Context, email: str) -> None:
    """Note a mail with a new code, in the place of any before it."""
    code = f"{secrets.randbelow(10**_DIGITS):0{_DIGITS}}"
    address = _address(uow, email)
    uow.attempts.save_code(
        EmailCode(address, _hash_of(uow, address, code), context.now + CODE_LASTS)
    )
    uow.mails.add(
        Mail(new_ulid(context.now), MailKind.CODE, context.now, to=email, secret=code)
    )


def is_right(uow: UnitOfWork, context: Context, email: str, code: str) -> bool:
    """Whether the code holds for the address; a wrong one counts as a try.

    The caller lets one request of an address in at a time, and commits in either case.
    """
    address = _address(uow, email)
    given = _hash_of(uow, address, "".join(code.split()))
    kept = uow.attempts.code(address)
    if kept is None or kept.expires_at <= context.now or kept.tries >= TRIES_AT_MOST:
        return False
    if hmac.compare_digest(kept.code_hash, given):
        return True
    uow.attempts.save_code(replace(kept, tries=kept.tries + 1))
    return False


def spend_code(uow: UnitOfWork, email: str) -> bool:
    """Use the code of an address up; False if somebody else has just done so."""
    return uow.attempts.drop_code(_address(uow, email))


def address_key(email: str) -> str:
    """Return an address as it is compared where two must be one and the same mailbox.

    Capitals are all that is looked over, and of ASCII alone: of other letters some become
    another one, and who owns that address would prove this one.
    """
    kept = email.strip()
    return "".join(letter.lower() if letter.isascii() else letter for letter in kept)


def _address(uow: UnitOfWork, email: str) -> str:
    return keyed(uow, "address", address_key(email))


def _hash_of(uow: UnitOfWork, address: str, code: str) -> str:
    return keyed(uow, "code", address, code)
