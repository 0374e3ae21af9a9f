"""GET of an own object by a device that has just been here: the quickest lane of all.

Whatever is out of the ordinary is left to the usual one, which answers the same.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from server.caldav.representation import VARY, http_date_of
from server.caldav.response import CALENDAR, Response
from server.domain.ids import UserName
from server.practice_db.errors import DatabaseBusy, DatabaseUnreachable

if TYPE_CHECKING:
    from server.storage_plugin.house import House

_NAME: Final = "[A-Za-z0-9_~-][A-Za-z0-9._~-]*"
_OBJECT: Final = re.compile(f"/({_NAME})/({_NAME})/({_NAME})")
_UNUSUAL: Final = frozenset(
    {
        "HTTP_IF",
        "HTTP_IF_MATCH",
        "HTTP_IF_MODIFIED_SINCE",
        "HTTP_IF_NONE_MATCH",
        "HTTP_IF_UNMODIFIED_SINCE",
        "HTTP_CALDAV_TIMEZONES",
    }
)


def quick_get(house: House, environ: Mapping[str, Any]) -> Response | None:
    """Return the object, None where the usual lane has to look."""
    header = environ.get("HTTP_AUTHORIZATION")
    path = _OBJECT.fullmatch(environ["PATH_INFO"])
    plain = environ["REQUEST_METHOD"] == "GET" and not _UNUSUAL & environ.keys()
    if path is None or not plain or not header or "json" in environ.get("HTTP_ACCEPT", ""):
        return None
    user, slug, href = path.groups()
    try:
        found = house.database.served(UserName(user), slug, href)
    except (DatabaseBusy, DatabaseUnreachable):
        return None
    if found is None:
        return None
    known = house.doorkeeper.recognised(header, found.configured, house.clock.now())
    if known is None or known.user.name != user:
        return None
    house.seen.note(known.password.id, found.calendar, [(href, found.revision)])
    headers = {
        "ETag": found.etag,
        "Last-Modified": http_date_of(found.modified_at),
        "Vary": VARY,
        "Content-Type": CALENDAR,
    }
    return Response(HTTPStatus.OK, headers, found.text.encode())
