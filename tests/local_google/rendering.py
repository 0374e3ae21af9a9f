"""Events as an answer shows them: to whom, at which offset, with how much of what they hold."""

from __future__ import annotations

import base64
from dataclasses import dataclass

from tests.local_google.instances import Row
from tests.local_google.times import Json, is_day, shown, stamped
from tests.local_google.world import Account, Calendar, World

OPEN_FIELDS = {"start", "end", "recurrence", "transparency", "eventType", "visibility"}
"""What somebody sees of an event whose details are hidden from them."""
_HIDDEN = {"private", "confidential"}


@dataclass(frozen=True)
class View:
    """Who looks at a calendar, and how."""

    world: World
    calendar: Calendar
    account: Account
    role: str
    zone: str
    """The zone at whose offset times are written."""
    hides_texts: bool = False
    """What was granted allows free and busy only."""
    most_attendees: int = 0


def rendered(view: View, row: Row, *, in_list: bool = False) -> Json:
    """Return an event as a get or a list shows it."""
    head: Json = {"kind": "calendar#event", "etag": row.record.etag, "id": row.id}
    if row.cancelled and row.parent and in_list:
        return {**head, "status": "cancelled", **_instance(view, row)}
    keeps = view.world.unknowns.tombstones_keep_details
    if row.record.is_stub or (row.cancelled and in_list and not keeps):
        return {**head, "status": "cancelled"}
    body = {**head, **_status(row), **_common(view, row), **_instance(view, row)}
    if hides_details(view, row):
        return body | {n: v for n, v in _shown_body(view, row).items() if n in OPEN_FIELDS}
    return body | _people(view, row) | _shown_body(view, row)


def hides_details(view: View, row: Row) -> bool:
    """Whether only the time of an event is shown to this viewer."""
    if view.hides_texts or view.role == "freeBusyReader":
        return True
    is_private = row.body.get("visibility") in _HIDDEN
    return is_private and view.role in {"reader", "writerWithoutPrivateAccess"}


def _status(row: Row) -> Json:
    status = "cancelled" if row.cancelled else row.body.get("status", "confirmed")
    return {"status": status}


def _common(view: View, row: Row) -> Json:
    link = base64.urlsafe_b64encode(f"{row.id} {view.calendar.id}".encode()).decode()
    return {
        "htmlLink": f"https://www.google.com/calendar/event?eid={link.rstrip('=')}",
        "created": stamped(row.record.created),
        "updated": stamped(row.record.updated),
        "iCalUID": row.record.uid,
        "sequence": row.record.sequence,
        "eventType": "default",
    }


def _instance(view: View, row: Row) -> Json:
    if not row.parent:
        return {}
    return {
        "recurringEventId": row.parent,
        "originalStartTime": _time(view, row.original),
    }


def _people(view: View, row: Row) -> Json:
    creator: Json = {"email": row.record.creator}
    if row.record.creator == view.calendar.id:
        creator["self"] = True
    return {"creator": creator, "organizer": _organizer(view, row)}


def _organizer(view: View, row: Row) -> Json:
    given = row.body.get("organizer")
    name = row.record.organizer or view.calendar.id
    if given and not row.record.organizer:
        return {n: value for n, value in given.items() if n != "self"}
    home = view.world.calendars.get(name)
    who: Json = {"email": name}
    if home is not None and not home.is_primary:
        who["displayName"] = home.summary
    if name == view.calendar.id:
        who["self"] = True
    return who


def _shown_body(view: View, row: Row) -> Json:
    body = {n: v for n, v in row.body.items() if n not in {"status", "organizer"}}
    for name in ("start", "end"):
        if name in body:
            body[name] = _time(view, body[name], repeats=bool(row.parent or row.record.repeats))
    body.setdefault("reminders", {"useDefault": True})
    if "attendees" in body:
        body |= _attendees(view, row)
    return body


def _attendees(view: View, row: Row) -> Json:
    people = [_attendee(view, row, each) for each in row.body["attendees"]]
    if not view.most_attendees or len(people) <= view.most_attendees:
        return {"attendees": people}
    own = [each for each in people if each.get("self")]
    return {"attendees": own[: view.most_attendees], "attendeesOmitted": True}


def _attendee(view: View, row: Row, given: Json) -> Json:
    """An attendee; `self` is set on primary calendars only."""
    shown_one = {"responseStatus": "needsAction", **given}
    shown_one.pop("self", None)
    if given["email"] == (row.record.organizer or view.calendar.id):
        shown_one["organizer"] = True
    if view.calendar.is_primary and given["email"] == view.calendar.id:
        shown_one["self"] = True
    return shown_one


def _time(view: View, when: Json, *, repeats: bool = True) -> Json:
    unknowns = view.world.unknowns
    zone = view.zone
    if not unknowns.offsets_follow_calendar and not is_day(when):
        zone = when["timeZone"]
    return shown(when, zone, names_zone=repeats or unknowns.single_events_name_zone)
