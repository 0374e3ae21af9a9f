"""Answers to refusals: a status, and a DAV:error body naming the condition (RFC 4918 16)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from server.caldav.response import Response, xml
from server.caldav.xml_out import (
    CALDAV,
    DECLARED,
    OURS,
    PROLOGUE,
    element,
    escape,
    href,
)
from server.domain.errors import (
    AlreadyThere,
    MalformedCalendarData,
    NotFound,
    PracticeError,
    PreconditionFailed,
    UidConflict,
)

_CALDAV: Final = frozenset(
    {
        "valid-calendar-data",
        "valid-calendar-object-resource",
        "supported-calendar-component",
        "no-uid-conflict",
        "max-resource-size",
        "max-instances",
        "min-date-time",
        "max-date-time",
    }
)


class Unmet(Exception):
    """A condition of the protocol does not hold: the status and the element that names it.

    ``condition`` is a Clark name, ``inner`` XML inside of it; the sentence is for a person.
    """

    def __init__(
        self, status: HTTPStatus, condition: str, sentence: str = "", inner: str = ""
    ) -> None:
        super().__init__(condition)
        self.response = error(status, element(condition, inner), sentence)


def error(status: HTTPStatus, conditions: str, sentence: str = "") -> Response:
    """Return an answer with DAV:error; the conditions are XML."""
    said = f"<D:responsedescription>{escape(sentence)}</D:responsedescription>"
    tail = said if sentence else ""
    return xml(status, f"{PROLOGUE}<D:error {DECLARED}>{conditions}{tail}</D:error>")


def malformed(sentence: str) -> Unmet:
    """Return the refusal of a request that cannot be read."""
    return Unmet(HTTPStatus.BAD_REQUEST, f"{OURS}readable-request", sentence)


def forbidden(condition: str, sentence: str = "") -> Unmet:
    """Return the refusal of what breaks a condition of DAV: or CalDAV, by its Clark name."""
    return Unmet(HTTPStatus.FORBIDDEN, condition, sentence)


def not_found() -> Response:
    """Return the answer for what is not there, or not for this user to know of."""
    return Response(HTTPStatus.NOT_FOUND)


def conflict() -> Response:
    """Return the answer for a path whose parent is no calendar (RFC 4918 9.7.1)."""
    return Response(HTTPStatus.CONFLICT)


def refusal(refused: PracticeError, collection: str = "") -> Response:
    """Return the answer to a refusal; ``collection`` is the path that hrefs lie in."""
    match refused:
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
    inner = href(collection + refused.href) if isinstance(refused, UidConflict) else ""
    space = CALDAV if refused.condition in _CALDAV else OURS
    return error(status, element(f"{space}{refused.condition}", inner), refused.sentence)
