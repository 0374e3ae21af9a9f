"""Removing a practice with all that it holds; nothing of it can be had back."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from server.domain.errors import Invalid
from server.domain.google import Ending, GoogleLink, LinkState
from server.domain.practice import Practice
from server.usecases.google_endings import end
from server.usecases.ports import UnitOfWork

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Holding:
    """What a practice holds, in numbers: of rows by table, and of what is still to be sent."""

    practice: Practice
    rows: Mapping[str, int]
    waiting: Mapping[str, int]
    living_links: int


@dataclass(frozen=True, slots=True)
class Removal:
    """Which practice is to be removed: ``name`` is its name, letter by letter.

    ``abandon_google`` removes links that have not ended: Google keeps what it has of them.
    ``abandon_waiting`` removes mails and webhooks that were not sent yet.
    """

    name: str
    abandon_google: bool = False
    abandon_waiting: bool = False


def holding(uow: UnitOfWork) -> Holding:
    """Return what the practice holds."""
    whole = uow.whole_practice
    return Holding(uow.practice, whole.rows(), whole.waiting(), len(living_links(uow)))


def living_links(uow: UnitOfWork) -> Sequence[GoogleLink]:
    """Return the links to Google that have not ended."""
    links = uow.google.links.links()
    return [one for one in links if one.state is not LinkState.DISCONNECTED]


def check_name(uow: UnitOfWork, name: str) -> None:
    """Raise Invalid unless this is the practice's name."""
    if name != uow.practice.name:
        raise Invalid("name", "this is not the name of the practice; nothing was removed")


def check_waiting(uow: UnitOfWork, removal: Removal) -> None:
    """Raise Invalid where something would go unsent that nobody has given up."""
    waiting = {what: many for what, many in uow.whole_practice.waiting().items() if many}
    if waiting and not removal.abandon_waiting:
        listed = ", ".join(f"{what} {many}" for what, many in waiting.items())
        raise Invalid(
            "waiting",
            f"not sent yet: {listed}. 'praxical worker --once' sends what is due; "
            "--abandon-waiting removes it unsent",
        )


def end_links(uow: UnitOfWork, ending: Ending) -> Sequence[GoogleLink]:
    """Wish that all links end that have not, and return them."""
    return [
        end(uow, uow.google.links.locked(link.id) or link, ending) for link in living_links(uow)
    ]


def delete_practice(uow: UnitOfWork, removal: Removal) -> int:
    """Remove every row of the practice and return how many there were.

    Nothing else can be done in the transaction then. Raises Invalid for another name and for
    what would be lost without having been given up, NotFound where the practice is gone.
    """
    uow.whole_practice.hold()
    check_name(uow, removal.name)
    check_waiting(uow, removal)
    living = living_links(uow)
    if living and not removal.abandon_google:
        raise Invalid("google", f"links that have not ended: {len(living)}")
    practice = uow.practice
    removed = uow.whole_practice.remove()
    log.info("removed practice=%d rows=%d", practice.id, removed)
    return removed
