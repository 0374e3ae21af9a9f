"""What a visitor is shown of a booking that was made, with the links to it."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, NamedTuple

from server.domain.bookings import LinkPurpose
from server.usecases.ports import UnitOfWork
from server.web.booking import Placed, PlacedState
from server.web.pages.frame import Page
from server.web.pages.meeting import Meeting, booked_meeting
from server.web.pages.strings import ENGLISH
from server.web.pages.visit import Visit

_SAYS: Final = {
    PlacedState.BOOKED: ("booked_title", "booked_lead"),
    PlacedState.REQUESTED: ("asked_title", "asked_lead"),
    PlacedState.RECEIVED: ("received_title", "received_lead"),
}


class LinkShown(NamedTuple):
    """A link to what was booked."""

    address: str
    said: str


def done_page(uow: UnitOfWork, visit: Visit, placed: Placed, asked_for: Meeting) -> Page:
    """Return the page of a booking.

    Where it was only received, no more is shown than was asked for: what became of it would
    tell whether the practice knows the visitor.
    """
    title, lead = _SAYS[placed.state]
    told = placed.state is PlacedState.RECEIVED
    meeting = (
        asked_for
        if told or placed.appointment is None
        else booked_meeting(uow, visit, placed.appointment)
    )
    email = placed.booking.visitor.email if placed.booking else ""
    shown = {
        "lead": ENGLISH(lead),
        "meeting": meeting,
        "mail_to": email if visit.desk.terms.sends_mail else "",
        "links": links_shown(visit, placed),
    }
    return Page("done.html", ENGLISH(title), shown)


def moved_page(uow: UnitOfWork, visit: Visit, placed: Placed, asked_for: Meeting) -> Page:
    """Return the page of another time that was asked for."""
    made = done_page(uow, visit, placed, asked_for)
    return replace(
        made,
        title=ENGLISH("moved_title"),
        shown={**made.shown, "lead": ENGLISH("move_lead")},
    )


def links_shown(visit: Visit, placed: Placed) -> list[LinkShown]:
    """Return the links in the order in which they are wanted."""
    links = placed.links
    if LinkPurpose.SEE not in links:
        return []
    see = visit.frame.manage(links[LinkPurpose.SEE])
    found = [LinkShown(f"{see}.ics", ENGLISH("calendar")), LinkShown(see, ENGLISH("see"))]
    if placed.state is PlacedState.BOOKED:
        found.append(LinkShown(visit.frame.manage(links[LinkPurpose.MOVE]), ENGLISH("move")))
    found.append(LinkShown(visit.frame.manage(links[LinkPurpose.CANCEL]), ENGLISH("cancel")))
    return found
