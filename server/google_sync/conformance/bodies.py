"""Events as checks write them: wall times of a day, whole days, series."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from server.google_sync.conformance.bench import ZONE, Bench, Row, Said


def timed(day: date, start: str = "09:00", end: str = "09:50", zone: str = ZONE) -> Row:
    """Return the ends of an event between two times on the wall."""
    return {"start": at(day, start, zone), "end": at(day, end, zone)}


def at(day: date, wall: str, zone: str = ZONE) -> Row:
    """Return one end of an event."""
    return {"dateTime": f"{day.isoformat()}T{wall}:00", "timeZone": zone}


def whole_days(day: date, days: int = 1) -> Row:
    """Return the ends of an event of so many days; the last is the first that is not in it."""
    last = day + timedelta(days=days)
    return {"start": {"date": day.isoformat()}, "end": {"date": last.isoformat()}}


def instant(day: date, wall: str, zone: str = ZONE) -> datetime:
    """Return the moment of a time on the wall, in UTC."""
    here = datetime.combine(day, time.fromisoformat(wall), ZoneInfo(zone))
    return here.astimezone(UTC)


def query(day: date, wall: str, zone: str = ZONE) -> str:
    """Return that moment as a parameter of a list takes it."""
    return f"{instant(day, wall, zone):%Y-%m-%dT%H:%M:%SZ}"


def stamp(day: date, wall: str, zone: str = ZONE) -> str:
    """Return that moment as a line of a recurrence takes it, in UTC."""
    return f"{instant(day, wall, zone):%Y%m%dT%H%M%SZ}"


def within(day: date, days: int = 1) -> dict[str, str]:
    """Return the parameters of a list of a day or several."""
    return {
        "timeMin": query(day, "00:00"),
        "timeMax": query(day + timedelta(days=days), "00:00"),
    }


def starts(row: Row, of: str = "start") -> datetime:
    """Return when an event starts, in UTC; raises KeyError for one of whole days."""
    said: Any = row[of]["dateTime"]
    return datetime.fromisoformat(said).astimezone(UTC)


def refused(bench: Bench, right: Row, wrong: Row) -> Said:
    """Return how an event is answered that nobody can make.

    Raises Unprepared where the other one, in which the same is right, cannot be made either:
    then it was refused for another reason.
    """
    bench.insert(**right)
    return bench.events("insert", body={"summary": "Check", **wrong})
