"""The inbox, which is always empty: nobody is invited through this server (RFC 6638 2.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.caldav.response import Response, multistatus
from server.caldav.scheduling.properties import EMPTY_TOKEN
from server.caldav.xml_in import text_of
from server.caldav.xml_out import DAV, escape

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element


def unchanged(root: Element) -> Response:
    """Return the changes of an inbox since any token: none (RFC 6578 3.2).

    The token that was sent comes back. Thunderbird asks the inbox with the token of a calendar
    and takes the new one for that calendar: with any other token, or a refusal, it would read
    the calendar from its beginning each time.
    """
    token = text_of(root.find(f"{DAV}sync-token")) or EMPTY_TOKEN
    return multistatus([], f"<D:sync-token>{escape(token)}</D:sync-token>")
