"""Storing an object that was sent, and the answer that PUT and POST share."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from server.caldav.conditions import check_if, conditions_of
from server.caldav.representation import VARY, represented, validators
from server.caldav.response import Response
from server.caldav.xml_out import path_text
from server.domain.errors import PreconditionFailed
from server.usecases.put_event import Put, put_event

if TYPE_CHECKING:
    from server.caldav.changes import Opened
    from server.caldav.request import Request
    from server.ics.event import CalendarObject


def store(request: Request, opened: Opened, sent: CalendarObject, name: str) -> Response:
    """Store an object under a name; without ETag where the stored text differs.

    An app that keeps what it has sent must not take it for what is stored (RFC 4791 5.3.4).
    """
    try:
        check_if(request, opened.uow)
        result = put_event(opened.uow, opened.context, _put(request, opened, sent, name))
    except PreconditionFailed:
        # RFC 8144 3.2: who wants to see what is stored is shown why the condition fails.
        shown = _shown(request, opened, name, HTTPStatus.PRECONDITION_FAILED)
        if shown is None:
            raise
        return shown
    usual = HTTPStatus.CREATED if result.created else HTTPStatus.NO_CONTENT
    # jCal, another charset, and what had to be left out are not stored as they were sent.
    same = result.etag is not None and sent.text.encode() == request.body
    headers = {"ETag": str(result.etag)} if same else {}
    if request.wants_minimal:
        headers["Preference-Applied"] = "return=minimal"
    status = HTTPStatus.CREATED if result.created else HTTPStatus.OK
    return _shown(request, opened, name, status) or Response(usual, headers)


def _shown(request: Request, opened: Opened, name: str, status: HTTPStatus) -> Response | None:
    """Return what is stored now, None if that is not asked for, or not there (RFC 8144 3)."""
    preferred = request.header("Prefer").lower().replace('"', "").split(",")
    if "return=representation" not in [word.strip() for word in preferred]:
        return None
    with request.house.reading(opened.target) as reading:
        found = reading.objects([name])
    if not found:
        return None
    kind, body = represented(request, found[0].text)
    headers = {
        **validators(found[0]),
        "Content-Type": kind,
        "Content-Location": request.collection + path_text(name),
        "Preference-Applied": "return=representation",
        "Vary": f"{VARY}, Prefer",
    }
    return Response(status, headers, body)


def _put(request: Request, opened: Opened, sent: CalendarObject, name: str) -> Put:
    calendar = opened.target.calendar
    device = opened.context.actor.credential
    seen = request.house.seen.last(device, calendar.id, name) if device else None
    return Put(
        owner=calendar.owner,
        slug=calendar.slug,
        href=name,
        viewer=opened.target.viewer,
        sent=sent,
        conditions=conditions_of(request),
        agent=request.header("User-Agent"),
        seen=seen,
    )
