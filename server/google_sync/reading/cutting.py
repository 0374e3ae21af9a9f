"""A series of the practice, cut where it was cut in Google; by the use cases of every door."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from server.domain.appointment import Appointment
from server.domain.errors import Invalid
from server.domain.google import MovePolicy
from server.domain.ids import AppointmentId
from server.domain.when import MASTER, Recurrence, RecurrenceKey, When, span_utc
from server.google_sync.deciding.moves import Moved, refusal_of
from server.google_sync.deciding.sight import Sight
from server.google_sync.links.syncing import Desk
from server.google_sync.model.canonical import Times, times_of, when_of
from server.google_sync.model.incoming import Incoming
from server.google_sync.model.projection import told_recurrence
from server.google_sync.model.recurrence_lines import recurrence_of
from server.ics.recurrence import expand, parse_rule
from server.ics.recurrence_rule import with_bounds
from server.usecases.delete_appointment import delete_appointment
from server.usecases.edit_appointment import Changes, Scope, Target, edit_appointment

_DAY = timedelta(days=1)


def is_cut(before: Times, after: Times) -> bool:
    """Whether a series is as it was but ends earlier."""
    same = (before.start, before.end, before.zone) == (after.start, after.end, after.zone)
    if not same or len(before.rules) != 1 or len(after.rules) != 1:
        return False
    old, new = before.rules[0], after.rules[0]
    if old == new or with_bounds(old) != with_bounds(new):
        return False
    was, is_now = parse_rule(old), parse_rule(new)
    if is_now.count is not None and was.count is not None:
        return is_now.count < was.count
    if is_now.until is not None and was.until is not None:
        return str(is_now.until) < str(was.until)
    return is_now.count is not None or is_now.until is not None


def continue_here(desk: Desk, sight: Sight, head: Incoming, tail: Incoming) -> AppointmentId:
    """Let a series go on as another one from where it was cut; return the other.

    Raises PracticeError where the practice's rules do not let it pass.
    """
    here, key = _cut_of(desk, sight, head)
    projection = tail.projection
    if projection is None or tail.odd:
        raise Invalid("recurrence", tail.odd or "it does not go on")
    zone = desk.uow.practice.zone
    times = projection.times
    rule = recurrence_of(times.rules, times.added, ())
    when = when_of(times, zone)
    if refusal_of(desk, here, MASTER, Moved(when, rule)) is not None:
        raise Invalid("times", "the practice's rules do not let it pass")
    target = Target(here.id, key, Scope.FOLLOWING)
    number = edit_appointment(desk.uow, desk.context, target, Changes({}, when))
    made = desk.uow.appointments.get(number)
    if (
        made is not None
        and times_of(made.first_part.when, made.recurrence).rules != times.rules
    ):
        own = made.recurrence.exdates if made.recurrence else ()
        changed = replace(rule, exdates=own) if rule else None
        edit_appointment(
            desk.uow,
            desk.context,
            Target(number),
            Changes({}, when, changed, stops_repeating=changed is None),
        )
    return number


def end_here(desk: Desk, sight: Sight, head: Incoming) -> None:
    """End a series where it was cut; raises PracticeError where that may not be."""
    here, key = _cut_of(desk, sight, head)
    target = Target(here.id, key, Scope.FOLLOWING)
    delete_appointment(desk.uow, desk.context, target)


def _cut_of(desk: Desk, sight: Sight, head: Incoming) -> tuple[Appointment, RecurrenceKey]:
    """Return the series and the first occurrence that Google no longer has."""
    here, projection = sight.here, head.projection
    rule = told_recurrence(here) if here is not None else None
    if here is None or here.master is None or projection is None or rule is None:
        raise Invalid("appointment", "it is no series")
    if desk.link.policy is not MovePolicy.APPLY:
        raise Invalid("policy", "appointments are not changed in Google")
    kept = recurrence_of(projection.times.rules, projection.times.added, ())
    if kept is None:
        raise Invalid("recurrence", "nothing is left")
    zone = desk.uow.practice.zone
    left = set(_keys(desk, when_of(projection.times, zone), kept))
    for key, start in _keys(desk, here.master.when, rule).items():
        if key not in left:
            if start < desk.at:
                raise Invalid("times", "it lies in the past")
            return here, key
    raise Invalid("recurrence", "nothing was cut")


def _keys(desk: Desk, when: When, rule: Recurrence) -> dict[RecurrenceKey, datetime]:
    zone = desk.uow.practice.zone
    begin = span_utc(when, zone)[0]
    rules = desk.settings.rules
    window = (begin - _DAY, max(begin, desk.at) + rules.index_ahead)
    found = expand(when, rule, window, zone, rules.occurrences_at_most)
    return {one.key: span_utc(one.when, zone)[0] for one in found}
