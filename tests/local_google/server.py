"""The local Google over HTTP: every request logged, befallen by what is scripted, answered."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

from aiohttp import web

from tests.local_google import batch, consent
from tests.local_google.dispatch import (
    Answer,
    Request,
    Understood,
    answered,
    overridden,
    understood,
)
from tests.local_google.faults import Befalls, Fault
from tests.local_google.google import Google
from tests.local_google.grants import NotGranted
from tests.local_google.push import Pusher
from tests.local_google.received import Received, open_headers
from tests.local_google.refusals import Refused
from tests.local_google.times import stamped

_SECRETS = {"client_secret", "code", "code_verifier", "refresh_token", "token"}
_BEFORE = {Befalls.CLOSE, Befalls.REFUSE}
_WAITS = {Befalls.HOLD, Befalls.HOLD_ANSWER}


class Server:
    """Answers for one Google."""

    def __init__(self, google: Google) -> None:
        self.google = google
        self.pusher = Pusher(google)

    def routes(self) -> list[web.RouteDef]:
        """Return what is answered besides the API, which is at every other address."""
        return [
            web.get("/auth", self._auth),
            web.post("/auth/decide", self._decide),
            web.post("/token", self._token),
            web.post("/revoke", self._revoke),
            web.get("/userinfo", self._user_info),
            web.get("/certs", self._certs),
        ]

    # --- the API -------------------------------------------------------------------------

    async def api(self, request: web.Request) -> web.StreamResponse:
        """Answer a request to the API, or a batch of them."""
        asked = await _request(request)
        if request.raw_path.partition("?")[0].startswith("/batch"):
            return _sent(request, await batch.answered(asked, self._one))
        return _sent(request, await self._one(asked))

    async def _one(self, request: Request) -> Answer | None:
        """Answer one request; None is to close the connection."""
        request = overridden(request)
        asked = understood(self.google, request)
        line = self._logged(request, asked)
        address = request.path + json.dumps(list(request.query))
        fault = self.google.faults.next_for(line.method, line.account, address)
        answer = await self._befallen(fault, lambda: answered(self.google, asked))
        line.status = answer.status if answer else 0
        return answer

    async def _befallen(self, fault: Fault | None, does: Callable[[], Answer]) -> Answer | None:
        befalls = fault.befalls if fault else None
        if fault is not None and befalls in {Befalls.HOLD, Befalls.DELAY}:
            await _passed(fault)
        if befalls in _BEFORE:
            return _refusal(fault) if befalls is Befalls.REFUSE else None
        answer = does()
        self.pusher.gather()
        if fault is not None and befalls is Befalls.HOLD_ANSWER:
            await _passed(fault)
        if befalls is Befalls.LOSE_ANSWER:
            return None
        return _refusal(fault) if befalls is Befalls.REFUSE_AFTER else answer

    def _logged(self, request: Request, asked: Understood | None) -> Received:
        access = asked.access if asked else None
        return self._log(
            request,
            asked.method.name if asked else "unknown",
            access.account if access else "",
            dict(asked.named if asked else {}),
        )

    def _log(
        self, request: Request, method: str, account: str, parameters: dict[str, Any]
    ) -> Received:
        for name, value in request.query:
            known = parameters.get(name)
            parameters[name] = value if known is None else [*_listed(known), value]
        line = Received(
            len(self.google.log.received) + 1,
            stamped(self.google.world.clock.now()),
            request.verb,
            request.path,
            method,
            account,
            parameters,
            _read(request.body),
            open_headers(dict(request.headers)),
        )
        self.google.log.received.append(line)
        return line

    # --- OAuth ---------------------------------------------------------------------------

    async def _auth(self, request: web.Request) -> web.Response:
        line = self._log(await _request(request), "auth", "", {})
        try:
            asked = consent.read_asked(self.google, request.query)
        except NotGranted as refused:
            line.status = refused.status
            return _oauth_error(refused)
        line.status = 200
        text = consent.page(self.google, asked, request.query)
        return web.Response(text=text, content_type="text/html")

    async def _decide(self, request: web.Request) -> web.Response:
        form = await request.post()
        given = {name: str(value) for name, value in form.items()}
        try:
            asked = consent.read_asked(self.google, given)
        except NotGranted as refused:
            return _oauth_error(refused)
        granted = frozenset(str(one) for one in form.getall("granted", []))
        agrees = given.get("decision") == "approve"
        place = consent.decided(
            self.google, asked, given.get("account", ""), granted if agrees else None
        )
        return web.Response(status=302, headers={"location": place})

    async def _token(self, request: web.Request) -> web.StreamResponse:
        return await self._oauth(request, "token", self._tokens)

    async def _revoke(self, request: web.Request) -> web.StreamResponse:
        return await self._oauth(request, "revoke", self._revoked)

    async def _oauth(
        self, request: web.Request, name: str, does: Callable[[str, dict[str, str]], Answer]
    ) -> web.StreamResponse:
        form = {n: str(v) for n, v in {**request.query, **await request.post()}.items()}
        hidden = {n: "***" if n in _SECRETS else value for n, value in form.items()}
        headers = {n.lower(): value for n, value in request.headers.items()}
        shown = Request(request.method, request.path, (), headers)
        line = self._log(shown, name, "", dict(hidden))
        fault = self.google.faults.next_for(name, "", request.path)
        authorization = headers.get("authorization", "")
        answer = await self._befallen(fault, lambda: does(authorization, form))
        line.status = answer.status if answer else 0
        return _sent(request, answer)

    def _tokens(self, authorization: str, form: dict[str, str]) -> Answer:
        try:
            found = consent.token(self.google, authorization, form)
        except NotGranted as refused:
            return Answer(refused.status, _oauth_body(refused))
        return Answer(200, json.dumps(found).encode(), {"cache-control": "no-store"})

    def _revoked(self, _: str, form: dict[str, str]) -> Answer:
        if self.google.grants.revoke(form.get("token", "")):
            return Answer(200, b"{}")
        return Answer(400, _oauth_body(NotGranted("invalid_token", "Token expired or revoked")))

    async def _user_info(self, request: web.Request) -> web.Response:
        return consent.user_info(self.google, request.headers.get("authorization", ""))

    async def _certs(self, _: web.Request) -> web.Response:
        return consent.public_keys()


async def _request(request: web.Request) -> Request:
    return Request(
        request.method,
        request.raw_path.partition("?")[0],
        [(name, value) for name, value in request.query.items()],
        {name.lower(): value for name, value in request.headers.items()},
        await request.read(),
    )


async def _passed(fault: Fault) -> None:
    if fault.befalls in _WAITS:
        await fault.wait()
    else:
        await asyncio.sleep(fault.seconds)


def _refusal(fault: Fault | None) -> Answer:
    assert fault is not None
    refused = Refused(fault.status, fault.reason, fault.reason or "An error occurred.")
    later = fault.retry_after
    headers = {} if later is None else {"retry-after": str(later)}
    return Answer(fault.status, json.dumps(refused.body()).encode(), headers)


def _sent(request: web.Request, answer: Answer | None) -> web.StreamResponse:
    if answer is None:
        if request.transport is not None:
            request.transport.close()
        return web.Response(status=500)
    headers = dict(answer.headers)
    if answer.body:
        headers.setdefault("content-type", "application/json; charset=UTF-8")
    return web.Response(status=answer.status, body=answer.body or None, headers=headers)


def _read(body: bytes) -> Any:  # noqa: ANN401  # JSON of any shape
    text = body.decode("utf-8", errors="replace")
    try:
        return json.loads(text) if text else None
    except ValueError:
        return text


def _listed(value: Any) -> list[Any]:  # noqa: ANN401  # a parameter of any type
    return value if isinstance(value, list) else [value]


def _oauth_body(refused: NotGranted) -> bytes:
    error = {"error": refused.error, "error_description": refused.description}
    return json.dumps(error).encode()


def _oauth_error(refused: NotGranted) -> web.Response:
    return web.Response(
        status=refused.status, body=_oauth_body(refused), content_type="application/json"
    )
