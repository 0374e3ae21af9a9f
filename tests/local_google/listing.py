"""Reading events: get, list with sync tokens, and the instances of a series."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from tests.local_google.access import Call, calendar_of, view_of
from tests.local_google.instances import Row, expanded, find_row, meets, row_of, same_time
from tests.local_google.paging import Asked, Source, page_of, read_request
from tests.local_google.refusals import Refused, invalid, not_found
from tests.local_google.removing import forget, found_row
from tests.local_google.rendering import rendered
from tests.local_google.times import Json, instant, moment, stamped
from tests.local_google.world import Calendar, World

NOT_WITH_SYNC_TOKEN = (
    *("iCalUID", "orderBy", "privateExtendedProperty", "q", "sharedExtendedProperty"),
    *("timeMin", "timeMax", "updatedMin"),
)
_NEVER_SYNCED = set(NOT_WITH_SYNC_TOKEN) - {"timeMin", "timeMax"}


@dataclass(frozen=True)
class Wanted:
    """Which rows a list shows."""

    start: datetime | None
    end: datetime | None
    shows_deleted: bool
    singles: bool
    updated_since: datetime | None = None


def get(call: Call) -> Json:
    """events.get, which shows what is deleted too."""
    calendar = calendar_of(call)
    return rendered(view_of(call, calendar), found_row(call, calendar))


def list_events(call: Call) -> Json:
    """Answer events.list."""
    calendar = calendar_of(call)
    forget(call.world, calendar)
    _check_parameters(call)
    source = Source(f"calendars/{calendar.id}/events", calendar.revision, calendar.epoch)
    asked = read_request(call.world, source, call.parameters)
    wanted = _wanted(call, asked)
    rows = [_keyed(call, calendar, r) for r in _rows(call.world, calendar, asked, wanted)]
    syncs = _NEVER_SYNCED.isdisjoint(call.parameters)
    cut = page_of(call.world, asked, rows, _test(call, calendar, asked, wanted), syncs=syncs)
    view = view_of(call, calendar)
    items = [rendered(view, row, in_list=True) for row in cut.rows]
    return {**head(call, calendar), **cut.tokens, "items": items}


def head(call: Call, calendar: Calendar) -> Json:
    """What a list of events says of its calendar."""
    updated = calendar.updated or call.world.clock.stamp()
    told = {"description": calendar.description} if calendar.description else {}
    return {
        **told,
        "kind": "calendar#events",
        "etag": f'"p{calendar.revision}-{calendar.epoch}"',
        "summary": calendar.summary,
        "updated": stamped(updated),
        "timeZone": calendar.zone,
        "accessRole": calendar.role_of(call.account.email),
        "defaultReminders": default_reminders(call, calendar),
    }


def default_reminders(call: Call, calendar: Calendar) -> list[Json]:
    """Return the reminders that the caller set for a calendar."""
    entry = call.account.entries.get(calendar.id)
    found: list[Json] = entry.own.get("defaultReminders", []) if entry else []
    return found


def _check_parameters(call: Call) -> None:
    if "syncToken" in call.parameters:
        wrong = next((name for name in NOT_WITH_SYNC_TOKEN if name in call.parameters), None)
        if call.get("showDeleted") is False:
            wrong = "showDeleted"
        if wrong:
            raise invalid(f"Sync token cannot be used with {wrong}.", wrong)
    if call.get("orderBy") == "startTime" and not call.get("singleEvents"):
        raise invalid("The requested ordering is not available for the particular query.")
    since = call.get("updatedMin")
    if since and call.world.clock.now() - moment(since) > call.world.knobs.sync_token_life:
        reason = "updatedMinTooLongAgo"
        message = "The requested minimum modification time lies too far in the past."
        raise Refused(410, reason, message, "updatedMin", "calendar")
    start, end = _bounds(call.parameters)
    if start and end and end <= start:
        message = "The specified time range is empty."
        raise Refused(400, "timeRangeEmpty", message, "timeMax", "calendar")


def _bounds(given: Json) -> tuple[datetime | None, datetime | None]:
    start, end = given.get("timeMin"), given.get("timeMax")
    return (moment(start) if start else None, moment(end) if end else None)


def _wanted(call: Call, asked: Asked) -> Wanted:
    given = call.parameters
    if asked.is_delta:
        given = (asked.window or {}) if call.world.unknowns.delta_keeps_window else {}
    start, end = _bounds(given)
    since = call.get("updatedMin")
    return Wanted(
        start,
        end,
        bool(asked.is_delta or call.get("showDeleted")),
        bool(call.get("singleEvents")),
        moment(since) if since else None,
    )


def _rows(world: World, calendar: Calendar, asked: Asked, wanted: Wanted) -> Iterator[Row]:
    for event in calendar.rows():
        if asked.is_delta and event.revision <= asked.since:
            continue
        if not world.unknowns.paging_shows_changes and event.revision > asked.until:
            continue
        if not wanted.singles:
            yield row_of(calendar, event)
        elif event.repeats:
            yield from expanded(world, calendar, event, wanted.end)
        elif not event.parent or _stands_alone(calendar, event.parent, asked):
            yield row_of(calendar, event)


def _stands_alone(calendar: Calendar, parent: str, asked: Asked) -> bool:
    """Whether an exception is not among what its series is expanded to."""
    master = calendar.events.get(parent)
    if master is None or not master.repeats:
        return True
    return asked.is_delta and master.revision <= asked.since


def _keyed(call: Call, calendar: Calendar, row: Row) -> tuple[Sequence[float | str], Row]:
    starts = instant(_start(row), calendar.zone).timestamp()
    number = float(row.record.number)
    match call.get("orderBy"):
        case "startTime":
            return (starts, number, row.id), row
        case "updated":
            return (row.record.updated.timestamp(), number, row.id), row
        case _ if call.world.unknowns.lists_newest_first:
            return (-number, starts, row.id), row
        case _:
            return (number, starts, row.id), row


def _start(row: Row) -> Json:
    found: Json = row.body.get("start") or row.original or {"date": "1970-01-01"}
    return found


def _test(
    call: Call, calendar: Calendar, asked: Asked, wanted: Wanted
) -> Callable[[Row], bool]:
    def shows(row: Row) -> bool:
        if row.cancelled and not _shows_cancelled(calendar, row, wanted):
            return False
        if wanted.updated_since and row.record.updated < wanted.updated_since:
            return False
        if not (asked.is_delta and row.cancelled) and not _in_window(
            call, calendar, row, wanted
        ):
            return False
        return _matches(call, row)

    return shows


def _shows_cancelled(calendar: Calendar, row: Row, wanted: Wanted) -> bool:
    """Whether something deleted is shown: cancelled instances of a live series always are."""
    if wanted.shows_deleted or wanted.updated_since:
        return True
    if not row.parent or wanted.singles:
        return False
    master = calendar.events.get(row.parent)
    return master is not None and not master.cancelled


def _in_window(call: Call, calendar: Calendar, row: Row, wanted: Wanted) -> bool:
    if wanted.start is None and wanted.end is None:
        return True
    if not row.record.repeats or row.parent:
        return meets(row, calendar, wanted.start, wanted.end)
    # A master is shown if any of its instances meets the window, however old its start.
    return any(
        meets(one, calendar, wanted.start, wanted.end)
        for one in expanded(call.world, calendar, row.record, wanted.end)
    )


def _matches(call: Call, row: Row) -> bool:
    held = row.body.get("extendedProperties", {})
    for name, kind in (
        ("privateExtendedProperty", "private"),
        ("sharedExtendedProperty", "shared"),
    ):
        for pair in call.get(name, ()):
            key, _, value = pair.partition("=")
            if held.get(kind, {}).get(key) != value:
                return False
    uid, types = call.get("iCalUID"), call.get("eventTypes")
    if uid and row.record.uid != uid:
        return False
    if types and row.body.get("eventType", "default") not in types:
        return False
    return _has_words(call.get("q", ""), row)


def _has_words(asked: str, row: Row) -> bool:
    people = [
        e.get(n, "") for e in row.body.get("attendees", ()) for n in ("email", "displayName")
    ]
    texts = [row.body.get(name, "") for name in ("summary", "description", "location")]
    text = " ".join([*texts, *people]).lower()
    return all(word in text for word in asked.lower().split())


def instances(call: Call) -> Json:
    """events.instances, of a series or of the series that an instance belongs to."""
    calendar = calendar_of(call)
    row = find_row(calendar, call.get("eventId"))
    if row is None:
        raise not_found()
    start, end = _bounds(call.parameters)
    master = calendar.events.get(row.parent, row.record)
    all_rows = expanded(call.world, calendar, master, end) if master.repeats else iter(())
    found = [_keyed(call, calendar, one) for one in all_rows]
    source = Source(f"calendars/{calendar.id}/events/{row.id}", calendar.revision)
    asked = read_request(call.world, source, call.parameters)

    def shows(one: Row) -> bool:
        if one.cancelled and not call.get("showDeleted"):
            return False
        return meets(one, calendar, start, end) and _starts_as_asked(call, one)

    cut = page_of(call.world, asked, found, shows, syncs=False)
    view = view_of(call, calendar)
    items = [rendered(view, one) for one in cut.rows]
    return {**head(call, calendar), **cut.tokens, "items": items}


def _starts_as_asked(call: Call, row: Row) -> bool:
    asked = call.get("originalStart")
    if not asked:
        return True
    return same_time(row.original, {"dateTime" if "T" in asked else "date": asked})
