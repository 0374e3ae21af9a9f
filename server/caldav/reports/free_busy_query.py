"""REPORT free-busy-query: when somebody is busy, and nothing else (RFC 4791 7.10)."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import uuid4

from server.caldav.answers import forbidden, malformed, not_found
from server.caldav.data_xml import BadData, read_range
from server.caldav.response import CALENDAR, Response
from server.caldav.xml_out import CALDAV
from server.domain.errors import TooManyInstances
from server.ics.free_busy import BusyRow, free_busy
from server.storage_plugin.paths import Target, targets_of
from server.usecases.free_busy import busy_times, counts

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from server.caldav.request import Request
    from server.ics.spans import Range


def free_busy_query(request: Request, root: Element) -> Response:
    """Return VFREEBUSY of a calendar, or of the user's own calendars if the home is asked."""
    element = root.find(f"{CALDAV}time-range")
    if element is None:
        raise malformed("A free-busy-query needs a time-range.")
    try:
        window = read_range(element)
    except BadData as error:
        raise malformed(str(error)) from error
    if request.is_object:
        raise forbidden("{DAV:}supported-report", "Only calendars tell who is busy.")
    rows: list[BusyRow] = []
    targets = _targets(request)
    if targets is None:
        return not_found()
    try:
        for target in targets:
            with request.house.reading(target) as reading:
                rows += busy_times(reading, *window)
    except TooManyInstances as error:
        # To leave a series out would call its times free.
        raise forbidden("{DAV:}number-of-matches-within-limits", error.sentence) from error
    return _answer(request, rows, window)


def _targets(request: Request) -> list[Target] | None:
    """Return the calendars that tell; None where there is none at the path.

    Those of the home are the own ones, but for what their owner does not want to count
    (RFC 6638 9.1).
    """
    if request.is_calendar:
        return None if request.target is None else [request.target]
    if not request.segments or request.depth("0") == "0":
        return []
    with request.house.transaction(writes=False) as uow:
        return [
            target
            for target in targets_of(uow, request.user.name)
            if target.calendar.owner == request.user.name and counts(target.calendar)
        ]


def _answer(request: Request, rows: list[BusyRow], window: Range) -> Response:
    uid = f"{uuid4()}"
    text = free_busy(rows, window, request.house.clock.now(), uid)
    headers = {"Content-Type": f"{CALENDAR}; component=VFREEBUSY", "Cache-Control": "no-store"}
    return Response(HTTPStatus.OK, headers, text.encode())
