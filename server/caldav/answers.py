"""Answers to refusals: a status, and a DAV:error body naming the condition (RFC 4918 16)."""

from __future__ import annotations

from http import HTTPStatus
from xml.sax.saxutils import escape

from server.domain.errors import (
    AlreadyThere,
    MalformedCalendarData,
    NotFound,
    PracticeError,
    PreconditionFailed,
    UidConflict,
)

Answer = tuple[int, dict[str, str], bytes | str | None, str | None]
"""Status, headers, body and (for the log) the request's XML, as Radicale passes them on."""

_CALDAV = frozenset(
    {
        "valid-calendar-data",
        "valid-calendar-object-resource",
        "supported-calendar-component",
        "no-uid-conflict",
        "max-resource-size",
        "max-instances",
    }
)
_NAMESPACES = (
    'xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:P="urn:x-praxical:dav"'
)


def refusal(error: PracticeError, prefix: str = "") -> Answer:
    """Return the answer to a refusal; ``prefix`` is the path of the collection, for hrefs."""
    match error:
        case MalformedCalendarData():
            status = HTTPStatus.BAD_REQUEST
        case PreconditionFailed():
            status = HTTPStatus.PRECONDITION_FAILED
        case NotFound():
            status = HTTPStatus.NOT_FOUND
        case UidConflict() | AlreadyThere():
            status = HTTPStatus.CONFLICT
        case _:
            status = HTTPStatus.FORBIDDEN
    return status, {"Content-Type": "text/xml; charset=utf-8"}, _body(error, prefix), None


def _body(error: PracticeError, prefix: str) -> bytes:
    space = "C" if error.condition in _CALDAV else "P"
    inside = ""
    if isinstance(error, UidConflict):
        inside = f"<D:href>{escape(prefix + error.href)}</D:href>"
    element = f"<{space}:{error.condition}>{inside}</{space}:{error.condition}>"
    sentence = f"<D:responsedescription>{escape(error.sentence)}</D:responsedescription>"
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f"<D:error {_NAMESPACES}>{element}{sentence}</D:error>"
    ).encode()
