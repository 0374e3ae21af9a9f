"""Events that go: deleted, cancelled with their series, moved away, forgotten."""

from __future__ import annotations

from datetime import timedelta

from tests.local_google.access import WRITES, Call, calendar_of, check_quota, view_of
from tests.local_google.guests import (
    Told,
    answer,
    check_movable,
    mail_guests,
    spread,
    told,
    withdraw,
)
from tests.local_google.instances import Row, find_row, occurs, row_of
from tests.local_google.refusals import deleted, duplicate, forbidden, not_found, stale
from tests.local_google.rendering import hides_details, rendered
from tests.local_google.times import Json
from tests.local_google.world import Calendar, Event, World

_SWEEPS_EVERY = timedelta(hours=1)


def found_row(call: Call, calendar: Calendar) -> Row:
    """Return the event or occurrence that is asked for; raises Refused."""
    forget(call.world, calendar)
    row = find_row(calendar, call.get("eventId"))
    if row is None:
        raise not_found()
    return row


def check_changeable(call: Call, calendar: Calendar, row: Row) -> None:
    """Refuse a write to what changed since it was read, or what the writer may not see."""
    if hides_details(view_of(call, calendar), row):
        raise forbidden("forbidden", "Forbidden")
    if call.if_match and call.if_match != row.record.etag:
        raise stale()


def delete(call: Call) -> None:
    """Answer events.delete."""
    calendar = calendar_of(call, WRITES)
    check_quota(call)
    row = found_row(call, calendar)
    if row.cancelled:
        raise deleted()
    check_changeable(call, calendar, row)
    cancel(call.world, calendar, row, told(call.parameters))


def cancel(world: World, calendar: Calendar, row: Row, how: Told) -> Event:
    """Delete an event, a series or one occurrence, and tell guests."""
    record = materialised(world, calendar, row)
    record.cancelled = True
    if record.organizer:
        _decline(world, calendar, record)
    else:
        mail_guests(world, calendar, row, "cancelled", how)
        withdraw(world, row, how)
    if record.repeats:
        settle_exceptions(world, calendar, record, drops_all=True)
    world.touch(calendar, record)
    return record


def _decline(world: World, calendar: Calendar, copy: Event) -> None:
    copy.body["attendees"] = [
        {**each, "responseStatus": "declined"} if each["email"] == calendar.id else each
        for each in copy.body.get("attendees", ())
    ]
    answer(world, copy, calendar.id)


def materialised(world: World, calendar: Calendar, row: Row) -> Event:
    """Return the record of a row; an occurrence without one gets one."""
    if row.record.id == row.id:
        return row.record
    master = row.record
    made = Event(
        row.id,
        master.uid,
        {},
        master.creator,
        master.created,
        world.tick(),
        master.updated,
        parent=master.id,
        original=row.original,
        sequence=master.sequence,
        organizer=master.organizer,
    )
    calendar.events[row.id] = made
    return made


def settle_exceptions(
    world: World, calendar: Calendar, master: Event, *, drops_all: bool
) -> None:
    """Let go of exceptions that have no occurrence any more, or of all."""
    for one in list(calendar.exceptions(master.id)):
        fits = occurs(master, one.original)
        if one.cancelled:
            _settle_cancelled(calendar, master, one, stays=fits and not drops_all)
        elif fits and not drops_all:
            # It is shown with what it has from its series, so it changed with it.
            world.touch(calendar, one)
        elif world.unknowns.tells_lost_exceptions and (master.cancelled or not fits):
            one.cancelled = one.fell_with_series = True
            world.touch(calendar, one)
        else:
            del calendar.events[one.id]


def _settle_cancelled(calendar: Calendar, master: Event, one: Event, *, stays: bool) -> None:
    """Keep the cancelled instance of a series that has it; restore what only fell with it."""
    is_own = not one.fell_with_series
    is_gone = not stays and not master.cancelled if is_own else stays
    if is_gone:
        del calendar.events[one.id]


def forget(world: World, calendar: Calendar) -> None:
    """Remove deleted events that are too old; cancelled instances stay with their series."""
    now = world.clock.now()
    pause = min(_SWEEPS_EVERY, world.knobs.tombstone_life)
    if calendar.swept is not None and now - calendar.swept < pause:
        return
    calendar.swept = now
    limit = now - world.knobs.tombstone_life
    for one in list(calendar.events.values()):
        master = calendar.events.get(one.parent)
        is_kept = master is not None and not master.cancelled
        if one.cancelled and one.updated < limit and not is_kept:
            del calendar.events[one.id]


def move(call: Call) -> Json:
    """events.move; the answer says cancelled although the event stands at its new place."""
    source = calendar_of(call, WRITES)
    target = calendar_of(call, WRITES, call.get("destination"))
    check_quota(call)
    row = found_row(call, source)
    if row.cancelled:
        raise deleted()
    check_changeable(call, source, row)
    moved = carried(call.world, source, target, row.record)
    shown = rendered(view_of(call, target), row_of(target, moved))
    return {**shown, "status": "cancelled"}


def carried(world: World, source: Calendar, target: Calendar, event: Event) -> Event:
    """Move an event and its exceptions; a stub with the id only stays behind."""
    check_movable(event)
    taken = target.events.get(event.id)
    if source is target or (taken is not None and not taken.cancelled):
        raise duplicate()
    for one in [event, *source.exceptions(event.id)]:
        source.events[one.id] = Event(
            one.id,
            one.uid,
            {},
            one.creator,
            one.created,
            world.tick(),
            one.updated,
            cancelled=True,
            parent=one.parent,
            original=one.original,
            is_stub=True,
        )
        world.touch(source, source.events[one.id])
        one.number = world.tick()
        target.events[one.id] = one
        world.touch(target, one)
        spread(world, target, one)
    return event
