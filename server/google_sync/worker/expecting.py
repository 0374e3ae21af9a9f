"""When watched calendars should be busy by what is shown of them here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from server.domain.calendars import Calendar
from server.domain.google import EventMap, MapState
from server.domain.ids import AppointmentId
from server.domain.vocabulary import CalendarKind
from server.domain.when import MASTER, When, midnight_utc, span_utc
from server.google_sync.links.syncing import Desk
from server.google_sync.model.busy_times import Expected
from server.google_sync.model.canonical import read_base, when_of
from server.google_sync.model.recurrence_lines import recurrence_of
from server.google_sync.reading.blocks import KEPT_AHEAD, KEPT_BACK
from server.google_sync.reading.staging import SELF_CHECK
from server.google_sync.reading.watched import MOVED_OUT
from server.ics.recurrence import TooManyOccurrences, expand
from server.ics.zones import is_iana_name
from server.usecases.ports.google import ShownTime

Window = tuple[datetime, datetime]

_EDGE: Final = timedelta(days=2)
"""Days of a far zone reach so far over the edges of the time that is kept, and count or not."""
_NOT_YET: Final = SELF_CHECK + _EDGE
"""What came into the time that is kept since a calendar was last read whole is shown later."""


def window_of(desk: Desk) -> Window:
    """Return the time in which all that a watched calendar holds is shown here (UTC)."""
    zone, rules = desk.uow.practice.zone, desk.context.rules
    today = desk.at.astimezone(zone).date()
    first = midnight_utc(today - min(KEPT_BACK, rules.index_past) + _EDGE, zone)
    last = midnight_utc(today + min(KEPT_AHEAD, rules.index_ahead) - _NOT_YET, zone)
    return first, max(first + timedelta(days=1), last)


def seconds(window: Window) -> tuple[int, int]:
    """Return a range in seconds since 1970 (UTC)."""
    return int(window[0].timestamp()), int(window[1].timestamp())


def expected(desk: Desk, names: Iterable[str], window: Window) -> Mapping[str, Expected]:
    """Return when each of these calendars should be busy in a range (UTC).

    Only what a calendar itself contributes counts. Whole days are days of the calendar's own
    zone, as Google has them. An event of ours that somebody dragged into it is shown elsewhere,
    and focus time that is free here is busy there: both may be either.
    """
    place = _place(desk)
    shown = desk.uow.google.calendars.shown_times(place.id, *window) if place else ()
    return {name: _of_calendar(desk, name, shown, window) for name in names}


def _place(desk: Desk) -> Calendar | None:
    owned = desk.uow.calendars.of_owner(desk.link.user)
    return next((one for one in owned if one.kind is CalendarKind.WATCHED), None)


def _of_calendar(desk: Desk, name: str, shown: Iterable[ShownTime], window: Window) -> Expected:
    pairs = desk.uow.google.events.all(desk.link.id, name)
    zones = _zones(desk, pairs)
    found = Expected()
    for one in shown:
        if one.appointment in zones:
            own = zones[one.appointment]
            times = _whole_days(desk, one, own) if one.all_day else (one.start, one.end)
            # What is free here is free in Google too, unless it is focus time.
            if one.blocks:
                found.busy.append(times)
            elif not desk.settings.focus_blocks:
                found.either.append(times)
    for pair in pairs:
        if pair.reason == MOVED_OUT and pair.state is MapState.LIVE:
            found.either.extend(_moved_out(desk, pair, window))
    return found


def _zones(desk: Desk, pairs: Iterable[EventMap]) -> dict[AppointmentId, ZoneInfo]:
    """Return the zone that each event was told in; of a whole day that is its calendar's."""
    own = desk.uow.practice.zone
    found: dict[AppointmentId, ZoneInfo] = {}
    for pair in sorted(pairs, key=lambda one: one.key != MASTER):
        if pair.appointment:
            zone = ZoneInfo(pair.reason) if is_iana_name(pair.reason) else own
            found.setdefault(pair.appointment, zone)
    return found


def _whole_days(desk: Desk, one: ShownTime, zone: ZoneInfo) -> tuple[int, int]:
    own = desk.uow.practice.zone
    first, end = (datetime.fromtimestamp(edge, own).date() for edge in (one.start, one.end))
    return seconds((midnight_utc(first, zone), midnight_utc(end, zone)))


def _moved_out(desk: Desk, pair: EventMap, window: Window) -> list[tuple[int, int]]:
    base = read_base(pair.base)
    if base is None:
        return []
    zone, times = desk.uow.practice.zone, base.theirs.times
    when = when_of(times, zone)
    spans: list[When] = [when]
    if times.repeats:
        rule = recurrence_of(times.rules, times.added, times.gone)
        limit = desk.context.rules.occurrences_at_most
        if rule is None:
            return []
        try:
            spans = [one.when for one in expand(when, rule, window, zone, limit)]
        except TooManyOccurrences:
            return [seconds(window)]
    return [seconds(span_utc(one, zone)) for one in spans]
