"""The public booking API: what is offered, what is free, booking, and links to bookings."""

from __future__ import annotations

import json
import re
from http import HTTPStatus
from typing import Final
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from server.domain.bookings import LinkPurpose
from server.domain.errors import Invalid
from server.domain.ids import UserName
from server.usecases.book import SlotTaken
from server.usecases.free_slots import SlotsWanted
from server.web.booking import (
    Placed,
    PlacedState,
    check_open,
    check_practice,
    of_visitor,
    offered,
    place_booking,
    slots_for,
)
from server.web.booking_manage import (
    MoveWanted,
    calendar_file,
    cancel_booking,
    managed,
    move_booking,
)
from server.web.booking_models import (
    BookingSaid,
    CodeSent,
    ManagedShown,
    ManageQuery,
    ManageSaid,
    OfferList,
    OpenSlotList,
    PlacedShown,
)
from server.web.booking_shown import (
    Seen,
    address_of,
    base_of,
    shown_managed,
    shown_offer,
    shown_placed,
    shown_slot,
)
from server.web.desk import PracticeDesk
from server.web.messages import Answer, Asked, Nothing, read_body, read_query
from server.web.problems import Problem, Refused, malformed, problem_of
from server.web.public import CountedBy, Described, PublicRoute
from server.web.route import PREFIX, Method
from server.web.slots import SlotsQuery
from server.web.time_range import Asked as AskedRange
from server.web.time_range import Parameters, range_named, zone_named

_ENDS: Final = Parameters("from", "to", whole=True)
_KEY: Final = re.compile(r"[\x21-\x7e]{1,255}")
_CALENDAR: Final = "text/calendar"
# The address is the secret: it is kept, found and handed on as little as can be.
SECRET: Final = {"X-Robots-Tag": "noindex", "Referrer-Policy": "no-referrer"}


def list_offers(desk: PracticeDesk, asked: Asked) -> Answer:
    """List what can be booked online, with whom and where."""
    read_query(asked, Nothing)
    with desk.database.reading() as uow:
        check_open(desk, uow, asked.parts["practice"])
        found = offered(uow, desk.visited(desk.clock.now()), desk.terms)
        practice = uow.practice
        items = [shown_offer(one) for one in found]
    return _answer(OfferList(practice=practice.name, tz=practice.zone.key, items=items))


def list_open_slots(desk: PracticeDesk, asked: Asked) -> Answer:
    """List the slots that are free, inside notice and horizon."""
    said = read_query(asked, SlotsQuery)
    now = desk.clock.now()
    with desk.database.reading() as uow:
        check_open(desk, uow, asked.parts["practice"])
        zone = zone_named(said.tz, uow.practice.zone)
        start, end = range_named(AskedRange(said.since, said.until), _ENDS, zone, now)
        whose = UserName(said.practitioner) if said.practitioner else None
        wanted = SlotsWanted(said.session, whose, start, end)
        found = slots_for(uow, desk.visited(now), wanted)
    items = [shown_slot(one, zone) for one in found]
    return _answer(OpenSlotList(session=said.session, tz=zone.key, items=items))


def book_online(desk: PracticeDesk, asked: Asked) -> Answer:
    """Book a free slot, or ask for it; or send a code, where one is asked for first."""
    said = read_body(asked, BookingSaid)
    with desk.database.reading() as uow:
        check_open(desk, uow, asked.parts["practice"])
        zone = zone_named(said.tz, uow.practice.zone)
    wanted = said.wanted()
    name = of_visitor(_key_of(asked), wanted, _said(asked))
    try:
        placed = place_booking(desk, asked, wanted, name, said.code)
    except SlotTaken as error:
        raise _taken(error, zone) from error
    if placed.state is PlacedState.CODE_SENT:
        return _answer(CodeSent(), HTTPStatus.ACCEPTED)
    return _placed(desk, asked, placed, said.tz)


def show_linked_booking(desk: PracticeDesk, asked: Asked) -> Answer:
    """Show a booking to the holder of a link, and what the link is good for."""
    said = read_query(asked, ManageQuery)
    with desk.database.reading() as uow:
        check_practice(uow, asked.parts["practice"])
        found = managed(uow, desk.visited(desk.clock.now()), asked.parts["token"])
        shown = shown_managed(uow, found, said.tz)
    return _answer(shown)


def use_link(desk: PracticeDesk, asked: Asked) -> Answer:
    """Cancel, or ask for another time, whichever the link is good for; it is used up then."""
    said = read_body(asked, ManageSaid)
    with desk.database.reading() as uow:
        check_practice(uow, asked.parts["practice"])
        zone = zone_named(said.tz, uow.practice.zone)
    if said.start is None:
        return _cancelled(desk, asked, said)
    wanted = MoveWanted(asked.parts["token"], said.start, _key_of(asked), _said(asked))
    try:
        return _placed(desk, asked, move_booking(desk, asked, wanted), said.tz)
    except SlotTaken as error:
        raise _taken(error, zone) from error


def _cancelled(desk: PracticeDesk, asked: Asked, said: ManageSaid) -> Answer:
    token = asked.parts["token"]
    with desk.database.reading() as uow:
        found = managed(uow, desk.visited(desk.clock.now()), token)
        shown = shown_managed(uow, found, said.tz)
    if found.purpose is LinkPurpose.MOVE:
        raise Invalid("start", "say to which time it shall be moved")
    state = cancel_booking(desk, asked, token)
    after = {"state": state, "can_cancel": False, "can_move": False}
    return _answer(shown.model_copy(update=after))


def show_calendar_file(desk: PracticeDesk, asked: Asked) -> Answer:
    """Answer with the booking as a calendar file: published, nobody is invited."""
    with desk.database.reading() as uow:
        check_practice(uow, asked.parts["practice"])
        text = calendar_file(uow, desk.visited(desk.clock.now()), asked.parts["token"])
    headers = {**SECRET, "Content-Disposition": 'attachment; filename="appointment.ics"'}
    media_type = f"{_CALENDAR}; charset=utf-8; method=PUBLISH"
    return Answer(HTTPStatus.OK, text.encode(), media_type, headers)


def _answer(shown: BaseModel, status: HTTPStatus = HTTPStatus.OK) -> Answer:
    return Answer(status, shown.model_dump_json().encode(), headers=SECRET)


def _placed(desk: PracticeDesk, asked: Asked, placed: Placed, tz: str) -> Answer:
    base = base_of(address_of(desk, asked), asked.parts["practice"])
    if placed.appointment is None:
        raise LookupError("a booking without its appointment")
    with desk.database.reading() as uow:
        seen = Seen.of(uow, placed.appointment, tz)
    return _answer(shown_placed(seen, placed, base), HTTPStatus.CREATED)


def _taken(error: SlotTaken, zone: ZoneInfo) -> Refused:
    problem = problem_of(error)
    slots = [shown_slot(one, zone) for one in error.slots]
    more = {"field": "start", "slots": slots}
    return Refused(Problem(problem.status, problem.condition, problem.detail, more))


def _key_of(asked: Asked) -> str:
    key = asked.headers.get("idempotency-key", "").strip()
    if key and not _KEY.fullmatch(key):
        raise malformed("An Idempotency-Key is 1 to 255 letters, digits and signs.")
    return key


def _said(asked: Asked) -> str:
    body = json.dumps(json.loads(asked.body or b"{}"), sort_keys=True)
    return f"{asked.method} {asked.path}\n{body}"


_BASE: Final = f"{PREFIX}/book/{{practice}}"
_MANAGE: Final = f"{_BASE}/manage/{{token}}"
_NETWORK: Final = CountedBy.NETWORK
PUBLIC: Final = (
    PublicRoute(
        Method.GET,
        f"{_BASE}/session-types",
        list_offers,
        _NETWORK,
        Described(Nothing, "What can be booked online", {HTTPStatus.OK: OfferList}),
    ),
    PublicRoute(
        Method.GET,
        f"{_BASE}/slots",
        list_open_slots,
        _NETWORK,
        Described(SlotsQuery, "Free slots", {HTTPStatus.OK: OpenSlotList}),
    ),
    PublicRoute(
        Method.POST,
        f"{_BASE}/bookings",
        book_online,
        _NETWORK,
        Described(
            BookingSaid,
            "Book a free slot, or ask for it",
            {HTTPStatus.CREATED: PlacedShown, HTTPStatus.ACCEPTED: CodeSent},
            keyed=True,
        ),
    ),
    PublicRoute(
        Method.GET,
        f"{_MANAGE}.ics",
        show_calendar_file,
        _NETWORK,
        Described(Nothing, "A booking as a calendar file", file=_CALENDAR),
    ),
    PublicRoute(
        Method.GET,
        _MANAGE,
        show_linked_booking,
        _NETWORK,
        Described(ManageQuery, "A booking, by a link to it", {HTTPStatus.OK: ManagedShown}),
    ),
    PublicRoute(
        Method.POST,
        _MANAGE,
        use_link,
        _NETWORK,
        Described(
            ManageSaid,
            "Cancel a booking, or ask for another time",
            {HTTPStatus.OK: ManagedShown, HTTPStatus.CREATED: PlacedShown},
            keyed=True,
        ),
    ),
)
