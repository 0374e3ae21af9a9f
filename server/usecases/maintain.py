"""Work that nobody waits for: hiding, lapsing, extending the index, clearing away."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple

from server.domain.ids import AppointmentId
from server.usecases.answer_booking import lapse_due
from server.usecases.context import Context
from server.usecases.google_links import CONFLICTS_KEPT
from server.usecases.hide_cancelled import hide_due
from server.usecases.index_occurrences import Window, index
from server.usecases.ports import Database, UnitOfWork

_AT_ONCE = 50
_EXTEND_BEFORE = timedelta(days=60)
_KEPT_REVISIONS = 100_000


class Done(NamedTuple):
    """How many objects left their calendar, series were extended, log rows were dropped.

    ``lapsed`` requests for an appointment were answered by nobody in time.
    """

    hidden: int
    extended: int
    pruned: int
    lapsed: int = 0


def maintain(database: Database, context: Context) -> Done:
    """Do everything that is due, in short transactions."""
    with database.writing() as uow:
        hidden = hide_due(uow, context)
    lapsed = lapse_requests(database, context)
    extended = extend_index(database, context)
    pruned = prune_logs(database) + prune_conflicts(database, context)
    return Done(hidden, extended, pruned, lapsed)


def prune_conflicts(database: Database, context: Context) -> int:
    """Forget what was decided long ago where Google differed; return how many rows."""
    with database.writing() as uow:
        return uow.google.events.prune(context.now - CONFLICTS_KEPT)


def lapse_requests(database: Database, context: Context) -> int:
    """End the requests that nobody answered in time; return how many.

    Each in a transaction of its own: who holds one calendar never waits for another one.
    """
    lapsed = 0
    while True:
        with database.writing() as uow:
            ended = lapse_due(uow, context, 1)
        lapsed += ended
        if not ended:
            return lapsed


def extend_index(database: Database, context: Context) -> int:
    """Index the coming occurrences of series that go on; return how many series."""
    extended = 0
    until = context.now + context.rules.index_ahead - _EXTEND_BEFORE
    while True:
        with database.writing() as uow:
            due = uow.appointments.to_extend(until, _AT_ONCE)
            for number in due:
                _extend(uow, context, number)
        extended += len(due)
        if len(due) < _AT_ONCE:
            return extended


def _extend(uow: UnitOfWork, context: Context, number: AppointmentId) -> None:
    appointment = uow.appointments.get(number)
    if appointment is not None:
        uow.calendars.lock([appointment.calendar])
        current = uow.appointments.get(number) or appointment
        rows, indexed = index(current, uow.practice.zone, Window.of(context))
        uow.appointments.save(current, rows, indexed)


def prune_logs(database: Database) -> int:
    """Drop the removals and earlier texts that no sync needs any more; return how many rows.

    Sync tokens from before are no longer answered then: the app begins anew (RFC 6578 3.8).
    """
    pruned = 0
    with database.reading() as uow:
        long = [one.id for one in uow.calendars.all() if one.revision > _KEPT_REVISIONS]
    for number in long:
        with database.writing() as uow:
            uow.calendars.lock([number])
            calendar = uow.calendars.by_id(number)
            if calendar is not None:
                below = calendar.revision - _KEPT_REVISIONS
                pruned += uow.objects.prune(number, below)
                uow.calendars.save(replace(calendar, oldest=max(calendar.oldest, below)))
    return pruned
