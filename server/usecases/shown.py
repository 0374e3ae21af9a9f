"""What an app had been shown of an object: the base of a three-way merge (M1)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from server.domain.appointment import Appointment
from server.domain.calendars import StoredObject
from server.ics.event import CalendarObject, Event
from server.ics.reader import read_object
from server.ics.view import View
from server.ics.writer import render
from server.usecases.personal_lines import personal_lines
from server.usecases.ports import UnitOfWork
from server.usecases.sent import Sent
from server.usecases.viewers import names_for

_REVISION = re.compile(r"[0-9]{1,18}")


_HIDDEN = frozenset({"SERVICES", "DESCRIPTION"})
"""What only the owner of a calendar is shown."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What the app had been shown (``base``), and what is true now as it would be shown."""

    base: CalendarObject
    current: CalendarObject


def shown_to(
    uow: UnitOfWork, sent: Sent, view: View, now: tuple[StoredObject | None, Appointment]
) -> Shown:
    """Return the text under the condition, or of the revision that the body names.

    With neither, the app is taken to have seen what is there now.
    """
    stored, appointment = now
    zone = uow.practice.zone
    current = read_object(_text(uow, sent, view, now), zone)
    seen_now = sent.by_condition or sent.revision in (None, appointment.revision)
    if stored is None or seen_now:
        return Shown(current, current)
    text = uow.objects.version(stored.calendar, stored.href, sent.revision or 0)
    earlier = read_object(text, zone) if text else current
    if text and not view.is_owner:
        earlier = _as_seen(current, earlier, read_object(stored.text, zone))
    return Shown(earlier, current)


def _as_seen(
    current: CalendarObject, earlier: CalendarObject, owners: CalendarObject
) -> CalendarObject:
    """Return what another viewer than the owner had been shown at an earlier revision.

    Only the owner's texts are kept: what has changed between them had changed for the viewer
    too, so far as the viewer may see it.
    """
    now = {event.key: event for event in owners.events}
    viewers = {event.key: event for event in current.events}
    return replace(
        current,
        events=tuple(
            _event_as_seen(viewers[then.key], then, now[then.key])
            if then.key in viewers and then.key in now
            else then
            for then in earlier.events
        ),
    )


def _event_as_seen(viewers: Event, then: Event, now: Event) -> Event:
    return replace(
        viewers,
        when=then.when,
        recurrence=then.recurrence,
        travel=then.travel,
        texts=_words_as_seen(viewers.texts, then.texts, now.texts),
        practice=_words_as_seen(viewers.practice, then.practice, now.practice),
    )


def _words_as_seen(
    viewers: Mapping[str, str], then: Mapping[str, str], now: Mapping[str, str]
) -> dict[str, str]:
    """Return the viewer's words, with those of then where the owner's have changed since."""
    kept = {name: text for name, text in viewers.items() if name in then or name not in now}
    changed = {
        name: text
        for name, text in then.items()
        if text != now.get(name) and name not in _HIDDEN
    }
    return {**kept, **changed}


def _text(
    uow: UnitOfWork, sent: Sent, view: View, now: tuple[StoredObject | None, Appointment]
) -> str:
    stored, appointment = now
    if stored is not None and view.is_owner:
        return stored.text
    personal = personal_lines(uow, stored, sent.viewer.name) if stored is not None else None
    return render(appointment, view, names_for(uow, [appointment]), personal)


def shown_as(uow: UnitOfWork, text: str) -> Shown:
    """Return a base that is also what is true now."""
    base = read_object(text, uow.practice.zone)
    return Shown(base, base)
