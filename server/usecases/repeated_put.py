"""An app that missed the answer sends the same again: that is no second change (M17)."""

from __future__ import annotations

from server.domain.appointment import Appointment, Part
from server.domain.when import MASTER, Timed
from server.ics import quirks
from server.ics.event import Event
from server.ics.lines import name_of
from server.ics.moments import RECURRENCE_NAMES, TIME_NAMES
from server.ics.own_lines import without_noise
from server.ics.said import without_email_alarms
from server.usecases.sent import Sent

_WORKED_OUT = TIME_NAMES | RECURRENCE_NAMES | {"RECURRENCE-ID"}


def repeats(before: Appointment, sent: Sent) -> bool:
    """Whether the owner's app sends what it sent last, and has not read our answer since."""
    masters = [(MASTER, before.master)] if before.master is not None else []
    parts = dict([*masters, *before.overrides.items()])
    events = {event.key: event for event in sent.object.events}
    master = sent.object.master
    recurrence = master.recurrence if master else None
    return (
        sent.revision is None
        and parts.keys() == events.keys()
        and recurrence == before.recurrence
        and all(_is_said_again(parts[key], event, sent) for key, event in events.items())
    )


def _is_said_again(part: Part, event: Event, sent: Sent) -> bool:
    return _words(part.lines) == _words(event.lines) and _is_then(part, event, sent)


def _words(lines: tuple[str, ...]) -> tuple[str, ...]:
    kept = without_noise(without_email_alarms(lines))
    return tuple(raw for raw in kept if name_of(raw) not in _WORKED_OUT)


def _is_then(part: Part, event: Event, sent: Sent) -> bool:
    """The same time, or the app's usual length where ours is the session type's."""
    now, said = part.when, event.when
    if isinstance(now, Timed) and isinstance(said, Timed) and now.start == said.start:
        usual = quirks.default_length(sent.family)
        return said.duration in (now.duration, usual)
    return now == said
