"""Occurrences with a life of their own, whose series no longer has one at their time.

Here they stay what they are, with client, note and money, as through every door. In Google,
which drops them, each becomes an event by itself.
"""

from __future__ import annotations

from typing import Final

from server.domain.google import EventMap
from server.domain.ids import AppointmentId
from server.domain.when import RecurrenceKey
from server.google_sync.deciding.one_event import tell
from server.google_sync.deciding.sight import Sight, sight_of
from server.google_sync.links.syncing import Desk
from server.google_sync.model.canonical import read_base, when_of
from server.google_sync.model.recurrence_lines import recurrence_of
from server.ics.moments import UTC_ZONE
from server.ics.series_split import occurrence_at

_LEFT_BEHIND: Final = (
    "A series was changed in Google. Appointments of it that had been changed by themselves "
    "stay when they were."
)


def fell_with_rule(series: EventMap, key: RecurrenceKey) -> bool:
    """Whether Google has no such occurrence any more since its series is otherwise.

    Then nobody has cancelled it, though it is told as cancelled.
    """
    base = read_base(series.base)
    if base is None:
        return False
    times = base.theirs.times
    rule = recurrence_of(times.rules, times.added, ())
    return rule is None or occurrence_at(when_of(times, UTC_ZONE), rule, key) is None


def tell_left_behind(desk: Desk, before: Sight, moved: AppointmentId) -> None:
    """Tell the practitioner of occurrences that a series has left behind; once, of all."""
    for number in {before.appointment, moved}:
        after = sight_of(desk, number)
        own = [key for key, wanted in after.desired.own.items() if wanted is not None]
        if any(before.in_rule(key) and not after.in_rule(key) for key in own):
            tell(desk, "left-behind", _LEFT_BEHIND, number)
            return
