"""A program as the HTTP API meets it; each answer is held against the API's description."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import urlencode

import jsonschema

from server.domain.api_access import ApiScope
from server.domain.ids import UserName
from server.usecases.api_tokens import TokenRequest, new_token
from server.usecases.ports import Database
from server.web.openapi import document
from server.web.routes import PUBLIC, ROUTES
from tests.system.phone import Answer, Send, Wire
from tests.system.practice import operator
from tests.system.servers import Site

PREFIX = "/api/v1"
ALL = frozenset(ApiScope)
READ, WRITE = ApiScope.CALENDAR_READ, ApiScope.CALENDAR_WRITE
LISTS, NAMES = ApiScope.CATALOGUE_READ, ApiScope.CLIENTS_NAMES


@cache
def described() -> dict[str, Any]:
    """The API's description of itself."""
    return document(ROUTES, PUBLIC)


def operation_at(method: str, path: str) -> dict[str, Any] | None:
    """Return the operation that a request is for, None where there is none."""
    for template, operations in described()["paths"].items():
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path):
            found: dict[str, Any] | None = operations.get(method.lower())
            if found is not None:
                return found
    return None


def hold_against_description(method: str, path: str, answer: Answer) -> None:
    """Assert that an answer is one of those that are described."""
    operation = operation_at(method, path)
    if answer.status >= 400:
        responses = described()["components"]["responses"]
        said = responses["Problem"]
    else:
        assert operation is not None, f"{method} {path} is not described"
        said = operation["responses"][str(answer.status)]
    content = said.get("content", {})
    if not content:
        assert answer.body == b""
        return
    media_type = answer.headers["content-type"].partition(";")[0]
    schema = content[media_type].get("schema")
    if schema is not None:
        whole = {**schema, "components": described()["components"]}
        jsonschema.validate(json.loads(answer.body), whole)


@dataclass
class Program:
    """A program with a token, or without one."""

    send: Send
    token: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    def request(self, method: str, path: str, body: bytes = b"", **headers: str) -> Answer:
        """Send a request; ``Idempotency_Key`` stands for the header Idempotency-Key."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        signed = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        answer = self.send(method, PREFIX + path, body, {**signed, **self.headers, **named})
        hold_against_description(method, path.partition("?")[0], answer)
        return answer

    def get(self, path: str, **query: object) -> Answer:
        """GET; ``from_`` stands for the parameter from."""
        named = {name.rstrip("_"): value for name, value in query.items()}
        return self.request("GET", f"{path}?{urlencode(named)}" if named else path)

    def delete(self, path: str, **query: object) -> Answer:
        """DELETE."""
        return self.request("DELETE", f"{path}?{urlencode(query)}" if query else path)

    def post(self, path: str, said: object, **headers: str) -> Answer:
        """POST a body of JSON."""
        return self._with_body("POST", path, said, headers)

    def patch(self, path: str, said: object, **headers: str) -> Answer:
        """PATCH with a body of JSON."""
        return self._with_body("PATCH", path, said, headers)

    def put(self, path: str, said: object, **headers: str) -> Answer:
        """PUT a body of JSON."""
        return self._with_body("PUT", path, said, headers)

    def _with_body(
        self, method: str, path: str, said: object, headers: Mapping[str, str]
    ) -> Answer:
        body = json.dumps(said).encode()
        return self.request(
            method, path, body, **{"Content_Type": "application/json", **headers}
        )


def read(answer: Answer, status: int = 200) -> Any:  # noqa: ANN401 - whatever was answered
    """Return the JSON of an answer that has this status."""
    assert answer.status == status, answer.text
    return json.loads(answer.body)


def token_for(
    database: Database, user: str, scopes: frozenset[ApiScope] = ALL, days: int = 30
) -> str:
    """Return the text of a new token."""
    wanted = TokenRequest(UserName(user), "test", scopes, days)
    with database.writing() as uow:
        return new_token(uow, operator(), wanted)[1]


def program(site: Site, user: str, *scopes: ApiScope, **headers: str) -> Program:
    """Return a program of a user with a token for these scopes, or for all."""
    token = token_for(site.database, user, frozenset(scopes) or ALL)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Program(Wire(site.server.port).send, token, named)


def stranger(site: Site) -> Program:
    """Return a program without a token."""
    return Program(Wire(site.server.port).send)


def visit(whose: str, /, **said: object) -> dict[str, object]:
    """Return what books an hour and a quarter on 24 November 2026 at two."""
    return {
        "practitioner": whose,
        "client": "C1001",
        "session": "acupinitial",
        "start": "2026-11-24T14:00",
        **said,
    }
