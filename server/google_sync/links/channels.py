"""Push channels: Google says that a calendar changed, and never what (`events.watch`).

A channel is not renewed: another one is made while the old one still lives, and the old one
stopped a little later. What it does not tell of is found by looking.
"""

from __future__ import annotations

import logging
import secrets
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from server.domain.google import GoogleCalendar, PushChannel
from server.google_sync.http.calls import (
    Busy,
    CallFailed,
    Deleted,
    Missing,
    NotSignedIn,
    QuotaExceeded,
    Refused,
    Uncertain,
    WatchWanted,
)
from server.google_sync.http.limits import spread
from server.google_sync.links.channels_heard import hash_of
from server.google_sync.links.turn import Turn

log = logging.getLogger(__name__)

LIVES: Final = timedelta(days=7)
RENEWED_AT: Final = 0.75
"""Which part of its life a channel may live before another one is made."""
OVERLAP: Final = timedelta(minutes=5)
_AGAIN_AFTER: Final = timedelta(hours=1)
_NEVER_PUSHED: Final = timedelta(days=30)
_NO_PUSH: Final = "pushNotSupportedForRequestedResource"
_ID_BYTES: Final = 24
_TOKEN_BYTES: Final = 32


def look_after_channels(turn: Turn) -> None:
    """Make the channels that are missing or nearly over, and stop those that were replaced.

    A calendar of which Google does not tell is read by looking; that is no failure. Raises
    what concerns the whole link: Busy, QuotaExceeded, NotSignedIn, Uncertain, LeaseLost.
    """
    address = turn.office.terms.push_address
    now = turn.office.clock.now()
    with turn.office.database.reading() as uow:
        calendars = uow.google.calendars.of_link(turn.link)
        channels = uow.google.calendars.channels(turn.link)
    for calendar in calendars if address else ():
        own = [one for one in channels if one.calendar == calendar.id and not one.closing]
        if _is_wanted(calendar, own, now):
            _watch(turn, calendar, own, address)
    wanted = {calendar.id for calendar in calendars} if address else set()
    for channel in channels:
        is_over = channel.expires_at <= now or channel.calendar not in wanted
        if is_over or (channel.closing and channel.renew_at <= now):
            stop_channel(turn, channel)


def stop_channel(turn: Turn, channel: PushChannel) -> None:
    """Stop a channel and forget it; what it still delivers is answered 404."""
    try:
        turn.calls.stop_channel(channel.id, channel.resource)
    except (Missing, Deleted, Refused):
        log.debug("stopping link=%s: it was gone", turn.link)
    with turn.office.database.writing() as uow:
        turn.own(uow)
        uow.google.calendars.remove_channel(channel.link, channel.id)


def _is_wanted(calendar: GoogleCalendar, own: list[PushChannel], now: datetime) -> bool:
    if calendar.watch_at is not None and calendar.watch_at > now:
        return False
    return not any(one.renew_at > now and one.expires_at > now for one in own)


def _watch(turn: Turn, calendar: GoogleCalendar, old: list[PushChannel], address: str) -> None:
    """Make a channel; where Google makes none, the old one stays in force."""
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    name = secrets.token_urlsafe(_ID_BYTES)
    wanted = WatchWanted(calendar.id, name, token, address, LIVES)
    try:
        made = turn.calls.watch(wanted)
    except (Busy, QuotaExceeded, NotSignedIn, Uncertain):
        raise
    except CallFailed as failure:
        _put_off(turn, calendar, failure)
        return
    now = turn.office.clock.now()
    lives = (made.expires_at - now) * RENEWED_AT
    channel = PushChannel(
        turn.link,
        name,
        calendar.id,
        made.resource,
        hash_of(token),
        made.expires_at,
        now + min(spread(lives, secrets.randbelow(1000) / 1000, 0.1), made.expires_at - now),
        # Its first message may have come already, before anybody here knew of it.
        heard_at=now,
    )
    if not any(one.expires_at > now for one in old):
        turn.calls.asked.unwatched.add(calendar.id)
    with turn.office.database.writing() as uow:
        turn.own(uow)
        uow.google.calendars.save_channel(channel)
        for one in old:
            closing = replace(one, closing=True, renew_at=now + OVERLAP)
            uow.google.calendars.save_channel(closing)


def _put_off(turn: Turn, calendar: GoogleCalendar, failure: CallFailed) -> None:
    """Ask for no channel for a while; one that cannot be seen any more is looked at soon."""
    now = turn.office.clock.now()
    pause = _NEVER_PUSHED if failure.reason.startswith(_NO_PUSH) else _AGAIN_AFTER
    log.info("no channel link=%s reason=%s", turn.link, failure)
    with turn.office.database.writing() as uow:
        turn.own(uow)
        known = uow.google.calendars.get(turn.link, calendar.id)
        if known is not None:
            uow.google.calendars.save(replace(known, watch_at=now + pause))
            for one in uow.google.calendars.channels(turn.link):
                if one.calendar == calendar.id and not one.closing:
                    later = replace(one, renew_at=max(one.renew_at, now + pause))
                    uow.google.calendars.save_channel(later)
        if isinstance(failure, Missing):
            uow.google.calendars.hurry(turn.link, calendar.id, now)
