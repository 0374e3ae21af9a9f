"""GET and HEAD of one object, answered before the host is asked (RFC 9110 9.3.1)."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from radicale.auth import AuthContext

from server.caldav.environment import credentials_of
from server.caldav.part import Part
from server.storage_plugin.collections import PracticeCalendar
from server.storage_plugin.items import http_date

if TYPE_CHECKING:
    from collections.abc import Mapping

    from server.domain.calendars import StoredObject
    from server.storage_plugin.auth import Auth

Response = tuple[str, list[tuple[str, str]], list[bytes]]
"""Status line, headers and body, as WSGI takes them."""


class GetPart(Part):
    """Answers GET of what most GETs are for; everything else is left to the host."""

    def object_got(self, environ: Mapping[str, Any]) -> Response | None:
        """Return the answer for an object of the signed-in user's home, None for all else."""
        place = _place_of(environ)
        credentials = credentials_of(environ)
        if place is None or credentials is None or place[0] != credentials[0]:
            return None
        user, slug, href = place
        if self._sign_in(*credentials, environ) != user:
            return None
        with self.house.transaction(writes=False):
            target = self.house.target(user, slug)
            stored = PracticeCalendar(self.house, target).served(href) if target else None
        return _served(stored, str(environ.get("HTTP_IF_NONE_MATCH", ""))) if stored else None

    def _sign_in(self, login: str, secret: str, environ: Mapping[str, Any]) -> str:
        context = AuthContext()  # type: ignore[no-untyped-call]  # the host ships no types for it
        context.remote_addr = environ.get("REMOTE_ADDR", "")
        context.x_remote_addr = environ.get("HTTP_X_REMOTE_ADDR", "")
        auth: Auth = self._auth  # type: ignore[assignment]  # the one that we configured
        return auth.user_of(login, secret, context)


def _place_of(environ: Mapping[str, Any]) -> tuple[str, str, str] | None:
    """Return user, calendar and href of a plain path to an object."""
    if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or environ.get("QUERY_STRING"):
        return None
    match environ["PATH_INFO"].split("/"):
        case ["", user, slug, href] if user and slug and href not in ("", ".", ".."):
            return user, slug, href
        case _:
            return None


def _served(stored: StoredObject, known: str) -> Response:
    headers = [("ETag", stored.etag), ("Last-Modified", http_date(stored.modified_at))]
    if stored.etag in [tag.strip().removeprefix("W/") for tag in known.split(",")]:
        status = HTTPStatus.NOT_MODIFIED
        return f"{status.value} {status.phrase}", headers, []
    body = stored.text.encode()
    headers += [
        ("Content-Type", "text/calendar; charset=utf-8"),
        ("Content-Length", str(len(body))),
    ]
    return "200 OK", headers, [body]
