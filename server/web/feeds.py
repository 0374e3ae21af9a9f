"""Busy times at secret addresses: free/busy for Outlook and the like, feeds to subscribe to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Final

from server.domain.feeds import FeedKind, FeedToken
from server.ics.feed_text import feed_text
from server.ics.free_busy import free_busy
from server.usecases.busy_time import last_change, midnight, taken_times
from server.usecases.feed_content import feed_events, feed_window
from server.usecases.feeds import note_use, opened_by
from server.usecases.ports import UnitOfWork
from server.web.dated import dated
from server.web.desk import PracticeDesk
from server.web.messages import Answer, Asked
from server.web.public import CountedBy, PublicRoute, nothing_here
from server.web.route import Method
from server.web.time_range import Asked as AskedRange
from server.web.time_range import Parameters, range_named

CALENDAR: Final = "text/calendar; charset=utf-8"
_ENDS: Final = Parameters("start", "end")
# The address is the secret: it is kept, found and handed on as little as can be.
_SECRET: Final[Mapping[str, str]] = {
    "Cache-Control": "private, no-store",
    "X-Robots-Tag": "noindex",
    "Referrer-Policy": "no-referrer",
}


def free_busy_address(desk: PracticeDesk, asked: Asked) -> Answer:
    """Answer with VFREEBUSY; ``start``, ``end`` and ``period`` say of when.

    What else an address says is left unread: programs add words of their own.
    """
    now = desk.clock.now()
    said = dict(asked.query)
    wanted = AskedRange(said.get("start", ""), said.get("end", ""), said.get("period", ""))
    with desk.database.reading() as uow:
        token = _opened(uow, asked, FeedKind.FREE_BUSY, now)
        span = range_named(wanted, _ENDS, uow.practice.zone, now)
        rows = taken_times(uow, desk.rules, [token.user], span)[token.user]
        today, changed_at = midnight(uow, now), last_change(uow, [token.user], now)
    note_use(desk.database, token, now)
    text = free_busy(rows, span, today, f"{token.id}@praxical")
    made = Answer(HTTPStatus.OK, text.encode(), f"{CALENDAR}; component=VFREEBUSY", _SECRET)
    return dated(made, changed_at, asked.headers)


def feed(desk: PracticeDesk, asked: Asked) -> Answer:
    """Answer with a calendar to subscribe to, as much as its level tells."""
    now = desk.clock.now()
    with desk.database.reading() as uow:
        token = _opened(uow, asked, FeedKind.FEED, now)
        events = feed_events(uow, desk.rules, token, feed_window(uow, now))
        today, changed_at = midnight(uow, now), last_change(uow, [token.user], now)
        name = uow.catalogue.user[token.user].display_name
    note_use(desk.database, token, now)
    text = feed_text(name, events, int(today.timestamp()))
    return dated(
        Answer(HTTPStatus.OK, text.encode(), CALENDAR, _SECRET), changed_at, asked.headers
    )


def _opened(uow: UnitOfWork, asked: Asked, kind: FeedKind, now: datetime) -> FeedToken:
    token = opened_by(uow, asked.parts["token"], kind, now)
    if token is None:
        raise nothing_here()
    return token


PUBLIC: Final = (
    PublicRoute(Method.GET, "/freebusy/{token}.ifb", free_busy_address, CountedBy.TOKEN),
    PublicRoute(Method.GET, "/feeds/{token}.ics", feed, CountedBy.TOKEN),
)
