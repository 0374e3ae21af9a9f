"""An app that missed the answer sends the same again: that is no second change (M17)."""

from __future__ import annotations

from server.domain.appointment import Appointment, Part
from server.domain.calendars import StoredObject
from server.domain.when import MASTER, Timed
from server.ics import quirks
from server.ics.event import Event
from server.ics.lines import name_of, text_line
from server.ics.moments import RECURRENCE_NAMES, TIME_NAMES
from server.ics.own_lines import without_noise
from server.ics.said import without_email_alarms
from server.usecases.sent import Sent

_WORKED_OUT = TIME_NAMES | RECURRENCE_NAMES | {"RECURRENCE-ID"}


def repeats(sent: Sent, stored: StoredObject, before: Appointment) -> bool:
    """Whether the owner's app sends what it sent last, and not our answer with a change."""
    masters = [(MASTER, before.master)] if before.master is not None else []
    parts = dict([*masters, *before.overrides.items()])
    events = {event.key: event for event in sent.object.events}
    master = sent.object.master
    recurrence = master.recurrence if master else None
    return (
        sent.named is None
        and parts.keys() == events.keys()
        and recurrence == before.recurrence
        and all(_words(parts[key].lines) == _words(events[key].lines) for key in parts)
        and all(_is_then(parts[key], events[key], sent, stored) for key in parts)
    )


def _words(lines: tuple[str, ...]) -> tuple[str, ...]:
    kept = without_noise(without_email_alarms(lines))
    return tuple(raw for raw in kept if name_of(raw) not in _WORKED_OUT)


def _is_then(part: Part, event: Event, sent: Sent, stored: StoredObject) -> bool:
    """The same time; or the app's usual length, which was made the session type's."""
    now, said = part.when, event.when
    if now == said:
        return True
    if part.details.session_type is None or _shows(stored, event.texts.get("SUMMARY", "")):
        return False
    usual = quirks.default_length(sent.family)
    both = isinstance(now, Timed) and isinstance(said, Timed) and now.start == said.start
    return both and isinstance(said, Timed) and said.duration == usual


def _shows(stored: StoredObject, title: str) -> bool:
    """Whether this title is the one that we serve, and so no longer the one first typed."""
    return f"\r\n{text_line('SUMMARY', title)}\r\n" in stored.text.replace("\r\n ", "")
