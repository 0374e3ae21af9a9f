"""The text under which an event of another calendar is shown: when it is, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from server.domain.google import EventMap, MapState
from server.domain.when import MASTER, Recurrence, RecurrenceKey, Timed, When
from server.google_sync.links.syncing import Desk
from server.google_sync.model.canonical import Projection, read_base, when_of
from server.google_sync.model.recurrence_lines import recurrence_of
from server.google_sync.reading.blocks import TITLE, is_kept
from server.ics.lines import fold
from server.ics.moments import with_times
from server.ics.zones import is_iana_name, vtimezone

_MOVED_OUT = "moved-out"


def text_of(desk: Desk, uid: str, main: EventMap | None, own: Sequence[EventMap]) -> str:
    """Return the calendar object of an event and its exceptions, "" where none is shown."""
    told = [pair for pair in own if pair.state is MapState.LIVE]
    gone = [pair.original for pair in own if pair.state is not MapState.LIVE]
    whole = _component(desk, uid, main, gone) if _is_shown(main) else []
    singles = [
        line for pair in told for line in _component(desk, uid, pair, (), key=pair.original)
    ]
    if not whole and (main is not None or not singles):
        return ""
    zones = {pair.reason for pair in (main, *told) if pair is not None}
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Praxical//Google//EN"]
    for zone in sorted(zones):
        lines += vtimezone(zone) if is_iana_name(zone) else []
    return fold([*lines, *whole, *singles, "END:VCALENDAR"])


def _is_shown(pair: EventMap | None) -> bool:
    return pair is not None and pair.state is MapState.LIVE and pair.reason != _MOVED_OUT


def _component(
    desk: Desk,
    uid: str,
    pair: EventMap | None,
    gone: Sequence[RecurrenceKey],
    key: RecurrenceKey = MASTER,
) -> list[str]:
    base = read_base(pair.base) if pair is not None else None
    if pair is None or base is None:
        return []
    projection = base.theirs
    zone = ZoneInfo(pair.reason) if is_iana_name(pair.reason) else desk.uow.practice.zone
    when = when_of(projection.times, zone)
    times = projection.times
    rule = recurrence_of(times.rules, times.added, sorted({*times.gone, *gone}))
    if not is_kept(desk, when, rule):
        return []
    return ["BEGIN:VEVENT", *_said(uid, projection, when, rule, key), "END:VEVENT"]


def _said(
    uid: str,
    projection: Projection,
    when: When,
    rule: Recurrence | None,
    key: RecurrenceKey,
) -> tuple[str, ...]:
    lines = (
        f"UID:{uid}",
        f"DTSTAMP:{_stamp(when)}",
        f"SUMMARY:{TITLE}",
        "CLASS:PRIVATE",
        f"TRANSP:{'OPAQUE' if projection.opaque else 'TRANSPARENT'}",
        f"STATUS:{'TENTATIVE' if projection.tentative else 'CONFIRMED'}",
    )
    return with_times(lines, when, rule, key)


def _stamp(when: When) -> str:
    """The same each time: what did not change is not written anew (RFC 5545 3.8.7.2)."""
    start: datetime | date = when.start_utc if isinstance(when, Timed) else when.first
    moment = (
        start
        if isinstance(start, datetime)
        else datetime(start.year, start.month, start.day, tzinfo=UTC)
    )
    return moment.strftime("%Y%m%dT%H%M%SZ")
