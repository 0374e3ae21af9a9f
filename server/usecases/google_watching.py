"""Which other calendars of a practitioner's take time here."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from server.domain.errors import NotFound
from server.domain.google import CalendarRole, GoogleCalendar, GoogleLink
from server.usecases.context import Context
from server.usecases.google_links import accepted_calendar, drop_blocks
from server.usecases.ports import UnitOfWork

_EVERYTHING: Final = 2**62


def watch(uow: UnitOfWork, link: GoogleLink, calendar: str) -> GoogleCalendar:
    """Let another calendar's busy times count; raises Invalid."""
    accepted_calendar(calendar)
    known = uow.google.calendars.get(link.id, calendar)
    if known is not None:
        return known
    watched = GoogleCalendar(link.id, calendar, CalendarRole.WATCHED)
    uow.google.calendars.save(watched)
    return watched


def unwatch(uow: UnitOfWork, context: Context, link: GoogleLink, calendar: str) -> None:
    """Let a watched calendar count no more, and forget what it held; raises NotFound."""
    known = uow.google.calendars.get(link.id, calendar)
    if known is None or known.role is not CalendarRole.WATCHED:
        raise NotFound("watched calendar", calendar[:60])
    drop_blocks(uow, context, link, uow.google.events.all(link.id, calendar))
    uow.google.calendars.remove(link.id, calendar)
    uow.google.events.drop_staged(link.id, calendar, _EVERYTHING)
    for channel in uow.google.calendars.channels(link.id):
        if channel.calendar == calendar:
            closing = replace(channel, closing=True, renew_at=context.now)
            uow.google.calendars.save_channel(closing)
