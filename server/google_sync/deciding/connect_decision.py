"""What a person says where a link waits for a decision: on what vanished, or is not known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Final

from server.domain.errors import Invalid
from server.domain.google import GoogleLink, LinkState
from server.google_sync.deciding.brake import MASS_DELETION, NOT_KNOWN, Answer, Unknown
from server.usecases.context import Context
from server.usecases.google_links import drop_blocks
from server.usecases.ports import UnitOfWork

CALENDAR_GONE: Final = "calendar-gone"
"""The reason of a link whose managed calendar is gone from Google."""


class Decision(StrEnum):
    """What is to be done.

    With what has vanished: write it into Google again, or believe that it was deleted. With
    what stands there and is not known here: keep it as Other Events, or take it out.
    """

    RESTORE = "restore"
    ACCEPT = "accept"
    KEEP = "keep"
    REMOVE = "remove"


_SAID: Final[Mapping[str, Mapping[Decision, str]]] = {
    MASS_DELETION: {Decision.RESTORE: Answer.RESTORE, Decision.ACCEPT: Answer.ACCEPT},
    NOT_KNOWN: {Decision.KEEP: Unknown.KEEP, Decision.REMOVE: Unknown.REMOVE},
}


def decide(
    uow: UnitOfWork, context: Context, link: GoogleLink, decision: Decision
) -> GoogleLink:
    """Answer a link that waits, and return it; raises Invalid for what cannot be said to it."""
    if link.state is not LinkState.NEEDS_DECISION:
        raise Invalid("link", f"'{link.id}' does not wait for a decision")
    said = _SAID.get(link.reason, {})
    if decision in said:
        decided = replace(link, reason=str(said[decision]), state=LinkState.CONNECTED)
    elif said:
        raise Invalid("decision", f"it is one of {', '.join(said)} here")
    elif link.reason == CALENDAR_GONE and decision is Decision.RESTORE:
        decided = _without_calendar(uow, context, link)
    else:
        raise Invalid(
            "decision",
            "appointments are not cancelled because their calendar is gone: restore it, "
            "or disconnect",
        )
    uow.google.links.save_link(replace(decided, rests_until=None, failures=0))
    for calendar in uow.google.calendars.of_link(link.id):
        uow.google.calendars.hurry(link.id, calendar.id, context.now)
    return decided


def _without_calendar(uow: UnitOfWork, context: Context, link: GoogleLink) -> GoogleLink:
    """Return a link that makes another calendar and writes all into it."""
    gone = link.managed
    pairs = uow.google.events.all(link.id, gone)
    drop_blocks(uow, context, link, pairs)
    for pair in pairs:
        uow.google.events.remove(pair)
    uow.google.events.drop_staged(link.id, gone, 2**62)
    uow.google.calendars.remove(link.id, gone)
    return replace(link, managed="", making_since=None, reason="", state=LinkState.CONNECTING)
