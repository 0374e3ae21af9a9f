"""What the reports about people have in common: everybody finds the own principal, no other."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from server.caldav.answers import Unmet
from server.caldav.properties.place import Place, Sort
from server.caldav.xml_out import OURS

if TYPE_CHECKING:
    from server.caldav.request import Request


def own_principal(request: Request) -> Place:
    """Return the home of the user, which is the principal."""
    return Place(request, Sort.HOME)


def without_depth(request: Request) -> None:
    """Raise Unmet unless Depth is 0 or missing (RFC 3744 9.3 to 9.5)."""
    if request.depth("0") != "0":
        raise Unmet(HTTPStatus.BAD_REQUEST, f"{OURS}depth", "This report has Depth 0.")
