"""Moments and days as the API writes them, and as they are kept.

Kept is either {"date"} or {"dateTime": UTC with Z, "timeZone": IANA name}.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from tests.local_google.refusals import invalid, required

Json: TypeAlias = dict[str, Any]
"""An object as the API writes it."""

_DATE = re.compile(r"\d{4}-\d\d-\d\d")
WINDOWS = {
    "Pacific Standard Time": "America/Los_Angeles",
    "Mountain Standard Time": "America/Denver",
    "Central Standard Time": "America/Chicago",
    "Eastern Standard Time": "America/New_York",
    "GMT Standard Time": "Europe/London",
    "W. Europe Standard Time": "Europe/Berlin",
    "Romance Standard Time": "Europe/Paris",
    "Tokyo Standard Time": "Asia/Tokyo",
    "AUS Eastern Standard Time": "Australia/Sydney",
}


def zone(name: str) -> ZoneInfo:
    """Return a time zone; raises Refused for a name that is none."""
    try:
        return ZoneInfo(WINDOWS.get(name, name))
    except (KeyError, ValueError, OSError) as error:
        raise invalid(f"Invalid time zone definition: {name}", "timeZone") from error


def moment(text: str) -> datetime:
    """Return what a text says, with or without an offset; raises Refused."""
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise invalid("Invalid value for a date-time") from error


def written(at: datetime) -> str:
    """Write a moment in UTC, to the second."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def stamped(at: datetime) -> str:
    """Write a moment in UTC, to the millisecond."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def kept(given: Json, which: str, calendar_zone: str, *, repeats: bool) -> Json:
    """Return one end of an event as it is kept; raises Refused."""
    given = {name: value for name, value in given.items() if value is not None}
    if "date" in given and "dateTime" in given:
        raise invalid(f"Invalid {which} time.", which)
    if "date" in given:
        return {"date": _day(given["date"], which)}
    if "dateTime" not in given:
        raise required(f"Missing {which} time.", which)
    return _timed(given, which, calendar_zone, repeats=repeats)


def _day(text: str, which: str) -> str:
    if not _DATE.fullmatch(text):
        raise invalid(f"Invalid {which} time.", which)
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise invalid(f"Invalid {which} time.", which) from error


def _timed(given: Json, which: str, calendar_zone: str, *, repeats: bool) -> Json:
    at = moment(given["dateTime"])
    named = given.get("timeZone")
    if named is None and (repeats or at.tzinfo is None):
        raise required(f"Missing time zone definition for {which} time.", which)
    name = zone(named or calendar_zone).key
    if at.tzinfo is None:
        at = at.replace(tzinfo=ZoneInfo(name))
    return {"dateTime": written(at), "timeZone": name}


def is_day(when: Json) -> bool:
    """Whether this is a day and not a moment."""
    return "date" in when


def instant(when: Json, calendar_zone: str) -> datetime:
    """Return the moment; a day begins at midnight in the calendar's zone."""
    if is_day(when):
        midnight = datetime.combine(date.fromisoformat(when["date"]), time())
        return midnight.replace(tzinfo=ZoneInfo(calendar_zone)).astimezone(UTC)
    return moment(when["dateTime"])


def wall(when: Json) -> datetime:
    """Return what a clock on the wall shows there, without a zone."""
    if is_day(when):
        return datetime.combine(date.fromisoformat(when["date"]), time())
    at = moment(when["dateTime"]).astimezone(ZoneInfo(when["timeZone"]))
    return at.replace(tzinfo=None)


def on_wall(shown: datetime, like: Json) -> Json:
    """Return what is kept for a time on the wall, as a day or in the zone of ``like``."""
    if is_day(like):
        return {"date": shown.date().isoformat()}
    at = shown.replace(tzinfo=ZoneInfo(like["timeZone"]))
    return {"dateTime": written(at), "timeZone": like["timeZone"]}


def later(when: Json, by: timedelta) -> Json:
    """Return a kept time moved by a length of real time, days by whole days."""
    if is_day(when):
        return {"date": (date.fromisoformat(when["date"]) + by).isoformat()}
    return {**when, "dateTime": written(moment(when["dateTime"]) + by)}


def length(start: Json, end: Json) -> timedelta:
    """Return how long it is from one kept time to another of the same kind."""
    if is_day(start):
        return date.fromisoformat(end["date"]) - date.fromisoformat(start["date"])
    return moment(end["dateTime"]) - moment(start["dateTime"])


def suffix(original: Json) -> str:
    """Return what the id of an instance ends with: its original start in UTC, or its day."""
    if is_day(original):
        return str(original["date"]).replace("-", "")
    return str(original["dateTime"]).replace("-", "").replace(":", "")


def shown(when: Json, offset_zone: str, *, names_zone: bool = True) -> Json:
    """Write a kept time at the offset of a zone."""
    if is_day(when):
        return dict(when)
    at = moment(when["dateTime"]).astimezone(zone(offset_zone))
    text = at.isoformat(timespec="seconds").replace("+00:00", "Z")
    return {"dateTime": text, **({"timeZone": when["timeZone"]} if names_zone else {})}
