"""When practitioners are busy, over all their calendars; any number of them at one go."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from server.domain.calendars import Calendar
from server.domain.ids import UserName
from server.domain.when import midnight_utc
from server.ics.free_busy import BusyRow, joined
from server.usecases.context import Rules
from server.usecases.free_busy import KINDS, counts, how_taken, pauses_between
from server.usecases.instances_between import Span, taken_beyond
from server.usecases.ports import UnitOfWork

BusySpan = tuple[int, int, str]
"""A time that is taken: start and end in epoch seconds, and the FBTYPE (RFC 5545 3.2.9)."""


def counted_calendars(uow: UnitOfWork, people: Iterable[UserName]) -> list[Calendar]:
    """Return the calendars that tell when these people are busy."""
    wanted = set(people)
    if len(wanted) == 1:
        found = uow.calendars.of_owner(wanted.pop())
        return [one for one in found if counts(one)]
    return [one for one in uow.calendars.all() if one.owner in wanted and counts(one)]


def taken_times(
    uow: UnitOfWork, rules: Rules, people: Iterable[UserName], span: Span
) -> Mapping[UserName, list[BusyRow]]:
    """Return what blocks in a range (UTC) for each of these people.

    The way there is included, and the pauses that belong to a session. Free Other Events and
    what is cancelled or deleted never block. Times overlap, reach out of the range and are in
    no order. Raises TooManyInstances where a series has more instances than are ever worked
    out: to leave it out would call its times free.
    """
    names = list(people)
    owners = {one.id: one.owner for one in counted_calendars(uow, names)}
    found: dict[UserName, list[BusyRow]] = {name: [] for name in names}
    if not owners:
        return found
    for calendar, starts, ends, tentative in uow.instances.taken(owners, *span):
        kinds = map(KINDS.__getitem__, tentative)
        found[owners[calendar]] += zip(starts, ends, kinds, strict=True)
    for calendar, times in pauses_between(uow, owners, span):
        found[owners[calendar]].append(times)
    for calendar, row in taken_beyond(uow, rules, owners, span):
        found[owners[calendar]].append((row.start, row.end, how_taken(row.kind, row.status)))
    return found


def busy_time(
    uow: UnitOfWork, rules: Rules, people: Iterable[UserName], span: Span
) -> Mapping[UserName, list[BusySpan]]:
    """Return when each of these people is busy in a range (UTC): sorted, clipped, merged.

    Times that overlap or touch are one; a time that is taken in two ways is told in both, as
    BUSY and as BUSY-TENTATIVE. Raises TooManyInstances.
    """
    lo, hi = (_epoch(edge) for edge in span)
    taken = taken_times(uow, rules, people, span)
    return {name: joined(rows, lo, hi) for name, rows in taken.items()}


def last_change(uow: UnitOfWork, people: Iterable[UserName], now: datetime) -> datetime:
    """Return since when what these people's calendars tell is as it is (UTC).

    Since midnight at the earliest: what is shown unless somebody says otherwise moves on with
    the day. Where a removal came last nobody knows when that was: it is ``now`` then.
    """
    calendars = [one.id for one in counted_calendars(uow, people)]
    moments = [moment or now for moment in uow.feeds.changed_at(calendars).values()]
    return max(midnight(uow, now), *moments)


def midnight(uow: UnitOfWork, now: datetime) -> datetime:
    """Return when the practice's day began (UTC)."""
    zone = uow.practice.zone
    return midnight_utc(now.astimezone(zone).date(), zone)


def _epoch(moment: datetime) -> int:
    return int(moment.timestamp())
