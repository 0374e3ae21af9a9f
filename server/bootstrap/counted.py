"""One request as it is counted: by what it asks, how it was answered, and after how long."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from time import perf_counter_ns
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from server.usecases.counting import LANES, Counts

if TYPE_CHECKING:
    from wsgiref.types import StartResponse

    _Answering: TypeAlias = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]

LANE: Final = "praxical.lane"
"""Where the environment of a request of the web says to which part of it that goes."""
_CALENDARS: Final = LANES[0]
_UNANSWERED: Final = "500"


def counted(
    counts: Counts,
    answer: _Answering,
    environ: dict[str, Any],
    start_response: StartResponse,
) -> Iterable[bytes]:
    """Answer one request and count it, until its answer begins to leave.

    How long a slow phone takes to read a large answer is not the server's doing. What asks for
    the numbers is not counted.
    """
    line = _UNANSWERED

    def started(
        status: str,
        headers: list[tuple[str, str]],
        *more: Any,  # noqa: ANN401 - what PEP 3333 has as exc_info
    ) -> Callable[[bytes], object]:
        nonlocal line
        line = status
        return start_response(status, headers, *more)

    began = perf_counter_ns()
    try:
        return answer(environ, started)
    finally:
        spent = perf_counter_ns() - began
        lane = environ.get(LANE, _CALENDARS)
        if lane in LANES:
            counts.answered((lane, environ["REQUEST_METHOD"]), int(line[:3]), spent)
