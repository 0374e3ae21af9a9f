"""GET and HEAD of one object; of everything else the host's own answer (RFC 9110 9.3.1)."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from radicale import httputils
from radicale.app.base import Access
from radicale.app.get import ApplicationPartGet
from typing_extensions import override

from server.caldav.answers import Answer
from server.caldav.part import Call, Part, not_allowed
from server.storage_plugin.collections import PracticeCalendar
from server.storage_plugin.items import http_date

if TYPE_CHECKING:
    from radicale import types

    from server.domain.calendars import StoredObject


class GetPart(Part, ApplicationPartGet):
    """Answers GET."""

    @override
    def do_GET(
        self,
        environ: types.WSGIEnviron,
        base_prefix: str,
        path: str,
        user: str,
        user_groups: set[str],
        request_info: dict[str, Any],
    ) -> Answer:
        """Return an object as this user is served it; 304 if the client has it already."""
        call = Call(environ, base_prefix, path, user, user_groups)
        if not call.is_object or environ.get("QUERY_STRING"):
            answer = super().do_GET(environ, base_prefix, path, user, user_groups, request_info)
            status, headers, body, xml = answer
            return status, dict(headers), body, xml
        if not Access(self._rights, user, user_groups, path).check("r"):
            return not_allowed()
        stored = self._object(call)
        if stored is None:
            status, headers, body, xml = httputils.NOT_FOUND
            return status, dict(headers), body, xml
        return _served(stored, call.header("If-None-Match"))

    def _object(self, call: Call) -> StoredObject | None:
        owner, slug, href = call.segments
        with self.house.transaction(writes=False):
            target = self.house.target(owner, slug)
            return PracticeCalendar(self.house, target).served(href) if target else None


def _served(stored: StoredObject, known: str) -> Answer:
    headers = {"ETag": stored.etag, "Last-Modified": http_date(stored.modified_at)}
    if stored.etag in [tag.strip().removeprefix("W/") for tag in known.split(",")]:
        return HTTPStatus.NOT_MODIFIED, headers, None, None
    return HTTPStatus.OK, {"Content-Type": "text/calendar", **headers}, stored.text, None
