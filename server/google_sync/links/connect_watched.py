"""What a consent is to watch, and whether the titles there are shown to whom they belong."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from server.domain.google import (
    CalendarRole,
    GoogleCalendar,
    GoogleConsent,
    GoogleLink,
)
from server.google_sync.links.oauth import TITLES, WATCHED
from server.usecases.google_titles import NO_TITLES, hide_all_titles, show_titles
from server.usecases.ports import UnitOfWork


def watch_as_wished(
    uow: UnitOfWork, link: GoogleLink, consent: GoogleConsent, now: datetime
) -> GoogleLink:
    """Keep which calendars are watched, as far as Google granted it, and return the link.

    Where titles are wished for and not granted, events stay busy times, and the link says so.
    """
    if WATCHED in link.scopes:
        _watch(uow, link, consent, now)
    if TITLES in link.scopes:
        return link
    shown_before = hide_all_titles(uow, link, now)
    if not (shown_before or consent.titles):
        return link
    lacking = replace(link, reason=NO_TITLES)
    uow.google.links.save_link(lacking)
    return lacking


def _watch(uow: UnitOfWork, link: GoogleLink, consent: GoogleConsent, now: datetime) -> None:
    known = {one.id for one in uow.google.calendars.of_link(link.id)}
    for calendar in consent.watched:
        if calendar == link.managed:
            continue
        if calendar not in known:
            watched = GoogleCalendar(link.id, calendar, CalendarRole.WATCHED)
            uow.google.calendars.save(watched)
        if consent.titles and TITLES in link.scopes:
            show_titles(uow, link, calendar, now, shown=True)
