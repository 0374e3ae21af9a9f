"""REPORT principal-search-property-set: what people can be searched by (RFC 3744 9.5)."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from server.caldav.reports.people import without_depth
from server.caldav.response import Response, xml
from server.caldav.xml_out import CALDAV, CALSERVER, DAV, DECLARED, PROLOGUE, element

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from server.caldav.request import Request

_SEARCHABLE: Final = {
    f"{DAV}displayname": "Name",
    f"{CALSERVER}email-address-set": "E-mail address",
    f"{CALDAV}calendar-user-address-set": "Calendar address",
    f"{CALDAV}calendar-user-type": "Kind of user",
}
_LISTED: Final = "".join(
    element(
        f"{DAV}principal-search-property",
        element(f"{DAV}prop", element(name))
        + element(f"{DAV}description", words, {"xml:lang": "en"}),
    )
    for name, words in _SEARCHABLE.items()
)
_NAME: Final = "D:principal-search-property-set"


def principal_search_property_set(request: Request, root: Element) -> Response:
    """Return the properties, and how each is called."""
    del root
    without_depth(request)
    return xml(HTTPStatus.OK, f"{PROLOGUE}<{_NAME} {DECLARED}>{_LISTED}</{_NAME}>")
