"""What is answered without a token of the API: whoever has the address may ask."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from http import HTTPStatus

from pydantic import BaseModel

from server.web.desk import PracticeDesk
from server.web.messages import Answer, Asked, Said, check_readable
from server.web.problems import Problem, Refused
from server.web.route import Method

_PART = re.compile(r"\{(\w+)\}")


class CountedBy(StrEnum):
    """By what the requests of a minute are counted, if they are."""

    NETWORK = "network"
    TOKEN = "token"  # noqa: S105 - the part of the path


@dataclass(frozen=True)
class Described:
    """What the description of the API says of an address.

    ``answers`` are the models by status; ``file`` is the media type of a file instead. What is
    ``keyed`` may be named by an Idempotency-Key.
    """

    said: type[Said]
    summary: str
    answers: Mapping[HTTPStatus, type[BaseModel]] = field(default_factory=dict)
    file: str = ""
    keyed: bool = False


@dataclass(frozen=True, slots=True)
class PublicRoute:
    """One address beside those for tokens. ``path`` is whole; a GET is also answered as HEAD.

    The handler opens its own transactions, answers in any form, and raises what others do.
    ``failed`` answers instead where something went wrong that nobody foresaw.
    """

    method: Method
    path: str
    handler: Callable[[PracticeDesk, Asked], Answer]
    counted_by: CountedBy | None = None
    described: Described | None = None
    failed: Callable[[PracticeDesk, Asked], Answer] | None = None

    @property
    def parts(self) -> tuple[str, ...]:
        """The names of the parameters in the path."""
        return tuple(_PART.findall(self.path))

    @property
    def name(self) -> str:
        """The function that answers, as the document names it."""
        return self.handler.__name__


def answer_public(desk: PracticeDesk, route: PublicRoute, asked: Asked) -> Answer:
    """Answer one request of anybody; raises Refused and whatever the practice refuses with."""
    check_readable(asked)
    match route.counted_by:
        case CountedBy.NETWORK:
            desk.visits.let_in(asked.network, desk.clock.now())
        case CountedBy.TOKEN:
            desk.readings.let_in(asked.parts["token"], desk.clock.now())
        case None:
            pass
    return route.handler(desk, asked)


def nothing_here() -> Refused:
    """Return the refusal of an address that is none; it does not say why."""
    return Refused(Problem(HTTPStatus.NOT_FOUND, "not-found", "There is no such address."))
