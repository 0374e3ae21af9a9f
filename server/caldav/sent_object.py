"""The calendar object in the body of PUT and POST, and its conditions (RFC 4791 5.3.2.1)."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from server.caldav.answers import Unmet, malformed
from server.caldav.representation import JCAL_TYPE
from server.caldav.xml_out import CALDAV, element
from server.domain.errors import MalformedCalendarData, TooEarly, TooLarge, TooLate
from server.domain.when import BeyondCalendar
from server.ics.jcal import from_jcal
from server.ics.lines import decode
from server.ics.reader import read_object

if TYPE_CHECKING:
    from server.caldav.request import Request
    from server.ics.event import CalendarObject

_ICALENDAR_TYPE: Final = "text/calendar"
_TOO_EARLY: Final = re.compile(
    r"^(?:DTSTART|DTEND|DUE|RECURRENCE-ID|RDATE|EXDATE)(?:;[^:\r\n]*)?:(?:0000|00010101)",
    re.IGNORECASE | re.MULTILINE,
)


def is_jcal(request: Request) -> bool:
    """Whether the body is jCal (RFC 7265)."""
    return _media_type(request) == JCAL_TYPE


def read_sent(request: Request) -> CalendarObject:
    """Return the object that was sent; raises Unmet and PracticeError by what is wrong."""
    _refuse_part(request)
    _refuse_other_types(request)
    rules = request.house.rules
    if len(request.body) > rules.resource_bytes_at_most:
        said = f"The object has {len(request.body)} bytes"
        raise TooLarge(f"{said}; {rules.resource_bytes_at_most} are taken.")
    with request.house.transaction(writes=False) as uow:
        zone = uow.practice.zone
    text = decode(request.body, request.charset)
    if is_jcal(request):
        text = from_jcal(text)
    try:
        return read_object(text, zone)
    except MalformedCalendarData as error:
        if isinstance(error.__cause__, BeyondCalendar):
            raise TooLate("A date lies behind the last one that is kept.") from error
        if _TOO_EARLY.search(text):
            raise TooEarly("A date lies before the first one that is kept.") from error
        raise


def _media_type(request: Request) -> str:
    """Return the media type of the body; without one it is taken for iCalendar."""
    said = str(request.environ.get("CONTENT_TYPE") or "").partition(";")[0].strip().lower()
    return said or _ICALENDAR_TYPE


def _refuse_part(request: Request) -> None:
    if request.header("Content-Range"):
        # RFC 9110 14.5: a part taken for the whole would destroy what is there.
        raise malformed("An object is written whole, not by Content-Range.")


def _refuse_other_types(request: Request) -> None:
    if _media_type(request) in (_ICALENDAR_TYPE, JCAL_TYPE):
        return
    taken = "".join(
        element(f"{CALDAV}calendar-data", attributes={"content-type": kind, "version": "2.0"})
        for kind in (_ICALENDAR_TYPE, JCAL_TYPE)
    )
    said = f"Objects are taken as {_ICALENDAR_TYPE} or {JCAL_TYPE}."
    raise Unmet(HTTPStatus.FORBIDDEN, f"{CALDAV}supported-calendar-data", said, taken)
