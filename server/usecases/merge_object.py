"""Merging what an app sent with what it was shown and what is true now (M1 to M12)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from server.domain.appointment import Appointment, Part
from server.domain.calendars import Calendar, StoredObject
from server.domain.ids import AppointmentId, new_ulid
from server.domain.vocabulary import Door, Status
from server.domain.when import RecurrenceKey, Timed, resized, span_utc
from server.ics import quirks
from server.ics.event import CalendarObject, Event
from server.ics.lines import name_of
from server.ics.moments import are_zoned, natural, with_times
from server.ics.said import said_of
from server.ics.view import View
from server.usecases.context import Context
from server.usecases.find_origin import Origin, find_origin
from server.usecases.hearing import Hearing
from server.usecases.merge_details import merged_details, practice_wins
from server.usecases.merge_series import (
    OverrideOf,
    merged_overrides,
    merged_recurrence,
    with_own_occurrences,
)
from server.usecases.ports import UnitOfWork
from server.usecases.sent import Sent
from server.usecases.shown import Shown, shown_as, shown_to
from server.usecases.viewers import view_of


@dataclass(frozen=True, slots=True)
class Merge:
    """Everything that one merge looks at."""

    hearing: Hearing
    sent: Sent
    view: View
    shown: Shown | None
    before: Appointment | None

    @property
    def base_master(self) -> Event | None:
        """The master that the app had been shown."""
        return self.shown.base.master if self.shown else None


def merged_appointment(
    uow: UnitOfWork,
    context: Context,
    calendar: Calendar,
    sent: Sent,
    now: tuple[StoredObject | None, Appointment | None],
) -> Appointment:
    """Return the appointment as it is after the merge.

    ``now`` is what is there; an appointment without an object is one that is brought back.
    """
    view = view_of(sent.viewer, calendar, context.rules)
    hearing = _hearing(uow, context, calendar, sent.object)
    stored, before = now
    if before is not None:
        shown = shown_to(uow, sent, view, (stored, before))
        return _merged(Merge(hearing, sent, view, shown, before), _alive(before, sent))
    origin = find_origin(uow, context, calendar, sent, view)
    repeated = shown_as(uow, origin.text) if origin else None
    appointment = origin.appointment if origin else None
    return _created(Merge(hearing, sent, view, repeated, appointment), calendar, origin)


def _alive(before: Appointment, sent: Sent) -> Appointment:
    """What comes back to a calendar that it had left is neither deleted nor cancelled."""
    master = before.master
    event = sent.object.master
    stays = event is None or event.texts.get("STATUS", "").upper() == "CANCELLED"
    if before.deleted_at is None or master is None or stays:
        return replace(before, deleted_at=None)
    if master.details.status.is_cancelled:
        details = replace(master.details, status=Status.BOOKED)
        master = replace(master, details=details)
    return replace(before, deleted_at=None, master=master)


def _hearing(
    uow: UnitOfWork, context: Context, calendar: Calendar, sent: CalendarObject
) -> Hearing:
    start, _ = span_utc(sent.events[0].when, uow.practice.zone)
    return Hearing(uow, context, calendar.owner, start)


def _merged(merge: Merge, before: Appointment) -> Appointment:
    """Merge into an appointment that is there."""
    master = merge.sent.object.master
    part = before.master
    if master is not None:
        part = _part(merge, master, merge.base_master, before.master)
    recurrence = merged_recurrence(merge.shown, master, before)
    after = replace(before, master=part, recurrence=recurrence, zones=_zones(merge, before))
    after = merged_overrides(
        after, before, merge.sent.object, merge.shown, _override(merge, part)
    )
    after = with_own_occurrences(after, before, merge.hearing.uow.practice.zone)
    return _rewritten(after, merge)


def _zones(merge: Merge, before: Appointment) -> tuple[str, ...]:
    if not merge.view.is_owner:
        return before.zones
    return merge.sent.object.zones or before.zones


def _created(merge: Merge, calendar: Calendar, origin: Origin | None) -> Appointment:
    """Make an appointment of an object that was not there."""
    sent = merge.sent.object
    context = merge.hearing.context
    empty = Appointment(
        id=AppointmentId(new_ulid(context.now)),
        calendar=calendar.id,
        uid=sent.uid,
        master=None,
        zones=sent.zones,
        copied_from=origin.appointment.id if origin else None,
        copied_at=context.now if origin else None,
        continues=origin.appointment.id if origin and origin.continued else None,
    )
    master = sent.master
    part = None
    source = _fresh(origin.appointment.first_part, calendar) if origin else None
    if master is not None:
        part = _part(merge, master, merge.base_master, source)
        part = _with_usual_length(merge, part) if origin is None else part
    after = replace(empty, master=part, recurrence=master.recurrence if master else None)
    override = _override(merge, part or source)
    for key, event in sent.overrides.items():
        after = after.with_override(key, override(key, event, None))
    return _rewritten(after, merge)


def _fresh(part: Part, calendar: Calendar) -> Part:
    """A copy carries client, session and services; no status, fee or lines (M12)."""
    details = replace(part.details, status=Status.BOOKED, fee=None, practitioner=calendar.owner)
    return Part(part.when, details)


def _part(merge: Merge, event: Event, base: Event | None, current: Part | None) -> Part:
    lines = current.lines if current else ()
    said = said_of(event, base, lines, merge.sent.family)
    details = merged_details(
        merge.hearing, said, current.details if current else None, merge.view
    )
    if current is not None and merge.shown is not None and base is not None:
        details = practice_wins(details, current.details, base, _now(merge, event.key))
    when = said.when if said.when is not None or current is None else current.when
    kept = said.lines if merge.view.is_owner and said.lines_changed else lines
    return Part(when or event.when, details, kept)


def _now(merge: Merge, key: RecurrenceKey) -> Event | None:
    if merge.shown is None:
        return None
    current = merge.shown.current
    return current.overrides.get(key) or current.master


def _override(merge: Merge, master: Part | None) -> OverrideOf:
    """Return how an override is merged: on its own base, else on what the series says then."""

    def merged(key: RecurrenceKey, event: Event, current: Part | None) -> Part:
        base = merge.shown.base.overrides.get(key) if merge.shown else None
        if base is None and merge.sent.object.master is not None and master is not None:
            series = merge.sent.object.master
            base = replace(series, when=natural(series.when, key))
        if current is None and master is not None:
            current = Part(natural(master.when, key), master.details)
        part = _part(merge, event, base, current)
        return replace(part, when=event.when)

    return merged


def _with_usual_length(merge: Merge, part: Part) -> Part:
    """A new event of the app's default length takes the minutes of its session type."""
    session = part.details.session_type
    imported = merge.hearing.context.actor.door is Door.IMPORT
    if session is None or imported or not isinstance(part.when, Timed):
        return part
    minutes = merge.hearing.catalogue.session_type[session].minutes
    if part.when.duration != quirks.default_length(merge.sent.family):
        return part
    when = resized(part.when, timedelta(minutes=minutes))
    return replace(part, when=when, lines=with_times(part.lines, when, None))


def _rewritten(after: Appointment, merge: Merge) -> Appointment:
    """Write the time lines anew where the owner's own ones do not say what is true."""
    sent = merge.sent.object
    kept = merge.view.is_owner
    master, event = after.master, sent.master
    if master is not None:
        says_so = event is not None and event.recurrence == after.recurrence
        if not (kept and says_so and _says(event, master, after.zones)):
            lines = with_times(master.lines, master.when, after.recurrence)
            after = replace(after, master=replace(master, lines=lines))
    overrides: Mapping[RecurrenceKey, Part] = {
        key: part
        if kept and _says(sent.overrides.get(key), part, after.zones)
        else replace(part, lines=with_times(part.lines, part.when, None, key))
        for key, part in after.overrides.items()
    }
    return replace(after, overrides=overrides)


def _says(event: Event | None, part: Part, zones: Iterable[str]) -> bool:
    """Whether the part's lines are the event's, at its time and in a zone (M9, SH-10)."""
    if event is None or event.when != part.when:
        return False
    has_start = any(name_of(raw) == "DTSTART" for raw in part.lines)
    return has_start and are_zoned(part.lines, zones)
