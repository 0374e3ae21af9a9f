"""Whether the practice's own rules let a change pass that was made in Google."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from server.domain.appointment import Appointment, Details, Part
from server.domain.calendars import Occurrence
from server.domain.durations import fits
from server.domain.locks import locks_of
from server.domain.vocabulary import Kind
from server.domain.when import AllDay, Recurrence, RecurrenceKey, When, beside, span_utc
from server.google_sync.deciding.plan import Why
from server.google_sync.links.syncing import Desk
from server.ics.moments import natural
from server.ics.recurrence import TooManyOccurrences, expand
from server.usecases.ports import OccurrenceFilter

_LONGEST_TRAVEL = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Moved:
    """When something is to be from now on, and how it is to repeat."""

    when: When
    recurrence: Recurrence | None = None


def refusal_of(
    desk: Desk, here: Appointment, key: RecurrenceKey, moved: Moved | None
) -> Why | None:
    """Return why a move (None: a deletion) of an appointment or an occurrence may not pass.

    Of a series only what lies ahead is looked at: what has happened stays where it was. An
    Other Event may be moved at any time and onto anything.
    """
    part = here.part(key)
    if not _is_clients(here) or part is None:
        return None
    if not key and here.is_series:
        return _of_series(desk, here, moved)
    if is_held(part) and (not key or key in here.overrides):
        return Why.LOCKED
    start, _ = span_utc(_when_of(here, key, part), desk.uow.practice.zone)
    if start < desk.at:
        return Why.PAST
    return None if moved is None else _of_time(desk, here, part.details, moved.when)


def is_held(part: Part) -> bool:
    """Whether something has happened in it, or it is signed, billed or paid."""
    return part.details.status.is_realised or bool(locks_of(part))


def overlaps(desk: Desk, here: Appointment, span: tuple[datetime, datetime]) -> bool:
    """Whether another client's appointment of the practitioner is in a range (UTC)."""
    return any(_meets(row, span) for row in _others(desk, here, span))


def _others(desk: Desk, here: Appointment, span: tuple[datetime, datetime]) -> list[Occurrence]:
    start, end = span
    wanted = OccurrenceFilter(start, beside(end, _LONGEST_TRAVEL), desk.link.user)
    return [
        row
        for row in desk.uow.appointments.occurrences(wanted)
        if row.blocks
        and row.kind.has_client
        and row.appointment != here.id
        and (here.group is None or row.group != here.group)
    ]


def _meets(row: Occurrence, span: tuple[datetime, datetime]) -> bool:
    return row.busy_from < span[1] and row.end > span[0]


def _is_clients(here: Appointment) -> bool:
    details = here.first_part.details
    return details.kind is not Kind.OTHER or details.client is not None


def _when_of(here: Appointment, key: RecurrenceKey, part: Part) -> When:
    if key and key not in here.overrides:
        return natural(part.when, key)
    return part.when


def _of_series(desk: Desk, here: Appointment, moved: Moved | None) -> Why | None:
    if not _ahead(desk, here):
        return Why.PAST
    master = here.master
    if moved is None or master is None:
        return None
    odd = _unusual_length(master.details, master.when, moved.when)
    return odd or (Why.OVERLAP if _any_overlap(desk, here, moved) else None)


def _any_overlap(desk: Desk, here: Appointment, moved: Moved) -> bool:
    """Whether a moved series meets another client's appointment in the time that is kept."""
    rules = desk.settings.rules
    window = (desk.at, desk.at + rules.index_ahead)
    zone = desk.uow.practice.zone
    taken = _others(desk, here, window)
    if not taken or moved.recurrence is None:
        return False
    try:
        found = expand(moved.when, moved.recurrence, window, zone, rules.occurrences_at_most)
    except TooManyOccurrences:
        return True
    spans = [span_utc(one.when, zone) for one in found if one.key not in here.overrides]
    return any(_meets(row, span) for span in spans for row in taken)


def _ahead(desk: Desk, here: Appointment) -> bool:
    indexed = desk.uow.appointments.indexed(here.id)
    return indexed is not None and (indexed.last_end is None or indexed.last_end > desk.at)


def _of_time(desk: Desk, here: Appointment, details: Details, moved: When) -> Why | None:
    zone = desk.uow.practice.zone
    span = span_utc(moved, zone)
    if span[0] < desk.at:
        return Why.PAST
    odd = _unusual_length(details, here.first_part.when, moved)
    if odd is not None:
        return odd
    return Why.OVERLAP if overlaps(desk, here, span) else None


def _unusual_length(details: Details, was: When, moved: When) -> Why | None:
    """A session keeps its length, or has one that its services stand for."""
    if isinstance(was, AllDay) or isinstance(moved, AllDay):
        return None if isinstance(was, AllDay) and isinstance(moved, AllDay) else Why.LENGTH
    if moved.duration == was.duration:
        return None
    if moved.duration <= timedelta(0):
        return Why.LENGTH
    codes = [line.code for line in details.services[:1]]
    timed_codes = [code for code in codes if not fits(code, timedelta(0))]
    if details.kind is Kind.SESSION and not timed_codes:
        return Why.LENGTH
    return None if all(fits(code, moved.duration) for code in codes) else Why.LENGTH
