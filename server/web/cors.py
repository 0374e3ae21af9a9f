"""Which scripts of other web sites may use the public booking API (CORS, Fetch 3.2)."""

from __future__ import annotations

from collections.abc import Collection
from http import HTTPStatus
from typing import Final

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from server.web.route import PREFIX

SHARED: Final = f"{PREFIX}/book/"
"""Where the addresses begin that other sites may use; nothing there knows who is signed in."""

_ALLOWED: Final = {
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Allow-Headers": "Content-Type, Idempotency-Key",
    "Access-Control-Max-Age": "600",
}
_EXPOSED: Final = "Retry-After, X-Request-Id"


def sharing_with(origins: Collection[str]) -> Middleware:
    """Return a middleware that lets scripts of these origins read answers, and no others.

    Credentials are never allowed: there are none.
    """

    @web.middleware
    async def shared(request: web.Request, handler: Handler) -> web.StreamResponse:
        if not origins or not request.path.startswith(SHARED):
            return await handler(request)
        origin = request.headers.get("Origin", "").lower()
        asks_first = "Access-Control-Request-Method" in request.headers
        if request.method == "OPTIONS" and asks_first and origin in origins:
            response: web.StreamResponse = web.Response(
                status=HTTPStatus.NO_CONTENT, headers=_ALLOWED
            )
        else:
            response = await handler(request)
        _add_headers(response, origin if origin in origins else "")
        return response

    return shared


def _add_headers(response: web.StreamResponse, origin: str) -> None:
    # A cache must not give one origin the answer to another, nor to none.
    told = response.headers.get("Vary")
    response.headers["Vary"] = f"{told}, Origin" if told else "Origin"
    if origin:
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Expose-Headers"] = _EXPOSED
