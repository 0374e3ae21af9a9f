"""Links by which a booking is managed: shown once, kept as a hash, good for one thing."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Final, NamedTuple

from server.domain.bookings import Booking, BookingLink, LinkPurpose
from server.usecases.ports import UnitOfWork

_BYTES: Final = 24
"""192 bits of chance: a fast hash is enough for them (ASVS 6.5.2)."""
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{32}")


class OpenLink(NamedTuple):
    """A link that may be used now: for what, and of which booking."""

    purpose: LinkPurpose
    booking: Booking


def mint(uow: UnitOfWork, booking: Booking, purpose: LinkPurpose, expires_at: datetime) -> str:
    """Store a new link, good until then (UTC); return its token, which is not kept."""
    token = secrets.token_urlsafe(_BYTES)
    uow.bookings.add_link(BookingLink(_hash_of(token), booking.id, purpose, expires_at))
    return token


def opened(uow: UnitOfWork, token: str, purpose: LinkPurpose, now: datetime) -> Booking | None:
    """Return the booking that a token may be used on for this now (UTC), else None.

    Unknown, expired and used ones, and those for something else, are not told apart.
    """
    found = look_up(uow, token, [purpose], now)
    return found.booking if found else None


def look_up(
    uow: UnitOfWork, token: str, purposes: Iterable[LinkPurpose], now: datetime
) -> OpenLink | None:
    """Return what a token may be used for now, if it is one of these purposes, else None."""
    if not _TOKEN.fullmatch(token):
        return None
    link = uow.bookings.link(_hash_of(token))
    if link is None or link.purpose not in purposes or not link.opens(link.purpose, now):
        return None
    booking = uow.bookings.get(link.booking)
    return OpenLink(link.purpose, booking) if booking else None


def spend(uow: UnitOfWork, token: str, now: datetime) -> bool:
    """Use a link up; False if somebody else has just done so."""
    return uow.bookings.use_link(_hash_of(token), now)


def _hash_of(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
