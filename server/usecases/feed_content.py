"""What a feed tells of a practitioner's days, at its level: times, and never who or why."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final

from server.domain.calendars import Occurrence
from server.domain.feeds import FeedLevel, FeedToken
from server.domain.ids import ClientNumber
from server.domain.when import midnight_utc
from server.ics.feed_text import BUSY, FeedEvent
from server.ics.free_busy import Busy
from server.usecases.busy_time import busy_time, counted_calendars
from server.usecases.context import Rules
from server.usecases.free_busy import how_taken, pauses_between
from server.usecases.instances_between import Span
from server.usecases.ports import OccurrenceFilter, UnitOfWork

_BACK: Final = timedelta(days=30)
_AHEAD: Final = timedelta(days=180)
_UID_LETTERS: Final = 32
_Time = tuple[int, int, str, bool]
"""Start, end, what it is called, and whether it is tentative."""


def feed_window(uow: UnitOfWork, now: datetime) -> Span:
    """Return the days that a feed tells of: a month back, half a year ahead (UTC)."""
    zone = uow.practice.zone
    today = now.astimezone(zone).date()
    return midnight_utc(today - _BACK, zone), midnight_utc(today + _AHEAD, zone)


def feed_events(uow: UnitOfWork, rules: Rules, token: FeedToken, span: Span) -> list[FeedEvent]:
    """Return what a feed tells of a range (UTC), by start; raises TooManyInstances.

    At the level ``busy`` times are merged, so that not even their number tells anything. Other
    Events have no words at any level.
    """
    is_busy_only = token.level is FeedLevel.BUSY
    times = _merged(uow, rules, token, span) if is_busy_only else _each(uow, token, span)
    # Two that read alike are one: a UID stands once in a calendar.
    return [FeedEvent(_uid(token, *each), *each) for each in sorted(set(times))]


def _merged(uow: UnitOfWork, rules: Rules, token: FeedToken, span: Span) -> Iterator[_Time]:
    for start, end, kind in busy_time(uow, rules, [token.user], span)[token.user]:
        yield start, end, BUSY, kind == Busy.TENTATIVE.value


def _each(uow: UnitOfWork, token: FeedToken, span: Span) -> Iterator[_Time]:
    """Yield each occurrence that blocks; the way there and pauses are times of their own."""
    calendars = [one.id for one in counted_calendars(uow, [token.user])]
    found = [
        row
        for calendar in calendars
        for row in uow.appointments.occurrences(OccurrenceFilter(*span, calendar=calendar))
        if row.blocks
    ]
    names = _names(uow, token.level, found)
    for row in found:
        start, end = int(row.start.timestamp()), int(row.end.timestamp())
        said = names.get(row.client, BUSY) if row.client and row.kind.has_client else BUSY
        tentative = how_taken(row.kind.value, row.status.value) is Busy.TENTATIVE
        if end > start:
            yield start, end, said, tentative
        if row.busy_from < row.start:
            yield int(row.busy_from.timestamp()), start, BUSY, tentative
    lo, hi = (int(edge.timestamp()) for edge in span)
    for _, (start, end, kind) in pauses_between(uow, calendars, span):
        if max(start, lo) < min(end, hi):
            yield start, end, BUSY, kind is Busy.TENTATIVE


def _names(
    uow: UnitOfWork, level: FeedLevel, rows: list[Occurrence]
) -> Mapping[ClientNumber, str]:
    numbers = {row.client for row in rows if row.client}
    if level is FeedLevel.ID:
        return {number: number for number in numbers}
    found = uow.clients.get_many(numbers)
    return {number: one.initials or number for number, one in found.items()}


def _uid(token: FeedToken, start: int, end: int, said: str, tentative: bool) -> str:  # noqa: FBT001 - a fact of the event
    # Whatever changes makes another event: no reader has to guess which of two is newer.
    text = f"{token.secret_hash} {start} {end} {said} {tentative}"
    return hashlib.sha256(text.encode()).hexdigest()[:_UID_LETTERS]
