"""Titles of a practitioner's own events in other calendars: shown to nobody else, if wished.

They are kept sealed beside what is known of an event, and never in the event itself.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime
from typing import Final

from server.domain.errors import NotAllowed, NotFound
from server.domain.google import (
    CalendarRole,
    GoogleCalendar,
    GoogleLink,
    InwardLevel,
)
from server.usecases.ports import UnitOfWork
from server.usecases.show_anew import show_anew

log = logging.getLogger(__name__)

TITLES_SCOPE: Final = "https://www.googleapis.com/auth/calendar.events.owned.readonly"
"""What has to be granted before the titles of somebody's own events can be read."""
NO_TITLES: Final = "no-titles"
"""The reason of a link for which titles were wished for and not granted."""


def show_titles(
    uow: UnitOfWork, link: GoogleLink, calendar: str, now: datetime, *, shown: bool
) -> GoogleCalendar:
    """Say whether the practitioner sees how events of a watched calendar are called.

    If so, the calendar is read anew; if not, what was kept is forgotten. Raises NotFound, and
    NotAllowed where Google does not let titles be read.
    """
    known = uow.google.calendars.get(link.id, calendar)
    if known is None or known.role is not CalendarRole.WATCHED:
        raise NotFound("watched calendar", calendar[:60])
    if not shown:
        return _hidden(uow, link, known, now)
    if TITLES_SCOPE not in link.scopes:
        raise NotAllowed(
            "Google was not asked for titles, or did not allow them. Connect the same account "
            "again, with titles."
        )
    if known.inward is InwardLevel.OWN_TITLE:
        return known
    # A read that is under way would lack the titles of what it has read already.
    changed = replace(
        known,
        inward=InwardLevel.OWN_TITLE,
        sync_token="",
        page="",
        reading_fully=False,
        full_read_at=None,
        next_full_read_at=None,
        poll_at=now,
    )
    uow.google.calendars.save(changed)
    return changed


def hide_all_titles(uow: UnitOfWork, link: GoogleLink, now: datetime) -> bool:
    """Forget all titles that a link keeps; whether any calendar was to show them."""
    shown = [
        one
        for one in uow.google.calendars.of_link(link.id)
        if one.inward is InwardLevel.OWN_TITLE
    ]
    for one in shown:
        _hidden(uow, link, one, now)
    return bool(shown)


def shows_titles(uow: UnitOfWork, link: GoogleLink) -> bool:
    """Whether a calendar of a link is to show how its events are called."""
    calendars = uow.google.calendars.of_link(link.id)
    return any(one.inward is InwardLevel.OWN_TITLE for one in calendars)


def _hidden(
    uow: UnitOfWork, link: GoogleLink, calendar: GoogleCalendar, now: datetime
) -> GoogleCalendar:
    if calendar.inward is InwardLevel.BUSY:
        return calendar
    called = {
        pair.appointment
        for pair in uow.google.events.all(link.id, calendar.id)
        if pair.sealed_title and pair.appointment
    }
    uow.google.titles.forget(link.id, calendar.id)
    changed = replace(calendar, inward=InwardLevel.BUSY)
    uow.google.calendars.save(changed)
    for number in sorted(called):
        stored = uow.objects.of_appointment(number)
        if stored is not None:
            uow.calendars.lock([stored.calendar])
            show_anew(uow, stored, now)
    log.info("titles forgotten link=%s events=%d", link.id, len(called))
    return changed
