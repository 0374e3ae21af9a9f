"""What somebody of the practice answers where a link waits for them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from server.domain.errors import NotFound
from server.domain.google import (
    Conflict,
    DirtyAppointment,
    EventMap,
    MapState,
)
from server.domain.ids import GoogleLinkId
from server.domain.when import RecurrenceKey
from server.google_sync.deciding.sight import ACCEPTED, DECLINED
from server.usecases.ports import UnitOfWork

_LONG_AGO: Final = datetime(2000, 1, 1, tzinfo=UTC)


def answer_proposal(
    uow: UnitOfWork, link: GoogleLinkId, conflict: str, now: datetime, *, accepted: bool
) -> None:
    """Accept or decline what was changed in Google, where that waits for an answer.

    The next cycle carries it out: accepted, by the practice's rules for every move; declined,
    by writing the event as it is here. Raises NotFound.
    """
    waiting = uow.google.events.conflicts(link, since=_LONG_AGO)
    found = next((one for one in waiting if one.id == conflict), None)
    owner = uow.google.links.locked(link)
    if found is None or owner is None:
        raise NotFound("conflict", conflict)
    uow.google.events.save_conflict(replace(found, settled_at=now))
    pair = _pair_of(uow, found)
    if pair is None or pair.state is not MapState.CONFLICT:
        return
    reason = ACCEPTED if accepted else DECLINED
    uow.google.events.save(replace(pair, state=MapState.LIVE, reason=reason, etag=""))
    uow.google.events.save_dirty(DirtyAppointment(link, pair.appointment, 0, now))


def _pair_of(uow: UnitOfWork, conflict: Conflict) -> EventMap | None:
    pairs = uow.google.events.of_appointment(conflict.link, conflict.appointment)
    key: RecurrenceKey = conflict.key
    own = [pair for pair in pairs if pair.key == key]
    return max(own, key=lambda pair: pair.generation, default=None)
