"""An object as an app asks for it: iCalendar or jCal, with or without well-known zones."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from server.caldav.response import CALENDAR
from server.domain.errors import MalformedCalendarData
from server.ics.jcal import as_jcal
from server.ics.zones import is_iana_name

if TYPE_CHECKING:
    from server.caldav.request import Request
    from server.domain.calendars import StoredObject

JCAL_TYPE: Final = "application/calendar+json"
JCAL: Final = f"{JCAL_TYPE}; charset=utf-8"
VARY: Final = "Accept, CalDAV-Timezones"
_ICALENDAR_TYPES: Final = ("text/calendar", "text/*", "*/*")
_JCAL_TYPES: Final = (JCAL_TYPE, "application/*", "*/*")
_ZONE: Final = re.compile(
    r"^BEGIN:VTIMEZONE\r?\n(?P<inside>.*?)^END:VTIMEZONE\r?\n",
    re.IGNORECASE | re.MULTILINE | re.DOTALL,
)
_TZID: Final = re.compile(
    r"^TZID(?:;[^:\r\n]*)?:(?P<tzid>[^\r\n]*)", re.IGNORECASE | re.MULTILINE
)


def validators(stored: StoredObject) -> dict[str, str]:
    """Return the headers that tell one state of an object from another.

    Each form of an object has the tag of the object: apps compare the one that they were
    given here with those of listings.
    """
    return {
        "ETag": stored.etag,
        "Last-Modified": http_date_of(int(stored.modified_at.timestamp())),
    }


def represented(request: Request, text: str) -> tuple[str, bytes]:
    """Return the content type and the body in which an app wants to have a text."""
    if request.header("CalDAV-Timezones").upper() == "F":
        text = without_known_zones(text)
    if _prefers_jcal(request.header("Accept")):
        with suppress(MalformedCalendarData):
            return JCAL, as_jcal(text).encode()
    # What has become unreadable is served all the same: to see it is the way to mend it.
    return CALENDAR, text.encode()


def without_known_zones(text: str) -> str:
    """Return a text without the VTIMEZONEs of zones that IANA names (RFC 7809 3.1.3)."""
    return _ZONE.sub(lambda found: "" if _is_known(found["inside"]) else found[0], text)


def _is_known(definition: str) -> bool:
    found = _TZID.search(definition)
    return found is not None and is_iana_name(found["tzid"].strip())


def _prefers_jcal(accept: str) -> bool:
    """Whether jCal is named and wanted more than iCalendar (RFC 9110 12.5.1)."""
    if "json" not in accept.lower():
        return False
    weights = dict(map(_weighed, accept.lower().split(",")))
    return _weight(weights, _JCAL_TYPES) > _weight(weights, _ICALENDAR_TYPES)


def _weighed(media_range: str) -> tuple[str, float]:
    name, *parameters = (part.strip() for part in media_range.split(";"))
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        if key.strip() == "q":
            return name, _number(value)
    return name, 1.0


def _number(value: str) -> float:
    try:
        return float(value)
    except ValueError:
        return 0.0


def _weight(weights: dict[str, float], names: tuple[str, ...]) -> float:
    """Return the weight of the most specific range that holds a media type."""
    return next((weights[name] for name in names if name in weights), 0.0)


@lru_cache(maxsize=4096)
def http_date_of(seconds: int) -> str:
    """Return an instant, in seconds since 1970 (UTC), as headers have it (RFC 9110 5.6.7)."""
    return format_datetime(datetime.fromtimestamp(seconds, UTC), usegmt=True)
