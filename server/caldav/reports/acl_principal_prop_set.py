"""REPORT acl-principal-prop-set: the principals that an access list names (RFC 3744 9.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.caldav.properties.written import written
from server.caldav.reports.people import own_principal, without_depth
from server.caldav.response import Response, multistatus
from server.caldav.wanted import read_wanted

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from server.caldav.request import Request


def acl_principal_prop_set(request: Request, root: Element) -> Response:
    """Return the user's own principal: each access list has it and no other."""
    without_depth(request)
    return multistatus([written(own_principal(request), read_wanted(root))])
