"""Every address of the local Google: OAuth, what a user does, what it holds, and the API."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web

from tests.local_google.faults import Befalls, Fault
from tests.local_google.inspecting import everything
from tests.local_google.pages import week
from tests.local_google.refusals import Refused
from tests.local_google.server import Server
from tests.local_google.times import stamped
from tests.local_google.user import act


def application(server: Server) -> web.Application:
    """Return the application of one local Google."""
    found = web.Application(client_max_size=16 * 1024 * 1024)
    desk = Desk(server)
    found.add_routes(server.routes())
    found.add_routes(
        [
            web.get("/", desk.look),
            web.post("/act", desk.act),
            web.get("/inspect", desk.inspect),
            web.get("/inspect/received", desk.received),
            web.get("/inspect/mails", desk.mails),
            web.post("/faults", desk.script),
            web.delete("/faults", desk.unscript),
            web.post("/clock", desk.wind),
            web.route("*", "/{anything:.*}", server.api),
        ]
    )
    return found


class Desk:
    """What is asked and done from outside the API; none of it is logged as received."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._google = server.google

    async def act(self, request: web.Request) -> web.Response:
        """`{"kind": ..., details}`: do something as a user."""
        details: dict[str, Any] = await request.json()
        try:
            found = act(self._google, details.pop("kind", ""), details)
        except Refused as refused:
            return web.json_response(refused.body(), status=refused.status)
        self._server.pusher.gather()
        return web.json_response(found)

    async def inspect(self, _: web.Request) -> web.Response:
        """Everything that it holds, by account."""
        return web.json_response(everything(self._google))

    async def received(self, request: web.Request) -> web.Response:
        """Every request that came, after `since` so many of them, and how often which."""
        since = int(request.query.get("since", "0"))
        log = self._google.log
        lines = [asdict(one) for one in log.received[since:]]
        return web.json_response({"counts": log.counts(since), "received": lines})

    async def mails(self, _: web.Request) -> web.Response:
        """The mails that would have been sent."""
        return web.json_response([asdict(one) for one in self._google.world.mails])

    async def script(self, request: web.Request) -> web.Response:
        """A list of faults, each with the fields of `Fault`."""
        for given in await request.json():
            befalls = Befalls(given.pop("befalls", Befalls.REFUSE.value))
            self._google.faults.scripted.append(Fault(befalls=befalls, **given))
        return web.Response(status=204)

    async def unscript(self, _: web.Request) -> web.Response:
        """Let nothing go wrong any more."""
        self._google.faults.clear()
        return web.Response(status=204)

    async def wind(self, request: web.Request) -> web.Response:
        """`{"advance": seconds}`, `{"stand": ISO moment}` or `{"skew": seconds}`."""
        given = await request.json()
        clock = self._google.world.clock
        if "stand" in given:
            clock.stand(datetime.fromisoformat(given["stand"]).astimezone(UTC))
        clock.advance(timedelta(seconds=given.get("advance", 0)))
        if "skew" in given:
            clock.skew = timedelta(seconds=given["skew"])
        return web.json_response({"now": stamped(clock.now())})

    async def look(self, request: web.Request) -> web.Response:
        """A page with the week of every account; `day` (ISO) chooses the week."""
        day = request.query.get("day", "")
        text = week(self._google, day)
        return web.Response(text=text, content_type="text/html")
