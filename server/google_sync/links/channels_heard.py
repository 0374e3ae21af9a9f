"""What Google says through a push channel: that something changed, never what.

Nothing is asked of Google here, so that an answer is there at once, whatever Google does.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from server.domain.google import GoogleCalendar, PushChannel
from server.usecases.ports import Database

COALESCED: Final = timedelta(seconds=2)
"""So long after a message its calendar is read: many messages make one read."""
_HEARD_EVERY: Final = timedelta(seconds=60)
_CONFIRMS: Final = "sync"
# What is compared where there is no such channel: an unknown one takes as long as a wrong one.
_NOBODYS: Final = hashlib.sha256(b"").hexdigest()


@dataclass(frozen=True, slots=True)
class PushMessage:
    """One message: of which channel, and that it comes from who made the channel."""

    channel: str
    token: str = field(repr=False)
    resource: str
    state: str


def heard(database: Database, now: datetime, message: PushMessage) -> bool:
    """Note what Google says; False for a channel that is not ours.

    Thousands of messages in a second cost one write. The first of a channel only confirms it.
    """
    with database.reading() as uow:
        channel = uow.google.calendars.channel(message.channel)
        calendar = uow.google.calendars.get(channel.link, channel.calendar) if channel else None
    is_right = hmac.compare_digest(
        hash_of(message.token), channel.token_hash if channel else _NOBODYS
    )
    if channel is None or not is_right or message.resource != channel.resource:
        return False
    at = now + COALESCED
    changes = message.state != _CONFIRMS and not _is_due(calendar, at)
    if changes or _is_news(channel, now):
        with database.writing() as uow:
            if changes:
                uow.google.calendars.hurry(channel.link, channel.calendar, at)
            uow.google.calendars.hear_channel(channel.link, channel.id, now)
    return True


def hash_of(token: str) -> str:
    """Return what is kept of a channel's token: it is random, so a fast hash is enough."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def is_healthy(channel: PushChannel, now: datetime) -> bool:
    """Whether a channel is relied on: it lives, and has not kept silent on a change."""
    return not channel.closing and not channel.silent and channel.expires_at > now


def _is_due(calendar: GoogleCalendar | None, at: datetime) -> bool:
    return calendar is None or calendar.poll_at is None or calendar.poll_at <= at


def _is_news(channel: PushChannel, now: datetime) -> bool:
    """Whether it matters that a channel was heard: it was silent, or not heard for a while."""
    last = channel.heard_at
    return channel.silent or last is None or now - last >= _HEARD_EVERY
