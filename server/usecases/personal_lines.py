"""What a viewer who is not the owner keeps on an object: alarms and the like (M5)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from server.domain.calendars import StoredObject
from server.domain.ids import CalendarId, UserName
from server.domain.when import RecurrenceKey
from server.ics.lines import name_of, parse_lines
from server.ics.own_lines import PRACTICE_OR_STRUCTURE, merged, top_level
from server.usecases.ports import UnitOfWork

if TYPE_CHECKING:
    from server.usecases.sent import Sent

_KEY = "X-KEY:"


def personal_lines(
    uow: UnitOfWork, stored: StoredObject, viewer: UserName
) -> dict[RecurrenceKey, Sequence[str]]:
    """Return a viewer's own lines on an object, by recurrence key."""
    kept = uow.objects.personal_lines(stored.calendar, stored.href, viewer)
    found: dict[RecurrenceKey, Sequence[str]] = {}
    for component in parse_lines(kept):
        key, *lines = [*component.lines]
        nested = [line for child in component.children for line in child.written()]
        found[RecurrenceKey(key.removeprefix(_KEY))] = [*lines, *nested]
    return found


def keep_personal_lines(uow: UnitOfWork, calendar: CalendarId, href: str, sent: Sent) -> bool:
    """Store what a viewer's app sent beyond what the server writes; return if it is new."""
    lines: list[str] = []
    for event in sent.object.events:
        own = [
            raw
            for raw, nested in top_level(merged((), (), event.lines, sent.family))
            if nested or name_of(raw) not in PRACTICE_OR_STRUCTURE
        ]
        own = [raw for raw in own if not name_of(raw).startswith("X-PRAXICAL-")]
        if own:
            lines += ["BEGIN:VEVENT", f"{_KEY}{event.key}", *own, "END:VEVENT"]
    if tuple(lines) == uow.objects.personal_lines(calendar, href, sent.viewer.name):
        return False
    uow.objects.save_personal_lines(calendar, href, sent.viewer.name, tuple(lines))
    return True
