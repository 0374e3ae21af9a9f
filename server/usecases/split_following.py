"""An edit of 'this and all future events' as two series: one ends, one goes on (SH-19)."""

from __future__ import annotations

from dataclasses import replace

from server.domain.appointment import Appointment, Part
from server.domain.ids import AppointmentId, new_ulid
from server.domain.vocabulary import Status
from server.domain.when import Recurrence, RecurrenceKey, Timed, key_of
from server.ics.event import CalendarObject
from server.ics.moments import key_moment, with_times
from server.ics.series_split import CannotSplit, Split, split_before
from server.usecases.context import Context
from server.usecases.merge_series import with_own_occurrences
from server.usecases.ports import UnitOfWork


def split_following(
    uow: UnitOfWork, context: Context, after: Appointment, sent: CalendarObject
) -> tuple[Appointment, list[Appointment]]:
    """Return the series up to an override that speaks for all that follow it, and the rest.

    RFC 5545 3.2.13: RANGE=THISANDFUTURE. What follows becomes a series of its own; at the first
    occurrence that is the whole series.
    """
    tails: list[Appointment] = []
    for event in sent.events:
        if event.following and event.key in after.overrides:
            part = after.overrides[event.key]
            if is_first(after, event.key):
                after = _as_a_whole(uow, after, event.key, part)
            else:
                after, tail = split_at(uow, context, after, event.key, part)
                tails.append(tail)
    return after, tails


def is_first(series: Appointment, key: RecurrenceKey) -> bool:
    """Whether the key names the first occurrence of the series."""
    if series.master is None:
        return False
    when = series.master.when
    return key == key_of(when.start if isinstance(when, Timed) else when.first)


def _as_a_whole(
    uow: UnitOfWork, series: Appointment, key: RecurrenceKey, part: Part
) -> Appointment:
    before = series.without_override(key)
    after = replace(before, master=_unrealised(part))
    return _written(with_own_occurrences(after, before, uow.practice.zone))


def split_at(
    uow: UnitOfWork, context: Context, series: Appointment, key: RecurrenceKey, part: Part
) -> tuple[Appointment, Appointment]:
    """Return the head of a series, and the new series that goes on from ``key``.

    Both are for the caller to store, the head first. Occurrences from ``key`` on in which
    something has happened stay with the head, where they happened. Raises NoSuchOccurrence,
    CannotSplit.
    """
    if series.master is None or series.recurrence is None:
        raise CannotSplit("the series has no rule")
    zone = uow.practice.zone
    split = split_before(series.recurrence, series.master.when, key)
    moved = _moved_overrides(series, key)
    kept = {other: held for other, held in series.overrides.items() if other not in moved}
    if key in kept and not kept[key].details.status.is_realised:
        del kept[key]
    head = replace(series, recurrence=split.head, overrides=kept)
    as_it_was = Appointment(
        id=AppointmentId(new_ulid(context.now)),
        calendar=series.calendar,
        uid=f"{new_ulid(context.now)}@praxical",
        master=Part(split.tail_first, series.master.details),
        recurrence=_without(split, [other for other in kept if other >= key]),
        overrides=moved,
        zones=series.zones,
        continues=series.id,
    )
    tail = replace(as_it_was, master=_unrealised(part))
    tail = _written(with_own_occurrences(tail, as_it_was, zone))
    return _written(with_own_occurrences(head, series, zone)), tail


def _without(split: Split, kept: list[RecurrenceKey]) -> Recurrence | None:
    """What goes on leaves out the occurrences that stay with the head."""
    moments = [key_moment(key, split.tail_first) for key in sorted(kept)]
    exdates = (
        *split.tail.exdates,
        *(gone for gone in moments if gone not in split.tail.exdates),
    )
    tail = replace(split.tail, exdates=exdates)
    return tail if tail.repeats or tail.exdates else None


def _moved_overrides(series: Appointment, key: RecurrenceKey) -> dict[RecurrenceKey, Part]:
    """The later overrides in which nothing has happened yet go with the new series."""
    return {
        other: part
        for other, part in series.overrides.items()
        if other > key and not part.details.status.is_realised
    }


def _unrealised(part: Part) -> Part:
    if not part.details.status.is_realised:
        return part
    return replace(part, details=replace(part.details, status=Status.BOOKED))


def _written(series: Appointment) -> Appointment:
    """The series with the lines of its master saying when it is."""
    if series.master is None:
        return series
    lines = with_times(series.master.lines, series.master.when, series.recurrence)
    return replace(series, master=replace(series.master, lines=lines))
