"""What the API offers: one Route for each method of each path, and nothing beside them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from http import HTTPStatus
from typing import Any, Final, Generic, TypeAlias

from pydantic import BaseModel

from server.domain.api_access import ApiScope
from server.domain.practice import User
from server.usecases.api_tokens import Caller
from server.usecases.context import Context
from server.usecases.ports import UnitOfWork
from server.web.busy_texts import BusyTexts
from server.web.google_door import GoogleDoor
from server.web.messages import JSON, Dated, Download, S

PREFIX: Final = "/api/v1"
"""Where the paths of all routes begin."""

_PART: Final = re.compile(r"\{(\w+)\}")


class Method(StrEnum):
    """The methods that are used; GET and DELETE say what they want in the query."""

    GET = "GET"
    POST = "POST"
    PUT = "PUT"
    PATCH = "PATCH"
    DELETE = "DELETE"

    @property
    def has_body(self) -> bool:
        """Whether a request says what it wants in its body."""
        return self not in (Method.GET, Method.DELETE)


@dataclass(frozen=True, slots=True)
class Call:
    """One request being answered, inside its transaction; ``parts`` are those of its path.

    ``accept`` is the header of that name, ``google`` the way to connect accounts there,
    ``busy_texts`` what the process has written of busy times before.
    """

    uow: UnitOfWork
    context: Context
    caller: Caller
    parts: Mapping[str, str]
    accept: str = ""
    google: GoogleDoor | None = None
    busy_texts: BusyTexts = field(default_factory=BusyTexts)

    @property
    def user(self) -> User:
        """Who asks."""
        return self.caller.user

    def wants(self, media_type: str) -> bool:
        """Whether this is asked for before JSON (RFC 9110 12.5.1, by order alone)."""
        named = [each.partition(";")[0].strip().lower() for each in self.accept.split(",")]
        return next((each for each in named if each in (media_type, JSON)), JSON) == media_type

    def may(self, scope: ApiScope) -> bool:
        """Whether the token is also good for this."""
        return scope in self.caller.token.scopes


Result: TypeAlias = BaseModel | Dated | Download | None


@dataclass(frozen=True)
class Route(Generic[S]):
    """One thing that can be asked for.

    ``said`` is the model of what a request says, ``shown`` that of the answer (None: there is
    none, or ``download`` names the media type of a file; where both are there, the file is for
    those who accept it before JSON). A request that moves ``money`` needs an Idempotency-Key.
    What shows who a client is, and not the number alone, is for tokens that may have ``names``
    too. ``location`` is the path of what was made, with fields of the answer. What is ``dated``
    carries ETag and Last-Modified, and its handler returns Dated.
    """

    method: Method
    path: str
    scope: ApiScope
    handler: Callable[[Call, S], Result]
    said: type[S]
    shown: type[BaseModel] | None
    summary: str
    status: HTTPStatus = HTTPStatus.OK
    money: bool = False
    names: bool = False
    download: str = ""
    location: str = ""
    dated: bool = False

    def __post_init__(self) -> None:
        if self.download and self.method is not Method.GET:
            raise TypeError(f"{self.name}: only what is read can be a file")

    @property
    def scopes(self) -> tuple[ApiScope, ...]:
        """What a token must be good for, all of it."""
        return (self.scope, ApiScope.CLIENTS_NAMES) if self.names else (self.scope,)

    @property
    def parts(self) -> tuple[str, ...]:
        """The names of the parameters in the path."""
        return tuple(_PART.findall(self.path))

    @property
    def name(self) -> str:
        """The function that answers, as the document and the log name it."""
        return self.handler.__name__


AnyRoute: TypeAlias = Route[Any]
