"""COPY of one object into another calendar (RFC 4918 9.8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.caldav.answers import malformed
from server.caldav.changes import Opened, changing
from server.caldav.conditions import check_if, conditions_of
from server.caldav.destination import Destination, read_destination
from server.caldav.unmet import lacks
from server.usecases.copy_event import Copy, copy_event

if TYPE_CHECKING:
    from server.caldav.request import Request
    from server.caldav.response import Response


def copy(request: Request) -> Response:
    """Copy an object as the user sees it; to read it is enough."""
    to = read_destination(request)
    if request.depth("infinity") == "1":
        raise malformed("Depth 1 has no meaning for COPY.")
    if not request.may_write(to.path):
        raise lacks("bind", to.collection)
    return changing(request, lambda opened: _copy(request, opened, to), to.path)


def _copy(request: Request, opened: Opened, to: Destination) -> Response:
    check_if(request, opened.uow)
    calendar = opened.target.calendar
    wanted = Copy(
        (calendar.owner, calendar.slug, request.segments[2]),
        to.address(opened),
        opened.target.viewer,
        to.overwrite,
        conditions_of(request),
    )
    return to.within(lambda: copy_event(opened.uow, opened.context, wanted))
