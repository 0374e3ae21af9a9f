"""Changes asked for over CalDAV: one transaction each, refused by name, tried again if busy."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from server.caldav.answers import conflict, refusal
from server.caldav.request import Request
from server.caldav.response import Response
from server.domain.errors import NotFound, PracticeError
from server.practice_db.errors import DatabaseBusy, DatabaseUnreachable
from server.storage_plugin.paths import Target, keys_to_lock
from server.usecases.notices import is_told, note_refusal

if TYPE_CHECKING:
    from server.usecases.context import Context
    from server.usecases.ports import UnitOfWork

log = logging.getLogger(__name__)

_TRIES: Final = 3
UNAVAILABLE: Final = Response(HTTPStatus.SERVICE_UNAVAILABLE, {"Retry-After": "5"})


@dataclass(frozen=True, slots=True)
class Opened:
    """The transaction of one writing request, and the calendar that it is about."""

    uow: UnitOfWork
    context: Context
    target: Target


Change = Callable[[Opened], Response]
"""What a method does inside its transaction."""


def changing(request: Request, do: Change, to_path: str = "") -> Response:
    """Run a change in one transaction; a refusal undoes it and is answered by its name.

    Where other writers were in the way, it is tried again, then answered 503.
    """
    for _ in range(_TRIES):
        try:
            return _once(request, do, to_path)
        except DatabaseBusy:
            continue
        except DatabaseUnreachable:
            break
        except PracticeError as error:
            _note(request, error)
            return refusal(error, request.collection)
    return UNAVAILABLE


def _once(request: Request, do: Change, to_path: str) -> Response:
    house, segments = request.house, request.segments
    keys = keys_to_lock(request.path, to_path)
    with house.transaction(writes=True, calendars=keys) as uow:
        target = house.target(segments[0], segments[1])
        if target is None:
            return _no_calendar(request)
        return do(Opened(uow, house.context(target.viewer), target))


def _note(request: Request, refused: PracticeError) -> None:
    """Tell the practitioner, and let the next sync bring the truth back."""
    user = request.user.name
    log.info("refused %s user=%s condition=%s", request.method, user, refused.condition)

    def do(opened: Opened) -> Response:
        place = (opened.target.calendar, request.segments[2])
        note_refusal(opened.uow, opened.context, opened.target.viewer, refused, place)
        return Response(HTTPStatus.NO_CONTENT)

    if request.is_object and is_told(refused):
        changing(request, do)


def _no_calendar(request: Request) -> Response:
    """Return the answer where there is no calendar: a PUT lacks its parent (RFC 4918)."""
    if request.method == "PUT":
        return conflict()
    return refusal(NotFound("calendar", "at this address"))
