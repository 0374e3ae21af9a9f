"""OPTIONS: what the server can, and which methods a resource takes (RFC 4918 10.1)."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from server.caldav.answers import not_found
from server.caldav.properties.methods import (
    OF_OBJECTS,
    OF_READ_OBJECTS,
    TO_MAKE_CALENDARS,
    TO_MAKE_OBJECTS,
    methods_of,
)
from server.caldav.properties.place import place_of, reads_only
from server.caldav.request import CALENDAR_SEGMENTS
from server.caldav.response import Response

if TYPE_CHECKING:
    from server.caldav.request import Request

# Only what works. There are no locks (class 2) and no address books; of calendar-proxy the
# properties are there and the groups are empty, so that no app need look for them. By
# calendar-auto-schedule apps leave invitations to the server, which drops who is invited and
# mails nobody, and ask it when colleagues are busy.
COMPLIANCE: Final = (
    "1, 3, access-control, calendar-access, calendar-auto-schedule, extended-mkcol, "
    "calendar-no-timezone, calendarserver-principal-property-search"
)


def options(request: Request) -> Response:
    """Return DAV and Allow for what is, or could be made, at the path."""
    allowed = _allowed(request)
    if allowed is None:
        return not_found()
    headers = {"DAV": COMPLIANCE, "Allow": ", ".join(allowed)}
    return Response(HTTPStatus.OK, headers)


def _allowed(request: Request) -> tuple[str, ...] | None:
    place = place_of(request)
    if place is not None:
        return methods_of(place.sort, may_write=place.may_write)
    if request.is_object:
        return _of_object(request)
    is_free = len(request.segments) == CALENDAR_SEGMENTS and not reads_only(request)
    return TO_MAKE_CALENDARS if is_free else None


def _of_object(request: Request) -> tuple[str, ...] | None:
    target = request.target
    if target is None:
        return None
    with request.house.reading(target) as reading:
        is_there = bool(reading.stored([request.segments[2]]))
    may_write = request.may_write()
    if is_there:
        return OF_OBJECTS if may_write else OF_READ_OBJECTS
    return TO_MAKE_OBJECTS if may_write else None
