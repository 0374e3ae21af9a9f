"""What an app had been shown of an object: the base of a three-way merge (M1)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from server.domain.appointment import Appointment
from server.domain.calendars import StoredObject
from server.domain.practice import User
from server.ics import quirks
from server.ics.event import CalendarObject
from server.ics.reader import read_object
from server.ics.writer import View, render
from server.usecases.personal_lines import personal_lines
from server.usecases.ports import UnitOfWork
from server.usecases.viewers import names_for

_REVISION = re.compile(r"[0-9]{1,18}")


@dataclass(frozen=True, slots=True)
class Sent:
    """An object as sent, by whom and with which app; ``by_condition`` tells of an If-Match."""

    object: CalendarObject
    viewer: User
    agent: str
    by_condition: bool
    seen: int | None = None

    @property
    def family(self) -> str:
        """The family of the app."""
        return quirks.family_of(self.object.product, self.agent)

    @property
    def revision(self) -> int | None:
        """The revision that the body names, else the one that the device was last served."""
        for event in self.object.events:
            revision = event.practice.get("REV", "")
            if _REVISION.fullmatch(revision):
                return int(revision)
        return self.seen


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
    if stored is None or seen_now or not view.is_owner:
        return Shown(current, current)
    earlier = uow.objects.version(stored.calendar, stored.href, sent.revision or 0)
    return Shown(read_object(earlier, zone) if earlier else current, current)


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
