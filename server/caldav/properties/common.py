"""Properties that every collection has: who asks, what it may do, what can be asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final
from uuid import UUID, uuid5

from server.caldav.properties.methods import methods_of
from server.caldav.properties.place import Place, Sort
from server.caldav.properties.privileges import (
    RESTRICTIONS,
    SUPPORTED,
    access_list,
    granted,
)
from server.caldav.xml_out import CALDAV, DAV, element, href

Read = Callable[[Place], str | None]
"""Gives the XML within a property, None where the place has no such property."""

_RESOURCES: Final = UUID("3a9f4d52-7c1b-5e0a-8d3e-2f6b90c4a7e5")
"""The name space of DAV:resource-id (RFC 5842 3.1)."""
_EVERYWHERE: Final = (
    f"{DAV}expand-property",
    f"{DAV}principal-match",
    f"{DAV}principal-property-search",
    f"{DAV}principal-search-property-set",
    f"{DAV}acl-principal-prop-set",
)
_OF_CALENDARS: Final = (
    f"{CALDAV}calendar-query",
    f"{CALDAV}calendar-multiget",
    f"{CALDAV}free-busy-query",
    f"{DAV}sync-collection",
)
_OF_INBOXES: Final = tuple(name for name in _OF_CALENDARS if name != f"{CALDAV}free-busy-query")


def fixed(inner: str) -> Read:
    """Return the reading of a property that is the same everywhere."""
    return lambda _: inner


def resource_id(place: Place, *names: str) -> str:
    """Return DAV:resource-id of what has these names in the practice, the same for ever."""
    whole = "/".join((place.practice.slug, *names))
    return href_of(f"urn:uuid:{uuid5(_RESOURCES, whole)}")


def href_of(uri: str) -> str:
    """Return DAV:href of what is a URI already."""
    return element(f"{DAV}href", uri)


def _reports(names: Iterable[str]) -> str:
    return "".join(
        element(f"{DAV}supported-report", element(f"{DAV}report", element(name)))
        for name in names
    )


REPORTS_OF: Final[Mapping[Sort, tuple[str, ...]]] = {
    Sort.ROOT: _EVERYWHERE,
    Sort.HOME: _EVERYWHERE,
    Sort.CALENDAR: (*_OF_CALENDARS, *_EVERYWHERE),
    Sort.INBOX: (*_OF_INBOXES, *_EVERYWHERE),
    Sort.OUTBOX: _EVERYWHERE,
}
"""The reports that each kind of collection says it answers, by the name of their root."""
_REPORTS: Final = {sort: _reports(names) for sort, names in REPORTS_OF.items()}


def _methods(place: Place) -> str:
    named = methods_of(place.sort, may_write=place.may_write)
    return "".join(element(f"{DAV}supported-method", "", {"name": name}) for name in named)


def _self(place: Place) -> str:
    return href(place.request.home)


COMMON: Final[Mapping[str, Read]] = {
    f"{DAV}current-user-principal": _self,
    f"{DAV}current-user-privilege-set": granted,
    f"{DAV}supported-privilege-set": fixed(SUPPORTED),
    f"{DAV}acl": access_list,
    f"{DAV}acl-restrictions": fixed(RESTRICTIONS),
    f"{DAV}inherited-acl-set": fixed(""),
    f"{DAV}principal-collection-set": lambda place: href(f"{place.request.base}/"),
    f"{DAV}supported-report-set": lambda place: _REPORTS[place.sort],
    f"{DAV}supported-method-set": _methods,
    # No locks: class 2 is not claimed (RFC 4918 15.8, 15.10).
    f"{DAV}supportedlock": fixed(""),
    f"{DAV}lockdiscovery": fixed(""),
}
"""By Clark name."""
