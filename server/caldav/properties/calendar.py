"""Properties of a calendar that the server gives (RFC 4791 5.2, RFC 6578 4, RFC 5995 3)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from server.caldav.properties.common import COMMON, Read, fixed, href_of, resource_id
from server.caldav.properties.place import Place
from server.caldav.properties.sizes import octets_in
from server.caldav.properties.zones import default_zone, zone_name, zone_of
from server.caldav.response import CALENDAR as CALENDAR_TYPE
from server.caldav.xml_out import CALDAV, CALSERVER, DAV, element, escape, href, path_text
from server.storage_plugin.items import http_date
from server.usecases.read_calendar import sync_token

_CALENDAR_DATA: Final = f"{CALDAV}calendar-data"
_DATA: Final = "".join(
    element(_CALENDAR_DATA, "", {"content-type": kind, "version": "2.0"})
    for kind in ("text/calendar", "application/calendar+json")
)
_COLLATIONS: Final = "".join(
    element(f"{CALDAV}supported-collation", name)
    for name in ("i;ascii-casemap", "i;octet", "i;unicode-casemap")
)


_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_CROCKFORD_DIGITS: Final = str.maketrans(
    "0123456789ABCDEFGHJKMNPQRSTVWXYZ", "0123456789abcdefghijklmnopqrstuv"
)
_INSTANT_LETTERS: Final = 10


def _token(place: Place) -> str:
    target = place.target
    if target is None:
        raise TypeError("only a calendar has a sync token")
    return escape(sync_token(target.calendar, place.request.house.view(target)))


def _etag(place: Place) -> str:
    return f'"{_token(place)}"'


def _owner(place: Place) -> str:
    return href(f"{place.request.base}/{place.calendar.owner}/")


def _components(place: Place) -> str:
    return "".join(
        element(f"{CALDAV}comp", "", {"name": name}) for name in place.calendar.components
    )


def _made(place: Place) -> str:
    """Return when the calendar was made (RFC 3339): its id is a ULID, and begins with that."""
    digits = place.calendar.id[:_INSTANT_LETTERS].translate(_CROCKFORD_DIGITS)
    at = _EPOCH + timedelta(milliseconds=int(digits, 32))
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def _modified(place: Place) -> str | None:
    at = place.calendar.modified_at
    return None if at is None else http_date(at)


def _used(place: Place) -> str | None:
    """Return the octets of an own calendar; a colleague's takes no room of the user's."""
    return str(octets_in(place)) if place.is_own else None


def _add_member(place: Place) -> str | None:
    """Return where POST adds an object under a name that the server chooses (RFC 5995 3.2)."""
    uri = f"{escape(path_text(place.path))}?add-member"
    return href_of(uri) if place.may_write else None


def _zone_name(place: Place) -> str | None:
    """Return the name of the zone, by whatever it was set (RFC 7809 5.2)."""
    return zone_name(zone_of(place.kept, place.practice.zone))


def _identity(place: Place) -> str:
    # A colleague's calendar is another resource than the one its owner sees: names, colours
    # and texts differ.
    viewer = () if place.is_own else (place.request.user.name,)
    return resource_id(place, place.calendar.id, *viewer)


CALENDAR: Final[Mapping[str, Read]] = {
    **COMMON,
    f"{DAV}resourcetype": fixed(element(f"{DAV}collection") + element(f"{CALDAV}calendar")),
    f"{DAV}getetag": _etag,
    f"{CALSERVER}getctag": _etag,
    f"{DAV}sync-token": _token,
    f"{DAV}owner": _owner,
    f"{DAV}creationdate": _made,
    f"{DAV}getlastmodified": _modified,
    f"{DAV}getcontenttype": fixed(CALENDAR_TYPE),
    f"{DAV}add-member": _add_member,
    f"{DAV}resource-id": _identity,
    f"{DAV}quota-used-bytes": _used,
    f"{CALDAV}supported-calendar-component-set": _components,
    f"{CALDAV}supported-calendar-data": fixed(_DATA),
    f"{CALDAV}supported-collation-set": fixed(_COLLATIONS),
    f"{CALDAV}calendar-timezone-id": _zone_name,
    f"{CALDAV}max-resource-size": lambda place: str(
        place.request.house.rules.resource_bytes_at_most
    ),
    f"{CALDAV}max-instances": lambda place: str(place.request.house.rules.occurrences_at_most),
    # Every year that iCalendar can write is kept, less the days at either end that are in
    # another year in some zone.
    f"{CALDAV}min-date-time": fixed("00010102T000000Z"),
    f"{CALDAV}max-date-time": fixed("99991231T000000Z"),
}
"""What the server works out, by Clark name."""

UNLESS_SET: Final[Mapping[str, Read]] = {
    f"{CALDAV}calendar-timezone": lambda place: escape(default_zone(place.practice.zone.key)),
    # RFC 6638 9.1: a calendar counts as busy time unless it is said not to.
    f"{CALDAV}schedule-calendar-transp": fixed(element(f"{CALDAV}opaque")),
}
"""What a calendar has until somebody sets it otherwise, by Clark name."""
