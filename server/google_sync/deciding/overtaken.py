"""Proposals that nobody needs to answer any more: what they were about has changed since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from server.domain.google import Conflict, MapState
from server.domain.ids import AppointmentId
from server.google_sync.links.syncing import Desk
from server.usecases.google_links import CONFLICTS_KEPT


def settle_overtaken(desk: Desk, appointment: AppointmentId) -> None:
    """Settle the open proposals of an appointment whose event waits for no answer.

    Of several about one event only the last one is still to be answered.
    """
    found = _open(desk, appointment)
    if not found:
        return
    pairs = desk.uow.google.events.of_appointment(desk.link.id, appointment)
    waiting = {pair.key for pair in pairs if pair.state is MapState.CONFLICT}
    last = {one.key: one.id for one in found if one.key in waiting}
    for one in found:
        if one.id != last.get(one.key):
            desk.uow.google.events.save_conflict(replace(one, settled_at=desk.at))


def _open(desk: Desk, appointment: AppointmentId) -> Sequence[Conflict]:
    since = desk.at - CONFLICTS_KEPT
    found = desk.uow.google.events.conflicts(desk.link.id, since=since)
    return [one for one in found if one.appointment == appointment]
