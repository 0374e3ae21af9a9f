"""Nights in a practice that watches a calendar: what happens in Google, and what of it here."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from server.domain.google import GoogleCalendar
from server.domain.google_compared import Comparison
from server.usecases.ports import BusyRow
from tests.google.connected import ACCOUNT, Connected
from tests.local_google.world import Calendar

QUERY = "freebusy.query"
LIST = "events.list"
DAY = timedelta(days=1)


def add(
    there: Connected, begins: datetime, calendar: str = ACCOUNT, **body: object
) -> dict[str, Any]:
    """Make an event of an hour, as its owner at Google's own page."""
    bounds = {
        "start": {"dateTime": begins.isoformat(), "timeZone": "America/New_York"},
        "end": {
            "dateTime": (begins + timedelta(hours=1)).isoformat(),
            "timeZone": "America/New_York",
        },
    }
    said = {"summary": "Planted Name", **bounds, **body}
    return dict(there.google.act("create", account=ACCOUNT, calendar=calendar, body=said))


def night(there: Connected, nights: int = 1) -> None:
    """Let nights go by: the worker looks every quarter of an hour or so."""
    for _ in range(nights * 24):
        there.later(hours=1)
        there.work()


def comparison(there: Connected, calendar: str = ACCOUNT) -> Comparison:
    with there.house.database.reading() as uow:
        found = uow.google.calendars.comparisons(there.link().id)
    return next(one for one in found if one.calendar == calendar)


def watched(there: Connected, calendar: str = ACCOUNT) -> GoogleCalendar:
    return next(one for one in there.calendars() if one.id == calendar)


def in_world(there: Connected, calendar: str = ACCOUNT) -> Calendar:
    return there.google.google.world.calendars[calendar]


def lose(there: Connected, event: str) -> None:
    """Let an event be gone from Google without anybody ever being told."""
    del in_world(there).events[event]


def rows(there: Connected) -> list[BusyRow]:
    """Return the occurrences of others' events that are shown, by their start."""
    span = datetime(2020, 1, 1, tzinfo=UTC), datetime(2040, 1, 1, tzinfo=UTC)
    with there.house.database.reading() as uow:
        places = [one for one in uow.calendars.all() if one.slug == "other-calendars"]
        return [row for one in places for row in uow.instances.busy(one.id, *span)]


def shown(there: Connected) -> int:
    """Return how many occurrences of others' events are shown."""
    return len(rows(there))


def queries(there: Connected, asked: int) -> int:
    """Return how many calls a comparison takes where Google minds long ranges, or does not."""
    minds = there.google.google.world.unknowns.refuses_long_ranges
    return asked * 7 if minds else asked
