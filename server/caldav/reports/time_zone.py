"""The zone that a report reads days and floating times in (RFC 4791 9.8, RFC 7809 4.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from server.caldav.answers import Unmet, forbidden
from server.caldav.xml_in import text_of
from server.caldav.xml_out import CALDAV
from server.domain.errors import MalformedCalendarData
from server.ics.lines import parse
from server.ics.zones import is_iana_name, resolve

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element


def zone_of_report(root: Element, practice: ZoneInfo) -> ZoneInfo:
    """Return the zone that a report names or describes, else the practice's.

    Raises Unmet: CALDAV:valid-timezone for an unknown name, CALDAV:valid-calendar-data for what
    describes no zone.
    """
    named = root.find(f"{CALDAV}timezone-id")
    if named is not None:
        if not is_iana_name(text_of(named)):
            raise forbidden(f"{CALDAV}valid-timezone", "There is no time zone of this name.")
        return ZoneInfo(text_of(named))
    described = root.find(f"{CALDAV}timezone")
    return practice if described is None else _described(described, practice)


def _described(element: Element, practice: ZoneInfo) -> ZoneInfo:
    try:
        found = [one for one in parse(element.text or "").children if one.name == "VTIMEZONE"]
    except MalformedCalendarData as error:
        raise _no_zone() from error
    if len(found) != 1:
        raise _no_zone()
    name = found[0].first("TZID")
    if name is None:
        raise _no_zone()
    return resolve(name.value, list(found[0].written()), practice)


def _no_zone() -> Unmet:
    return forbidden(
        f"{CALDAV}valid-calendar-data", "The time zone is not exactly one VTIMEZONE."
    )
