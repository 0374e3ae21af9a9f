"""Whether others see the calendar in Google that is written to: only its owner can tell us."""

from __future__ import annotations

from dataclasses import replace

from server.domain.errors import Invalid
from server.domain.google import GoogleLink
from server.usecases.context import Context
from server.usecases.google_links import carry_level, with_level
from server.usecases.ports import UnitOfWork


def set_shared(
    uow: UnitOfWork, context: Context, link: GoogleLink, *, shared: bool, confirmed: bool
) -> GoogleLink:
    """Say whether others see what a link writes, and return the link.

    From then on Google is told a client's number at most, and what says more is rewritten,
    unless an administrator confirms that the others may see it. A level that was lowered stays
    so when the calendar is shared no more. Raises Invalid for a confirmation of nothing.
    """
    if confirmed and not shared:
        raise Invalid("confirmed", "there is nothing to confirm where nobody else looks")
    said = replace(
        link,
        shared=shared,
        shared_ok_by=context.actor.user if confirmed else "",
        shared_ok_at=context.now if confirmed else None,
    )
    changed = with_level(said, link.level)
    uow.google.links.save_link(changed)
    if changed.level is not link.level:
        carry_level(uow, context, changed)
    return changed
