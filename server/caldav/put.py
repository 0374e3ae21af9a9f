"""PUT of one object from the raw body (RFC 4791 5.3.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.caldav.changes import changing
from server.caldav.request import OBJECT_SEGMENTS
from server.caldav.sent_object import read_sent
from server.caldav.storing import store
from server.caldav.unmet import MethodNotAllowed, lacks, no_parent

if TYPE_CHECKING:
    from server.caldav.answers import Unmet
    from server.caldav.request import Request
    from server.caldav.response import Response
    from server.storage_plugin.paths import Target


def put(request: Request) -> Response:
    """Store an object; what is a collection, or could be one, is never replaced."""
    _refuse_other_places(request)
    # Read before the transaction begins: other writers need not wait for that.
    sent = read_sent(request)
    name = request.segments[2]
    return changing(request, lambda opened: store(request, opened, sent, name))


def _refuse_other_places(request: Request) -> None:
    if len(request.segments) < OBJECT_SEGMENTS:
        raise MethodNotAllowed(request, "Only objects of calendars can be written.")
    if request.is_in_box:
        raise lacks("bind", request.collection)
    target = request.target
    if not request.is_object or target is None:
        raise no_parent()
    if not request.may_write():
        raise _lacking(request, target)


def _lacking(request: Request, target: Target) -> Unmet:
    """Return the refusal for who may not change an object, or not add one (RFC 3744 7)."""
    with request.house.reading(target) as reading:
        is_there = bool(reading.stored([request.segments[2]]))
    if is_there:
        return lacks("write-content", request.own_path)
    return lacks("bind", request.collection)
