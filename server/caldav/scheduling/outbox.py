"""POST to the outbox: when colleagues are busy (RFC 6638 5). Nobody is ever invited by it."""

from __future__ import annotations

from http import HTTPStatus
from itertools import chain
from typing import TYPE_CHECKING, Final

from server.caldav.answers import Unmet, forbidden
from server.caldav.scheduling.addresses import users_at
from server.caldav.scheduling.schedule_response import (
    NOBODY,
    SUCCESS,
    UNAVAILABLE,
    recipient_response,
    schedule_response,
)
from server.caldav.xml_out import CALDAV
from server.domain.errors import TooLarge
from server.ics.free_busy import free_busy_reply
from server.ics.free_busy_request import (
    FreeBusyRequest,
    NoFreeBusyRequest,
    read_free_busy_request,
)
from server.ics.lines import decode
from server.usecases.busy_apart_from import Asked, taken_by_each

if TYPE_CHECKING:
    from collections.abc import Iterator

    from server.caldav.request import Request
    from server.caldav.response import Response
    from server.ics.free_busy import BusyRow

_ICALENDAR: Final = "text/calendar"


def ask_busy_times(request: Request) -> Response:
    """Answer who is asked about, each by itself; raises Unmet, MalformedCalendarData, TooLarge.

    Anything but a request for busy times is refused, so that no app takes an invitation for
    sent.
    """
    asked = _read(request)
    _refuse_other_organizers(request, asked)
    return schedule_response(_responses(request, asked))


def _read(request: Request) -> FreeBusyRequest:
    kind = str(request.environ.get("CONTENT_TYPE") or _ICALENDAR).partition(";")[0]
    if kind.strip().lower() != _ICALENDAR:
        said = f"Busy times are asked for as {_ICALENDAR}."
        raise Unmet(HTTPStatus.FORBIDDEN, f"{CALDAV}supported-calendar-data", said)
    most = request.house.rules.resource_bytes_at_most
    if len(request.body) > most:
        raise TooLarge(f"The request has {len(request.body)} bytes; {most} are taken.")
    with request.house.transaction(writes=False) as uow:
        zone = uow.practice.zone
    try:
        return read_free_busy_request(decode(request.body, request.charset), zone)
    except NoFreeBusyRequest as error:
        raise forbidden(f"{CALDAV}valid-scheduling-message", str(error)) from error


def _refuse_other_organizers(request: Request, asked: FreeBusyRequest) -> None:
    """Raise Unmet unless it is the owner of the outbox who asks (RFC 6638 5.2).

    Originator is a header of drafts, which some apps still send; what Recipient says in it is
    said by the attendees already.
    """
    if not _is_user(request, asked.organizer):
        said = "The organizer is not the owner of this outbox."
        raise forbidden(f"{CALDAV}organizer-allowed", said)
    originator = request.header("Originator")
    if originator and not _is_user(request, originator):
        said = "The originator is not the owner of this outbox."
        raise forbidden(f"{CALDAV}originator-allowed", said)


def _is_user(request: Request, address: str) -> bool:
    return request.user.name in [user.name for user in users_at(request, address)]


def _responses(request: Request, asked: FreeBusyRequest) -> Iterator[str]:
    users = {address: users_at(request, address) for address in asked.attendees}
    people = {user.name for found in users.values() for user in found}
    rules = request.house.rules
    with request.house.transaction(writes=False) as uow:
        taken = taken_by_each(uow, rules, people, Asked(asked.span, asked.masked))
    for address, found in users.items():
        rows = [taken[user.name] for user in found]
        yield _response(request, asked, address, rows)


def _response(
    request: Request, asked: FreeBusyRequest, address: str, rows: list[list[BusyRow] | None]
) -> str:
    """Return what is told of one address, and of whoever has it."""
    if not rows:
        return recipient_response(address, NOBODY)
    known = [each for each in rows if each is not None]
    if len(known) < len(rows):
        return recipient_response(address, UNAVAILABLE)
    lines = (f"UID:{asked.uid}", f"ORGANIZER:{asked.organizer}", f"ATTENDEE:{address}")
    now = request.house.clock.now()
    told = free_busy_reply(chain.from_iterable(known), asked.span, now, lines)
    return recipient_response(address, SUCCESS, told)
