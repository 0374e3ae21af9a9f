"""Cancelled appointments leave the calendar once the app that cancelled them has seen it."""

from __future__ import annotations

from server.domain.calendars import Calendar
from server.usecases.context import Context
from server.usecases.ports import UnitOfWork


def hide_due(uow: UnitOfWork, context: Context, calendar: Calendar | None = None) -> int:
    """Remove the objects whose time has come, of one calendar or of all; return how many."""
    due = uow.objects.to_hide(calendar.id if calendar else None, context.now)
    for stored in due:
        revision = uow.calendars.next_revision(stored.calendar)
        uow.objects.delete(stored.calendar, stored.href, revision)
    return len(due)
