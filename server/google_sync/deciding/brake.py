"""The brake: very many deletions at once are not believed before somebody has said so."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Final

from server.domain.google import EventKind, EventMap, MapState, Origin
from server.domain.when import span_utc
from server.google_sync.links.syncing import Desk
from server.google_sync.model.canonical import read_base, when_of
from server.google_sync.model.incoming import Incoming

GONE_AT_LEAST: Final = 10
SHARE_AT_LEAST: Final = 0.2
MASS_DELETION: Final = "mass-deletion"
"""The reason of a link that waits for an answer to this."""


class Answer(StrEnum):
    """What somebody said of very many deletions; the reason of the link until it is done."""

    ACCEPT = "accept-deletions"
    RESTORE = "restore-deletions"


NOT_KNOWN: Final = "not-known-here"
"""The reason of a link that has events of ours in Google that were never here."""


class Unknown(StrEnum):
    """What somebody said of those: they stay as Other Events, or are taken out of Google."""

    KEEP = "keep-unknown"
    REMOVE = "remove-unknown"


def is_too_many(gone: int, of_all: int) -> bool:
    """Whether so many of a link's future appointments may not just vanish in one read."""
    return gone > GONE_AT_LEAST and gone > SHARE_AT_LEAST * of_all


def is_braked(desk: Desk, calendar: str, gone: Iterable[Incoming]) -> bool:
    """Whether what was read deletes too much; what is deleted here too does not count."""
    names = {incoming.event for incoming in gone if incoming.cancelled and not incoming.series}
    if len(names) <= GONE_AT_LEAST:
        return False
    ahead = [
        pair
        for pair in desk.uow.google.events.all(desk.link.id, calendar)
        if _counts(desk, pair, desk.at)
    ]
    lost = [pair for pair in ahead if pair.event in names and _stands(desk, pair)]
    return is_too_many(len(lost), len(ahead))


def _counts(desk: Desk, pair: EventMap, now: datetime) -> bool:
    """Whether a pair is of an appointment that lies ahead, or of a series."""
    base = read_base(pair.base)
    ours = pair.origin is Origin.PRACTICE and pair.kind is not EventKind.EXCEPTION
    if not ours or base is None or pair.state not in (MapState.LIVE, MapState.CONFLICT):
        return False
    if base.ours.times.repeats:
        return True
    zone = desk.uow.practice.zone
    return span_utc(when_of(base.ours.times, zone), zone)[1] > now


def _stands(desk: Desk, pair: EventMap) -> bool:
    found = desk.uow.appointments.get(pair.appointment)
    if found is None or found.deleted_at is not None:
        return False
    return not found.first_part.details.status.is_cancelled
