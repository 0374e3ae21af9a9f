"""REPORT: which one is asked for, and who answers it (RFC 3253 3.6)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from server.caldav.answers import forbidden, malformed
from server.caldav.properties.common import REPORTS_OF
from server.caldav.properties.place import place_of
from server.caldav.reports.acl_principal_prop_set import acl_principal_prop_set
from server.caldav.reports.calendar_multiget import calendar_multiget
from server.caldav.reports.calendar_query import calendar_query
from server.caldav.reports.expand_property import expand_property
from server.caldav.reports.free_busy_query import free_busy_query
from server.caldav.reports.principal_match import principal_match
from server.caldav.reports.principal_property_search import principal_property_search
from server.caldav.reports.principal_search_property_set import principal_search_property_set
from server.caldav.reports.sync_collection import sync_collection
from server.caldav.request import Request
from server.caldav.response import Response
from server.caldav.xml_out import CALDAV, DAV

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

REPORTS: Final[Mapping[str, Callable[[Request, Element], Response]]] = {
    f"{CALDAV}calendar-multiget": calendar_multiget,
    f"{CALDAV}calendar-query": calendar_query,
    f"{CALDAV}free-busy-query": free_busy_query,
    f"{DAV}acl-principal-prop-set": acl_principal_prop_set,
    f"{DAV}expand-property": expand_property,
    f"{DAV}principal-match": principal_match,
    f"{DAV}principal-property-search": principal_property_search,
    f"{DAV}principal-search-property-set": principal_search_property_set,
    f"{DAV}sync-collection": sync_collection,
}
"""The reports that are answered, by the name of the body's root."""


def report(request: Request) -> Response:
    """Answer the report that the body names; an unknown one is refused by its condition."""
    root = request.xml
    if root is None:
        raise malformed("REPORT needs a body.")
    answer = REPORTS.get(root.tag)
    if answer is None or not _fits(request, root.tag):
        raise forbidden(f"{DAV}supported-report", "This report is not known here.")
    return answer(request, root)


def _fits(request: Request, name: str) -> bool:
    """Whether a report is one of those that an inbox or outbox answers; others look closer."""
    place = place_of(request) if request.is_in_box else None
    return place is None or name in REPORTS_OF[place.sort]
