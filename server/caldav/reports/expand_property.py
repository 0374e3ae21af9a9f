"""REPORT expand-property: properties, and those of what they point to (RFC 3253 3.8)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from server.caldav.answers import forbidden, malformed, not_found
from server.caldav.properties.place import Place, place_at, place_of
from server.caldav.properties.written import property_of, with_properties
from server.caldav.response import Response, multistatus
from server.caldav.xml_in import children
from server.caldav.xml_out import DAV, status_response

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from server.caldav.request import Request

_PROPERTY: Final = f"{DAV}property"
_LIMITS: Final = f"{DAV}number-of-matches-within-limits"
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_HREF: Final = re.compile(r"<D:href>(/[^<]*)</D:href>")
_RESERVED: Final = "http://www.w3.org/"
"""Where the namespaces lie that no prefix may stand for."""
_LEVELS: Final = 6
_PROPERTIES: Final = 2_000
"""What an answer holds at most: hrefs may lead in a circle."""


@dataclass(slots=True)
class _Room:
    """How many more properties are answered."""

    left: int = field(default=_PROPERTIES)

    def take(self, number: int) -> None:
        """Count properties; raises Unmet when there is no room for more."""
        self.left -= number
        if self.left < 0:
            raise forbidden(_LIMITS, "Ask for fewer properties.")


def expand_property(request: Request, root: Element) -> Response:
    """Return the properties asked for; where one points to a resource, that one's instead."""
    place = place_of(request)
    if place is None:
        if request.is_object:
            raise forbidden(f"{DAV}supported-report", "An object's properties point nowhere.")
        return not_found()
    return multistatus([_expanded(place, root, _Room(), _LEVELS)])


def _expanded(place: Place, asked: Element, room: _Room, levels: int) -> str:
    """Return the response of a resource, with the properties that an element asks for."""
    if not levels:
        raise forbidden(_LIMITS, "This is nested too deeply.")
    inner = {_name_of(one): one for one in children(asked, _PROPERTY)}
    room.take(len(inner))

    def write(place: Place, name: str) -> str | None:
        xml = property_of(place, name)
        if xml is None or not len(inner[name]):
            return xml
        return _HREF.sub(lambda found: _followed(place, found[1], inner[name]), xml)

    def _followed(place: Place, uri: str, asked: Element) -> str:
        path = unquote(unescape(uri))
        there = place_at(place.request, path)
        if there is None:
            # Such as the home of a colleague.
            return status_response(path, HTTPStatus.NOT_FOUND)
        return _expanded(there, asked, room, levels - 1)

    return with_properties(place, inner, write)


def _name_of(asked: Element) -> str:
    """Return the Clark name; raises Unmet for what is no name of an element."""
    space, name = asked.get("namespace", "DAV:"), asked.get("name", "")
    if "}" in space or space.startswith(_RESERVED) or not _NAME.fullmatch(name):
        raise malformed("This is no name of a property.")
    return f"{{{space}}}{name}" if space else name
