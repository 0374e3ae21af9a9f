"""What is answered without a token of the API: whoever has the address may read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from server.web.desk import PracticeDesk
from server.web.messages import Answer, Asked, check_readable
from server.web.problems import Problem, Refused
from server.web.route import Method


@dataclass(frozen=True, slots=True)
class PublicRoute:
    """One address beside the API. ``path`` is whole; a GET is also answered as HEAD.

    The handler opens its own transactions, answers in any form, and raises what others do.
    """

    method: Method
    path: str
    handler: Callable[[PracticeDesk, Asked], Answer]


def answer_public(desk: PracticeDesk, route: PublicRoute, asked: Asked) -> Answer:
    """Answer one request of anybody; raises Refused and whatever the practice refuses with."""
    check_readable(asked)
    return route.handler(desk, asked)


def nothing_here() -> Refused:
    """Return the refusal of an address that is none; it does not say why."""
    return Refused(Problem(HTTPStatus.NOT_FOUND, "not-found", "There is no such address."))
