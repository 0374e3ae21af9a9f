"""Calendars, and the list of them that each account has."""

from __future__ import annotations

import hashlib

from tests.local_google.access import Call, calendar_of, check_quota
from tests.local_google.checking import merged
from tests.local_google.paging import Source, page_of, read_request
from tests.local_google.refusals import Refused, forbidden, invalid, not_found
from tests.local_google.times import Json, zone
from tests.local_google.world import ROLES, Account, Calendar, Entry, World

_OWN = {
    *("backgroundColor", "foregroundColor", "colorId", "defaultReminders", "hidden"),
    *("notificationSettings", "selected", "summaryOverride"),
}
_TEXTS = ("summary", "description", "location")


def add_account(world: World, email: str, zone_name: str) -> Account:
    """Make an account with its primary calendar."""
    sub = str(int(hashlib.sha256(email.encode()).hexdigest()[:16], 16)).zfill(21)[:21]
    settings = {
        "timezone": zone(zone_name).key,
        "weekStart": "1",
        "locale": "en",
        "format24HourTime": "true",
        "dateFieldOrder": "DMY",
        "defaultEventLength": "60",
        "showDeclinedEvents": "true",
        "hideWeekends": "false",
    }
    account = Account(email, sub, settings)
    world.accounts[email] = account
    put_calendar(world, account, Calendar(email, email, email, zone_name, is_primary=True))
    return account


def put_calendar(world: World, account: Account, calendar: Calendar) -> None:
    """Put a new calendar into the world and on its owner's list."""
    calendar.etag = world.new_etag()
    calendar.updated = world.clock.stamp()
    world.calendars[calendar.id] = calendar
    reminders = [{"method": "popup", "minutes": 30}] if calendar.is_primary else []
    on_list(world, account, calendar.id, {"selected": True, "defaultReminders": reminders})


def on_list(world: World, account: Account, calendar: str, own: Json | None = None) -> None:
    """Put a calendar on an account's list, or tell that it changed there."""
    account.revision += 1
    entry = account.entries.get(calendar)
    if entry is None:
        entry = Entry(calendar, 0, "", own or {"selected": True})
        account.entries[calendar] = entry
    entry.revision, entry.etag, entry.is_deleted = account.revision, world.new_etag(), False
    world.tell(f"users/{account.email}/calendarList")


def off_list(world: World, account: Account, calendar: str) -> None:
    """Take a calendar off an account's list."""
    entry = account.entries.get(calendar)
    if entry is not None:
        on_list(world, account, calendar)
        entry.is_deleted = True


def shown_calendar(calendar: Calendar) -> Json:
    """Write a calendar."""
    found: Json = {
        "kind": "calendar#calendar",
        "etag": calendar.etag,
        "id": calendar.id,
        "summary": calendar.summary,
        "timeZone": calendar.zone,
        "conferenceProperties": {"allowedConferenceSolutionTypes": ["hangoutsMeet"]},
    }
    found |= {
        n: getattr(calendar, n) for n in ("description", "location") if getattr(calendar, n)
    }
    if calendar.labels:
        found["labelProperties"] = calendar.labels
    return found if calendar.is_primary else found | {"dataOwner": calendar.owner}


def get(call: Call) -> Json:
    """Answer calendars.get."""
    return shown_calendar(calendar_of(call))


def insert(call: Call) -> Json:
    """calendars.insert, which the quota counts for ever."""
    check_quota(call)
    account, world = call.account, call.world
    if account.calendars_made >= world.knobs.calendars:
        raise forbidden("quotaExceeded", "Calendar usage limits exceeded.")
    account.calendars_made += 1
    name = f"c_{world.new_id()}{world.new_id()}@group.calendar.google.com"
    named = call.body.get("timeZone") or account.settings["timezone"]
    made = Calendar(name, account.email, "", zone(named).key, call.client)
    _write(made, call.body)
    put_calendar(world, account, made)
    return shown_calendar(made)


def _write(calendar: Calendar, body: Json) -> None:
    for name in _TEXTS:
        if name in body:
            setattr(calendar, name, body[name] or "")
    if not calendar.summary:
        raise invalid("Missing title", "summary")
    if body.get("timeZone"):
        calendar.zone = zone(body["timeZone"]).key
    if "labelProperties" in body:
        calendar.labels = body["labelProperties"] or {}


def patch(call: Call) -> Json:
    """calendars.patch; one that changes nothing moves no etag."""
    calendar = _to_change(call)
    return _changed(call, calendar, call.body)


def update(call: Call) -> Json:
    """Answer calendars.update."""
    calendar = _to_change(call)
    return _changed(call, calendar, {"description": "", "location": "", **call.body})


def _to_change(call: Call) -> Calendar:
    calendar = calendar_of(call, "owner")
    check_quota(call)
    if call.if_match and call.if_match != calendar.etag:
        raise Refused(412, "conditionNotMet", "Precondition Failed", "If-Match")
    return calendar


def _changed(call: Call, calendar: Calendar, body: Json) -> Json:
    before = shown_calendar(calendar)
    _write(calendar, body)
    if shown_calendar(calendar) != before:
        renew(call.world, calendar)
    return shown_calendar(calendar)


def renew(world: World, calendar: Calendar) -> None:
    """Give a calendar that changed another etag, on the lists that it is on too."""
    calendar.etag = world.new_etag()
    for account in world.accounts.values():
        if calendar.id in account.entries:
            on_list(world, account, calendar.id)


def delete(call: Call) -> None:
    """calendars.delete: its data owner may, and not the primary one."""
    calendar = calendar_of(call, "owner")
    check_quota(call)
    if calendar.is_primary:
        raise Refused(400, "invalid", "Cannot delete a primary calendar.")
    if calendar.owner != call.account.email:
        raise forbidden("forbidden", "Only the data owner can delete a calendar.")
    remove(call.world, calendar)


def remove(world: World, calendar: Calendar) -> None:
    """Delete a calendar with everything in it."""
    calendar.is_deleted = True
    calendar.epoch += 1
    for account in world.accounts.values():
        off_list(world, account, calendar.id)
    world.tell(f"calendars/{calendar.id}/events", "not_exists")


def clear(call: Call) -> None:
    """calendars.clear, of a primary calendar only."""
    calendar = calendar_of(call, "owner")
    check_quota(call)
    if not calendar.is_primary:
        raise Refused(400, "invalid", "Only primary calendars can be cleared.")
    for event in calendar.rows():
        if not event.cancelled:
            event.cancelled = True
            call.world.touch(calendar, event)


def shown_entry(call: Call, entry: Entry) -> Json:
    """Write a calendar on the caller's list."""
    head: Json = {
        "kind": "calendar#calendarListEntry",
        "etag": entry.etag,
        "id": entry.calendar,
    }
    calendar = call.world.calendars[entry.calendar]
    if entry.is_deleted:
        return {**head, "summary": calendar.summary, "deleted": True}
    found = {n: v for n, v in shown_calendar(calendar).items() if n not in {"kind", "etag"}}
    found.pop("labelProperties", None)
    role = calendar.role_of(call.account.email)
    found |= {"accessRole": role, "colorId": "14", "backgroundColor": "#9fe1e7"}
    found |= {"foregroundColor": "#000000", "defaultReminders": []}
    primary = calendar.is_primary and calendar.owner == call.account.email
    return {**found, **({"primary": True} if primary else {}), **entry.own, **head}


def list_entries(call: Call) -> Json:
    """Answer calendarList.list."""
    account = call.account
    source = Source(f"users/{account.email}/calendarList", account.revision, 0, 250, 100)
    given = call.parameters
    if "syncToken" in given and "minAccessRole" in given:
        raise invalid("Sync token cannot be used with minAccessRole.", "minAccessRole")
    asked = read_request(call.world, source, given)

    def shows(entry: Entry) -> bool:
        if entry.is_deleted:
            return bool(asked.is_delta or given.get("showDeleted"))
        if entry.own.get("hidden") and not (asked.is_delta or given.get("showHidden")):
            return False
        role = call.world.calendars[entry.calendar].role_of(account.email)
        return ROLES.index(role) >= ROLES.index(given.get("minAccessRole", "freeBusyReader"))

    rows = [
        ((number,), entry)
        for number, entry in enumerate(account.entries.values())
        if entry.revision > asked.since
    ]
    syncs = "minAccessRole" not in given
    cut = page_of(call.world, asked, rows, shows, syncs=syncs)
    items = [shown_entry(call, entry) for entry in cut.rows]
    etag = f'"p{account.revision}"'
    return {"kind": "calendar#calendarList", "etag": etag, **cut.tokens, "items": items}


def _entry(call: Call) -> Entry:
    calendar = calendar_of(call)
    entry = call.account.entries.get(calendar.id)
    if entry is None or entry.is_deleted:
        raise not_found()
    return entry


def get_entry(call: Call) -> Json:
    """Answer calendarList.get."""
    return shown_entry(call, _entry(call))


def insert_entry(call: Call) -> Json:
    """calendarList.insert: a calendar that one may see is put on the list."""
    calendar = calendar_of(call, name=call.body["id"])
    on_list(call.world, call.account, calendar.id)
    return _write_entry(call, call.account.entries[calendar.id], call.body)


def patch_entry(call: Call) -> Json:
    """Answer calendarList.patch."""
    return _write_entry(call, _entry(call), call.body)


def update_entry(call: Call) -> Json:
    """Answer calendarList.update."""
    gone: Json = dict.fromkeys(_OWN)
    return _write_entry(call, _entry(call), {**gone, **call.body})


def _write_entry(call: Call, entry: Entry, body: Json) -> Json:
    if not call.get("colorRgbFormat"):
        body = {
            n: v for n, v in body.items() if n not in {"backgroundColor", "foregroundColor"}
        }
    own = merged(entry.own, {n: value for n, value in body.items() if n in _OWN})
    if own != entry.own:
        entry.own = own
        on_list(call.world, call.account, entry.calendar)
    return shown_entry(call, entry)


def delete_entry(call: Call) -> None:
    """calendarList.delete, which a data owner may not do with a calendar of theirs."""
    entry = _entry(call)
    if call.world.calendars[entry.calendar].owner == call.account.email:
        message = "The data owner cannot remove a calendar from their own list."
        raise forbidden("forbidden", message)
    off_list(call.world, call.account, entry.calendar)
