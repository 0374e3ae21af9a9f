"""DELETE of one object, or of a personal calendar (RFC 4918 9.6)."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from server.caldav.answers import malformed
from server.caldav.changes import Opened, changing
from server.caldav.conditions import check_if, conditions_of, tags_of
from server.caldav.request import OBJECT_SEGMENTS
from server.caldav.response import Response
from server.caldav.unmet import lacks, missing
from server.domain.errors import PreconditionFailed
from server.usecases.delete_event import Delete, delete_event
from server.usecases.make_calendar import delete_calendar
from server.usecases.read_calendar import sync_token

if TYPE_CHECKING:
    from server.caldav.request import Request


def delete(request: Request) -> Response:
    """Delete what is at the path; a refused deletion is 403 and everything stays."""
    if not request.is_object:
        return _delete_collection(request)
    if request.target is None:
        raise missing()
    if not request.may_write():
        raise lacks("unbind", request.collection)
    return changing(request, lambda opened: _object(request, opened))


def _delete_collection(request: Request) -> Response:
    if len(request.segments) >= OBJECT_SEGMENTS:
        raise missing()
    if not request.is_calendar:
        raise lacks("unbind", f"{request.base}/")
    if request.is_in_box:
        raise lacks("unbind", request.home)
    if request.target is None:
        raise missing()
    if request.depth("infinity") != "infinity":
        raise malformed("A calendar is deleted with everything in it, or not at all.")
    if not request.may_write():
        raise lacks("unbind", request.home)
    return changing(request, lambda opened: _calendar(request, opened))


def _object(request: Request, opened: Opened) -> Response:
    check_if(request, opened.uow)
    calendar = opened.target.calendar
    wanted = Delete(
        calendar.owner,
        calendar.slug,
        request.segments[2],
        opened.target.viewer,
        conditions_of(request),
    )
    delete_event(opened.uow, opened.context, wanted)
    return Response(HTTPStatus.NO_CONTENT)


def _calendar(request: Request, opened: Opened) -> Response:
    check_if(request, opened.uow)
    target = opened.target
    match = tags_of(request.header("If-Match"))
    etag = f'"{sync_token(target.calendar, request.view(target))}"'
    if match is not None and not match.anything and etag not in match.listed:
        raise PreconditionFailed("The calendar has changed.")
    delete_calendar(opened.uow, target.viewer, target.calendar)
    return Response(HTTPStatus.NO_CONTENT)
