"""The zone of a calendar: CALDAV:calendar-timezone, by definition or by name (RFC 7809 5.2)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from server.domain.errors import Invalid, MalformedCalendarData
from server.ics.lines import fold, parse
from server.ics.writer import PRODUCT
from server.ics.zone_definition import defined_zone
from server.ics.zones import is_iana, is_iana_name, resolve, vtimezone

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

DEFINITION: Final = "C:calendar-timezone"
"""The property that is kept; the zone's name follows from it."""


@lru_cache(maxsize=64)
def default_zone(key: str) -> str:
    """Return the iCalendar text that defines a zone of the IANA database."""
    head = ("BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}")
    return fold((*head, *vtimezone(key), "END:VCALENDAR"))


def zone_name(zone: ZoneInfo) -> str | None:
    """Return the IANA name of a zone, None for one of a client's own making."""
    return zone.key if is_iana(zone) else None


@lru_cache(maxsize=256)
def read_zone(text: str, default: ZoneInfo) -> ZoneInfo:
    """Return the zone that a text defines; raises MalformedCalendarData, Invalid.

    The text is a calendar with exactly one VTIMEZONE (RFC 4791 5.2.2).
    """
    calendar = parse(text)
    names = [child.name for child in calendar.children]
    if names != ["VTIMEZONE"]:
        raise Invalid("calendar-timezone", "it is not exactly one VTIMEZONE")
    definition = calendar.children[0]
    named = definition.first("TZID")
    lines = tuple(definition.written())
    if named is None:
        raise MalformedCalendarData("The VTIMEZONE has no TZID.")
    if not is_iana_name(named.value) and defined_zone(lines) is None:
        raise MalformedCalendarData("The VTIMEZONE defines no zone.")
    return resolve(named.value, lines, default)


def zone_of(kept: Mapping[str, str], default: ZoneInfo) -> ZoneInfo:
    """Return the zone that floating times of a calendar are read in, by its kept properties."""
    try:
        return read_zone(kept[DEFINITION], default) if DEFINITION in kept else default
    except (Invalid, MalformedCalendarData):
        # Another program may have written what is not looked at there.
        return default
