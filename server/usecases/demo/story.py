"""The book of the demo practice as a chain of events: who did what when, the earliest first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from server.domain.vocabulary import Kind, Status
from server.usecases.demo.entries import Entry, Fate, Today
from server.usecases.demo.series import series
from server.usecases.demo.singles import singles

_BOOKED_BEFORE = timedelta(days=9, hours=5)
_NOTED_BEFORE = timedelta(days=2)
_ASKED_BEFORE = timedelta(hours=20)
_JUST_NOW = timedelta(minutes=1)
_CONFIRMED_WITHIN = timedelta(days=10)

# How long before (after, where negative) the beginning somebody says so.
_SAID_BEFORE = {
    Status.BOOKED: timedelta(0),
    Status.REQUESTED: timedelta(0),
    Status.CONFIRMED: timedelta(days=1),
    Status.ARRIVED: timedelta(0),
    Status.COMPLETED: timedelta(0),
    Status.NO_SHOW: timedelta(minutes=-20),
    Status.CANCELLED: timedelta(days=2),
    Status.LATE_CANCELLED: timedelta(hours=3),
}


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that somebody did; ``fate`` None is the booking itself."""

    at: datetime
    entry: Entry
    week: int = 0
    fate: Fate | None = None


def deeds(today: Today) -> list[Deed]:
    """Return everything that has been done up to now, in order."""
    entries = (*series(), *singles())
    return sorted(_all(entries, today), key=lambda deed: deed.at)


def _all(entries: Iterable[Entry], today: Today) -> Iterator[Deed]:
    for entry in entries:
        booked = _booked_at(entry, today)
        yield Deed(booked, entry)
        for week in entry.weeks():
            fate = _fate(entry, week, today)
            if fate is not None:
                said = _said_at(entry, week, fate, today)
                yield Deed(max(said, booked), entry, week, fate)


def _booked_at(entry: Entry, today: Today) -> datetime:
    start = today.start(entry, entry.week)
    if entry.wanted.kind is Kind.REQUEST:
        # Longer ago it would have lapsed by now.
        return today.now - _ASKED_BEFORE
    if entry.wanted.kind is Kind.OTHER:
        return min(start - _NOTED_BEFORE, today.now)
    return min(start - _BOOKED_BEFORE, today.now - _JUST_NOW)


def _fate(entry: Entry, week: int, today: Today) -> Fate | None:
    """Return what became of an occurrence so far; who was not away has been there."""
    fate = entry.fates.get(week, Fate())
    start = today.start(entry, week)
    if start <= today.now:
        came = fate.status in (None, Status.CONFIRMED) and fate.moved is None
        if came and not fate.deleted and entry.wanted.session and entry.wanted.kind is None:
            return Fate(Status.COMPLETED if week < -1 else Status.ARRIVED)
    elif fate.status is Status.CONFIRMED and start - today.now > _CONFIRMED_WITHIN:
        return None
    return None if fate == Fate() else fate


def _said_at(entry: Entry, week: int, fate: Fate, today: Today) -> datetime:
    before = _SAID_BEFORE[fate.status] if fate.status else timedelta(days=3)
    return min(today.start(entry, week) - before, today.now - _JUST_NOW)
