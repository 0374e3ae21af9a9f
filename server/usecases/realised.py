"""What has happened belongs to one occurrence, never to a whole series (M10)."""

from __future__ import annotations

from dataclasses import replace

from server.domain.appointment import Appointment, Part
from server.domain.errors import Invalid
from server.domain.vocabulary import Status
from server.domain.when import MASTER, RecurrenceKey, Timed, key_of
from server.ics.moments import with_times
from server.usecases.context import Context
from server.usecases.ports import UnitOfWork

_HAPPENED = frozenset({Status.ARRIVED, Status.COMPLETED, Status.NO_SHOW, Status.LATE_CANCELLED})


def of_one_occurrence(before: Appointment | None, after: Appointment) -> Appointment:
    """Return a series in which what has happened is said of its first occurrence.

    So it is for a new series, and for an appointment that was single and now repeats: whoever
    has arrived once has not arrived for ever. The other way round, what was said of the one
    occurrence that is left is said of the appointment. Raises Invalid where a series that was
    there is said to have happened as a whole.
    """
    master = after.master
    if master is None:
        return after
    if after.recurrence is None:
        return _single(after, first_key(master))
    status = master.details.status
    if before is not None and before.recurrence is not None and before.master is not None:
        if status in _HAPPENED and before.master.details.status is not status:
            raise Invalid("status", f"'{status}' is said of one occurrence, not of a series")
        return after
    if status in _HAPPENED or _had_a_life(before):
        return _first_apart(after, master)
    return after


def _single(after: Appointment, key: RecurrenceKey) -> Appointment:
    own = after.overrides.get(key)
    if own is None or own.deleted:
        return after
    master = replace(own, lines=with_times(own.lines, own.when, None))
    return replace(after.without_override(key), master=master)


def _had_a_life(before: Appointment | None) -> bool:
    """Whether a single appointment was more than booked: something holds it, or was charged."""
    was = before.master if before is not None else None
    return was is not None and (bool(was.held) or was.details.status.is_realised)


def _first_apart(after: Appointment, master: Part) -> Appointment:
    key = first_key(master)
    details = master.details
    if details.status in _HAPPENED:
        details = replace(details, status=Status.BOOKED, fee=None)
    own = replace(master, lines=with_times(master.lines, master.when, None, key))
    series = replace(after, master=replace(master, details=details, held=frozenset()))
    return series if key in series.overrides else series.with_override(key, own)


def first_key(master: Part) -> RecurrenceKey:
    """Return the key of a series' first occurrence."""
    when = master.when
    return key_of(when.start if isinstance(when, Timed) else when.first)


def as_held(before: Appointment | None, after: Appointment) -> Appointment:
    """Return ``after`` with what billing holds as it was: no edit changes that."""
    if before is None:
        return _not_held(after)
    single = before.master if before.recurrence is None else None
    now_series = after.recurrence is not None
    left = _left(before, after)
    overrides = {}
    for key, part in after.overrides.items():
        was = before.overrides.get(key)
        if was is None and single is not None and now_series and key == first_key(single):
            was = single
        held = was.held if was is not None else frozenset()
        overrides[key] = part if part.held == held else replace(part, held=held)
    master = after.master
    if master is not None:
        was = left or before.master
        held = was.held if was is not None and not now_series else frozenset()
        master = master if master.held == held else replace(master, held=held)
    return replace(after, master=master, overrides=overrides)


def _not_held(after: Appointment) -> Appointment:
    if not any(part.held for part in (after.master, *after.overrides.values()) if part):
        return after
    master = replace(after.master, held=frozenset()) if after.master else None
    overrides = {key: replace(part, held=frozenset()) for key, part in after.overrides.items()}
    return replace(after, master=master, overrides=overrides)


def _left(before: Appointment, after: Appointment) -> Part | None:
    """Return the occurrence that a series which no longer repeats has come down to."""
    if before.recurrence is None or after.recurrence is not None or before.master is None:
        return None
    key = first_key(before.master)
    own = before.overrides.get(key)
    return own if own is not None and not own.deleted and key not in after.overrides else None


def follow_keys(
    uow: UnitOfWork, context: Context, before: Appointment | None, after: Appointment
) -> None:
    """Tell the hooks where a single appointment became an occurrence, or the other way."""
    if before is None or before.master is None:
        return
    key = first_key(before.master)
    if before.recurrence is None and after.recurrence is not None and key in after.overrides:
        context.hooks.rekeyed(uow, after.id, MASTER, key)
    if _left(before, after) is not None:
        context.hooks.rekeyed(uow, after.id, key, MASTER)
