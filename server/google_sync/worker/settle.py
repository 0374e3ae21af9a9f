"""What a turn leaves behind: when the link is looked after next, and who is told of what."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from server.domain.calendars import Notice
from server.domain.google import GoogleCalendar, GoogleLink, LinkState, PushChannel
from server.domain.ids import new_ulid
from server.google_sync.http.calls import Busy, CallFailed, NotSignedIn, QuotaExceeded
from server.google_sync.http.limits import backoff, quota_rest, spread
from server.google_sync.http.limits_guard import OWN_LIMIT
from server.google_sync.links.channels_heard import is_healthy
from server.google_sync.links.turn import Turn
from server.practice_db.sealing import WrongKey
from server.usecases.ports import UnitOfWork

log = logging.getLogger(__name__)

QUOTA: Final = "quota"
SIGNED_OUT: Final = "signed-out"
TROUBLE: Final = "trouble"
_PASSING: Final = frozenset({QUOTA, TROUBLE, WrongKey.condition})
"""Reasons that are over when a turn went well."""
_ANNOUNCED_WITHIN: Final = timedelta(minutes=5)
_SOON: Final = timedelta(seconds=5)
_SHORTEST: Final = timedelta(seconds=1)
_RECONNECT: Final = (
    "Google does not let the practice see your calendar any more. Nothing is lost: connect the "
    "same account again."
)


@dataclass(frozen=True, slots=True)
class TurnEnd:
    """How a turn went. ``chance`` (0 to 1) spreads what comes next; ``started`` is UTC."""

    started: datetime
    chance: float
    failure: CallFailed | None = None
    more: bool = False


def settle(turn: Turn, end: TurnEnd) -> None:
    """Store what a turn left behind; raises LeaseLost and LinkGone."""
    now = turn.office.clock.now()
    asked = turn.calls.asked
    failure = asked.broken or end.failure
    with turn.office.database.writing() as uow:
        link = turn.own(uow)
        if asked.read:
            link = replace(link, read_at=now)
        if isinstance(failure, NotSignedIn):
            _sign_out(uow, link, failure, now)
            return
        poll = turn.office.terms.poll
        uow.google.links.save_link(_rested(link, failure, now, (end.chance, poll)))
        if failure is None or _is_own(failure):
            _plan_reads(turn, uow, link, end)


def _rested(
    link: GoogleLink, failure: CallFailed | None, now: datetime, by: tuple[float, timedelta]
) -> GoogleLink:
    """Return the link with the time for which it asks nothing; ``by`` are chance and poll."""
    chance, poll = by
    if failure is None:
        reason = "" if link.reason in _PASSING else link.reason
        return replace(link, failures=0, rests_until=None, reason=reason)
    asked_for = failure.retry_after if isinstance(failure, Busy) else None
    if _is_own(failure):
        return replace(link, rests_until=now + max(asked_for or _SHORTEST, _SHORTEST))
    failures = link.failures + 1
    if isinstance(failure, QuotaExceeded):
        failures = failures if link.reason == QUOTA else 1
        rest = quota_rest(failures)
        return replace(link, failures=failures, rests_until=now + rest, reason=QUOTA)
    rest = max(backoff(failures, chance) or poll, asked_for or _SHORTEST, _SHORTEST)
    log.info("google failed link=%s failures=%d reason=%s", link.id, failures, failure)
    return replace(link, failures=failures, rests_until=now + rest)


def _is_own(failure: CallFailed) -> bool:
    return isinstance(failure, Busy) and failure.reason == OWN_LIMIT


def _sign_out(uow: UnitOfWork, link: GoogleLink, failure: CallFailed, now: datetime) -> None:
    """Ask nothing more until the person has consented again, and say so once."""
    uow.google.links.save_link(
        replace(link, state=LinkState.REAUTH_REQUIRED, reason=SIGNED_OUT, failures=0)
    )
    for calendar in uow.google.calendars.of_link(link.id):
        unknown = calendar.unknown_since or calendar.read_at or now
        uow.google.calendars.save(replace(calendar, unknown_since=unknown))
    log.warning("google signed out link=%s reason=%s", link.id, failure)
    uow.notices.add(Notice(new_ulid(now), link.user, now, "google-reconnect", _RECONNECT, None))


def _plan_reads(turn: Turn, uow: UnitOfWork, link: GoogleLink, end: TurnEnd) -> None:
    now = turn.office.clock.now()
    channels = uow.google.calendars.channels(link.id)
    for calendar in uow.google.calendars.of_link(link.id):
        if calendar.poll_at is not None and calendar.poll_at > end.started:
            # Somebody has hurried it meanwhile, or it is not its turn yet.
            continue
        own = [one for one in channels if one.calendar == calendar.id]
        own = [_judged(turn, uow, one, end) for one in own]
        usual = _interval(turn, own, end, now)
        if link.rewriting or end.more or calendar.id in turn.calls.asked.unwatched:
            usual = _SOON
        uow.google.calendars.save(_at(calendar, now + usual))


def _at(calendar: GoogleCalendar, poll_at: datetime) -> GoogleCalendar:
    return replace(calendar, poll_at=poll_at)


def _interval(
    turn: Turn, channels: list[PushChannel], end: TurnEnd, now: datetime
) -> timedelta:
    """Return when a calendar is read next: seldom where Google tells of changes."""
    terms = turn.office.terms
    if any(is_healthy(one, now) for one in channels):
        # Never sooner: an idle link is to ask no more than once an hour for each calendar.
        return terms.poll_told * (1 + end.chance / 4)
    return spread(terms.poll, end.chance)


def _judged(turn: Turn, uow: UnitOfWork, channel: PushChannel, end: TurnEnd) -> PushChannel:
    """Rely no more on a channel that did not tell of a change which was found by looking."""
    found = turn.calls.asked.found.get(channel.calendar, 0)
    last = channel.heard_at
    told = last is not None and end.started - last < _ANNOUNCED_WITHIN
    if not found or told or channel.closing or channel.silent:
        return channel
    silent = replace(channel, silent=True)
    uow.google.calendars.save_channel(silent)
    return silent
