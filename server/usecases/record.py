"""The one way by which an appointment changes, whichever door the change came through.

Settled by the rules, checked against the locks, stored with its occurrences and its rendered
text, written into the history, the change log and the outbox: all in the transaction of the
caller.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from server.domain.appointment import Appointment
from server.domain.calendars import Calendar, HistoryLine, StoredObject
from server.domain.errors import UidConflict
from server.domain.ids import AppointmentId, UserName
from server.domain.locks import refuse_locked_change
from server.domain.statuses import check_transition
from server.domain.vocabulary import Door, Lock
from server.ics.writer import render
from server.usecases.booking_news import heard
from server.usecases.compare import Change, changes_between
from server.usecases.context import Context
from server.usecases.index_occurrences import Window, index
from server.usecases.ports import UnitOfWork
from server.usecases.realised import as_held, first_key, follow_keys, of_one_occurrence
from server.usecases.settle import logged_afterwards, settle, with_neighbours
from server.usecases.viewers import etag_of, names_for, owner_of, view_of


@dataclass(frozen=True, slots=True)
class Place:
    """Where an appointment is shown: a calendar and the name of its object there."""

    calendar: Calendar
    href: str


def record(
    uow: UnitOfWork,
    context: Context,
    before: Appointment | None,
    after: Appointment,
    place: Place,
) -> StoredObject | None:
    """Store a change and return the object that is now shown, None if it left the calendar.

    Raises Locked, Invalid, NotAllowed, UidConflict or TooManyInstances; nothing is stored then.
    """
    after = of_one_occurrence(before, after)
    after = as_held(before, settle(before, after, uow.catalogue))
    _check(context, before, after)
    _check_uid(uow, before, after, place)
    zone = uow.practice.zone
    after = after if before else logged_afterwards(after, context.now, zone)
    rows, indexed = index(after, zone, Window.of(context))
    after, mates = with_neighbours(uow, context, after, rows)
    rows = [replace(row, group=after.group) for row in rows]
    revision = uow.calendars.next_revision(place.calendar.id)
    after = replace(
        after,
        revision=revision,
        created_at=after.created_at or context.now,
        modified_at=context.now,
    )
    uow.appointments.save(after, rows, indexed)
    follow_keys(uow, context, before, after)
    context.hooks.changed(uow, context, before, after)
    stored = _show(uow, context, after, place)
    tell(uow, context, after, changes_between(before, after))
    concerned = {practitioner_of(one) for one in (before, after) if one is not None}
    uow.outbox.mark_for_google(concerned, after.id, revision, context.now)
    for mate in sorted(mates):
        _join(uow, context, mate, after)
    return stored


def practitioner_of(appointment: Appointment) -> UserName:
    """Return whose appointment it is."""
    return appointment.first_part.details.practitioner


def _check_uid(
    uow: UnitOfWork, before: Appointment | None, after: Appointment, place: Place
) -> None:
    """What comes back into a calendar must not meet another object of its UID there."""
    if before is None or not _may_be_out(before) or _may_be_out(after):
        return
    taken = uow.objects.href_of_uid(place.calendar.id, after.uid)
    if taken is not None and taken != place.href:
        raise UidConflict(taken)


def _may_be_out(appointment: Appointment) -> bool:
    """Whether it may have left its calendar: deleted, or cancelled as a whole."""
    master = appointment.master
    cancelled = master is not None and master.details.status.is_cancelled
    return appointment.deleted_at is not None or (cancelled and not appointment.is_series)


def _join(uow: UnitOfWork, context: Context, mate: AppointmentId, after: Appointment) -> None:
    """Take an appointment of the same slot into the group; nothing else of it changes."""
    joined = uow.appointments.get(mate)
    shown = uow.objects.of_appointment(mate)
    calendar = uow.calendars.by_id(joined.calendar) if joined else None
    if joined is None or shown is None or calendar is None:
        return
    revision = uow.calendars.next_revision(calendar.id)
    joined = replace(joined, group=after.group, revision=revision)
    rows, indexed = index(joined, uow.practice.zone, Window.of(context))
    uow.appointments.save(joined, rows, indexed)
    _show(uow, context, joined, Place(calendar, shown.href))


def _check(context: Context, before: Appointment | None, after: Appointment) -> None:
    """Refuse what a lock forbids and statuses that cannot follow each other."""
    if before is None:
        return
    lifted = {Lock.BILL_OPEN} if context.bill else set()
    before = _with_its_occurrence(before, after)
    keys = {key for key in before.overrides if key in after.overrides or not after.deleted_at}
    if before.master is not None:
        gone = after.deleted_at is not None
        refuse_locked_change(before.master, None if gone else after.master, lifted)
        if after.master is not None:
            check_transition(before.master.details.status, after.master.details.status)
    for key in keys:
        old, new = before.overrides[key], after.part(key)
        removed = (
            new is None or (new.deleted and not old.deleted) or after.deleted_at is not None
        )
        refuse_locked_change(old, None if removed else new, lifted)
        if new is not None and not removed:
            check_transition(old.details.status, new.details.status)


def _with_its_occurrence(before: Appointment, after: Appointment) -> Appointment:
    """Return a single appointment that becomes a series as the one occurrence that it was."""
    master = before.master
    if master is None or before.recurrence is not None or after.recurrence is None:
        return before
    key = first_key(master)
    if key not in after.overrides or key in before.overrides:
        return before
    return replace(before, master=None).with_override(key, master)


def _show(
    uow: UnitOfWork, context: Context, after: Appointment, place: Place
) -> StoredObject | None:
    hide_at = _hide_at(context, after)
    if after.deleted_at is not None or (hide_at is not None and hide_at <= context.now):
        if uow.objects.get(place.calendar.id, place.href) is not None:
            uow.objects.delete(place.calendar.id, place.href, after.revision)
        return None
    stored = StoredObject(
        calendar=place.calendar.id,
        href=place.href,
        uid=after.uid,
        component="VEVENT",
        text=owner_text(uow, context, after, place.calendar),
        etag=etag_of(after.revision),
        revision=after.revision,
        modified_at=context.now,
        appointment=after.id,
        hide_at=hide_at,
    )
    uow.objects.put(stored)
    return stored


def owner_text(
    uow: UnitOfWork, context: Context, appointment: Appointment, calendar: Calendar
) -> str:
    """Return the text that the owner of the calendar is served."""
    view = view_of(owner_of(uow, calendar), calendar, context.rules)
    return render(appointment, view, names_for(uow, [appointment]))


def _hide_at(context: Context, after: Appointment) -> datetime | None:
    """Return when a cancelled appointment leaves the calendar, None if it stays.

    What was cancelled from a calendar app is still shown, struck through, until that app has
    seen it: an object that is gone at once makes some apps wait for ever.
    """
    if context.rules.show_cancelled or not _is_over(after):
        return None
    seen_first = context.actor.door is Door.CALDAV
    return context.now + context.rules.move_window if seen_first else context.now


def _is_over(after: Appointment) -> bool:
    """Whether nothing of the appointment takes place or took place any more."""
    parts = [after.master, *after.overrides.values()]
    return all(part and (part.deleted or part.details.status.is_cancelled) for part in parts)


def tell(uow: UnitOfWork, context: Context, after: Appointment, changes: list[Change]) -> None:
    """Write changes into the history and the outbox."""
    if changes:
        context.hooks.told(uow, context, after, changes)
        heard(uow, context, after, [fact for change in changes for fact in change.facts])
    remember(uow, context, after, changes)
    for change in changes:
        for fact in change.facts:
            due = context.now + context.rules.outbox_delay
            uow.outbox.announce(fact, after.id, change.key, after.revision, due)


def remember(
    uow: UnitOfWork, context: Context, after: Appointment, changes: list[Change]
) -> None:
    """Write changes into the history only: nobody outside is told of them."""
    for change in changes:
        line = HistoryLine(
            appointment=after.id,
            key=change.key,
            revision=after.revision,
            at=context.now,
            actor=context.actor,
            facts=change.facts,
            changes=change.fields,
        )
        uow.history.append(after.calendar, line)
