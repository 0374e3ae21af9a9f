"""Wall times as text: what was said and in which zone, so that new zone rules apply to it.

``2026-11-24`` is a day, ``2026-11-24T09:00:00 America/New_York`` a moment; one that happens
twice when the clocks go back carries a third word, ``1`` for the later one. A period is two
moments with ``|`` between them.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from server.domain.when import AllDay, Timed, When, span_utc

_LATER = "1"


def moment_text(moment: datetime) -> str:
    """Return an aware moment as text; a zone that is not an IANA one becomes UTC."""
    if not isinstance(moment.tzinfo, ZoneInfo):
        moment = moment.astimezone(UTC)
    words = [moment.replace(tzinfo=None).isoformat(), _zone_name(moment.tzinfo)]
    if moment.fold:
        words.append(_LATER)
    return " ".join(words)


def date_text(value: datetime | date | Timed) -> str:
    """Return one RDATE or EXDATE as text."""
    match value:
        case Timed():
            return f"{moment_text(value.start)}|{moment_text(value.end)}"
        case datetime():
            return moment_text(value)
        case date():
            return value.isoformat()


def read_start(text: str) -> datetime | date:
    """Return a moment or a day."""
    if " " not in text:
        return date.fromisoformat(text)
    wall, zone, *later = text.split(" ")
    moment = datetime.fromisoformat(wall).replace(tzinfo=ZoneInfo(zone))
    return moment.replace(fold=1) if later else moment


def read_date(text: str) -> datetime | date | Timed:
    """Return one RDATE: a day, a moment or a period."""
    start, bar, end = text.partition("|")
    if not bar:
        return read_start(text)
    return Timed(_moment(read_start(start)), _moment(read_start(end)))


def when_row(when: When, zone: ZoneInfo) -> dict[str, object]:
    """Return the columns of a time; whole days are midnight to midnight in ``zone``."""
    start_at, end_at = span_utc(when, zone)
    return {"start_at": start_at, "end_at": end_at, **_walls(when, zone)}


def _walls(when: When, zone: ZoneInfo) -> dict[str, object]:
    match when:
        case Timed(start=start, end=end):
            return {
                "all_day": False,
                "wall_start": start.replace(tzinfo=None).isoformat(),
                "wall_end": end.replace(tzinfo=None).isoformat(),
                "zone": _zone_name(start.tzinfo),
                "end_zone": _zone_name(end.tzinfo),
            }
        case AllDay(first=first, days=days):
            last = min(first.toordinal() + days - 1, date.max.toordinal())
            return {
                "all_day": True,
                "wall_start": first.isoformat(),
                "wall_end": date.fromordinal(last).isoformat(),
                "zone": zone.key,
                "end_zone": zone.key,
            }


def read_day_span(first: str, last: str) -> AllDay:
    """Return whole days from the first to the last one, both included."""
    begins = date.fromisoformat(first)
    return AllDay(begins, (date.fromisoformat(last) - begins).days + 1)


def read_wall(wall: str, zone: str, instant: datetime) -> datetime:
    """Return a wall time in its zone; where it happens twice, the one of ``instant``."""
    moment = datetime.fromisoformat(wall).replace(tzinfo=ZoneInfo(zone))
    later = moment.replace(fold=1)
    if later.utcoffset() == moment.utcoffset() or _is(moment, instant):
        return moment
    return later if _is(later, instant) else moment


def _is(moment: datetime, instant: datetime) -> bool:
    # By offset and wall time: near the years 1 and 9999 there may be no UTC to convert to.
    offset = moment.utcoffset() or timedelta()
    return moment.replace(tzinfo=None) - instant.replace(tzinfo=None) == offset


def _moment(value: datetime | date) -> datetime:
    if not isinstance(value, datetime):
        raise TypeError("a period is made of two moments")
    return value


def _zone_name(zone: tzinfo | None) -> str:
    return zone.key if isinstance(zone, ZoneInfo) and zone.key else "UTC"
