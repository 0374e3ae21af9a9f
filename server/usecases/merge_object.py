"""Merging what an app sent with what it was shown and what is true now (M1 to M12)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from server.domain.appointment import Appointment, Part
from server.domain.calendars import Calendar, StoredObject
from server.domain.ids import AppointmentId, new_ulid
from server.domain.practice import User
from server.domain.vocabulary import Status
from server.domain.when import AllDay, RecurrenceKey, Timed, resized, span_utc
from server.ics import quirks
from server.ics.event import CalendarObject, Event
from server.ics.moments import with_times
from server.ics.reader import read_object
from server.ics.said import Said, said_of
from server.ics.writer import View, render
from server.usecases.context import Context
from server.usecases.find_origin import Origin, find_origin
from server.usecases.merge_details import merged_details, practice_wins
from server.usecases.merge_series import (
    OverrideOf,
    merged_overrides,
    merged_recurrence,
    natural,
    with_realised,
)
from server.usecases.personal_lines import keep_personal_lines, personal_lines
from server.usecases.ports import UnitOfWork
from server.usecases.understand import Hearing
from server.usecases.viewers import names_for, view_of


@dataclass(frozen=True, slots=True)
class Sent:
    """An object as sent, by whom and with which app; ``by_condition`` tells of an If-Match."""

    object: CalendarObject
    viewer: User
    agent: str
    by_condition: bool

    @property
    def family(self) -> str:
        """The family of the app."""
        return quirks.family_of(self.object.product, self.agent)


@dataclass(frozen=True, slots=True)
class Shown:
    """What the app had been shown (``base``), and what is true now as it would be shown."""

    base: CalendarObject
    current: CalendarObject


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
    stored: tuple[StoredObject | None, Appointment | None],
) -> Appointment:
    """Return the appointment as it is after the merge; ``stored`` is what is there now."""
    view = view_of(sent.viewer, calendar, context.rules)
    hearing = _hearing(uow, context, calendar, sent.object)
    obj, before = stored
    if obj is not None and before is not None:
        shown = _shown(uow, sent, view, (obj, before))
        merge = Merge(hearing, sent, view, shown, before)
        return _merged(merge, before, obj.href)
    origin = find_origin(uow, context, calendar, sent.object, view)
    merge = Merge(
        hearing, sent, view, _shown_of(origin, uow), origin.appointment if origin else None
    )
    return _created(merge, calendar, origin)


def _hearing(
    uow: UnitOfWork, context: Context, calendar: Calendar, sent: CalendarObject
) -> Hearing:
    start, _ = span_utc(sent.events[0].when, uow.practice.zone)
    return Hearing(uow, context, calendar.owner, start)


def _shown(
    uow: UnitOfWork, sent: Sent, view: View, now: tuple[StoredObject, Appointment]
) -> Shown:
    """The base: the text under the condition, or of the revision that the body names (M1)."""
    obj, before = now
    zone = uow.practice.zone
    text = obj.text
    if not view.is_owner:
        names = names_for(uow, [before])
        text = render(before, view, names, personal_lines(uow, obj, sent.viewer.name))
    current = read_object(text, zone)
    revision = _revision_named(sent.object)
    if sent.by_condition or revision in (None, before.revision) or not view.is_owner:
        return Shown(current, current)
    earlier = uow.objects.version(obj.calendar, obj.href, revision or 0)
    return Shown(read_object(earlier, zone) if earlier else current, current)


def _shown_of(origin: Origin | None, uow: UnitOfWork) -> Shown | None:
    if origin is None:
        return None
    base = read_object(origin.text, uow.practice.zone)
    return Shown(base, base)


def _revision_named(sent: CalendarObject) -> int | None:
    for event in sent.events:
        revision = event.practice.get("REV", "")
        if revision.isdigit():
            return int(revision)
    return None


def _merged(merge: Merge, before: Appointment, href: str) -> Appointment:
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
    after = with_realised(after, before, merge.hearing.uow.practice.zone)
    if not merge.view.is_owner:
        keep_personal_lines(merge.hearing.uow, before.calendar, href, merge.sent)
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
    kept = said.lines if merge.view.is_owner and _lines_count(said) else lines
    return Part(when or event.when, details, kept)


def _lines_count(said: Said) -> bool:
    return said.is_new or said.lines_changed


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
        return replace(part, when=event.when, lines=part.lines or event.lines)

    return merged


def _with_usual_length(merge: Merge, part: Part) -> Part:
    """A new event of the app's default length takes the minutes of its session type."""
    session = part.details.session_type
    if session is None or not isinstance(part.when, Timed):
        return part
    minutes = merge.hearing.catalogue.session_type[session].minutes
    if part.when.duration != quirks.default_length(merge.sent.family):
        return part
    when = resized(part.when, timedelta(minutes=minutes))
    return replace(part, when=when, lines=with_times(part.lines, when, None))


def _rewritten(after: Appointment, merge: Merge) -> Appointment:
    """Write the time lines anew where they no longer say what is true."""
    sent = merge.sent.object
    master = after.master
    if master is not None:
        event = sent.master
        said_so = event is not None and event.when == master.when
        if (
            not said_so
            or event is None
            or event.recurrence != after.recurrence
            or _floats(master)
        ):
            lines = with_times(master.lines, master.when, after.recurrence)
            after = replace(after, master=replace(master, lines=lines))
    overrides: Mapping[RecurrenceKey, Part] = {
        key: _override_lines(part, key, sent.overrides.get(key))
        for key, part in after.overrides.items()
    }
    return replace(after, overrides=overrides)


def _override_lines(part: Part, key: RecurrenceKey, event: Event | None) -> Part:
    if event is not None and event.when == part.when and not _floats(part):
        return part
    return replace(part, lines=with_times(part.lines, part.when, None, key))


def _floats(part: Part) -> bool:
    """Whether a time is written without a zone; it is stored in the calendar's (M9, SH-10)."""
    if isinstance(part.when, AllDay):
        return False
    return any(
        raw.upper().startswith("DTSTART:") and not raw.endswith("Z") for raw in part.lines
    )
