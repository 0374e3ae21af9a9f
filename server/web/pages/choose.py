"""The way to a free slot: what, with whom, when; each step is an address of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final, NamedTuple

from server.domain.ids import UserName
from server.usecases.free_slots import Slot, SlotsWanted
from server.usecases.ports import UnitOfWork
from server.web.booking import Offer, check_open, offered, slots_for
from server.web.pages.choice import ANYBODY, Choice, Start
from server.web.pages.details import Typed, details_page, is_by_request, steps_of
from server.web.pages.frame import Page
from server.web.pages.meeting import name_of, words_at
from server.web.pages.months import Diary
from server.web.pages.strings import ENGLISH
from server.web.pages.visit import Visit

_MOMENT: Final = timedelta(seconds=1)


class Row(NamedTuple):
    """One line of a list to choose from."""

    link: str
    name: str
    more: str


def choose(visit: Visit) -> Page:
    """Show the step that is next by what is chosen already.

    What cannot be chosen any more is as good as not chosen: the step before is shown.
    """
    choice = Choice.read(visit.query)
    with visit.desk.database.reading() as uow:
        check_open(visit.desk, uow, visit.frame.slug)
        offers = offered(uow, visit.context, visit.desk.terms)
        offer = next((one for one in offers if one.kind.name == choice.session), None)
        if offer is None or not offer.practitioners:
            return _what(visit, choice, offers)
        person = _person(offer, choice)
        if person is None:
            return _who(uow, visit, choice, offer)
        choice = replace(choice, person=person)
        if choice.start is not None:
            return _details(uow, visit, choice, offer, choice.start)
        return _when(uow, visit, choice, offer)


def _person(offer: Offer, choice: Choice) -> str | None:
    names = [one.name for one in offer.practitioners]
    if choice.practitioner in names or (choice.person == ANYBODY and len(names) > 1):
        return choice.person
    return names[0] if len(names) == 1 else None


def _what(visit: Visit, choice: Choice, offers: Sequence[Offer]) -> Page:
    """Show what can be booked: what somebody has hours for."""
    blank = Choice(zone=choice.zone)
    rows = [
        Row(
            replace(blank, session=offer.kind.name).at(visit.frame.home),
            name_of(offer.kind),
            _about(offer),
        )
        for offer in offers
        if offer.practitioners
    ]
    return Page("what.html", ENGLISH("what_title"), {"offers": rows}, listed=True)


def _about(offer: Offer) -> str:
    words = [ENGLISH.count("minutes", offer.kind.minutes)]
    if offer.kind.video:
        words.append(ENGLISH("by_video"))
    if is_by_request(offer):
        words.append(ENGLISH("by_request"))
    return ", ".join(words)


def _who(uow: UnitOfWork, visit: Visit, choice: Choice, offer: Offer) -> Page:
    """Show with whom it can be booked, and when each is free first."""
    slots = slots_for(uow, visit.context, SlotsWanted(offer.kind.name))
    first: dict[UserName, Slot] = {}
    for slot in slots:
        first.setdefault(slot.practitioner, slot)
    bare = Choice(session=choice.session, zone=choice.zone)
    rows = [
        Row(
            replace(bare, person=one.name).at(visit.frame.home),
            one.display_name,
            _first_free(uow, visit, first.get(one.name)),
        )
        for one in offer.practitioners
    ]
    if slots:
        link = replace(bare, person=ANYBODY).at(visit.frame.home)
        rows.insert(0, Row(link, ENGLISH("anybody"), ENGLISH("anybody_more")))
    shown = {
        "people": rows,
        "chosen": _chosen(visit, choice, offer, ""),
        "steps": steps_of(offer),
    }
    return Page("who.html", ENGLISH("who_title"), shown)


def _first_free(uow: UnitOfWork, visit: Visit, slot: Slot | None) -> str:
    if slot is None:
        return ENGLISH("who_none")
    return ENGLISH("who_first", day=words_at(uow, visit, slot.location).day(slot.start))


def _when(uow: UnitOfWork, visit: Visit, choice: Choice, offer: Offer) -> Page:
    """Show the days and times that are free."""
    wanted = SlotsWanted(offer.kind.name, choice.practitioner)
    diary = diary_of(uow, visit, slots_for(uow, visit.context, wanted), choice, offer)
    shown = {
        **diary.shown(),
        "chosen": _chosen(visit, choice, offer, _name(uow, choice)),
        "steps": steps_of(offer),
    }
    return Page("when.html", ENGLISH("when_title"), shown)


def diary_of(
    uow: UnitOfWork, visit: Visit, slots: Sequence[Slot], choice: Choice, offer: Offer
) -> Diary:
    """Return what is free, to be shown on the page of booking."""
    places = {place.key: place.name for place, _ in offer.locations}
    location = slots[0].location if slots else None
    return Diary(
        slots,
        words_at(uow, visit, location),
        visit.frame.home,
        choice,
        places if len(places) > 1 else {},
        shared=offer.kind.booking.capacity > 1,
    )


def _name(uow: UnitOfWork, choice: Choice) -> str:
    user = uow.catalogue.user.get(choice.practitioner) if choice.practitioner else None
    return user.display_name if user else ENGLISH("anybody")


def _chosen(visit: Visit, choice: Choice, offer: Offer, person: str) -> dict[str, str]:
    bare = Choice(zone=choice.zone)
    again = replace(bare, session=choice.session)
    several = len(offer.practitioners) > 1
    return {
        "session": name_of(offer.kind),
        "minutes": ENGLISH.count("minutes", offer.kind.minutes),
        "person": person,
        "change_session": bare.at(visit.frame.home),
        "change_person": again.at(visit.frame.home) if several else "",
    }


def _details(uow: UnitOfWork, visit: Visit, choice: Choice, offer: Offer, start: Start) -> Page:
    """Show the form, or that the time is taken, with others."""
    wanted = SlotsWanted(offer.kind.name, choice.practitioner, start.at, start.at + _MOMENT)
    free = slots_for(uow, visit.context, wanted)
    typed = Typed()
    if any(slot.location == start.location for slot in free):
        return details_page(uow, visit, choice, offer, typed)
    around = replace(
        wanted, start=start.at - timedelta(days=1), end=start.at + timedelta(days=7)
    )
    others = slots_for(uow, visit.context, around)
    return details_page(uow, visit, choice, offer, replace(typed, others=others))
