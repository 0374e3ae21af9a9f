"""Events that are made and changed through the API."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.local_google.access import WRITES, Call, calendar_of, check_quota, view_of
from tests.local_google.checking import Place, check_id, merged, settled, writable
from tests.local_google.guests import Told, answer, check_guest_may, mail_guests, spread, told
from tests.local_google.instances import Row, occurrence_body, row_of
from tests.local_google.refusals import Refused, duplicate, invalid
from tests.local_google.removing import (
    cancel,
    check_changeable,
    forget,
    found_row,
    materialised,
    settle_exceptions,
)
from tests.local_google.rendering import rendered
from tests.local_google.times import Json
from tests.local_google.world import Calendar, Event

_TIMES = ("start", "end", "recurrence")
_HIDDEN = {"private", "confidential"}


@dataclass(frozen=True)
class Change:
    """What becomes of an event: its whole new body, and who is told how."""

    body: Json
    how: Told
    revives: bool = False
    sequence: int | None = None
    may_be_nothing: bool = False
    """Whether a change that changes nothing may count as none."""


def place_of(call: Call, calendar: Calendar) -> Place:
    """Return where a call writes."""
    return Place(call.world, calendar, call.account)


def insert(call: Call) -> Json:
    """Answer events.insert."""
    calendar = calendar_of(call, WRITES)
    check_quota(call)
    _check_insertable(call.body)
    name = call.body.get("id") or call.world.new_id()
    check_id(name)
    uid = call.body.get("iCalUID") or f"{name}@google.com"
    made = new_event(place_of(call, calendar), name, uid, writable(call.body, call.parameters))
    made.sequence = call.body.get("sequence", 0)
    added(place_of(call, calendar), made, told(call.parameters))
    return rendered(view_of(call, calendar), row_of(calendar, made))


def _check_insertable(body: Json) -> None:
    if body.get("id") and body.get("iCalUID"):
        raise invalid("Only one of id and iCalUID can be supplied.")
    if body.get("status") == "cancelled":
        raise invalid("Invalid value for: status", "status")
    if body.get("eventType") == "fromGmail":
        raise Refused(400, "eventTypeRestriction", "Events from Gmail cannot be created.")


def new_event(place: Place, name: str, uid: str, body: Json) -> Event:
    """Return an event that is not in the calendar yet; raises Refused."""
    world = place.world
    now = world.clock.stamp()
    whole = settled(place, body)
    return Event(name, uid, whole, place.account.email, now, world.tick(), now)


def added(place: Place, event: Event, how: Told) -> None:
    """Put a new event into its calendar; raises Refused where its id is taken."""
    world, calendar = place.world, place.calendar
    forget(world, calendar)
    is_taken = event.id in calendar.events
    if is_taken and world.knobs.misses_duplicates:
        calendar.twins.append(event)
    elif is_taken or _is_known(calendar, event):
        raise duplicate()
    else:
        calendar.events[event.id] = event
    world.touch(calendar, event)
    spread(world, calendar, event)
    mail_guests(world, calendar, row_of(calendar, event), "invitation", how)


def _is_known(calendar: Calendar, event: Event) -> bool:
    if event.uid == f"{event.id}@google.com":
        return False
    return any(one.uid == event.uid for one in calendar.events.values())


def import_event(call: Call) -> Json:
    """events.import: a private copy, known by its iCalUID."""
    calendar = calendar_of(call, WRITES)
    check_quota(call)
    if call.body.get("eventType", "default") != "default":
        raise Refused(400, "eventTypeRestriction", "Only default events can be imported.")
    place = place_of(call, calendar)
    uid = call.body["iCalUID"]
    body = writable(call.body, call.parameters)
    if "organizer" in call.body:
        body["organizer"] = call.body["organizer"]
    same = (e for e in calendar.events.values() if e.uid == uid and not e.parent)
    known = next(same, None)
    if known is not None and call.world.unknowns.import_replaces:
        change = Change(settled(place, body), Told("none"), revives=known.cancelled)
        made = applied(place, row_of(calendar, known), change)
    else:
        made = new_event(place, call.world.new_id(), uid, body)
        made.is_private_copy = True
        made.sequence = call.body.get("sequence", 0)
        added(place, made, Told("none"))
    return rendered(view_of(call, calendar), row_of(calendar, made))


def patch(call: Call) -> Json:
    """events.patch: what is named changes, the rest stays; null removes."""
    calendar, row = _to_change(call)
    given = writable(call.body, call.parameters)
    wanted = merged(row.body, given)
    return _changed(call, calendar, row, wanted, revives="status" in given)


def update(call: Call) -> Json:
    """events.update: what is not named is gone."""
    calendar, row = _to_change(call)
    wanted = {n: v for n, v in writable(call.body, call.parameters).items() if v is not None}
    kind = row.body.get("eventType")
    return _changed(
        call, calendar, row, wanted | ({"eventType": kind} if kind else {}), revives=True
    )


def _to_change(call: Call) -> tuple[Calendar, Row]:
    calendar = calendar_of(call, WRITES)
    check_quota(call)
    row = found_row(call, calendar)
    check_changeable(call, calendar, row)
    kind = call.body.get("eventType")
    if kind is not None and kind != row.body.get("eventType", "default"):
        raise Refused(400, "eventTypeRestriction", "The type of an event cannot be changed.")
    return calendar, row


def _changed(
    call: Call, calendar: Calendar, row: Row, wanted: dict[str, Any], *, revives: bool
) -> Json:
    place, how = place_of(call, calendar), told(call.parameters)
    if row.parent and wanted.get("recurrence"):
        raise invalid("Instances cannot have a recurrence.", "recurrence")
    if wanted.get("status") == "cancelled":
        done = row.record if row.cancelled else cancel(place.world, calendar, row, how)
    else:
        body = settled(place, wanted)
        check_guest_may(row, body)
        sequence = call.body.get("sequence")
        change = Change(body, how, row.cancelled and revives, sequence, may_be_nothing=True)
        done = applied(place, row, change)
    shown = row if done.id != row.id else row_of(calendar, done)
    return rendered(view_of(call, calendar), shown)


def applied(place: Place, row: Row, change: Change) -> Event:
    """Give an event or an occurrence its new body, and do what follows from it."""
    names = row.body.keys() | change.body.keys()
    changed = {name for name in names if row.body.get(name) != change.body.get(name)}
    keeps = change.may_be_nothing and not place.world.unknowns.empty_patch_moves_etag
    if keeps and not changed and not change.revives:
        return row.record
    record = materialised(place.world, place.calendar, row)
    _keep(place, record, _kept_private(place, row, change.body))
    record.sequence = _sequence(record, change, is_moved=not changed.isdisjoint(_TIMES))
    if change.revives:
        record.cancelled = record.fell_with_series = False
    place.world.touch(place.calendar, record, is_update=changed != {"reminders"})
    _follow(place, record, changed, change)
    return record


def _sequence(record: Event, change: Change, *, is_moved: bool) -> int:
    if change.sequence is not None:
        return change.sequence
    return record.sequence + int(is_moved)


def _kept_private(place: Place, row: Row, body: Json) -> Json:
    """Return the body with a visibility that an instance may have.

    An instance made more private makes its series so; made less private it stays as it is.
    """
    master = place.calendar.events.get(row.parent) if row.parent else None
    if master is None:
        return body
    is_hidden, was_hidden = (one.get("visibility") in _HIDDEN for one in (body, master.body))
    if is_hidden and not was_hidden:
        master.body["visibility"] = body["visibility"]
        place.world.touch(place.calendar, master)
    if was_hidden and not is_hidden:
        return {**body, "visibility": master.body["visibility"]}
    return body


def _keep(place: Place, record: Event, body: Json) -> None:
    master = place.calendar.events.get(record.parent) if record.parent else None
    if master is None:
        record.body = body
        return
    inherited = occurrence_body(master, record.original)
    names = inherited.keys() | body.keys()
    record.body = {n: body.get(n) for n in names if body.get(n) != inherited.get(n)}


def _follow(place: Place, record: Event, changed: set[str], change: Change) -> None:
    world, calendar = place.world, place.calendar
    has_exceptions = any(True for _ in calendar.exceptions(record.id))
    if not record.parent and has_exceptions and (changed or change.revives):
        drops = not changed.isdisjoint(_TIMES) and world.unknowns.edit_all_drops_exceptions
        _settle(place, record, drops_all=drops)
    if record.organizer:
        answer(world, record, calendar.id)
        return
    spread(world, calendar, record)
    mail_guests(world, calendar, row_of(calendar, record), "update", change.how)


def _settle(place: Place, record: Event, *, drops_all: bool) -> None:
    if record.repeats:
        settle_exceptions(place.world, place.calendar, record, drops_all=drops_all)
    else:
        # No series any more: nothing is left that an exception could be one of.
        for one in list(place.calendar.exceptions(record.id)):
            del place.calendar.events[one.id]
