"""A series split as Google's own page does it: one ends, and another one begins."""

from __future__ import annotations

from tests.local_google.checking import Place, merged, settled
from tests.local_google.instances import Row, base_of, occurrence_body
from tests.local_google.recurrence import continued_from, cut_before
from tests.local_google.refusals import invalid
from tests.local_google.removing import settle_exceptions
from tests.local_google.times import Json, suffix, wall
from tests.local_google.world import Event
from tests.local_google.writing import new_event


def split(place: Place, row: Row, changes: Json) -> Event:
    """End a series before an occurrence and return what follows it, not in the calendar yet.

    What follows has the private properties of the series and none of its exceptions.
    """
    master = place.calendar.events.get(row.parent)
    if master is None or row.original == master.body["start"]:
        raise invalid("There is nothing before this occurrence.", "event")
    world, cut = place.world, wall(row.original)
    start, lines = master.body["start"], master.body["recurrence"]
    following = occurrence_body(master, row.original)
    following["recurrence"] = continued_from(lines, start, cut)
    name = f"{base_of(master.id)}_R{suffix(row.original).rstrip('Z')}"
    made = new_event(place, name, f"{name}@google.com", merged(following, changes))
    master.body = settled(place, {**master.body, "recurrence": cut_before(lines, start, cut)})
    master.sequence += 1
    world.touch(place.calendar, master)
    settle_exceptions(world, place.calendar, master, drops_all=False)
    return made
