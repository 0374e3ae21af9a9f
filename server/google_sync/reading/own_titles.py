"""Titles of the person's own events in other calendars: sealed when they are read.

They are kept where the person wished for it, was granted it, and did not make the event private
in Google. An event that bears a mark of a practice's is never called by its title.
"""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

from server.domain.google import (
    CalendarRole,
    EventMap,
    GoogleCalendar,
    InwardLevel,
)
from server.google_sync.http.calls import Json
from server.google_sync.links.syncing import Desk
from server.google_sync.model.canonical import when_of
from server.google_sync.model.incoming import Incoming, as_compared
from server.google_sync.model.recurrence_lines import recurrence_of
from server.google_sync.reading.blocks import is_kept
from server.ics.lines import decode
from server.ics.zones import is_iana_name
from server.practice_db.sealing import TitleSealing, WrongKey
from server.usecases.google_titles import TITLES_SCOPE


def sealed_title(desk: Desk, calendar: GoogleCalendar, item: Json, read: Incoming) -> str:
    """Return an event's title as it is kept, "" where it is not; one without a name has one."""
    if not keeps_titles(desk, calendar) or read.cancelled or read.mark:
        return ""
    if read.projection is None or read.projection.private or not _is_kept(desk, read):
        return ""
    sealing = TitleSealing(desk.key, desk.uow.practice.id, desk.link.id)
    return sealing.seal(_in_one_line(item.get("summary", "")), calendar.id, read.event)


def _is_kept(desk: Desk, read: Incoming) -> bool:
    """Whether an event lies where events are kept: nothing else needs a name.

    When a series takes place that no rule tells is not known yet.
    """
    if read.projection is None or read.odd:
        return True
    times = read.projection.times
    zone = ZoneInfo(read.zone) if is_iana_name(read.zone) else desk.uow.practice.zone
    rule = recurrence_of(times.rules, times.added, times.gone)
    return is_kept(desk, when_of(times, zone), rule)


def keeps_titles(desk: Desk, calendar: GoogleCalendar) -> bool:
    """Whether titles of a calendar's events are kept: wished for, and granted."""
    return (
        calendar.role is CalendarRole.WATCHED
        and calendar.inward is InwardLevel.OWN_TITLE
        and TITLES_SCOPE in desk.link.scopes
    )


def title_to_keep(desk: Desk, calendar: GoogleCalendar, incoming: Incoming) -> str:
    """Return the sealed title of a staged event, "" where it is not to be kept any more.

    The level may have been lowered since it was read. An occurrence says no more than its
    series: that is private as a whole (Google makes it so).
    """
    if not incoming.sealed_title or not keeps_titles(desk, calendar):
        return ""
    if incoming.series:
        main = desk.uow.google.events.of_event(desk.link.id, calendar.id, incoming.series)
        if main is not None and not main.sealed_title:
            return ""
    return incoming.sealed_title


def hide_occurrences(desk: Desk, series: EventMap) -> bool:
    """Forget how occurrences are called of a series without a title; whether there were any."""
    if series.sealed_title or series.series:
        return False
    events = desk.uow.google.events
    found = [
        one
        for one in events.of_series(series.link, series.calendar, series.event)
        if one.sealed_title
    ]
    for one in found:
        events.save(replace(one, sealed_title=""))
    return bool(found)


def is_retitled(desk: Desk, pair: EventMap, before: str) -> bool:
    """Whether an event is called otherwise than when its title was sealed before."""
    if pair.sealed_title == before:
        return False
    sealing = TitleSealing(desk.key, desk.uow.practice.id, desk.link.id)
    try:
        return _shown(sealing, pair, before) != _shown(sealing, pair, pair.sealed_title)
    except WrongKey:
        return True


def _shown(sealing: TitleSealing, pair: EventMap, sealed: str) -> str:
    return sealing.open(sealed, pair.calendar, pair.event) if sealed else ""


def _in_one_line(title: str) -> str:
    """Return a title without what neither iCalendar nor XML can carry."""
    return decode(" ".join(as_compared(title).split()).encode("utf-8", "ignore"))
