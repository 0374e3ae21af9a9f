"""freebusy.query: when calendars are busy, or why it cannot be told."""

from __future__ import annotations

from datetime import datetime, timedelta

from tests.local_google.access import Call
from tests.local_google.instances import Row, expanded, meets, row_of
from tests.local_google.refusals import Refused, invalid, required
from tests.local_google.times import Json, instant, moment, written, zone
from tests.local_google.world import Calendar, World

_MOST_CALENDARS = 50
_LONGEST = timedelta(days=93)
_NEVER_BUSY = {"workingLocation", "birthday"}


def query(call: Call) -> Json:
    """Answer freebusy.query."""
    start, end = _window(call)
    most = call.body.get("calendarExpansionMax")
    if most is not None and not 1 <= most <= _MOST_CALENDARS:
        raise invalid("Invalid value for: calendarExpansionMax", "calendarExpansionMax")
    names = [item["id"] for item in call.body.get("items") or ()]
    if most is not None and len(names) > most:
        message = "Too many calendars requested."
        raise Refused(400, "tooManyCalendarsRequested", message, "", "calendar")
    zone_name = zone(call.body.get("timeZone") or "UTC").key
    return {
        "kind": "calendar#freeBusy",
        "timeMin": written(start),
        "timeMax": written(end),
        "calendars": {name: _calendar(call, name, (start, end), zone_name) for name in names},
    }


def _window(call: Call) -> tuple[datetime, datetime]:
    for name in ("timeMin", "timeMax"):
        if not call.body.get(name):
            raise required(f"Missing {name} parameter.", name)
    start, end = moment(call.body["timeMin"]), moment(call.body["timeMax"])
    if start.tzinfo is None or end.tzinfo is None:
        raise invalid("Missing time zone offset.", "timeMin")
    if end <= start:
        message = "The specified time range is empty."
        raise Refused(400, "timeRangeEmpty", message, "timeMax", "calendar")
    if call.world.unknowns.refuses_long_ranges and end - start > _LONGEST:
        message = "The requested time range is too long."
        raise Refused(400, "timeRangeTooLong", message, "timeMax", "calendar")
    return start, end


def _calendar(call: Call, name: str, window: tuple[datetime, datetime], zone_name: str) -> Json:
    calendar = call.world.live_calendar(call.account.email if name == "primary" else name)
    reason = call.world.knobs.freebusy_errors.get(name, "")
    if calendar is None or calendar.role_of(call.account.email) == "none":
        reason = reason or "notFound"
    if calendar is None or reason:
        return {"errors": [{"domain": "global", "reason": reason}], "busy": []}
    there = zone(zone_name)
    return {
        "busy": [
            {
                "start": start.astimezone(there).isoformat().replace("+00:00", "Z"),
                "end": end.astimezone(there).isoformat().replace("+00:00", "Z"),
            }
            for start, end in busy_times(call.world, calendar, *window)
        ]
    }


def busy_times(
    world: World, calendar: Calendar, start: datetime, end: datetime
) -> list[tuple[datetime, datetime]]:
    """Return when a calendar is busy inside a window, in order and without overlaps (UTC)."""
    spans = sorted(
        (
            max(instant(row.body["start"], calendar.zone), start),
            min(instant(row.body["end"], calendar.zone), end),
        )
        for row in _rows(world, calendar, end)
        if meets(row, calendar, start, end) and _is_busy(calendar, row)
    )
    found: list[tuple[datetime, datetime]] = []
    for begins, ends in spans:
        if found and begins <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], ends))
        else:
            found.append((begins, ends))
    return found


def _rows(world: World, calendar: Calendar, end: datetime) -> list[Row]:
    rows: list[Row] = []
    for event in calendar.rows():
        master = calendar.events.get(event.parent)
        if event.cancelled:
            continue
        if event.repeats:
            rows += expanded(world, calendar, event, end)
        elif master is None or not master.repeats:
            rows.append(row_of(calendar, event))
    return rows


def _is_busy(calendar: Calendar, row: Row) -> bool:
    if row.cancelled or "start" not in row.body:
        return False
    if row.body.get("transparency") == "transparent":
        return False
    if row.body.get("eventType") in _NEVER_BUSY:
        return False
    return not any(
        each["email"] == calendar.id and each.get("responseStatus") == "declined"
        for each in row.body.get("attendees", ())
    )
