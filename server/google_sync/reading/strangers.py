"""Events that bear our mark and stand for nothing that was ever here: somebody is asked.

What was cancelled or deleted here is still known, and is taken out of Google without a word.
But where nothing at all is known of an event of ours, the database was brought back from a
copy, or another one is at work in the same calendar. Nothing is taken out before somebody of
the practice has said so: what was booked since may stand nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from server.domain.google import LinkState
from server.google_sync.deciding.brake import NOT_KNOWN, Unknown
from server.google_sync.deciding.one_event import tell
from server.google_sync.links.syncing import Desk, Syncing, looking, recording
from server.google_sync.model.incoming import Incoming
from server.google_sync.model.marks import LAST_GENERATION, Whose, event_id, read_mark
from server.google_sync.reading import blocks, unmapped

_SENTENCE: Final = (
    "Appointments stand in Google that are not known here any more. Say what is to be done."
)


def may_pass(syncing: Syncing, calendar: str, read: Sequence[Incoming]) -> bool:
    """Whether nothing was read that is ours and not known; else the link waits for an answer.

    Where somebody has answered, it is done as was said.
    """
    with looking(syncing) as desk:
        found = strangers(desk, calendar, read)
        said = desk.link.reason
    if said in set(Unknown):
        for incoming in found:
            _do(syncing, calendar, incoming, Unknown(said))
        _answered(syncing)
        return True
    if found:
        _ask(syncing)
    return not found


def strangers(desk: Desk, calendar: str, read: Iterable[Incoming]) -> list[Incoming]:
    """Return the events of ours, in the time that is kept, that were never here."""
    found = [one for one in read if _is_unpaired(desk, calendar, one)]
    if not found:
        return []
    known = {
        event_id(desk.key, number, generation)
        for number in desk.uow.appointments.ids(deleted=True)
        for generation in range(LAST_GENERATION + 1)
    }
    return [one for one in found if one.event not in known]


def _is_unpaired(desk: Desk, calendar: str, incoming: Incoming) -> bool:
    if incoming.cancelled or incoming.is_exception or not unmapped.keeps(desk, incoming):
        return False
    marked = read_mark(desk.key, incoming.mark, incoming.event, incoming.series)
    if marked.whose is not Whose.OURS:
        return False
    return desk.uow.google.events.of_event(desk.link.id, calendar, incoming.event) is None


def _do(syncing: Syncing, calendar: str, incoming: Incoming, said: Unknown) -> None:
    with recording(syncing) as desk:
        match said:
            case Unknown.KEEP:
                blocks.make(desk, calendar, incoming)
            case Unknown.REMOVE:
                unmapped.take_in(desk, calendar, incoming)


def _ask(syncing: Syncing) -> None:
    with recording(syncing) as desk:
        waits = replace(desk.link, state=LinkState.NEEDS_DECISION, reason=NOT_KNOWN)
        desk.uow.google.links.save_link(waits)
        tell(desk, NOT_KNOWN, _SENTENCE, None)


def _answered(syncing: Syncing) -> None:
    with recording(syncing) as desk:
        desk.uow.google.links.save_link(replace(desk.link, reason=""))
