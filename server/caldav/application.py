"""The WSGI application: who asks, and which of our methods answers; Radicale for the rest."""

from __future__ import annotations

import functools
import logging
import traceback
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

import radicale.app
from radicale import config, pathutils
from radicale.auth import AuthContext
from typing_extensions import override

from server.caldav.acl import acl
from server.caldav.answers import Unmet, not_found, refusal
from server.caldav.changes import UNAVAILABLE
from server.caldav.copy import copy
from server.caldav.delete import delete
from server.caldav.environment import (
    BODY_BYTES_AT_MOST,
    Front,
    credentials_of,
    prepared,
    unreadable,
)
from server.caldav.get import get
from server.caldav.mkcalendar import mkcalendar, mkcol
from server.caldav.move import move
from server.caldav.options import options
from server.caldav.post import post
from server.caldav.propfind import propfind
from server.caldav.proppatch import proppatch
from server.caldav.put import put
from server.caldav.quick_get import quick_get
from server.caldav.report import report
from server.caldav.request import Request
from server.caldav.response import Response
from server.caldav.unmet import MethodNotAllowed
from server.domain.errors import NotFound, PracticeError
from server.practice_db.errors import DatabaseBusy, DatabaseUnreachable
from server.storage_plugin.auth import Auth
from server.storage_plugin.rights import Rights
from server.storage_plugin.storage import Storage

if TYPE_CHECKING:
    from radicale import types

    from server.domain.practice import User
    from server.storage_plugin.house import House

log = logging.getLogger(__name__)

_REALM: Final = "Praxical"
_READING: Final = frozenset({"GET", "HEAD", "PROPFIND", "REPORT"})
_USUAL_LENGTH: Final = 4
"""Of ``/user/calendar/`` and ``/user/calendar/object``, cut at the slashes."""
_METHODS: Final[Mapping[str, Callable[[Request], Response]]] = {
    "ACL": acl,
    "COPY": copy,
    "DELETE": delete,
    "GET": get,
    "HEAD": get,
    "MKCALENDAR": mkcalendar,
    "MKCOL": mkcol,
    "MOVE": move,
    "OPTIONS": options,
    "POST": post,
    "PROPFIND": propfind,
    "PROPPATCH": proppatch,
    "PUT": put,
    "REPORT": report,
}


class Application(radicale.app.Application):
    """Radicale's application, with every method of the calendar space answered by ourselves."""

    _auth: Auth
    _rights: Rights

    def __init__(self, house: House, front: Front | None = None) -> None:
        super().__init__(host_configuration(house))
        self.house = house
        self.front = front or Front()

    @override
    def __call__(
        self, environ: types.WSGIEnviron, start_response: types.WSGIStartResponse
    ) -> Iterable[bytes]:
        """Answer one request."""
        request = prepared(dict(environ), self.front)
        refused = unreadable(request)
        if refused is not None:
            return refused.send(request, start_response)
        quick = _guarded(request, lambda: quick_get(self.house, request))
        if quick is not None:
            return quick.send(request, start_response)
        with self.house.request(_place_of(request)):
            response = _guarded(request, lambda: self._answer(request))
            if response is not None:
                return response.send(request, start_response)
            return super().__call__(request, start_response)

    def _answer(self, environ: types.WSGIEnviron) -> Response | None:
        """Answer by the method, None for what is the host's: redirects to where all begins."""
        credentials = credentials_of(environ)
        if "/.well-known/" in environ["PATH_INFO"]:
            return None
        user = self._user_of(environ, credentials) if credentials else None
        if user is None:
            return self._sign_in()
        path = str(pathutils.sanitize_path(environ["PATH_INFO"]))
        base = str(environ["SCRIPT_NAME"])
        request = Request(environ, self.house, self._rights, user, base, path)
        if request.segments and request.segments[0] != user.name:
            # Whose homes there are is nobody else's to know.
            return not_found()
        return _answered(_METHODS.get(request.method, _refuse), request)

    def _user_of(self, environ: types.WSGIEnviron, credentials: tuple[str, str]) -> User | None:
        header = environ["HTTP_AUTHORIZATION"]
        with self.house.transaction(writes=False) as uow:
            revision = uow.practice.catalogue_revision
        door = self.house.doorkeeper
        known = door.recognised(header, revision, self.house.clock.now())
        if known is not None:
            self.house.served.signed_in = known
            return known.user
        context = AuthContext()  # type: ignore[no-untyped-call]  # the host ships no types for it
        context.remote_addr = environ.get("REMOTE_ADDR", "")
        context.x_remote_addr = environ.get("HTTP_X_REMOTE_ADDR", "")
        self._auth.user_of(*credentials, context)
        signed_in = self.house.served.signed_in
        if signed_in is None:
            return None
        door.remember(header, signed_in)
        return signed_in.user

    def _sign_in(self) -> Response:
        """Ask for a password; who guesses them is told to wait (security, part 2).

        Each app tries without a password first, and asks the person for one at this answer.
        """
        held_off = self.house.served.held_off
        if held_off is not None:
            seconds = int(held_off.retry_after.total_seconds())
            return Response(HTTPStatus.TOO_MANY_REQUESTS, {"Retry-After": str(seconds)})
        challenge = f'Basic realm="{_REALM}", charset="UTF-8"'
        return Response(HTTPStatus.UNAUTHORIZED, {"WWW-Authenticate": challenge})


def _guarded(
    environ: Mapping[str, Any], answer: Callable[[], Response | None]
) -> Response | None:
    """Answer; what nobody foresaw is 500, and logged without a word of what was sent."""
    try:
        return answer()
    except (DatabaseBusy, DatabaseUnreachable):
        return UNAVAILABLE
    except NotFound as missing:
        # Only of a practice that was removed while it is served: there is nothing here.
        log.warning("refused %s: %s", environ["REQUEST_METHOD"], missing)
        return not_found()
    except Exception as error:  # noqa: BLE001 - the edge of the server: it logs and goes on
        frames = "".join(traceback.format_tb(error.__traceback__))
        method, kind = environ["REQUEST_METHOD"], type(error).__name__
        log.error("failed %s error=%s\n%s", method, kind, frames)  # noqa: TRY400 - its text may hold what was sent
        return _plain(HTTPStatus.INTERNAL_SERVER_ERROR)


def _place_of(environ: Mapping[str, Any]) -> tuple[str, str] | None:
    """Return the user and the calendar that a reading method is about, None for any other."""
    segments = environ["PATH_INFO"].split("/")
    if environ["REQUEST_METHOD"] not in _READING or len(segments) != _USUAL_LENGTH:
        return None
    return segments[1], segments[2]


def _refuse(request: Request) -> Response:
    """Refuse a method that nothing here has."""
    raise MethodNotAllowed(request, "There is no such method here.")


def _answered(method: Callable[[Request], Response], request: Request) -> Response:
    try:
        return method(request)
    except Unmet as unmet:
        return unmet.response
    except PracticeError as error:
        log.info(
            "refused %s user=%s condition=%s",
            request.method,
            request.user.name,
            error.condition,
        )
        return refusal(error, request.collection)


def host_configuration(house: House) -> config.Configuration:
    """Return Radicale's configuration for serving this practice."""
    configuration = config.load()
    configuration.update(
        {
            "auth": {
                "type": functools.partial(Auth, house=house),
                "delay": "0",
                "realm": _REALM,
            },
            "rights": {
                "type": functools.partial(Rights, house=house),
                "permit_overwrite_collection": "False",
            },
            "storage": {"type": functools.partial(Storage, house=house)},
            "web": {"type": "none"},
            "hook": {"type": "none"},
            "logging": {"bad_put_request_content": "False", "level": "error"},
            "server": {
                "max_content_length": str(BODY_BYTES_AT_MOST),
                "max_resource_size": str(house.rules.resource_bytes_at_most),
                "delay_on_error": "0",
            },
        },
        "praxical",
        privileged=True,
    )
    return configuration


def _plain(status: HTTPStatus) -> Response:
    return Response(status, {"Content-Type": "text/plain"}, f"{status.phrase}\n".encode())
