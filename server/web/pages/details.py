"""The last step: the form of who books, and what becomes of it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Final, NamedTuple

from server.domain.booking_rules import BookingMode
from server.domain.errors import Invalid
from server.usecases.book import BookingWanted, SlotTaken
from server.usecases.booking_codes import WrongCode
from server.usecases.free_slots import Slot, SlotsWanted
from server.usecases.ports import UnitOfWork
from server.web.booking import (
    Offer,
    Placed,
    PlacedState,
    check_open,
    of_visitor,
    offered,
    place_booking,
    slots_for,
)
from server.web.pages.choice import Choice, Start
from server.web.pages.done import done_page
from server.web.pages.form import REMINDERS, Form
from server.web.pages.frame import Page
from server.web.pages.meeting import Meeting, meeting_of, place_of, words_at
from server.web.pages.strings import ENGLISH
from server.web.pages.visit import Visit

_OTHERS_AT_MOST: Final = 12


class Other(NamedTuple):
    """Another time that may be chosen in the form."""

    value: str
    said: str


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed, what is wrong with it by field, and other times if this one is taken."""

    form: Form = field(default_factory=Form)
    errors: Mapping[str, str] = field(default_factory=dict)
    others: Sequence[Slot] | None = None


def details_page(
    uow: UnitOfWork, visit: Visit, choice: Choice, offer: Offer, typed: Typed
) -> Page:
    """Return the form, with what was typed."""
    others = typed.others
    back = replace(choice, start=None, day=None)
    if choice.start is not None:
        words = words_at(uow, visit, choice.start.location)
        back = back.on(choice.start.at.astimezone(words.zone).date())
    kept = choice.said() if others is None else back.said()
    shown = {
        "others": None if others is None else _others(uow, visit, others, offer),
        "errors": typed.errors,
        "meeting": _meeting(uow, visit, choice, offer),
        "action": visit.frame.home,
        "back": back.at(visit.frame.home),
        "kept": {**kept, "key": typed.form.key},
        "form": typed.form,
        "by_code": offer.asks_code,
        "by_request": is_by_request(offer),
        "reminders": [(name, ENGLISH(name)) for name in REMINDERS],
        "steps": steps_of(offer),
    }
    status = HTTPStatus.OK
    if typed.errors:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    elif others is not None:
        status = HTTPStatus.CONFLICT
    return Page("details.html", ENGLISH("details_title"), shown, status)


def is_by_request(offer: Offer) -> bool:
    """Whether the practice answers first, as far as a visitor can know."""
    rule = offer.kind.booking
    return rule.mode is BookingMode.REQUEST or not rule.new_clients


def steps_of(offer: Offer) -> int:
    """Return how many steps there are: where there is one practitioner, nobody is asked."""
    return 4 if len(offer.practitioners) > 1 else 3


def _meeting(uow: UnitOfWork, visit: Visit, choice: Choice, offer: Offer) -> Meeting | None:
    if choice.start is None:
        return None
    return meeting_of(uow, visit, offer.kind, choice.start, choice.practitioner)


def _others(uow: UnitOfWork, visit: Visit, slots: Sequence[Slot], offer: Offer) -> list[Other]:
    """Return other times, each once, by day and time."""
    several = len(offer.locations) > 1
    found: dict[str, Other] = {}
    for slot in slots:
        start = Start.of(slot)
        place = f", {place_of(uow, slot.location)[0]}" if several else ""
        text = words_at(uow, visit, slot.location).moment(slot.start) + place
        found.setdefault(str(start), Other(str(start), text))
    return list(found.values())[:_OTHERS_AT_MOST]


def submit(visit: Visit) -> Page:
    """Book what the form says, or show it again with what is wrong.

    Raises what place_booking does.
    """
    said = visit.sent()
    choice, form = Choice.read(said), Form.read(said)
    visit = replace(visit, zone=choice.zone)
    with visit.desk.database.reading() as uow:
        check_open(visit.desk, uow, visit.frame.slug)
        offers = offered(uow, visit.context, visit.desk.terms)
        offer = next((one for one in offers if one.kind.name == choice.session), None)
        if offer is None:
            raise Invalid("session", "it cannot be booked online")
        errors = form.errors(by_code=offer.asks_code)
        others = None
        if choice.start is None:
            errors = {"start": ENGLISH("start_missing"), **errors}
            wanted = SlotsWanted(choice.session, choice.practitioner)
            others = slots_for(uow, visit.context, wanted)
        if errors or choice.start is None:
            return details_page(uow, visit, choice, offer, Typed(form, errors, others))
    if said.get("code") == "" and not said.get("again"):
        missing = {"code": ENGLISH("code_missing")}
        return _code_page(visit, choice, offer, Typed(form, missing))
    return _place(_Asking(visit, choice, choice.start, offer, form))


@dataclass(frozen=True, slots=True)
class _Asking:
    """A form in which everything is said."""

    visit: Visit
    choice: Choice
    start: Start
    offer: Offer
    form: Form

    @property
    def wanted(self) -> BookingWanted:
        """What is asked for."""
        return BookingWanted(
            self.choice.session,
            self.start.at,
            self.form.visitor,
            self.choice.practitioner,
            self.start.location,
            self.form.message,
        )


def _place(asking: _Asking) -> Page:
    """Carry it out, and show what became of it."""
    visit, choice, offer, form = asking.visit, asking.choice, asking.offer, asking.form
    wanted = asking.wanted
    name = of_visitor(form.key, wanted, json.dumps([choice.said(), form.said()]))
    try:
        placed = place_booking(visit.desk, visit.asked, wanted, name, form.code)
    except SlotTaken as error:
        typed = Typed(form, {}, error.slots)
        with visit.desk.database.reading() as uow:
            return details_page(uow, visit, choice, offer, typed)
    except WrongCode:
        wrong = {"code": ENGLISH("code_wrong")}
        return _code_page(visit, choice, offer, Typed(form, wrong))
    if placed.state is PlacedState.CODE_SENT:
        return _code_page(visit, choice, offer, Typed(form))
    return _done(asking, placed)


def _done(asking: _Asking, placed: Placed) -> Page:
    visit, choice = asking.visit, asking.choice
    with visit.desk.database.reading() as uow:
        meeting = meeting_of(uow, visit, asking.offer.kind, asking.start, choice.practitioner)
        return done_page(uow, visit, placed, meeting)


def _code_page(visit: Visit, choice: Choice, offer: Offer, typed: Typed) -> Page:
    """Return the page that asks for the code; all that was typed goes along."""
    shown = {
        "form": typed.form,
        "errors": typed.errors,
        "action": visit.frame.home,
        "kept": {**choice.said(), **typed.form.said()},
        "steps": steps_of(offer),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if typed.errors else HTTPStatus.OK
    return Page("code.html", ENGLISH("code_title"), shown, status)
