"""The aiohttp application: HTTP on one side, ``answering`` in a thread on the other."""

from __future__ import annotations

import asyncio
import ipaddress
import json
import logging
import re
import traceback
from collections.abc import Awaitable, Callable
from functools import lru_cache, partial
from http import HTTPStatus
from time import perf_counter
from typing import Final
from uuid import uuid4

from aiohttp import web

from server.domain.errors import PracticeError
from server.web.answering import answer
from server.web.compression import compress
from server.web.cors import sharing_with
from server.web.desk import PracticeDesk
from server.web.messages import JSON, Answer, Asked
from server.web.openapi import document
from server.web.problems import MEDIA_TYPE, TOO_LARGE, UNFORESEEN, Problem, Refused, problem_of
from server.web.public import PublicRoute, answer_public
from server.web.route import PREFIX, Method
from server.web.routes import PUBLIC, ROUTES

log = logging.getLogger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Respond = Callable[[Asked], Answer]

BODY_BYTES_AT_MOST: Final = 1_000_000
_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
_ID: Final = web.RequestKey("request_id", str)
_FAILED: Final = web.RequestKey("failed", object)
# Answers are about people: nobody keeps them on the way (ASVS 14.3.2).
_ALWAYS: Final = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


def application_of(desk: PracticeDesk) -> web.Application:
    """Return the application with all routes and the document that describes them.

    It believes X-Forwarded-For and X-Forwarded-Prefix: only our own front may speak to it.
    """
    application = web.Application(
        middlewares=[sharing_with(desk.terms.allowed_origins), guarded],
        client_max_size=BODY_BYTES_AT_MOST,
    )
    for route in ROUTES:
        application.router.add_route(
            route.method.value, PREFIX + route.path, _handler_of(partial(answer, desk, route))
        )
    for public in PUBLIC:
        _add_public(application.router, desk, public)
    application.router.add_get(f"{PREFIX}/openapi.json", _described)
    return application


@lru_cache(maxsize=1)
def _description() -> bytes:
    return json.dumps(document(ROUTES, PUBLIC)).encode()


async def _described(request: web.Request) -> web.StreamResponse:
    """Answer with the OpenAPI document; it says nothing of the practice."""
    return _response(request, Answer(HTTPStatus.OK, _description()))


def _add_public(router: web.UrlDispatcher, desk: PracticeDesk, route: PublicRoute) -> None:
    failed = partial(route.failed, desk) if route.failed else None
    handler = _handler_of(partial(answer_public, desk, route), failed)
    router.add_route(route.method.value, route.path, handler)
    if route.method is Method.GET:
        router.add_head(route.path, handler)


def _handler_of(respond: Respond, failed: Respond | None = None) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        asked = Asked(
            request.method,
            request.path,
            dict(request.match_info),
            tuple(request.query.items()),
            {name.lower(): value for name, value in request.headers.items()},
            await request.read(),
            network_of(request.headers.get("X-Forwarded-For", "")),
        )
        request[_FAILED] = partial(failed, asked) if failed else None
        return _response(request, await asyncio.to_thread(respond, asked))

    return handle


@web.middleware
async def guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer whatever went wrong with a problem, and log one line for each request."""
    started = perf_counter()
    given = request.headers.get("X-Request-Id", "")
    request[_ID] = given if _REQUEST_ID.fullmatch(given) else uuid4().hex
    try:
        response = await handler(request)
    except web.HTTPException as error:
        response = _problem_response(request, _http_problem(error))
    except Refused as refused:
        response = _problem_response(request, refused.problem)
    except PracticeError as error:
        response = _problem_response(request, problem_of(error))
    except Exception as error:  # noqa: BLE001 - the edge of the server: it logs and goes on
        _log_unforeseen(request, error)
        response = _unforeseen(request)
    response.headers["X-Request-Id"] = request[_ID]
    milliseconds = int((perf_counter() - started) * 1000)
    log.info(
        "answered request=%s method=%s route=%s status=%d ms=%d",
        request[_ID],
        request.method,
        _template_of(request),
        response.status,
        milliseconds,
    )
    return response


def _template_of(request: web.Request) -> str:
    """Return the path as the route has it: what stands in its place may be anybody's."""
    resource = request.match_info.route.resource
    return resource.canonical if resource is not None else "-"


def _unforeseen(request: web.Request) -> web.StreamResponse:
    failed = request.get(_FAILED)
    if isinstance(failed, partial):
        return _response(request, failed())
    return _problem_response(request, UNFORESEEN)


def _log_unforeseen(request: web.Request, error: Exception) -> None:
    # Its text may hold what was sent, so only where it was raised is written down.
    frames = "".join(traceback.format_tb(error.__traceback__))
    kind, number = type(error).__name__, request[_ID]
    log.error("failed request=%s error=%s\n%s", number, kind, frames)


def _http_problem(error: web.HTTPException) -> Problem:
    match error:
        case web.HTTPRequestEntityTooLarge():
            return TOO_LARGE
        case web.HTTPMethodNotAllowed():
            allowed = ", ".join(sorted(error.allowed_methods))
            said = f"Here are only {allowed}."
            status = HTTPStatus.METHOD_NOT_ALLOWED
            return Problem(status, "method", said, headers={"Allow": allowed})
        case web.HTTPNotFound():
            return Problem(HTTPStatus.NOT_FOUND, "not-found", "There is no such address.")
        case _:
            status = HTTPStatus(error.status)
            return Problem(status, "http", f"{status.phrase}.")


def _problem_response(request: web.Request, problem: Problem) -> web.StreamResponse:
    body = problem.body(request[_ID])
    return _response(request, Answer(problem.status, body, MEDIA_TYPE, problem.headers))


def _response(request: web.Request, made: Answer) -> web.StreamResponse:
    headers = {**_ALWAYS, **made.headers}
    if "Location" in headers:
        headers["Location"] = (
            request.headers.get("X-Forwarded-Prefix", "") + headers["Location"]
        )
    if made.body:
        media_type = made.media_type
        headers["Content-Type"] = media_type if media_type != JSON else f"{JSON}; charset=utf-8"
    response = web.Response(status=made.status.value, body=made.body or None, headers=headers)
    compress(request, response)
    return response


@lru_cache(maxsize=4096)
def network_of(address: str) -> str:
    """Return the network whose attempts count together: /24, or /64 of IPv6."""
    try:
        host = ipaddress.ip_address(address.strip())
    except ValueError:
        return ""
    prefix = 24 if host.version == 4 else 64  # noqa: PLR2004 - IPv4
    return str(ipaddress.ip_network(f"{host}/{prefix}", strict=False))
