"""The managed calendar: found again, or made once, whatever happens in between."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from server.domain.calendars import Notice
from server.domain.google import CalendarRole, GoogleCalendar, GoogleLink, LinkState
from server.domain.ids import new_ulid
from server.google_sync.http.calls import CallFailed, Json, Uncertain
from server.google_sync.links.oauth import MANAGED, NAMES, WATCHED
from server.google_sync.links.turn import Turn
from server.usecases.google_titles import NO_TITLES
from server.usecases.ports import UnitOfWork

_MARKER: Final = "pm-calendar.v1."
_PAGES_AT_MOST: Final = 20
_LEFT_BEHIND: Final = (
    "While Google was connected, an empty calendar may have been left behind there. "
    "If there are two of the same name, delete the empty one."
)


def establish(turn: Turn) -> GoogleLink:
    """Bring a link that was consented to into work, and return it.

    A calendar that is known stays; one that a run before made and did not remember is found
    by its marker, where calendars may be listed. Raises CallFailed, LeaseLost and LinkGone.
    """
    link = turn.stored()
    if MANAGED in link.scopes and not link.managed:
        found = _found(turn, link) if link.making_since is not None else ""
        if not found:
            found = _made(turn, link)
        _remember(turn, found)
    with turn.office.database.writing() as uow:
        return _to_work(turn, uow)


def marker_of(key: bytes) -> str:
    """Return what the description of a link's calendar ends with; it says nothing."""
    return _MARKER + hmac.new(key, b"calendar", hashlib.sha256).hexdigest()[:32]


def _found(turn: Turn, link: GoogleLink) -> str:
    """Return the calendar that was made and not remembered, "" where none is to be seen."""
    if NAMES not in link.scopes:
        return ""
    marker = marker_of(turn.office.link_key(link))
    for calendar in _listed(turn):
        is_ours = calendar.get("accessRole") == "owner" and not calendar.get("deleted")
        if is_ours and marker in str(calendar.get("description", "")):
            return str(calendar["id"])
    return ""


def _listed(turn: Turn) -> Iterator[Json]:
    page = ""
    for _ in range(_PAGES_AT_MOST):
        turn.held.keep()
        items, page = turn.plain.list_calendars(page)
        yield from items
        if not page:
            return


def _made(turn: Turn, link: GoogleLink) -> str:
    """Make the calendar; that it is being made is written down first."""
    with turn.office.database.writing() as uow:
        owned = turn.own(uow)
        practice = uow.practice
        if owned.making_since is not None:
            _say_left_behind(turn, uow, owned)
        now = turn.office.clock.now()
        uow.google.links.save_link(replace(owned, making_since=now))
    body = {
        "summary": f"{practice.name} appointments",
        "description": f"Written by Praxical. {marker_of(turn.office.link_key(link))}",
        "timeZone": practice.zone.key,
    }
    try:
        return str(turn.calls.insert_calendar(body)["id"])
    except Uncertain:
        raise
    except CallFailed:
        # Nothing was made, so there is nothing to look for.
        with turn.office.database.writing() as uow:
            uow.google.links.save_link(replace(turn.own(uow), making_since=None))
        raise


def _say_left_behind(turn: Turn, uow: UnitOfWork, link: GoogleLink) -> None:
    now = turn.office.clock.now()
    code = "google-calendar-left"
    uow.notices.add(Notice(new_ulid(now), link.user, now, code, _LEFT_BEHIND, None))


def _remember(turn: Turn, calendar: str) -> None:
    with turn.office.database.writing() as uow:
        link = turn.own(uow)
        uow.google.links.save_link(replace(link, managed=calendar, making_since=None))
        managed = GoogleCalendar(link.id, calendar, CalendarRole.MANAGED)
        uow.google.calendars.save(managed)


def _lacking(link: GoogleLink) -> str:
    """Return what Google did not allow, in a word."""
    if not {MANAGED, WATCHED} <= set(link.scopes):
        return "fewer-scopes"
    return NO_TITLES if link.reason == NO_TITLES else ""


def _to_work(turn: Turn, uow: UnitOfWork) -> GoogleLink:
    link, now = turn.own(uow), turn.office.clock.now()
    connected = replace(
        link,
        state=LinkState.CONNECTED,
        reason=_lacking(link),
        connected_at=now,
        failures=0,
        rests_until=None,
    )
    uow.google.links.save_link(connected)
    for calendar in uow.google.calendars.of_link(link.id):
        uow.google.calendars.save(replace(calendar, poll_at=now, watch_at=None))
    if link.managed:
        # What changed while nothing was told is told now; what is the same costs no request.
        since = now - turn.office.terms.past
        uow.google.events.mark_all(link.id, link.user, since, now)
    return connected
