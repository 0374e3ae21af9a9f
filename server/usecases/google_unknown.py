"""Calendars in Google of which it is not known what they hold now: neither free nor taken."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from server.domain.google import CalendarRole, GoogleCalendar, LinkState
from server.domain.ids import UserName
from server.usecases.ports import UnitOfWork

UNSEEN: Final = timedelta(hours=24)
"""For so long what was read last is believed."""


def unknown_since(calendar: GoogleCalendar, now: datetime) -> datetime | None:
    """Return since when (UTC) it is not known what a calendar holds, None where it is.

    One that was never read is unknown from now on.
    """
    if calendar.unknown_since is not None:
        return calendar.unknown_since
    read = calendar.read_at
    if read is None:
        return now
    return read if now - read > UNSEEN else None


def unknown_people(uow: UnitOfWork, now: datetime) -> frozenset[UserName]:
    """Return of whom a watched calendar is unknown now."""
    google = uow.google
    return frozenset(
        link.user
        for link in google.links.links()
        if link.state is not LinkState.DISCONNECTED
        for calendar in google.calendars.of_link(link.id)
        if calendar.role is CalendarRole.WATCHED and unknown_since(calendar, now) is not None
    )
