"""POST: a new object that the server names (add-member, RFC 5995), a question to the outbox."""

from __future__ import annotations

import re
from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs

from server.caldav.changes import Opened, changing
from server.caldav.properties.place import Sort, place_of
from server.caldav.scheduling.outbox import ask_busy_times
from server.caldav.sent_object import read_sent
from server.caldav.storing import store
from server.caldav.unmet import MethodNotAllowed, lacks, missing
from server.caldav.xml_out import path_text
from server.domain.ids import new_ulid

if TYPE_CHECKING:
    from server.caldav.request import Request
    from server.caldav.response import Response
    from server.ics.event import CalendarObject

ADD_MEMBER: Final = "add-member"
"""The query of the address that DAV:add-member names."""

_FIT_FOR_A_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+=-]{0,149}")


def post(request: Request) -> Response:
    """Store a new object in the calendar, Location says where; or answer for the outbox."""
    if request.is_in_box:
        return _to_box(request)
    if not request.is_calendar or not _adds(request):
        raise MethodNotAllowed(request, "Only a calendar's add-member address takes POST.")
    if request.target is None:
        raise missing()
    if not request.may_write():
        raise lacks("bind", request.collection)
    sent = read_sent(request)
    return changing(request, lambda opened: _add(request, opened, sent))


def _to_box(request: Request) -> Response:
    place = place_of(request)
    if place is None:
        raise missing()
    if place.sort is not Sort.OUTBOX:
        raise MethodNotAllowed(request, "Only the outbox takes POST.")
    return ask_busy_times(request)


def _adds(request: Request) -> bool:
    query = str(request.environ.get("QUERY_STRING", ""))
    return ADD_MEMBER in parse_qs(query, keep_blank_values=True)


def _add(request: Request, opened: Opened, sent: CalendarObject) -> Response:
    name = _name_of(opened, sent.uid)
    response = store(request, opened, sent, name)
    if response.status is not HTTPStatus.CREATED:
        return response
    location = request.collection + path_text(name)
    return replace(response, headers={**response.headers, "Location": location})


def _name_of(opened: Opened, uid: str) -> str:
    """Return a free name: the UID's where it is fit for a path and not in use."""
    name = f"{uid}.ics"
    calendar = opened.target.calendar.id
    if _FIT_FOR_A_NAME.fullmatch(uid) and opened.uow.objects.get(calendar, name) is None:
        return name
    return f"{new_ulid(opened.context.now)}.ics"
