"""Events that somebody made in the managed calendar: Other Events here, edited on both sides.

Nothing of their texts is kept. They take time as Google says, unless they were declined.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta
from typing import Final
from zoneinfo import ZoneInfo

from server.domain.appointment import Appointment, Details, Part
from server.domain.calendars import Calendar
from server.domain.errors import NotFound
from server.domain.google import EventKind, EventMap, MapState, Origin
from server.domain.ids import AppointmentId, new_ulid
from server.domain.vocabulary import CalendarKind, Kind, Status
from server.domain.when import (
    MASTER,
    Recurrence,
    RecurrenceKey,
    When,
    midnight_utc,
    span_utc,
)
from server.google_sync.deciding.one_event import Event, theirs_of
from server.google_sync.deciding.sight import Sight
from server.google_sync.links.syncing import Desk
from server.google_sync.model.canonical import Base, Projection, base_text, read_base, when_of
from server.google_sync.model.incoming import Incoming
from server.google_sync.model.marks import block_uid
from server.google_sync.model.projection import compared
from server.google_sync.model.recurrence_lines import excluded_keys, recurrence_of
from server.ics.moments import with_times
from server.ics.recurrence import last_end
from server.ics.series_split import occurrence_at, with_exdate
from server.usecases.delete_appointment import delete_appointment, restore_appointment
from server.usecases.edit_appointment import Changes, Scope, Target, edit_appointment
from server.usecases.record import Place, record

TITLE: Final = "Other event"
KEPT_BACK: Final = timedelta(days=7)
KEPT_AHEAD: Final = timedelta(days=548)
"""How far back and ahead events of somebody's are kept: a week, and eighteen months."""
_PRIVATE: Final = "CLASS:PRIVATE"


def is_kept(desk: Desk, when: When, recurrence: Recurrence | None) -> bool:
    """Whether any of an event lies in the time that is kept; days are judged as days."""
    today = desk.at.astimezone(desk.uow.practice.zone).date()
    zone = desk.uow.practice.zone
    earliest = midnight_utc(today - KEPT_BACK, zone)
    latest = midnight_utc(today + KEPT_AHEAD, zone)
    start, end = span_utc(when, zone)
    last = last_end(when, recurrence, zone) if recurrence is not None else end
    return start < latest and (last is None or last > earliest)


def make(desk: Desk, calendar: str, incoming: Incoming) -> EventMap | None:
    """Make the Other Event that an event of Google stands for, None where none is kept."""
    projection = incoming.projection
    if projection is None:
        return None
    when, rule = _times(desk, projection, incoming.zone)
    if not is_kept(desk, when, rule):
        return None
    place = _calendar_of(desk)
    number = AppointmentId(new_ulid(desk.at))
    block = Appointment(
        id=number,
        calendar=place.id,
        uid=block_uid(desk.key, calendar, incoming.event),
        master=_part(desk, projection, when, rule),
        recurrence=rule,
    )
    pair = paired(desk, calendar, number, incoming)
    desk.uow.google.events.save(pair)
    record(desk.uow, desk.context, None, block, Place(place, f"{number}.ics"))
    return pair


def paired(desk: Desk, calendar: str, number: AppointmentId, incoming: Incoming) -> EventMap:
    """Return the pair of somebody's event and the Other Event that it stands for."""
    projection = incoming.projection
    theirs = compared(projection, foreign=True) if projection else None
    repeats = projection is not None and projection.times.repeats
    return EventMap(
        link=desk.link.id,
        calendar=calendar,
        event=incoming.event,
        appointment=number,
        key=MASTER,
        kind=EventKind.MASTER if repeats else EventKind.SINGLE,
        origin=Origin.GOOGLE,
        state=MapState.LIVE,
        etag=incoming.etag,
        base=base_text(Base(theirs, theirs, guests=incoming.guests)) if theirs else "",
        changed_at=desk.at,
    )


def follow(desk: Desk, sight: Sight, event: Event) -> None:
    """Do to an Other Event what was done to the event that it stands for."""
    here, theirs = sight.here, theirs_of(sight, event)
    if here is None:
        raise NotFound("appointment", sight.appointment)
    target = Target(here.id, event.key, Scope.THIS if event.key else Scope.ALL)
    if theirs is None:
        delete_appointment(desk.uow, desk.context, target)
    elif event.key:
        _bring_back(desk, sight, target)
        when = when_of(theirs.times, _zone(desk, event.incoming.zone))
        changes = {"busy": theirs.opaque, "status": _status(theirs)}
        edit_appointment(desk.uow, desk.context, target, Changes(changes, when))
    else:
        _rewrite(desk, here, theirs, event)


def _bring_back(desk: Desk, sight: Sight, target: Target) -> None:
    """Put an occurrence back that was taken out here, and is there again in Google."""
    own = sight.here.overrides.get(target.key) if sight.here is not None else None
    if own.deleted if own is not None else not sight.occurs(target.key):
        restore_appointment(desk.uow, desk.context, target)


def _rewrite(desk: Desk, here: Appointment, theirs: Projection, event: Event) -> None:
    """Make the whole of an Other Event as Google has it; occurrences of its own stay."""
    uow = desk.uow
    calendar = uow.calendars.by_id(here.calendar)
    if calendar is None:
        raise NotFound("calendar", here.calendar)
    uow.calendars.lock([calendar.id])
    base = read_base(event.pair.base)
    back = base.theirs.times.gone if base is not None else ()
    when, rule = _times(desk, theirs, event.incoming.zone)
    rule = _still_without(here, when, rule, set(back) - set(theirs.times.gone))
    after = replace(
        here,
        master=_part(desk, theirs, when, rule),
        recurrence=rule,
        overrides={k: own for k, own in here.overrides.items() if _occurs(when, rule, k)},
        deleted_at=None,
    )
    shown = uow.objects.of_appointment(here.id)
    record(
        uow,
        desk.context,
        here,
        after,
        Place(calendar, shown.href if shown else f"{here.id}.ics"),
    )


def _still_without(
    here: Appointment, when: When, rule: Recurrence | None, back: Collection[RecurrenceKey]
) -> Recurrence | None:
    """Return the rule without what was taken out before, each by itself, and is not back.

    Google keeps those as cancelled occurrences and does not tell of them again.
    """
    if rule is None or here.master is None or here.recurrence is None:
        return rule
    out = excluded_keys(here.master.when, here.recurrence) - set(back)
    out -= excluded_keys(when, rule)
    for key in sorted(key for key in out if _occurs(when, rule, key)):
        rule = with_exdate(rule, when, key)
    return rule


def _occurs(when: When, rule: Recurrence | None, key: RecurrenceKey) -> bool:
    """Whether a series has an occurrence of that key, be it taken out or not."""
    return rule is not None and occurrence_at(when, replace(rule, exdates=()), key) is not None


def _times(desk: Desk, projection: Projection, zone: str) -> tuple[When, Recurrence | None]:
    times = projection.times
    when = when_of(times, _zone(desk, zone))
    return when, recurrence_of(times.rules, times.added, times.gone)


def _part(desk: Desk, projection: Projection, when: When, rule: Recurrence | None) -> Part:
    details = Details(
        Kind.OTHER,
        _status(projection),
        desk.link.user,
        title=TITLE,
        busy=projection.opaque,
    )
    return Part(when, details, with_times((_PRIVATE,), when, rule))


def _status(projection: Projection) -> Status:
    return Status.REQUESTED if projection.tentative else Status.BOOKED


def _calendar_of(desk: Desk) -> Calendar:
    for calendar in desk.uow.calendars.of_owner(desk.link.user):
        if calendar.kind is CalendarKind.APPOINTMENTS:
            desk.uow.calendars.lock([calendar.id])
            return calendar
    raise NotFound("practitioner", desk.link.user)


def _zone(desk: Desk, named: str) -> ZoneInfo:
    return ZoneInfo(named) if named else desk.uow.practice.zone
