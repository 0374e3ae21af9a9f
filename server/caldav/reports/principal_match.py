"""REPORT principal-match: which of these am I, which are mine (RFC 3744 9.3)."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from server.caldav.answers import Unmet, malformed, not_found
from server.caldav.members import Members
from server.caldav.properties.place import Place, Sort, place_of
from server.caldav.properties.written import property_of, written
from server.caldav.reports.people import without_depth
from server.caldav.response import Response, multistatus
from server.caldav.wanted import Kind, Wanted, read_wanted
from server.caldav.xml_out import DAV, href

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from server.caldav.request import Request

_OF_OBJECTS: Final = frozenset({f"{DAV}owner", f"{DAV}current-user-principal"})
"""The properties of an object that name a principal."""


def principal_match(request: Request, root: Element) -> Response:
    """Return what is the user, or what has a property that names the user, at any depth."""
    without_depth(request)
    if request.is_object:
        raise Unmet(HTTPStatus.FORBIDDEN, f"{DAV}supported-report")
    place = place_of(request)
    if place is None:
        return not_found()
    has_prop = root.find(f"{DAV}prop") is not None
    wanted = read_wanted(root) if has_prop else Wanted(Kind.PROP)
    if root.find(f"{DAV}self") is not None:
        return multistatus(_principals(place, wanted))
    named = root.find(f"{DAV}principal-property")
    if named is None or len(named) != 1:
        raise malformed("principal-match asks for DAV:self or for one DAV:principal-property.")
    return multistatus(_owned(place, named[0].tag, wanted))


def _principals(place: Place, wanted: Wanted) -> Iterator[str]:
    """Yield the user's principal, also where it is the very collection that is asked."""
    for one in (place, *place.members()):
        if one.sort is Sort.HOME:
            yield written(one, wanted)


def _owned(place: Place, name: str, wanted: Wanted) -> Iterator[str]:
    for member in place.members():
        if _names_user(member, name):
            yield written(member, wanted)
        yield from _owned(member, name, wanted)
    if place.target is not None and name in _OF_OBJECTS and _names_user(place, name):
        yield from Members.of(place.request, place.target, wanted, with_data=False).listing()


def _names_user(place: Place, name: str) -> bool:
    return href(place.request.home) in (property_of(place, name) or "")
