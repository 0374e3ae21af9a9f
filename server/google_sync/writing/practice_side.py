"""The practice's side, written to Google: one request at a time, each recorded by itself.

No request is made inside a transaction. What is to be made is stored before it is asked for,
under an id that a retry names again; an answer that was lost is found by reading.
"""

from __future__ import annotations

from typing import Final

from server.domain.google import DirtyAppointment, EventMap
from server.google_sync.deciding.overtaken import settle_overtaken
from server.google_sync.deciding.sight import Sight, sight_of
from server.google_sync.http.calls import Changed, Deleted, Missing, Refused
from server.google_sync.links.syncing import Report, Syncing, looking, recording
from server.google_sync.model.steps import Agree, Look, Park, Single, Step
from server.google_sync.writing.left_alone import Now, fingerprint
from server.google_sync.writing.outstanding import outstanding
from server.google_sync.writing.performing import park, perform
from server.google_sync.writing.rereading import look_again

ROUNDS: Final = 3
"""How often one appointment's writes may find an event changed before the next cycle."""
_STEPS_AT_MOST: Final = 1500


class TooManyRounds(Exception):
    """An event keeps changing under our hands; the next cycle looks again."""


def write_appointment(syncing: Syncing, dirty: DirtyAppointment, report: Report) -> None:
    """Tell Google all of one appointment; raises CallFailed for what ends the cycle.

    Raises TooManyRounds and CalendarMissing besides.
    """
    rounds = 0
    for _ in range(_STEPS_AT_MOST):
        with looking(syncing) as desk:
            sight = sight_of(desk, dirty.appointment)
            now = Now(desk.at, desk.key, desk.link.managed)
        step = outstanding(sight, now)
        if step is None:
            break
        try:
            perform(syncing, sight, step)
            report.written += not isinstance(step, (Agree, Look, Park))
        except (Changed, Missing, Deleted) as found:
            rounds += 1
            if rounds > ROUNDS:
                raise TooManyRounds from found
            look_again(syncing, _event_of(sight, step))
        except Refused as refusal:
            report.refused += 1
            _park(syncing, sight, step, refusal.reason)
    with recording(syncing) as desk:
        settle_overtaken(desk, dirty.appointment)
        desk.uow.google.events.clear_dirty(dirty)


def _event_of(sight: Sight, step: Step) -> EventMap:
    """Return what a request was about; for an occurrence not known yet, its series."""
    if not isinstance(step, Single):
        return step.pair
    own = sight.pair(step.key)
    return own if own is not None and own.etag else step.series


def _park(syncing: Syncing, sight: Sight, step: Step, reason: str) -> None:
    """Google will never take this as it is: left alone until something of it changes."""
    pair = _event_of(sight, step)
    key = step.key if isinstance(step, Single) else pair.key
    said = fingerprint(sight.wanted(key))
    park(syncing, pair, f"refused {reason}#{said}")
