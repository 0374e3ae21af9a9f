"""The one place that says whether an appointment is held, and against what (SH-25 to SH-32).

What billing and notes hold is stored with the part, so that every door and every view sees it
without asking the ledger.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from server.domain.appointment import Details, Part
from server.domain.errors import Locked
from server.domain.vocabulary import Kind, Lock, Status

BILLING = frozenset({Lock.NOTE_SIGNED, Lock.BILL_OPEN, Lock.PAYMENT})
"""What holds work that is signed, billed or paid."""

_TAKEN_PLACE = frozenset({Status.ARRIVED, Status.COMPLETED})
_AHEAD = frozenset({Status.BOOKED, Status.CONFIRMED})
_MISSED = frozenset({Status.NO_SHOW, Status.CANCELLED, Status.LATE_CANCELLED})


def locks_of(part: Part) -> frozenset[Lock]:
    """Return what holds a part.

    An Other Event that is not certain yet is nobody's request; one that asks something may be
    a request whose times no session has.
    """
    details = part.details
    personal = details.kind is Kind.OTHER and not details.attention
    if details.kind is Kind.REQUEST or (details.status is Status.REQUESTED and not personal):
        return part.held | {Lock.REQUEST}
    return part.held


def refuse_locked_change(before: Part, after: Part | None, lifted: Iterable[Lock] = ()) -> None:
    """Raise Locked if the change (None: removal) touches what holds the part.

    A request may be neither moved nor deleted (SH-32), but it may be answered where it is:
    accepted or declined (M14). Work that is signed, billed or paid keeps its time, place,
    client and services, and stays done (part 6 of the billing rules); rooms, links, notes,
    reminders and a person's own lines always pass. ``lifted`` are locks that the caller was
    given leave to pass: services are edited on the bill itself (SH-27).
    """
    locks = locks_of(before) - frozenset(lifted)
    if Lock.REQUEST in locks and _touches_request(before, after):
        raise Locked(locks)
    if locks & BILLING and _touches_work(before, after):
        raise Locked(locks & BILLING)


def _touches_request(before: Part, after: Part | None) -> bool:
    if after is None:
        return True
    if before.when == after.when and _asked(before.details) == _asked(after.details):
        return False
    return not _answers(before, after)


def _answers(before: Part, after: Part) -> bool:
    answered = after.details.kind is not Kind.REQUEST and after.details.status is Status.BOOKED
    declined = after.details.status is Status.CANCELLED
    return before.when == after.when and (answered or declined)


def _asked(details: Details) -> Details:
    return replace(details, attention=frozenset(), auto_95=details.auto_95, note="", title="")


def _touches_work(before: Part, after: Part | None) -> bool:
    if after is None or after.deleted or before.when != after.when:
        return True
    if not _takes_place(before.details.status, after.details.status):
        return True
    return _work(before.details) != _work(after.details)


def _takes_place(before: Status, after: Status) -> bool:
    """Whether nothing that was charged is taken back.

    A note may be signed before anybody has arrived; who has arrived may be marked completed.
    """
    if {before, after} <= _AHEAD:
        return True
    return before is after or (before not in _MISSED and after in _TAKEN_PLACE)


def _work(details: Details) -> tuple[object, ...]:
    """Return what was charged, as far as an appointment says it, its status apart."""
    return (
        details.kind,
        details.practitioner,
        details.client,
        details.session_type,
        details.services,
        details.location,
        details.place,
        details.fee,
    )
