"""An edit of 'this and all future events' as two series: one ends, one goes on (SH-19)."""

from __future__ import annotations

from dataclasses import replace

from server.domain.appointment import Appointment, Part
from server.domain.calendars import Calendar
from server.domain.ids import AppointmentId, new_ulid
from server.domain.vocabulary import Status
from server.domain.when import Recurrence, RecurrenceKey, When
from server.ics.event import CalendarObject
from server.ics.moments import with_times
from server.ics.series_split import split_before
from server.usecases.context import Context
from server.usecases.ports import UnitOfWork
from server.usecases.record import Place, record


def split_following(
    uow: UnitOfWork,
    context: Context,
    calendar: Calendar,
    after: Appointment,
    sent: CalendarObject,
) -> Appointment:
    """Return the series up to an override that speaks for all that follow it.

    RFC 5545 3.2.13: RANGE=THISANDFUTURE. What follows is stored as a series of its own.
    """
    for event in sent.events:
        if event.following and event.key in after.overrides:
            part = after.overrides[event.key]
            after, _ = split_at(uow, context, (calendar, after), event.key, part)
    return after


def split_at(
    uow: UnitOfWork,
    context: Context,
    place: tuple[Calendar, Appointment],
    key: RecurrenceKey,
    part: Part,
) -> tuple[Appointment, Appointment]:
    """Return the head of a series, and the new series that goes on from ``key``.

    The new series is stored; the head is for the caller to store. Occurrences from ``key`` on
    that have parts of their own stay with the head, where they happened. Raises
    NoSuchOccurrence, CannotSplit.
    """
    calendar, series = place
    if series.master is None or series.recurrence is None:
        return series, series
    split = split_before(series.recurrence, series.master.when, key)
    moved = _moved_overrides(series, key)
    tail = Appointment(
        id=AppointmentId(new_ulid(context.now)),
        calendar=calendar.id,
        uid=f"{new_ulid(context.now)}@praxical",
        master=_rewritten(part, part.when, split.tail),
        recurrence=split.tail if split.tail.repeats else None,
        overrides=moved if part.when == split.tail_first else {},
        zones=series.zones,
        continues=series.id,
    )
    record(uow, context, None, tail, Place(calendar, f"{tail.uid}.ics"))
    kept = {
        other: held
        for other, held in series.overrides.items()
        if other not in moved and other != key
    }
    head = replace(
        series,
        recurrence=split.head,
        overrides=kept,
        master=_rewritten(series.master, series.master.when, split.head),
    )
    return head, tail


def _moved_overrides(series: Appointment, key: RecurrenceKey) -> dict[RecurrenceKey, Part]:
    """The later overrides in which nothing has happened yet go with the new series."""
    return {
        other: part
        for other, part in series.overrides.items()
        if other > key and not part.details.status.is_realised
    }


def _rewritten(part: Part, when: When, recurrence: Recurrence | None) -> Part:
    lines = with_times(part.lines, when, recurrence)
    details = part.details
    if details.status.is_realised:
        details = replace(details, status=Status.BOOKED)
    return replace(part, when=when, lines=lines, details=details)
