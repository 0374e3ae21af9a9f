"""The WSGI application: Radicale's dispatch, with the writing methods answered by ourselves."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import radicale.app
from radicale import config
from typing_extensions import override

from server.caldav.delete import DeletePart
from server.caldav.environment import (
    BODY_BYTES_AT_MOST,
    Front,
    credentials_of,
    prepared,
    unreadable,
)
from server.caldav.get import GetPart
from server.caldav.move import MovePart
from server.caldav.people import PeoplePart
from server.caldav.principal import PrincipalPart
from server.caldav.properties import PropertiesPart
from server.caldav.put import PutPart
from server.storage_plugin.auth import Auth
from server.storage_plugin.rights import Rights
from server.storage_plugin.storage import Storage

if TYPE_CHECKING:
    from radicale import types

    from server.storage_plugin.house import House

_REALM = "Praxical"


class Application(
    GetPart,
    PutPart,
    DeletePart,
    MovePart,
    PropertiesPart,
    PrincipalPart,
    PeoplePart,
    radicale.app.Application,
):
    """Radicale with the practice's own PUT, DELETE, MOVE, PROPPATCH and search for people."""

    def __init__(self, house: House, front: Front | None = None) -> None:
        super().__init__(host_configuration(house))
        self.house = house
        self.front = front or Front()

    @override
    def __call__(
        self, environ: types.WSGIEnviron, start_response: types.WSGIStartResponse
    ) -> Iterable[bytes]:
        """Answer one request; who guesses passwords is answered 429 (security, part 2)."""
        served = self.house.served
        request = prepared(dict(environ), self.front)
        refused = unreadable(request)
        if refused is not None:
            return _plain(start_response, refused)

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            if served.held_off is not None and status.startswith("401"):
                seconds = int(served.held_off.retry_after.total_seconds())
                status = "429 Too Many Requests"
                headers = [*headers, ("Retry-After", str(seconds))]
            return start_response(status, headers, *rest)

        with self.house.request():
            return super().__call__(request, start)

    @override
    def _handle_request(self, environ: types.WSGIEnviron) -> Any:
        """Ask everybody to sign in; answer 404, not 403, for homes of others."""
        if _is_anonymous(environ):
            return _sign_in()
        got = self.object_got(environ)
        if got is not None:
            return got
        status, headers, answers = super()._handle_request(environ)
        signed_in = self.house.served.signed_in
        if status.startswith("403") and signed_in is not None:
            first = environ.get("PATH_INFO", "").strip("/").split("/")[0]
            if first and first != signed_in.user.name and not first.startswith("."):
                return "404 Not Found", [("Content-Length", "0")], []
        return status, headers, answers


def _is_anonymous(environ: types.WSGIEnviron) -> bool:
    """Whether nobody tries to sign in; where the calendars are may be asked without."""
    return credentials_of(environ) is None and "/.well-known/" not in environ.get(
        "PATH_INFO", ""
    )


def _sign_in() -> tuple[str, list[tuple[str, str]], list[bytes]]:
    """Each app tries without a password first, and asks the person for one at this answer."""
    challenge = f'Basic realm="{_REALM}", charset="UTF-8"'
    return "401 Unauthorized", [("WWW-Authenticate", challenge), ("Content-Length", "0")], []


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


def _plain(start_response: types.WSGIStartResponse, status: HTTPStatus) -> list[bytes]:
    body = f"{status.phrase}\n".encode()
    headers = [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))]
    start_response(f"{status.value} {status.phrase}", headers)
    return [body]
