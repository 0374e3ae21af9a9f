"""What a client may write into an event, and as what it is kept."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from tests.local_google import recurrence
from tests.local_google.refusals import Refused, invalid, required
from tests.local_google.times import Json, kept, moment
from tests.local_google.world import Account, Calendar, World

READ_ONLY = {
    *("kind", "etag", "id", "iCalUID", "htmlLink", "created", "updated", "creator"),
    *("recurringEventId", "originalStartTime", "hangoutLink", "locked", "attendeesOmitted"),
    *("sequence", "organizer", "privateCopy"),
}
GATED = {
    "conferenceData": ("conferenceDataVersion", 1),
    "attachments": ("supportsAttachments", True),
    "eventLabelId": ("eventLabelVersion", 1),
}
"""Fields that are dropped without a word unless a parameter says that they are known."""
_ONLY_PRIMARY = {"outOfOffice", "focusTime", "workingLocation", "birthday"}
_MEANS_NOTHING: Mapping[str, object] = {
    "visibility": "default",
    "transparency": "opaque",
    "eventType": "default",
    "status": "confirmed",
}
"""Values that an answer leaves out."""
_CHOICES = {
    "visibility": {"default", "public", "private", "confidential"},
    "transparency": {"opaque", "transparent"},
    "status": {"confirmed", "tentative", "cancelled"},
    "colorId": {str(number) for number in range(1, 12)},
}
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")
_CONFERENCE = re.compile(r"\s*-::~[:~]*::-.*?-::~[:~]*::-\s*", re.DOTALL)
_ID = re.compile(r"[0-9a-v]{5,1024}")
LONGEST_KEY, LONGEST_VALUE, MOST_PROPERTIES, MOST_BYTES = 44, 1024, 300, 32_768


@dataclass(frozen=True)
class Place:
    """Where something is written: whose calendar, and by whom."""

    world: World
    calendar: Calendar
    account: Account


def check_id(name: str) -> None:
    """Refuse an id that is not base32hex of 5 to 1024 letters (RFC 4648 7, lower case)."""
    if not _ID.fullmatch(name):
        raise invalid("Invalid resource id value.")


def writable(body: Json, parameters: Mapping[str, Any]) -> Json:
    """Return what of a body a client can write at all."""
    found = {name: value for name, value in body.items() if name not in READ_ONLY}
    for name, (parameter, wanted) in GATED.items():
        if parameters.get(parameter) != wanted:
            found.pop(name, None)
    return found


def settled(place: Place, body: Json) -> Json:
    """Return a whole body as it is kept; raises Refused for what cannot be."""
    found = {n: value for n, value in body.items() if value is not None}
    _check_choices(found)
    _check_kind(place, found)
    found |= _times(place, found)
    if not found.get("recurrence"):
        found.pop("recurrence", None)
    else:
        found["recurrence"] = _lines(place, found)
    _check_people(found)
    _check_reminders(found.get("reminders", {}))
    if "extendedProperties" in found:
        found["extendedProperties"] = _properties(place, found["extendedProperties"])
    if "description" in found:
        found["description"] = _CONFERENCE.sub("", found["description"])
    return {
        name: value
        for name, value in found.items()
        if value not in ("", [], {}) and _MEANS_NOTHING.get(name) != value
    }


def _check_choices(body: Json) -> None:
    for name, choices in _CHOICES.items():
        if name in body and body[name] not in choices:
            raise invalid(f"Invalid value for: {name}", name)


def _check_kind(place: Place, body: Json) -> None:
    kind = body.get("eventType", "default")
    if kind in _ONLY_PRIMARY and not place.calendar.is_primary:
        raise Refused(400, "eventTypeRestriction", "Only available on primary calendars.")
    if kind == "birthday":
        _check_birthday(body)


def _check_birthday(body: Json) -> None:
    rules = [line.parts() for line in recurrence.parsed(body.get("recurrence") or [])]
    is_yearly = [parts.get("FREQ") for parts in rules] == ["YEARLY"]
    if not is_yearly or "date" not in body.get("start", {}):
        raise Refused(400, "eventTypeRestriction", "Birthdays are days that return each year.")


def _times(place: Place, body: Json) -> Json:
    repeats = bool(body.get("recurrence"))
    for which in ("end", "start"):
        if which not in body:
            raise required(f"Missing {which} time.", which)
    zone = place.calendar.zone
    ends = {w: kept(body[w], w, zone, repeats=repeats) for w in ("start", "end")}
    if ("date" in ends["start"]) != ("date" in ends["end"]):
        message = "The start and end times must either both be date or both be dateTime."
        raise invalid(message)
    if _is_empty(ends["start"], ends["end"]):
        raise Refused(
            400, "timeRangeEmpty", "The specified time range is empty.", "", "calendar"
        )
    return ends


def _is_empty(start: Json, end: Json) -> bool:
    if "date" in start:
        return bool(end["date"] <= start["date"])
    return moment(end["dateTime"]) <= moment(start["dateTime"])


def _lines(place: Place, body: Json) -> list[str]:
    lines: list[str] = list(body["recurrence"])
    start = body["start"]
    if recurrence.dates_listed(lines) > place.world.knobs.exclusions:
        raise invalid("A provided value exceeds the allowed size limit.")
    if not list(islice(recurrence.occurrence_set(start, lines), 1)):
        raise recurrence.wrong_rule()
    if place.world.unknowns.rewrites_rules:
        week = place.account.settings["weekStart"]
        lines = recurrence.rewritten_rules(lines, week)
    if place.world.unknowns.rewrites_exclusions:
        lines = recurrence.rewritten_dates(lines, start)
    return lines


def _check_people(body: Json) -> None:
    for each in body.get("attendees", ()):
        if "email" not in each:
            raise required("Missing attendee email.", "attendees")
        if not _ADDRESS.fullmatch(each["email"]):
            raise invalid("Invalid attendee email.", "attendees")


def _check_reminders(reminders: Json) -> None:
    given = reminders.get("overrides") or []
    if given and reminders.get("useDefault"):
        reason = "cannotUseDefaultRemindersAndSpecifyOverride"
        message = "Cannot specify both default reminders and overrides at the same time."
        raise Refused(400, reason, message, "", "calendar")
    wrong = [
        one
        for one in given
        if one.get("method") not in {"email", "popup"}
        or not 0 <= one.get("minutes", -1) <= 40320
    ]
    if wrong or len(given) > 5:
        raise invalid("Invalid reminders.", "reminders")


def _properties(place: Place, given: Json) -> Json:
    refuses = place.world.unknowns.oversized_properties_are_refused
    found = {
        kind: _fitting(held or {}, refuses=refuses) for kind, held in sorted(given.items())
    }
    pairs = [pair for held in found.values() for pair in held.items()]
    size = sum(len(name.encode()) + len(value.encode()) for name, value in pairs)
    if len(pairs) > MOST_PROPERTIES or size > MOST_BYTES:
        raise invalid("A provided value exceeds the allowed size limit.")
    return {kind: held for kind, held in found.items() if held}


def _fitting(held: Json, *, refuses: bool) -> Json:
    too_long = [
        name
        for name, value in held.items()
        if len(name) > LONGEST_KEY or len(value or "") > LONGEST_VALUE
    ]
    if refuses and too_long:
        raise invalid("A provided value exceeds the allowed size limit.")
    return {
        name: value[:LONGEST_VALUE]
        for name, value in held.items()
        if value is not None and len(name) <= LONGEST_KEY
    }


def merged(old: Json, patch: Json) -> Json:
    """Return an object with a patch applied: null removes, arrays are replaced whole."""
    found = dict(old)
    for name, value in patch.items():
        if value is None:
            found.pop(name, None)
        elif isinstance(value, dict) and isinstance(found.get(name), dict):
            found[name] = merged(found[name], value)
        else:
            found[name] = value
    return found
