"""CALDAV:schedule-response: what became of a request, by recipient (RFC 6638 10)."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from server.caldav.response import Response, xml
from server.caldav.xml_out import CALDAV, DECLARED, PROLOGUE, element, escape, text_element

if TYPE_CHECKING:
    from collections.abc import Iterable

SUCCESS: Final = "2.0;Success"
NOBODY: Final = "3.7;Invalid Calendar User"
UNAVAILABLE: Final = "5.1;Service unavailable"
"""Request statuses (RFC 5546 3.6, RFC 6638 3.2.9)."""


def recipient_response(recipient: str, status: str, data: str = "") -> str:
    """Return CALDAV:response of one recipient, whose address is as it was asked for."""
    href = f"<D:href>{escape(recipient)}</D:href>"
    told = text_element(f"{CALDAV}calendar-data", data) if data else ""
    said = text_element(f"{CALDAV}request-status", status)
    return element(f"{CALDAV}response", f"{element(f'{CALDAV}recipient', href)}{said}{told}")


def schedule_response(responses: Iterable[str]) -> Response:
    """Return the answer to a POST to the outbox."""
    inner = "".join(responses)
    text = f"{PROLOGUE}<C:schedule-response {DECLARED}>{inner}</C:schedule-response>"
    return xml(HTTPStatus.OK, text, {"Cache-Control": "no-store"})
