"""Cancelling, deleting and bringing back, by any other door than a calendar app (SH-20)."""

from __future__ import annotations

from dataclasses import replace

from server.domain.appointment import Appointment, Part
from server.domain.errors import Invalid, NotFound
from server.domain.vocabulary import Status
from server.domain.when import Recurrence, RecurrenceKey
from server.ics.moments import with_times
from server.ics.series_split import split_before, with_exdate, without_exdate
from server.usecases.context import Context
from server.usecases.edit_appointment import (
    Changes,
    Scope,
    Target,
    edit_appointment,
    find,
    part_at,
)
from server.usecases.merge_series import with_own_occurrences
from server.usecases.ports import UnitOfWork
from server.usecases.record import Place, record
from server.usecases.split_following import is_first


def cancel_appointment(
    uow: UnitOfWork, context: Context, target: Target, status: Status = Status.CANCELLED
) -> None:
    """Cancel; the row stays, the calendar forgets it. Raises NotFound, Locked, Invalid."""
    if not status.is_cancelled:
        raise Invalid("status", f"'{status}' is no cancellation")
    if target.scope is Scope.FOLLOWING:
        delete_appointment(uow, context, target)
        return
    edit_appointment(uow, context, target, Changes({"status": status}))


def delete_appointment(uow: UnitOfWork, context: Context, target: Target) -> None:
    """Delete softly: all of it, one occurrence, or one and all after it (SH-20)."""
    found = find(uow, target)
    before = found.before
    if target.scope is Scope.ALL or not before.is_series:
        after = replace(before, deleted_at=context.now)
    elif target.scope is Scope.THIS:
        after = _without(before, target.key)
    else:
        after = _ended_before(uow, context, before, target.key)
    record(uow, context, before, after, Place(found.calendar, found.href))


def _without(before: Appointment, key: RecurrenceKey) -> Appointment:
    part = part_at(before, key)
    if key in before.overrides:
        return before.with_override(key, replace(part, deleted=True))
    if before.master is None or before.recurrence is None:
        raise NotFound("occurrence", f"{before.id}.{key}")
    recurrence = with_exdate(before.recurrence, before.master.when, key)
    return _with_recurrence(before, recurrence)


def _ended_before(
    uow: UnitOfWork, context: Context, before: Appointment, key: RecurrenceKey
) -> Appointment:
    """The series without this occurrence and all after it; what has happened stays."""
    master, recurrence = before.master, before.recurrence
    if master is None or recurrence is None:
        raise NotFound("occurrence", f"{before.id}.{key}")
    if is_first(before, key):
        return replace(before, deleted_at=context.now)
    split = split_before(recurrence, master.when, key)
    overrides = {
        other: part
        if other < key or part.details.status.is_realised
        else replace(part, deleted=True)
        for other, part in before.overrides.items()
    }
    ended = replace(before, overrides=overrides, recurrence=split.head)
    ended = with_own_occurrences(ended, before, uow.practice.zone)
    return _with_recurrence(ended, ended.recurrence)


def _with_recurrence(before: Appointment, recurrence: Recurrence | None) -> Appointment:
    master = before.master
    if master is None:
        return before
    lines = with_times(master.lines, master.when, recurrence)
    return replace(before, recurrence=recurrence, master=replace(master, lines=lines))


def restore_appointment(
    uow: UnitOfWork, context: Context, target: Target, *, cancelled: bool = False
) -> None:
    """Bring back what was deleted, or turn the deletion into a cancellation (SH-20)."""
    found = find(uow, target)
    before = found.before
    if target.key and before.deleted_at is None:
        after = _occurrence_restored(before, target.key)
    elif before.deleted_at is None:
        raise Invalid("appointment", f"'{before.id}' is not deleted")
    elif (context.now - before.deleted_at).days > context.rules.restore_days:
        raise Invalid("appointment", f"'{before.id}' was deleted too long ago")
    else:
        after = replace(before, deleted_at=None)
    if cancelled:
        after = _cancelled(after, target.key)
    record(uow, context, before, after, Place(found.calendar, found.href))


def _cancelled(after: Appointment, key: RecurrenceKey) -> Appointment:
    """The appointment, or one of its occurrences, cancelled; what has happened stays."""
    if key:
        part = part_at(after, key)
        lines = with_times(part.lines, part.when, None, key)
        return after.with_override(key, replace(_off(part), lines=lines))
    overrides = {key: _off(part) for key, part in after.overrides.items()}
    return replace(
        after, master=_off(after.master) if after.master else None, overrides=overrides
    )


def _off(part: Part) -> Part:
    if part.details.status.is_realised:
        return part
    return replace(part, details=replace(part.details, status=Status.CANCELLED))


def _occurrence_restored(before: Appointment, key: RecurrenceKey) -> Appointment:
    part = before.overrides.get(key)
    if part is not None:
        return before.with_override(key, replace(part, deleted=False))
    if before.master is None or before.recurrence is None:
        raise NotFound("occurrence", f"{before.id}.{key}")
    return _with_recurrence(before, without_exdate(before.recurrence, before.master.when, key))
