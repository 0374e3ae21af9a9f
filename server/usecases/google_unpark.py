"""Events that were left alone are looked at anew, because somebody of the practice says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final

from server.domain.google import DirtyAppointment, EventKind, EventMap, MapState
from server.domain.ids import GoogleLinkId
from server.usecases.ports import UnitOfWork

TOO_MANY_TIMES: Final = "too-many-times"
"""The reason of an event that kept vanishing from Google."""
LOOK_ANEW: Final = "look-anew"
"""The reason of a pair whose event is read by itself before anything is decided."""
ONCE_MORE: Final = "once-more"
"""The reason of a pair whose event is made again, however often it was made before."""

_LAST_OF_ALL: Final = 9
"""A mark holds one digit of how often an event was made."""


def unpark(uow: UnitOfWork, link: GoogleLinkId, now: datetime) -> int:
    """Let all events of a link that are left alone be looked at anew; return how many.

    Nothing is decided here: the next cycle reads each of them, and the usual rules go.
    """
    events = uow.google.events
    parked = [pair for pair in events.all(link) if pair.state is MapState.PARKED]
    for pair in parked:
        anew = _looked_at_anew(pair)
        if anew is None:
            events.remove(pair)
        else:
            events.save(anew)
        events.save_dirty(DirtyAppointment(link, pair.appointment, 0, now))
    return len(parked)


def _looked_at_anew(pair: EventMap) -> EventMap | None:
    """Return the pair as the next cycle takes it up; None where nothing is known of it."""
    fresh = replace(pair, turns=0, turns_a_day=0, retry_at=None)
    if pair.reason == TOO_MANY_TIMES:
        if pair.generation >= _LAST_OF_ALL:
            return pair
        return replace(fresh, state=MapState.GONE_GOOGLE, reason=ONCE_MORE)
    if pair.etag:
        return replace(fresh, state=MapState.LIVE, reason=LOOK_ANEW, etag="")
    if pair.kind is EventKind.EXCEPTION:
        return None
    return replace(fresh, state=MapState.PENDING, reason="")
