"""Properties of the scheduling inbox and outbox of a home (RFC 6638 2.1, 2.2, 9)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from server.caldav.properties.common import COMMON, Read, fixed, resource_id
from server.caldav.properties.place import Place, Sort
from server.caldav.xml_out import CALDAV, CALSERVER, DAV, element, escape, href
from server.domain.vocabulary import CalendarKind
from server.usecases.availability import written_availability
from server.usecases.free_busy import counts

EMPTY_TOKEN: Final = "urn:x-praxical:sync:inbox"  # noqa: S105 - of a state, and no secret
"""The sync token of an inbox: it is always in the same state."""

AVAILABILITY: Final = f"{CALDAV}calendar-availability"
"""Bookable hours, as they are drawn in their calendar; they are changed there and only there.

Calendar apps that write this property mean the hours in which somebody works. To offer those to
clients is another decision, and nobody makes it by telling an app when the day begins.
"""

_COMPONENTS: Final = ("VEVENT", "VTODO", "VFREEBUSY")
_DATA: Final = element(
    f"{CALDAV}calendar-data", "", {"content-type": "text/calendar", "version": "2.0"}
)


def _components(*names: str) -> str:
    return "".join(element(f"{CALDAV}comp", "", {"name": name}) for name in names)


def _home(place: Place) -> Place:
    return Place(place.request, Sort.HOME)


def _counting(place: Place) -> str:
    """Return the own calendars that busy time is made of, whose owner says which."""
    return "".join(
        href(one.path)
        for one in _home(place).members()
        if one.target is not None and one.is_own and counts(one.calendar)
    )


def _default(place: Place) -> str:
    """Return the calendar of appointments; for who has none, no calendar (9.2)."""
    return "".join(
        href(one.path)
        for one in _home(place).members()
        if one.target is not None
        and one.is_own
        and one.calendar.kind is CalendarKind.APPOINTMENTS
    )


def _largest(place: Place) -> str:
    return str(place.request.house.rules.resource_bytes_at_most)


def _availability(place: Place) -> str | None:
    """Return the bookable hours (RFC 7953 7.2); None for who has no calendar of them."""
    with place.request.house.transaction(writes=False) as uow:
        text = written_availability(uow, place.request.user.name)
    return None if text is None else escape(text)


_BOX: Final[Mapping[str, Read]] = {
    **COMMON,
    f"{DAV}owner": lambda place: href(place.request.home),
    f"{DAV}resource-id": lambda place: resource_id(
        place, place.request.user.name, place.sort.value
    ),
    f"{CALDAV}supported-calendar-data": fixed(_DATA),
    f"{CALDAV}max-resource-size": _largest,
}

INBOX: Final[Mapping[str, Read]] = {
    **_BOX,
    f"{DAV}resourcetype": fixed(
        element(f"{DAV}collection") + element(f"{CALDAV}schedule-inbox")
    ),
    f"{DAV}displayname": fixed("Inbox"),
    f"{DAV}getetag": fixed(f'"{EMPTY_TOKEN}"'),
    f"{CALSERVER}getctag": fixed(f'"{EMPTY_TOKEN}"'),
    f"{DAV}sync-token": fixed(EMPTY_TOKEN),
    f"{CALDAV}supported-calendar-component-set": fixed(_components(*_COMPONENTS)),
    f"{CALDAV}calendar-free-busy-set": _counting,
    f"{CALDAV}schedule-default-calendar-URL": _default,
    AVAILABILITY: _availability,
}
"""By Clark name; nothing is ever delivered, and so it never changes."""

OUTBOX: Final[Mapping[str, Read]] = {
    **_BOX,
    f"{DAV}resourcetype": fixed(
        element(f"{DAV}collection") + element(f"{CALDAV}schedule-outbox")
    ),
    f"{DAV}displayname": fixed("Outbox"),
    f"{CALDAV}supported-calendar-component-set": fixed(_components("VFREEBUSY")),
}
"""By Clark name."""
