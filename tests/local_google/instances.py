"""What a series is made of: its occurrences, as rows of their own where they have a life."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice

from tests.local_google.recurrence import is_bounded, occurrence_set
from tests.local_google.times import Json, instant, later, length, moment, on_wall, suffix, wall
from tests.local_google.world import Calendar, Event, World

MOST_INSTANCES = 730
_FAR = timedelta(days=5 * 366)
_INSTANCE = re.compile(r"(.+)_(\d{8}(?:T\d{6}Z)?)")
_SPLIT = re.compile(r"_R\d{8}(?:T\d{6})?$")
_NOT_INHERITED = {"recurrence", "start", "end"}


@dataclass(frozen=True)
class Row:
    """What can be shown: an event, a master, an exception, an occurrence without a record."""

    id: str
    body: Json
    record: Event
    """The record it is kept in: of an occurrence without one, its master."""
    cancelled: bool
    parent: str = ""
    original: Json = field(default_factory=dict)

    @property
    def is_bare(self) -> bool:
        """Whether this is a cancelled instance of a series, of which a list tells no more."""
        return self.cancelled and bool(self.parent)


def row_of(calendar: Calendar, event: Event) -> Row:
    """Return the row of a record, an exception with what it has from its series."""
    if not event.parent:
        return Row(event.id, event.body, event, event.cancelled)
    master = calendar.events.get(event.parent)
    body = dict(event.body)
    if master is not None and master.body:
        body = {**occurrence_body(master, event.original), **event.body}
    body = {name: value for name, value in body.items() if value is not None}
    return Row(event.id, body, event, event.cancelled, event.parent, event.original)


def occurrence_body(master: Event, original: Json) -> Json:
    """Return what an occurrence has from its series."""
    inherited = {n: value for n, value in master.body.items() if n not in _NOT_INHERITED}
    lasts = length(master.body["start"], master.body["end"])
    end = later(original, lasts)
    if "timeZone" in master.body["end"]:
        end["timeZone"] = master.body["end"]["timeZone"]
    return {**inherited, "start": original, "end": end}


def originals(world: World, master: Event, until: datetime | None = None) -> Iterator[Json]:
    """Return the original starts of a series in order, up to a moment or to what is shown."""
    start, lines = master.body["start"], master.body["recurrence"]
    found: Iterator[datetime] = iter(occurrence_set(start, lines))
    bounded = is_bounded(lines)
    if not bounded and world.unknowns.expansion_is_limited:
        found = islice(found, MOST_INSTANCES)
    if not bounded and until is None:
        until = world.clock.now() + _FAR
    for at in found:
        original = on_wall(at, start)
        if until is not None and instant(original, "UTC") >= until + timedelta(days=1):
            return
        yield original


def expanded(
    world: World, calendar: Calendar, master: Event, until: datetime | None = None
) -> Iterator[Row]:
    """Return all rows of a series in order of their original starts, exceptions among them."""
    kept = {one.id: one for one in calendar.exceptions(master.id)}
    for original in originals(world, master, until):
        name = f"{base_of(master.id)}_{suffix(original)}"
        if name in kept:
            yield row_of(calendar, kept.pop(name))
        else:
            yield _virtual(master, name, original)
    for left in kept.values():
        yield row_of(calendar, left)


def _virtual(master: Event, name: str, original: Json) -> Row:
    body = occurrence_body(master, original)
    return Row(name, body, master, master.cancelled, master.id, original)


def find_row(calendar: Calendar, name: str) -> Row | None:
    """Return an event or an occurrence by its id, None if there is none."""
    event = calendar.events.get(name)
    if event is not None and not event.fell_with_series:
        return row_of(calendar, event)
    found = _occurrence(calendar, name)
    if event is not None and (found is None or found.cancelled):
        return row_of(calendar, event)
    return found


def _occurrence(calendar: Calendar, name: str) -> Row | None:
    found = _INSTANCE.fullmatch(name)
    for master in calendar.rows() if found else ():
        if found is None or not master.repeats or base_of(master.id) != found[1]:
            continue
        original = original_of(master, found[2])
        if original is not None:
            return _virtual(master, name, original)
    return None


def base_of(master: str) -> str:
    """Return what ids of instances begin with: a series split off has those of the first."""
    return _SPLIT.sub("", master)


def original_of(master: Event, stamp: str) -> Json | None:
    """Return the original start that an instance id names, None if the series has none such."""
    start = master.body["start"]
    if ("T" in stamp) == ("date" in start):
        return None
    day = f"{stamp[:4]}-{stamp[4:6]}-{stamp[6:8]}"
    if "T" not in stamp:
        original: Json = {"date": day}
    else:
        at = f"{day}T{stamp[9:11]}:{stamp[11:13]}:{stamp[13:15]}Z"
        original = {"dateTime": at, "timeZone": start["timeZone"]}
    return original if occurs(master, original) else None


def occurs(master: Event, original: Json) -> bool:
    """Whether a series has an occurrence that starts so."""
    if ("date" in original) != ("date" in master.body["start"]):
        return False
    like = master.body["start"]
    here = {**original, "timeZone": like["timeZone"]} if "timeZone" in like else original
    at = wall(here)
    return bool(occurrence_set(like, master.body["recurrence"]).between(at, at, inc=True))


def meets(row: Row, calendar: Calendar, start: datetime | None, end: datetime | None) -> bool:
    """Whether a row ends after the one moment and starts before the other."""
    if "start" not in row.body or "end" not in row.body:
        return True
    if end is not None and instant(row.body["start"], calendar.zone) >= end:
        return False
    return start is None or instant(row.body["end"], calendar.zone) > start


def same_time(one: Json, other: Json) -> bool:
    """Whether two times are the same day or the same moment, however written."""
    if "date" in one or "date" in other:
        return one.get("date") == other.get("date")
    return moment(one["dateTime"]) == moment(other["dateTime"])
