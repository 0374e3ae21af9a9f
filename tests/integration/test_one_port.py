"""Calendars and the web on one port: what is handed on, what comes back, what is stopped."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from aiohttp import web

from server.bootstrap.one_port import OnePort
from server.caldav.application import Application
from server.caldav.environment import Front
from server.practice_db.database import SqlDatabase
from server.storage_plugin.house import House
from server.web.loop import WebLoop
from tests.in_process import Came, ask

MEGABYTE = 1_000_000
PROXY = "10.0.0.1"


async def show(request: web.Request) -> web.StreamResponse:
    """Answer with what arrived."""
    body = await request.read()
    shown = {
        "method": request.method,
        "path": request.path,
        "query": request.rel_url.raw_query_string,
        "headers": dict(request.headers),
        "size": len(body),
    }
    headers = {"Connection": "close", "Keep-Alive": "timeout=5", "X-Kept": "yes"}
    return web.json_response(shown, headers=headers)


async def stream(request: web.Request) -> web.StreamResponse:
    """Answer in pieces, of which there are three, without saying how much it will be."""
    response = web.StreamResponse()
    await response.prepare(request)
    for letter in b"abc":
        await response.write(bytes([letter]) * MEGABYTE)
    await response.write_eof()
    return response


async def large(_: web.Request) -> web.StreamResponse:
    return web.Response(body=b"x" * (3 * MEGABYTE))


async def hasty(_: web.Request) -> web.StreamResponse:
    """Answer before anything of the body is read."""
    return web.Response(status=403, text="no")


async def vanish(request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.close()
    return web.Response()


def small_web() -> web.Application:
    application = web.Application(client_max_size=50 * MEGABYTE)
    for path, handler in (
        ("/api/stream", stream),
        ("/api/large", large),
        ("/api/hasty", hasty),
        ("/api/vanish", vanish),
        ("/api/{rest:.*}", show),
    ):
        application.router.add_route("*", path, handler)
    return application


def shown(came: Came) -> dict[str, Any]:
    """Return what the web says that arrived."""
    found: dict[str, Any] = json.loads(body_of(came))
    return found


def body_of(came: Came) -> bytes:
    return b"".join(came.pieces)


@pytest.fixture
def calendars(sqlite_database: SqlDatabase) -> Application:
    return Application(House(sqlite_database), Front.of("", (PROXY,)))


@pytest.fixture
def port(calendars: Application) -> Iterator[OnePort]:
    opened = OnePort(calendars, lambda: WebLoop(small_web, 2))
    yield opened
    opened.close()


def web_threads() -> int:
    return sum(one.name == "praxical-web-loop" for one in threading.enumerate())


def test_a_request_arrives_as_it_was_sent(port: OnePort) -> None:
    came = ask(
        port,
        "/api/v1/caf\u00c3\u00a9 x",
        b"hello",
        "POST",
        QUERY_STRING="a=%20b&c=1",
        CONTENT_TYPE="text/plain",
        HTTP_X_OWN="kept",
    )
    arrived = shown(came)
    assert (arrived["method"], arrived["path"]) == ("POST", "/api/v1/café x")
    assert (arrived["query"], arrived["size"]) == ("a=%20b&c=1", 5)
    assert arrived["headers"]["X-Own"] == "kept"
    assert arrived["headers"]["Content-Type"] == "text/plain"
    assert arrived["headers"]["Host"] == "cal.practice.example"


def test_headers_of_one_hop_stop_here(port: OnePort) -> None:
    came = ask(
        port,
        "/api/x",
        HTTP_CONNECTION="keep-alive, X-Hop",
        HTTP_X_HOP="dropped",
        HTTP_TE="trailers",
        HTTP_UPGRADE="h2c",
    )
    assert not {"X-Hop", "Te", "Upgrade"} & shown(came)["headers"].keys()
    assert not {"connection", "keep-alive", "server"} & came.headers.keys()
    assert came.headers["x-kept"] == "yes"


def test_a_client_does_not_say_who_it_is(port: OnePort) -> None:
    came = ask(port, "/api/x", HTTP_X_FORWARDED_FOR="203.0.113.9", HTTP_X_REMOTE_ADDR="1.1.1.1")
    assert shown(came)["headers"]["X-Forwarded-For"] == "192.0.2.7"


def test_a_proxy_of_ours_says_who_the_client_is(port: OnePort) -> None:
    came = ask(
        port,
        "/api/x",
        REMOTE_ADDR=PROXY,
        HTTP_X_FORWARDED_FOR="203.0.113.9",
        HTTP_X_FORWARDED_PROTO="https",
    )
    headers = shown(came)["headers"]
    assert headers["X-Forwarded-For"] == "203.0.113.9"
    assert headers["X-Forwarded-Proto"] == "https"


def test_the_path_under_which_the_server_is_shown_is_taken_off(port: OnePort) -> None:
    port.calendars.front = Front.of("/praxis", (PROXY,))
    came = ask(port, "/praxis/api/x")
    assert shown(came)["path"] == "/api/x"
    assert shown(came)["headers"]["X-Forwarded-Prefix"] == "/praxis"
    named = ask(port, "/other/api/x", REMOTE_ADDR=PROXY, HTTP_X_SCRIPT_NAME="/other")
    assert named.status in (401, 404)


@pytest.mark.parametrize("path", ["/alma/api/x.ics", "/apix/", "/api", "/", "/x/api/"])
def test_everything_else_is_a_calendars(port: OnePort, path: str) -> None:
    assert ask(port, path).status == 401
    assert web_threads() == 0


def test_a_body_in_chunks_arrives_whole(port: OnePort) -> None:
    body = b"z" * (2 * MEGABYTE)
    came = ask(
        port,
        "/api/x",
        body,
        "POST",
        CONTENT_LENGTH="",
        HTTP_TRANSFER_ENCODING="chunked",
    )
    assert shown(came)["size"] == 2 * MEGABYTE


@pytest.mark.parametrize("how", [{}, {"HTTP_TRANSFER_ENCODING": "chunked"}])
def test_a_body_without_end_is_stopped(port: OnePort, how: dict[str, object]) -> None:
    class Endless:
        def read(self, size: int) -> bytes:
            return b"x" * size

    length = "" if how else "20000000"
    more = {**how, "wsgi.input": Endless(), "CONTENT_LENGTH": length}
    assert ask(port, "/api/x", b"", "POST", **more).status == 413


def test_a_body_that_ends_too_early_is_refused(port: OnePort) -> None:
    assert ask(port, "/api/x", b"short", "POST", CONTENT_LENGTH="500").status == 400


@pytest.mark.parametrize("length", ["-1", "1e3", "\u0665"])
def test_a_length_that_is_none_is_refused(port: OnePort, length: str) -> None:
    assert ask(port, "/api/x", b"x", "POST", CONTENT_LENGTH=length).status == 400


def test_an_answer_of_ordinary_size_is_one_piece(port: OnePort) -> None:
    came = ask(port, "/api/x")
    assert isinstance(came.pieces, list)
    assert came.headers["content-length"] == str(len(body_of(came)))


@pytest.mark.parametrize("path", ["/api/stream", "/api/large"])
def test_a_large_answer_comes_in_pieces(port: OnePort, path: str) -> None:
    came = ask(port, path)
    assert not isinstance(came.pieces, list)
    pieces = list(came.pieces)
    assert max(map(len, pieces)) < MEGABYTE
    assert sum(map(len, pieces)) == 3 * MEGABYTE


def test_an_answer_that_comes_before_the_body_is_read_arrives(port: OnePort) -> None:
    came = ask(port, "/api/hasty", b"y" * (9 * MEGABYTE), "POST")
    assert (came.status, body_of(came)) == (403, b"no")


def test_an_answer_to_head_has_no_body(port: OnePort) -> None:
    came = ask(port, "/api/large", method="HEAD")
    assert (came.status, body_of(came)) == (200, b"")


def test_a_web_that_hangs_up_is_a_bad_gateway(port: OnePort) -> None:
    came = ask(port, "/api/vanish")
    assert came.status == 502
    assert came.headers["content-type"] == "application/problem+json"


def test_the_web_begins_with_its_first_request_and_ends_with_the_server(
    calendars: Application,
) -> None:
    port = OnePort(calendars, lambda: WebLoop(small_web, 2))
    before = web_threads()
    assert ask(port, "/api/x").status == 200
    assert ask(port, "/api/x").status == 200
    assert web_threads() == before + 1
    port.close()
    assert web_threads() == before
    assert ask(port, "/api/x").status == 200
    port.close()
    assert web_threads() == before


def test_closing_what_never_began_is_nothing(calendars: Application) -> None:
    OnePort(calendars, lambda: WebLoop(small_web, 2)).close()
    assert web_threads() == 0
