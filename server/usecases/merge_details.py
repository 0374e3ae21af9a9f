"""Details after a merge: what was said, and what the practice changed in the meantime."""

from __future__ import annotations

from dataclasses import replace

from server.domain.appointment import Details
from server.ics.description_block import join_description, split_description
from server.ics.event import Event
from server.ics.said import Said
from server.ics.view import View
from server.usecases.hearing import Hearing
from server.usecases.understand import understand

_PRACTICE_FIELDS = {
    "CLIENT": "client",
    "SERVICES": "services",
    "STATUS": "status",
    "SESSION": "session_type",
}


def merged_details(hearing: Hearing, said: Said, before: Details | None, view: View) -> Details:
    """Return the details after what was said by a viewer of this view."""
    if before is not None and not view.note:
        said = _beside_hidden_note(said, before)
    return understand(said, before, hearing)


def _beside_hidden_note(said: Said, before: Details) -> Said:
    """A viewer who is not shown the note adds to it and never replaces it."""
    if "DESCRIPTION" not in said.texts:
        return said
    note, block = split_description(said.texts["DESCRIPTION"] or "")
    whole = "\n".join(text for text in (before.note, note) if text)
    return replace(said, texts={**said.texts, "DESCRIPTION": join_description(whole, block)})


def practice_wins(details: Details, before: Details, base: Event, now: Event | None) -> Details:
    """Return the details with the practice's later value of what both sides changed.

    Client, services, session type and status are the practice's; the writer's own time and text
    stand (interop, part 0).
    """
    if now is None or now is base:
        return details
    for name, field in _PRACTICE_FIELDS.items():
        if base.practice.get(name) != now.practice.get(name):
            details = replace(details, **{field: getattr(before, field)})
    return details
