"""MOVE of one object: to another name, or into another calendar (RFC 4918 9.9)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.caldav.changes import Opened, changing
from server.caldav.conditions import check_if, conditions_of
from server.caldav.destination import Destination, read_destination
from server.caldav.unmet import lacks
from server.usecases.move_event import Move, move_event

if TYPE_CHECKING:
    from server.caldav.request import Request
    from server.caldav.response import Response


def move(request: Request) -> Response:
    """Move an object; a refused move leaves it where it is."""
    to = read_destination(request)
    if not request.may_write():
        raise lacks("unbind", request.collection)
    if not request.may_write(to.path):
        raise lacks("bind", to.collection)
    return changing(request, lambda opened: _move(request, opened, to), to.path)


def _move(request: Request, opened: Opened, to: Destination) -> Response:
    check_if(request, opened.uow)
    calendar = opened.target.calendar
    wanted = Move(
        (calendar.owner, calendar.slug, request.segments[2]),
        to.address(opened),
        opened.target.viewer,
        to.overwrite,
        conditions_of(request),
    )
    return to.within(lambda: move_event(opened.uow, opened.context, wanted))
