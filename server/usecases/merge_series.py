"""Merging a series: its rule, its exceptions, and what has happened in it (M10)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from server.domain.appointment import Appointment, Part
from server.domain.when import (
    AllDay,
    Recurrence,
    RecurrenceKey,
    Timed,
    When,
    beside,
    key_of,
    moved_to,
    span_utc,
)
from server.ics.event import CalendarObject, Event
from server.ics.expansion import expand
from server.ics.moments import Moment, key_moment

if TYPE_CHECKING:
    from server.usecases.shown import Shown

OverrideOf = Callable[[RecurrenceKey, Event, Part | None], Part]

_DAY = timedelta(days=1)
_PROBED = 100


def merged_recurrence(
    shown: Shown | None, master: Event | None, before: Appointment
) -> Recurrence | None:
    """Return the recurrence after a master was sent.

    What the app did not change stays as it is. Exclusions are merged one by one: an
    occurrence that has a part of its own is excluded by that part, not by a date (see
    ``merged_overrides``).
    """
    base = shown.base.master if shown else None
    if master is None or (base is not None and base.recurrence == master.recurrence):
        return before.recurrence
    sent = master.recurrence
    if sent is None:
        return None
    was = set(base.recurrence.exdates) if base and base.recurrence else set()
    kept = set(before.recurrence.exdates) if before.recurrence else set()
    gone = (kept | (set(sent.exdates) - was)) - (was - set(sent.exdates))
    plain = [moment for moment in gone if key_of(moment) not in before.overrides]
    merged = replace(sent, exdates=tuple(sorted(plain, key=key_of)))
    return merged if merged.repeats or merged.exdates else None


def merged_overrides(
    after: Appointment,
    before: Appointment,
    sent: CalendarObject,
    shown: Shown | None,
    override: OverrideOf,
) -> Appointment:
    """Return the appointment with its overrides merged.

    One that was sent is merged; one that was shown and is excluded now is deleted; one that was
    shown and is simply missing goes back to the series, unless something happened in it.
    """
    excluded = _excluded(sent)
    base = shown.base.overrides if shown else {}
    overrides: dict[RecurrenceKey, Part] = {}
    for key, part in before.overrides.items():
        if key in sent.overrides:
            continue
        if key in excluded and not part.deleted and not part.details.status.is_cancelled:
            overrides[key] = replace(part, deleted=True)
        elif key not in base or key in excluded or part.details.status.is_realised:
            overrides[key] = part
    for key, event in sent.overrides.items():
        overrides[key] = override(key, event, before.overrides.get(key))
    return replace(after, overrides=overrides)


def _excluded(sent: CalendarObject) -> frozenset[RecurrenceKey]:
    master = sent.master
    if master is None or master.recurrence is None:
        return frozenset()
    return frozenset(key_of(moment) for moment in master.recurrence.exdates)


def with_own_occurrences(
    after: Appointment, before: Appointment, zone: ZoneInfo
) -> Appointment:
    """Return a changed series in which what has a life of its own stays where it was (M10).

    An override keeps its original start as an added date, if the new rule has none there; the
    date to which the rule would have carried it is excluded, and so are those of occurrences
    that were cancelled or taken out before.
    """
    old, new = before.master, after.master
    if (
        old is None
        or new is None
        or (old.when, before.recurrence) == (new.when, after.recurrence)
    ):
        return after
    move = _Move(old.when, before.recurrence or Recurrence(), new.when, zone)
    recurrence = after.recurrence or Recurrence()
    for key, part in after.overrides.items():
        if key in before.overrides:
            shown = not (part.deleted or part.details.status.is_cancelled)
            moment = key_moment(key, old.when)
            recurrence = _with_instance(recurrence, moment, move, shown=shown)
    for moment in set(move.recurrence.exdates) & set(recurrence.exdates):
        recurrence = _without_carried(recurrence, moment, move)
    # An occurrence with a part of its own is spoken for by that part, not by a date.
    exdates = tuple(gone for gone in recurrence.exdates if key_of(gone) not in after.overrides)
    recurrence = replace(recurrence, exdates=exdates)
    settled = recurrence if recurrence.repeats or recurrence.exdates else None
    return replace(after, recurrence=settled)


class _Move(NamedTuple):
    """A series before a change, and when its first occurrence is afterwards."""

    old: When
    recurrence: Recurrence
    new: When
    zone: ZoneInfo


def _with_instance(
    recurrence: Recurrence, original: Moment, move: _Move, *, shown: bool
) -> Recurrence:
    by_rule = _without_date(recurrence, original)
    if _occurs(move.new, by_rule, original, move.zone):
        return recurrence
    if _occurs(move.old, _without_date(move.recurrence, original), original, move.zone):
        recurrence = _without_carried(recurrence, original, move)
    if not shown or original in recurrence.rdates:
        return recurrence
    return replace(recurrence, rdates=(*recurrence.rdates, original))


def _without_date(recurrence: Recurrence, added: Moment) -> Recurrence:
    """The rule alone says whether it has an occurrence there, not the date that was added."""
    rdates = tuple(other for other in recurrence.rdates if other != added)
    exdates = tuple(other for other in recurrence.exdates if other != added)
    return replace(recurrence, rdates=rdates, exdates=exdates)


def _without_carried(recurrence: Recurrence, original: Moment, move: _Move) -> Recurrence:
    """Exclude the date to which a moved rule would carry an occurrence."""
    carried = _carried(original, move.old, move.new)
    if carried in (None, original) or not _occurs(move.new, recurrence, carried, move.zone):
        return recurrence
    return replace(recurrence, exdates=(*recurrence.exdates, carried))


def _carried(original: Moment, old: When, new: When) -> Moment | None:
    """Return where the original start lies after the whole series moved, in wall time."""
    try:
        match original, old, new:
            case datetime(), Timed(), Timed():
                delta = new.start.replace(tzinfo=None) - old.start.replace(tzinfo=None)
                wall = original.replace(tzinfo=None) + delta
                return wall.replace(tzinfo=new.start.tzinfo)
            case date(), AllDay(), AllDay():
                return original + (new.first - old.first)
            case _:
                return None
    except OverflowError:  # Beyond the year 9999 there is nothing to exclude.
        return None


def _occurs(first: When, recurrence: Recurrence, moment: Moment | None, zone: ZoneInfo) -> bool:
    """Whether the series has an occurrence that starts at this moment."""
    if moment is None or isinstance(moment, datetime) != isinstance(first, Timed):
        return False
    begin, _ = span_utc(moved_to(first, moment), zone)
    found = expand(
        first, recurrence, (beside(begin, -_DAY), beside(begin, _DAY)), zone, _PROBED
    )
    return key_of(moment) in {one.key for one in found}
