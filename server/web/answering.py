"""How a request is answered: let in, read, carried out in one transaction, written as JSON."""

from __future__ import annotations

import hashlib
import json
import re
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus
from typing import Final

from pydantic import BaseModel

from server.domain.api_access import ApiAnswer
from server.practice_db.errors import DatabaseBusy
from server.usecases.api_tokens import Caller, TokenAttempt
from server.usecases.ports import UnitOfWork
from server.usecases.repeated_requests import begin
from server.usecases.sign_in import HeldOff
from server.web.dated import dated
from server.web.desk import PracticeDesk
from server.web.messages import (
    Answer,
    Asked,
    Dated,
    Download,
    Said,
    check_readable,
    read_body,
    read_query,
)
from server.web.problems import (
    held_off,
    lacks_scope,
    malformed,
    needs_key,
    not_signed_in,
)
from server.web.route import PREFIX, AnyRoute, Call, Method, Result

_TRIES: Final = 3
_KEY: Final = re.compile(r"[\x21-\x7e]{1,255}")
REPLAYED: Final = "Idempotency-Replayed"


def answer(desk: PracticeDesk, route: AnyRoute, asked: Asked) -> Answer:
    """Answer one request; raises Refused and whatever the practice refuses with.

    Nothing is changed then. Where other writers were in the way, it is tried again.
    """
    check_readable(asked)
    now = desk.clock.now()
    caller = let_in(desk, asked, now)
    for scope in route.scopes:
        if scope not in caller.token.scopes:
            raise lacks_scope(scope)
    key = _key_of(route, asked)
    read = read_body if route.method.has_body else read_query
    said = read(asked, route.said)
    request = _request(caller, key, asked, now) if key else None
    errand = _Errand(desk, route, asked, said, caller, now, request)
    with desk.alone(caller.token.id, key) if key else nullcontext():
        return errand.run()


def let_in(desk: PracticeDesk, asked: Asked, now: datetime) -> Caller:
    """Return whose token a request brings (``now`` is UTC); raises Refused."""
    token = asked.token
    if token is None:
        raise not_signed_in(wrong=False)
    match desk.door.let_in(TokenAttempt(token, asked.network, now)):
        case Caller() as caller:
            return caller
        case HeldOff(retry_after=wait):
            raise held_off(int(wait.total_seconds()))
        case None:
            raise not_signed_in(wrong=True)


def _key_of(route: AnyRoute, asked: Asked) -> str:
    """Return the key by which a request names itself, "" for none; raises Refused."""
    if route.method is not Method.POST:
        return ""
    key = asked.headers.get("idempotency-key", "").strip()
    if not key:
        if route.money:
            raise needs_key()
        return ""
    if not _KEY.fullmatch(key):
        raise malformed("An Idempotency-Key is 1 to 255 letters, digits and signs.")
    return key


def _request(caller: Caller, key: str, asked: Asked, now: datetime) -> ApiAnswer:
    body = json.dumps(json.loads(asked.body or b"{}"), sort_keys=True)
    text = f"{asked.method} {asked.path}\n{body}".encode("utf-8", "surrogatepass")
    return ApiAnswer(caller.token.id, key, hashlib.sha256(text).hexdigest(), now)


@dataclass(frozen=True, slots=True)
class _Errand:
    """A request that was let in and read."""

    desk: PracticeDesk
    route: AnyRoute
    asked: Asked
    said: Said
    caller: Caller
    now: datetime
    request: ApiAnswer | None

    def run(self) -> Answer:
        """Carry it out; where other writers were in the way, try again."""
        for _ in range(_TRIES - 1):
            try:
                return self._once()
            except DatabaseBusy:
                continue
        return self._once()

    def _once(self) -> Answer:
        database = self.desk.database
        reads = self.route.method is Method.GET
        with database.reading() if reads else database.writing() as uow:
            earlier = begin(uow, self.request) if self.request else None
            if earlier is not None:
                return _replayed(earlier)
            context = self.desk.context(self.caller, self.now)
            accept = self.asked.headers.get("accept", "")
            call = Call(
                uow,
                context,
                self.caller,
                self.asked.parts,
                accept,
                google=self.desk.google,
                busy_texts=self.desk.busy_texts,
            )
            made = _written(self.route, self.route.handler(call, self.said), self.asked)
            if self.request is not None:
                _keep(uow, self.request, made)
            return made


def _replayed(earlier: ApiAnswer) -> Answer:
    headers = {REPLAYED: "true"}
    if earlier.location:
        headers["Location"] = earlier.location
    return Answer(HTTPStatus(earlier.status), earlier.body.encode(), headers=headers)


def _keep(uow: UnitOfWork, request: ApiAnswer, made: Answer) -> None:
    uow.api_access.keep(
        replace(
            request,
            status=made.status.value,
            location=made.headers.get("Location", ""),
            body=made.body.decode(),
        )
    )


def _written(route: AnyRoute, result: Result, asked: Asked) -> Answer:
    match result:
        case None:
            return Answer(HTTPStatus.NO_CONTENT)
        case Download(media_type=media_type, name=name, body=body):
            headers = {"Content-Disposition": f'attachment; filename="{name}"'}
            return Answer(route.status, body, media_type, headers)
        case Dated(shown=shown, changed_at=changed_at, follows_from=source):
            made = (
                Answer(route.status, shown)
                if isinstance(shown, bytes)
                else _written(route, shown, asked)
            )
            return dated(made, changed_at, asked.headers, source)
        case BaseModel():
            location = _location(route, result)
            headers = {"Location": location} if location else {}
            return Answer(route.status, result.model_dump_json().encode(), headers=headers)


def _location(route: AnyRoute, result: BaseModel) -> str:
    if not route.location:
        return ""
    return PREFIX + route.location.format_map(dict(result))
