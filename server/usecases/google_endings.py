"""Wishing that a link to Google ends; whoever holds it next carries that out."""

from __future__ import annotations

from dataclasses import replace

from server.domain.errors import Invalid
from server.domain.google import Ending, GoogleLink, LinkState
from server.domain.ids import UserName
from server.usecases.ports import UnitOfWork


def end(uow: UnitOfWork, link: GoogleLink, ending: Ending) -> GoogleLink:
    """Wish that a link ends, and return it; raises Invalid for one that has ended.

    Whoever holds it next stops its channels, does with its events in Google as is wished,
    revokes the consent and forgets the tokens.
    """
    if link.state is LinkState.DISCONNECTED:
        raise Invalid("link", f"'{link.id}' is disconnected already")
    ended = replace(link, ending=ending, rests_until=None)
    uow.google.links.save_link(ended)
    return ended


def forget(uow: UnitOfWork, link: GoogleLink) -> None:
    """Forget a link that has ended with all that hangs on it; raises Invalid for another.

    By what the account would be known again goes too, and which calendar was made: connecting
    it once more makes another one. Appointments and the money stay as they are.
    """
    if link.state is not LinkState.DISCONNECTED:
        raise Invalid("link", f"'{link.id}' is not disconnected")
    uow.google.links.remove_link(link.id)


def end_all(uow: UnitOfWork, user: UserName) -> int:
    """Wish that all links of a user's end, and return how many; what stands in Google stays."""
    living = [
        link
        for link in uow.google.links.links(user)
        if link.state is not LinkState.DISCONNECTED and link.ending is None
    ]
    for link in living:
        end(uow, uow.google.links.locked(link.id) or link, Ending.LEAVE)
    return len(living)
