"""ACL: who may do what is for the practice to say; each change is refused (RFC 3744 8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.caldav.unmet import lacks

if TYPE_CHECKING:
    from server.caldav.request import Request
    from server.caldav.response import Response


def acl(request: Request) -> Response:
    """Refuse, naming the privilege that nobody has."""
    raise lacks("write-acl", request.own_path)
