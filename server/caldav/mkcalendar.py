"""MKCALENDAR (RFC 4791 5.3.1), extended MKCOL (RFC 5689): a personal calendar, or nothing."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from server.caldav.answers import Unmet, forbidden
from server.caldav.changes import UNAVAILABLE
from server.caldav.conditions import check_if
from server.caldav.new_calendar import (
    RESOURCE_TYPE,
    VALID_CALENDAR_DATA,
    VALID_RESOURCE_TYPE,
    instructions_in,
    outcome_of,
    values_of,
)
from server.caldav.proppatch import Instruction, Outcome, propstats_of
from server.caldav.request import CALENDAR_SEGMENTS, Request
from server.caldav.response import Response, multistatus, xml
from server.caldav.unmet import MethodNotAllowed, lacks, no_parent
from server.caldav.xml_out import CALDAV, DAV, DECLARED, PROLOGUE, response
from server.domain.errors import AlreadyThere, Invalid
from server.practice_db.errors import DatabaseBusy
from server.storage_plugin.paths import target_of
from server.usecases.make_calendar import NewCalendar, make_calendar
from server.usecases.manage_users import APPOINTMENTS

if TYPE_CHECKING:
    from server.usecases.ports import UnitOfWork

_TRIES: Final = 3
_MADE: Final = {"Cache-Control": "no-cache"}
_TAKEN: Final = "There is something at this address already."


def mkcalendar(request: Request) -> Response:
    """Make a calendar with the properties in the body, if each of them can be set."""
    _refuse_place(request)
    instructions = instructions_in(request, f"{CALDAV}mkcalendar")
    return _made(request, instructions)


def mkcol(request: Request) -> Response:
    """Make a calendar, which the body must ask for: there are no other collections."""
    is_there = request.is_calendar and (request.is_in_box or request.target is not None)
    if is_there or len(request.segments) < CALENDAR_SEGMENTS:
        raise MethodNotAllowed(request, _TAKEN)
    _refuse_place(request)
    instructions = instructions_in(request, f"{DAV}mkcol")
    if not any(one.wanted.tag == RESOURCE_TYPE for one in instructions):
        raise forbidden(VALID_RESOURCE_TYPE, "Only calendars can be made here.")
    return _made(request, instructions)


def _refuse_place(request: Request) -> None:
    """Raise Unmet where no calendar can be made (RFC 4791 5.3.1.1)."""
    depth = len(request.segments)
    is_there = request.is_in_box or request.target is not None
    if depth > CALENDAR_SEGMENTS:
        # RFC 6638 2.1, 2.2: nor is there one in an inbox or outbox.
        raise _no_place() if is_there else no_parent()
    if depth < CALENDAR_SEGMENTS or is_there:
        raise forbidden(f"{DAV}resource-must-be-null", _TAKEN)
    if not request.may_write():
        raise lacks("bind", request.home)


def _no_place() -> Unmet:
    said = "Calendars are made directly in the own home, under a name that is no colleague's."
    return forbidden(f"{CALDAV}calendar-collection-location-ok", said)


def _made(request: Request, instructions: list[Instruction]) -> Response:
    user, slug = request.user.name, request.segments[1]
    for _ in range(_TRIES):
        try:
            with request.house.transaction(
                writes=True, calendars=[(user, slug), (user, APPOINTMENTS)]
            ) as uow:
                return _make(request, uow, instructions)
        except DatabaseBusy:
            continue
    return UNAVAILABLE


def _make(request: Request, uow: UnitOfWork, instructions: list[Instruction]) -> Response:
    check_if(request, uow)
    outcome = outcome_of(instructions, uow.practice.zone)
    if outcome.refused:
        return _refused(request, outcome)
    wanted = NewCalendar(request.user, request.segments[1], values_of(outcome))
    try:
        make_calendar(uow, request.house.context(request.user), wanted)
    except AlreadyThere as error:
        # Others have made it meanwhile, or it is where a colleague's calendar would be shown.
        if target_of(uow, request.user.name, request.segments[1]) is None:
            raise _no_place() from error
        raise forbidden(f"{DAV}resource-must-be-null", _TAKEN) from error
    except Invalid as error:
        if error.field == "calendar":
            raise _no_place() from error
        raise
    preferred = {"Preference-Applied": "return=minimal"} if request.wants_minimal else {}
    return Response(HTTPStatus.CREATED, {**_MADE, **preferred})


def _refused(request: Request, outcome: Outcome) -> Response:
    """Name each property with what is wrong; nothing is made then.

    RFC 4791 5.3.1 puts that into a multistatus, and has a condition of the whole request for
    the zone; RFC 5689 3 has an element of its own, whose status is that of the refusal.
    """
    if request.method == "MKCOL":
        inner = "".join(propstats_of(outcome))
        text = f"{PROLOGUE}<D:mkcol-response {DECLARED}>{inner}</D:mkcol-response>"
        return xml(HTTPStatus.FORBIDDEN, text, _MADE)
    for reason in outcome.refused.values():
        if reason.condition == VALID_CALENDAR_DATA:
            said = reason.sentence or "The time zone cannot be read."
            raise Unmet(HTTPStatus.FORBIDDEN, f"{CALDAV}valid-calendar-data", said)
    return multistatus([response(request.collection, propstats_of(outcome))], headers=_MADE)
