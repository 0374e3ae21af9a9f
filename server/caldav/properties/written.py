"""DAV:response of a collection: the properties asked for, with their status (RFC 4918 9.1)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Final

from server.caldav.properties.calendar import CALENDAR, UNLESS_SET
from server.caldav.properties.common import Read
from server.caldav.properties.home import HOME
from server.caldav.properties.kept import kept_element, kept_names
from server.caldav.properties.place import Place, Sort
from server.caldav.properties.root import ROOT
from server.caldav.scheduling.properties import INBOX, OUTBOX
from server.caldav.wanted import Kind, Wanted
from server.caldav.xml_out import CALDAV, DAV, element, propstat, response

LIVE: Final[Mapping[Sort, Mapping[str, Read]]] = {
    Sort.ROOT: ROOT,
    Sort.HOME: HOME,
    Sort.CALENDAR: CALENDAR,
    Sort.INBOX: INBOX,
    Sort.OUTBOX: OUTBOX,
}
"""What the server gives of each kind of collection, by Clark name."""

_USUAL: Final = tuple(
    f"{DAV}{name}"
    for name in (
        "creationdate",
        "displayname",
        "getcontenttype",
        "getetag",
        "getlastmodified",
        "lockdiscovery",
        "resourcetype",
        "supportedlock",
    )
)
"""What DAV:allprop names of the server's own (RFC 4918 15): the rest may cost more."""
_NOT_ASKED: Final = frozenset(
    f"{CALDAV}{name}"
    for name in (
        "calendar-description",
        "calendar-timezone",
        "calendar-timezone-id",
        "schedule-calendar-transp",
    )
)
"""What people set and DAV:allprop leaves out all the same (RFC 4791 5.2)."""

Write = Callable[[Place, str], "str | None"]
"""Gives a property as XML, None where the place has none of this name."""


def written(place: Place, wanted: Wanted) -> str:
    """Return the response with what is wanted of a collection."""
    if wanted.kind is Kind.PROPNAME:
        return _named(place)
    return with_properties(place, asked_of(place, wanted))


def with_properties(place: Place, names: Iterable[str], write: Write | None = None) -> str:
    """Return the response with these properties, 404 for those that are not there.

    Those are left out for an app that prefers brevity (RFC 8144 2.1).
    """
    write = write or property_of
    found: list[str] = []
    missing: list[str] = []
    for name in names:
        xml = write(place, name)
        if xml is None:
            missing.append(element(name))
        else:
            found.append(xml)
    parts: list[str] = []
    is_brief = place.request.wants_minimal
    if found or is_brief or not missing:
        # A response needs at least one propstat (RFC 4918 14.24).
        parts.append(propstat(HTTPStatus.OK, "".join(found)))
    if missing and not is_brief:
        parts.append(propstat(HTTPStatus.NOT_FOUND, "".join(missing)))
    return response(place.path, parts)


def property_of(place: Place, name: str) -> str | None:
    """Return one property as XML, None where the place has none of this name."""
    read = LIVE[place.sort].get(name)
    if read is None:
        kept = kept_element(place, name)
        if kept is not None or place.sort is not Sort.CALENDAR:
            return kept
        read = UNLESS_SET.get(name)
        if read is None:
            return None
    inner = read(place)
    return None if inner is None else element(name, inner)


def asked_of(place: Place, wanted: Wanted) -> Iterable[str]:
    """Return the names that are asked for; for DAV:allprop those that the place has."""
    if wanted.kind is Kind.PROP:
        return wanted.names
    set_by_people = [name for name in kept_names(place) if name not in _NOT_ASKED]
    usual = dict.fromkeys([*_USUAL, *set_by_people])
    there = [name for name in usual if property_of(place, name) is not None]
    return dict.fromkeys([*there, *wanted.include])


def _named(place: Place) -> str:
    """Return the names of all that the place has (RFC 4918 9.1.4)."""
    names = dict.fromkeys([*LIVE[place.sort], *kept_names(place)])
    if place.sort is Sort.CALENDAR:
        names |= dict.fromkeys(UNLESS_SET)
    there = [element(name) for name in names if property_of(place, name) is not None]
    return response(place.path, [propstat(HTTPStatus.OK, "".join(there))])
