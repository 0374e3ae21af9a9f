"""The range of time that a request names in its address, and the zone that its days are in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field

from server.domain.errors import MalformedCalendarData
from server.domain.when import beside, midnight_utc
from server.ics.moments import read_duration
from server.web.messages import Said
from server.web.problems import bad_parameter

LONGEST: Final = timedelta(days=370)
USUAL: Final = timedelta(days=42)
_DAY: Final = timedelta(days=1)
_FORMS: Final = "a day such as 2026-06-01, or a moment such as 2026-06-01T09:00:00Z"


@dataclass(frozen=True, slots=True)
class Parameters:
    """What the two ends are called in an address; ``whole`` counts a day at the end too."""

    start: str
    end: str
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address says of a range; "" where it says nothing."""

    start: str = ""
    end: str = ""
    period: str = ""


class RangeQuery(Said):
    """Of when something is wanted: 370 days at most."""

    since: str = Field(
        default="", alias="from", description="A day or a moment; today where it is missing."
    )
    until: str = Field(
        default="",
        alias="to",
        description="A day, which is included, or a moment; 42 days on where it is missing.",
    )
    tz: str = Field(
        default="",
        description="The zone that days are meant in and times are shown in (IANA); "
        "the practice's where it is missing.",
    )


def zone_named(text: str, usual: ZoneInfo, parameter: str = "tz") -> ZoneInfo:
    """Return the zone of this IANA name, the usual one for none; raises Refused (400)."""
    if not text:
        return usual
    try:
        return ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise bad_parameter(parameter, "not a time zone such as America/New_York") from error


def range_named(
    asked: Asked, names: Parameters, zone: ZoneInfo, now: datetime
) -> tuple[datetime, datetime]:
    """Return the range in UTC: from today and for six weeks where nothing else is said.

    Days begin in ``zone``, and a moment without an offset is meant there. Raises Refused (400)
    with the parameter for what cannot be read, an end that is not after the start, and a range
    of more than 370 days.
    """
    if asked.start:
        start = _instant(names.start, asked.start, zone)
    else:
        start = midnight_utc(now.astimezone(zone).date(), zone)
    if asked.period:
        if asked.end:
            raise bad_parameter("period", f"say either it or {names.end}")
        end = beside(start, _length(asked.period))
    elif asked.end:
        end = _instant(names.end, asked.end, zone, _DAY if names.whole else timedelta())
    else:
        end = beside(start, USUAL)
    _check(start, end, "period" if asked.period else names.end)
    return start, end


def _check(start: datetime, end: datetime, parameter: str) -> None:
    if end <= start:
        raise bad_parameter(parameter, "the end must be after the start")
    if end - start > LONGEST:
        raise bad_parameter(parameter, f"at most {LONGEST.days} days are told at once")


def _instant(
    parameter: str, text: str, zone: ZoneInfo, whole: timedelta = timedelta()
) -> datetime:
    """Return an instant (UTC); a day as its beginning, moved on by ``whole``."""
    # Where nobody has written %2B, the sign of an offset comes as a blank.
    said = text.strip().replace(" ", "+")
    try:
        return _day(said, zone, whole) or _moment(said, zone)
    except (ValueError, OverflowError) as error:
        raise bad_parameter(parameter, f"it must be {_FORMS}") from error


def _day(said: str, zone: ZoneInfo, whole: timedelta) -> datetime | None:
    try:
        day = date.fromisoformat(said)
    except ValueError:
        return None
    return midnight_utc(day + whole, zone)


def _moment(said: str, zone: ZoneInfo) -> datetime:
    moment = datetime.fromisoformat(said).replace(microsecond=0)
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)


def _length(text: str) -> timedelta:
    try:
        length = read_duration(text)
    except MalformedCalendarData as error:
        raise bad_parameter("period", "it must be a duration such as P6W or PT8H") from error
    if length <= timedelta():
        raise bad_parameter("period", "it must be longer than nothing")
    return length
