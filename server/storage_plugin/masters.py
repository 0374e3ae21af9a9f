"""A master for overrides that were stored without one, so that the host can expand them."""

from __future__ import annotations

from typing import Any


def add_master(calendar: Any) -> None:
    """Add a master that occurs exactly where the overrides say, if there is none.

    The host refuses a whole report for one object without a master. Each occurrence of this one
    is replaced by its override, so that it is never seen itself.
    """
    events = list(calendar.vevent_list)
    if not all(hasattr(event, "recurrence_id") for event in events):
        return
    first, *others = sorted(event.recurrence_id.value for event in events)
    master = calendar.add("vevent")
    master.add("uid").value = events[0].uid.value
    master.add("dtstart").value = first
    master.add("rrule").value = "FREQ=DAILY;COUNT=1"
    if others:
        master.add("rdate").value = others
