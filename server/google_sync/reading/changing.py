"""A change made in Google, made here: by the same use cases as through every other door."""

from __future__ import annotations

from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from server.domain.appointment import Appointment
from server.domain.errors import Invalid
from server.domain.ids import AppointmentId
from server.domain.vocabulary import Kind
from server.domain.when import (
    MASTER,
    AllDay,
    Recurrence,
    RecurrenceKey,
    Timed,
    When,
    span_utc,
)
from server.google_sync.deciding.one_event import Event
from server.google_sync.deciding.sight import Sight, base_of, is_renamed
from server.google_sync.links.syncing import Desk
from server.google_sync.model.canonical import Base, Projection, Times, times_of, when_of
from server.google_sync.model.projection import told_recurrence
from server.google_sync.model.recurrence_lines import recurrence_of
from server.ics.moments import natural
from server.ics.recurrence import expand, split_before
from server.usecases.delete_appointment import cancel_appointment, delete_appointment
from server.usecases.edit_appointment import Changes, Scope, Target, edit_appointment


class NeedsTitle(Exception):
    """An Other Event was renamed in Google; what is staged does not say how it is called."""

    def __init__(self) -> None:
        super().__init__("the title of an event was not read")


@dataclass(frozen=True, slots=True)
class _Whole:
    """A series as Google has it now."""

    when: When
    recurrence: Recurrence
    changed: bool


def move_here(
    desk: Desk, sight: Sight, event: Event, theirs: Projection | None
) -> AppointmentId:
    """Make an appointment be when Google says; raises PracticeError where that may not be.

    An Other Event is also called, and takes its time, as Google says. Returns what was moved:
    of a series that has begun, what goes on from it. Raises NeedsTitle.
    """
    here = sight.here
    if here is None or theirs is None:
        raise Invalid("appointment", "it is not there")
    base = base_of(sight, event.pair, event.key)
    changes = {} if here.first_part.details.client else _how_taken(here, base, theirs)
    changes |= _how_called(desk, sight, event, theirs)
    wanted = sight.wanted(event.key)
    known = [wanted.projection] if wanted is not None else []
    known += [base.theirs] if base is not None else []
    stays = theirs.times.usual in {one.times.usual for one in known}
    if not event.key and theirs.times.repeats and not stays:
        return _move_series(desk, here, theirs.times, changes)
    when = None if stays else when_of(theirs.times, _zone_of(here, desk))
    scope = Scope.THIS if event.key else Scope.ALL
    return edit_appointment(
        desk.uow,
        desk.context,
        Target(here.id, event.key, scope),
        Changes(changes, when and _same_or(here, event.key, when)),
    )


def cancel_here(desk: Desk, sight: Sight, key: RecurrenceKey) -> None:
    """Cancel what was deleted in Google; of a series only what lies ahead.

    An Other Event is deleted as it was. Raises PracticeError.
    """
    here = sight.here
    if here is None:
        raise Invalid("appointment", "it is not there")
    target = Target(here.id, key, Scope.THIS if key else Scope.ALL)
    if not key and here.is_series and here.master is not None:
        ahead = first_ahead(desk, here)
        if ahead is None:
            raise Invalid("appointment", "it is over")
        if span_utc(here.master.when, desk.uow.practice.zone)[0] < desk.at:
            target = Target(here.id, ahead, Scope.FOLLOWING)
    details = here.first_part.details
    if details.kind is Kind.OTHER and details.client is None:
        delete_appointment(desk.uow, desk.context, target)
    else:
        cancel_appointment(desk.uow, desk.context, target)


def first_ahead(desk: Desk, here: Appointment) -> RecurrenceKey | None:
    """Return the first occurrence of a series that is still to come."""
    master, rule = here.master, here.recurrence
    if master is None or rule is None:
        return None
    rules = desk.settings.rules
    window = (desk.at, desk.at + rules.index_ahead)
    zone = desk.uow.practice.zone
    found = expand(master.when, rule, window, zone, rules.occurrences_at_most)
    ahead = [one for one in found if span_utc(one.when, zone)[0] >= desk.at]
    return ahead[0].key if ahead else None


def _move_series(
    desk: Desk, here: Appointment, times: Times, details: dict[str, object]
) -> AppointmentId:
    """Move a series from its next occurrence on; as a whole, if none has been yet."""
    whole = _whole(desk, here, times)
    master = here.master
    begun = master is not None and span_utc(master.when, desk.uow.practice.zone)[0] < desk.at
    if master is None or here.recurrence is None or not begun:
        target = Target(here.id, MASTER, Scope.ALL)
        kept = whole.recurrence if whole.changed or here.recurrence is None else None
        return edit_appointment(
            desk.uow, desk.context, target, Changes(details, whole.when, kept)
        )
    return _move_rest(desk, here, whole, details)


def _move_rest(
    desk: Desk, here: Appointment, whole: _Whole, details: dict[str, object]
) -> AppointmentId:
    """Move what lies ahead of a series; what has happened stays where it was."""
    key = first_ahead(desk, here)
    if key is None or here.master is None:
        raise Invalid("appointment", "it is over")
    moved = natural(here.master.when, key)
    not_before = _shifted(here.master.when, whole.when, moved)
    begins = _first_from(desk, whole, not_before)
    tail = split_before(whole.recurrence, whole.when, begins)
    target = Target(here.id, key, Scope.FOLLOWING)
    number = edit_appointment(desk.uow, desk.context, target, Changes(details, tail.tail_first))
    if whole.changed:
        again = Changes({}, tail.tail_first, _with_exclusions(desk, number, tail.tail))
        edit_appointment(desk.uow, desk.context, Target(number), again)
    return number


def _with_exclusions(desk: Desk, number: AppointmentId, rule: Recurrence) -> Recurrence:
    found = desk.uow.appointments.get(number)
    own = found.recurrence.exdates if found is not None and found.recurrence else ()
    return replace(rule, exdates=own)


def _whole(desk: Desk, here: Appointment, times: Times) -> _Whole:
    when = when_of(times, _zone_of(here, desk))
    rule = recurrence_of(times.rules, times.added, ())
    if rule is None:
        raise Invalid("recurrence", "the series does not repeat")
    before = times_of(here.first_part.when, told_recurrence(here))
    same = (before.rules, before.added) == (times.rules, times.added)
    own = here.recurrence.exdates if here.recurrence else ()
    return _Whole(when, replace(rule, exdates=own), changed=not same)


def _shifted(before: When, after: When, moved: When) -> When:
    """Return where an occurrence lies after its series was moved by so much of wall time."""
    if isinstance(before, Timed) and isinstance(after, Timed) and isinstance(moved, Timed):
        by = after.start.replace(tzinfo=None) - before.start.replace(tzinfo=None)
        start = moved.start + by
        return Timed(start, start + (after.end - after.start))
    if isinstance(before, AllDay) and isinstance(after, AllDay) and isinstance(moved, AllDay):
        return AllDay(moved.first + (after.first - before.first), after.days)
    raise Invalid("times", "whole days and times of day are not exchanged in a series")


def _first_from(desk: Desk, whole: _Whole, when: When) -> RecurrenceKey:
    """Return the first occurrence of the series in Google that is not before this."""
    zone = desk.uow.practice.zone
    start = span_utc(when, zone)[0]
    rules = desk.settings.rules
    plain = replace(whole.recurrence, exdates=())
    window = (start, start + rules.index_ahead)
    for one in expand(whole.when, plain, window, zone, rules.occurrences_at_most):
        if span_utc(one.when, zone)[0] >= start:
            return one.key
    raise Invalid("recurrence", "nothing of the series lies ahead")


def _how_taken(here: Appointment, base: Base | None, theirs: Projection) -> dict[str, object]:
    """An Other Event is busy or free as it was last said on either side (SH-24)."""
    details = here.first_part.details
    changed = base is None or theirs.opaque != base.theirs.opaque
    return {"busy": theirs.opaque} if changed and details.busy != theirs.opaque else {}


def _how_called(
    desk: Desk, sight: Sight, event: Event, theirs: Projection
) -> dict[str, object]:
    base = base_of(sight, event.pair, event.key)
    google_wins = desk.settings.google_wins_blocks
    if not is_renamed(sight, event.key, base, theirs, google_wins=google_wins):
        return {}
    title = event.incoming.called
    if title is None:
        raise NeedsTitle
    if not title:
        raise Invalid("title", "it is empty")
    return {"title": title}


def _same_or(here: Appointment, key: RecurrenceKey, when: When) -> When | None:
    """Return the new time, None where only the way of writing it would change."""
    part = here.part(key)
    own = part.when if part is not None and (not key or key in here.overrides) else None
    return None if own is not None and times_of(own) == times_of(when) else when


def _zone_of(here: Appointment, desk: Desk) -> ZoneInfo:
    when = here.first_part.when
    return when.zone_info if isinstance(when, Timed) else desk.uow.practice.zone
