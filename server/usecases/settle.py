"""What the practice's rules add to an appointment before it is stored: 95, warnings, groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from server.domain.appointment import Appointment, Details, Part
from server.domain.calendars import Occurrence
from server.domain.durations import fits
from server.domain.errors import NotAllowed
from server.domain.ids import AppointmentId, GroupId
from server.domain.modifiers import with_modifier_95
from server.domain.practice import Catalogue
from server.domain.vocabulary import Attention, Door, Kind
from server.domain.when import Timed, When, beside, span_utc
from server.usecases.context import Context, RoomConflict
from server.usecases.ports import OccurrenceFilter, UnitOfWork

_LONGEST_SESSION = timedelta(hours=24)
_LONGEST_TRAVEL = timedelta(hours=24)


def settle(before: Appointment | None, after: Appointment, catalogue: Catalogue) -> Appointment:
    """Return the appointment with every part settled by the rules that look at it alone."""
    master = after.master
    if master is not None:
        was = before.master if before else None
        master = _settled(was, master, catalogue)
    overrides = {
        key: _settled(before.part(key) if before else after.master, part, catalogue)
        for key, part in after.overrides.items()
    }
    return replace(after, master=master, overrides=overrides)


def _settled(before: Part | None, after: Part, catalogue: Catalogue) -> Part:
    if before is not None and before.details == after.details and before.when == after.when:
        return after
    details = _without_place(after.details)
    if not _is_held_as_it_is(before, details):
        details = with_modifier_95(before.details if before else None, details, catalogue)
    details = _unusual_times(details, after.when)
    details = _session_missing(details)
    return replace(after, details=_duration_checked(details, after.when))


def _is_held_as_it_is(before: Part | None, details: Details) -> bool:
    """Whether nobody touches what was charged: a location's later setting must not either."""
    if before is None or not before.held:
        return False
    was = before.details
    return (was.services, was.location) == (details.services, details.location)


def _without_place(details: Details) -> Details:
    """A contact happens nowhere in particular (SH-07, SH-23)."""
    if details.kind in (Kind.CONTACT, Kind.COLLATERAL):
        return replace(details, location=None, room=None)
    return details


def _unusual_times(details: Details, when: When) -> Details:
    """A day, no time at all or more than a day is no session: a hold that asks (M9)."""
    usual = isinstance(when, Timed) and timedelta(0) < when.duration <= _LONGEST_SESSION
    if usual:
        return _usual_again(details)
    about_client = details.client is not None or any(
        reason.asks_for_client for reason in details.attention
    )
    if not about_client:
        return details
    return replace(details.with_attention(Attention.TIMES_UNUSUAL), kind=Kind.OTHER)


def _usual_again(details: Details) -> Details:
    if Attention.TIMES_UNUSUAL not in details.attention:
        return details
    kind = Kind.CONTACT if details.medium else Kind.SESSION
    if details.contact_with:
        kind = Kind.COLLATERAL
    return replace(details.without_attention(Attention.TIMES_UNUSUAL), kind=kind)


def _session_missing(details: Details) -> Details:
    if details.kind is not Kind.SESSION or details.session_type or details.services:
        return details
    return details.with_attention(Attention.SESSION_UNKNOWN)


def _duration_checked(details: Details, when: When) -> Details:
    codes = [line.code for line in details.services[:1] if details.kind is Kind.SESSION]
    if isinstance(when, Timed) and not all(fits(code, when.duration) for code in codes):
        return details.with_attention(Attention.DURATION_CODE_MISMATCH)
    return details.without_attention(Attention.DURATION_CODE_MISMATCH)


def logged_afterwards(after: Appointment, now: datetime, zone: ZoneInfo) -> Appointment:
    """A contact that is written down when it is over takes no time from anybody (part 7)."""
    master = after.master
    contact = master is not None and master.details.kind in (Kind.CONTACT, Kind.COLLATERAL)
    if master is None or not contact or after.recurrence is not None:
        return after
    if span_utc(master.when, zone)[1] > now:
        return after
    return replace(after, master=replace(master, details=replace(master.details, busy=False)))


def with_neighbours(
    uow: UnitOfWork, context: Context, after: Appointment, occurrences: Sequence[Occurrence]
) -> tuple[Appointment, frozenset[AppointmentId]]:
    """Return the appointment with its group and the warning of an overlap (SH-15, M15).

    Beside it, the appointments in the same slot that are not in the group yet. Raises
    NotAllowed where a room is taken and the practice refuses that.
    """
    mine = [row for row in occurrences if row.blocks]
    master = after.master
    if not mine or master is None:
        return after, frozenset()
    others = _others(uow, after, mine)
    mates = [row for row in others if _same_slot(row, mine)]
    strangers = [row for row in others if row not in mates]
    rooms_taken = _room_conflicts(strangers, mine)
    if rooms_taken and _refuses(context):
        raise NotAllowed("The room is taken at that time.")
    grouped = mates and master.details.kind is Kind.SESSION
    group = (
        (_group_of(mates, after.group) or uow.appointments.next_group()) if grouped else None
    )
    busy = [row for row in strangers if row.practitioner == mine[0].practitioner]
    details = master.details.without_attention(Attention.OVERLAP)
    if rooms_taken or _any_overlap(busy, mine):
        details = details.with_attention(Attention.OVERLAP)
    after = replace(after, group=group, master=replace(master, details=details))
    alone = frozenset(row.appointment for row in mates if row.group is None)
    return after, alone if group else frozenset()


def _group_of(mates: Sequence[Occurrence], own: GroupId | None) -> GroupId | None:
    """Return the group of a slot: the own one, if the others are in it too."""
    groups = [row.group for row in mates if row.group]
    return own if own in groups else next(iter(groups), None)


def _refuses(context: Context) -> bool:
    """A calendar app's event is never refused for a rule of the practice."""
    return (
        context.rules.room_conflict is RoomConflict.REFUSE
        and context.actor.door is not Door.CALDAV
    )


def _others(
    uow: UnitOfWork, after: Appointment, mine: Sequence[Occurrence]
) -> list[Occurrence]:
    """Return who else is busy then: the practitioner, and where a room is wanted everybody."""
    # What starts later may be busy before, with somebody on the way to it.
    end = beside(max(row.end for row in mine), _LONGEST_TRAVEL)
    start = min(row.busy_from for row in mine)
    busy = {row.practitioner for row in mine}
    if any(row.room for row in mine):
        busy |= {user.name for user in uow.catalogue.users}
    return [
        row
        for name in sorted(busy)
        for row in uow.appointments.occurrences(OccurrenceFilter(start, end, name))
        if row.blocks and row.appointment != after.id
    ]


def _same_slot(row: Occurrence, mine: Sequence[Occurrence]) -> bool:
    """Another client's session with the same practitioner in the very same time."""
    return any(
        row.kind is Kind.SESSION
        and (row.start, row.end, row.practitioner) == (own.start, own.end, own.practitioner)
        and row.client != own.client
        for own in mine
    )


def _room_conflicts(others: Sequence[Occurrence], mine: Sequence[Occurrence]) -> bool:
    return any(
        row.room is not None
        and any(
            row.room == own.room and row.start < own.end and row.end > own.start for own in mine
        )
        for row in others
    )


def _any_overlap(others: Sequence[Occurrence], mine: Sequence[Occurrence]) -> bool:
    """Whether two lists of occurrences touch, both walked once by start."""
    waiting = sorted(mine, key=lambda row: row.busy_from)
    position = 0
    for row in sorted(others, key=lambda row: row.busy_from):
        while position < len(waiting) and waiting[position].end <= row.busy_from:
            position += 1
        if position < len(waiting) and overlap(
            row, waiting[position].busy_from, waiting[position].end
        ):
            return True
    return False


def overlap(row: Occurrence, start: datetime, end: datetime) -> bool:
    """Whether an occurrence, its travel included, touches the half-open span."""
    return row.busy_from < end and row.end > start
