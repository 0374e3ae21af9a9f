"""The one place that says whether an appointment is held, and against what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from server.domain.appointment import Details, Part
from server.domain.errors import Locked
from server.domain.vocabulary import Kind, Lock, Status


def locks_of(part: Part, billing: Iterable[Lock] = ()) -> frozenset[Lock]:
    """Return what holds a part; ``billing`` is what the ledger and the notes say of it.

    An Other Event that is not certain yet is nobody's request; one that asks something may be
    a request whose times no session has.
    """
    held = set(billing)
    details = part.details
    personal = details.kind is Kind.OTHER and not details.attention
    if details.kind is Kind.REQUEST or (details.status is Status.REQUESTED and not personal):
        held.add(Lock.REQUEST)
    return frozenset(held)


def refuse_locked_change(before: Part, after: Part | None, locks: frozenset[Lock]) -> None:
    """Raise Locked if the change (None: removal) touches what the locks hold.

    Titles of attention, notes and a person's own lines always pass; billing narrows this by
    lock (SH-26 to SH-30). A request may be neither moved nor deleted (SH-32), but it may be
    answered where it is: accepted or declined (M14).
    """
    if not locks or (after is not None and not _touches(before, after)):
        return
    if locks == {Lock.REQUEST} and after is not None and _answers(before, after):
        return
    raise Locked(locks)


def _answers(before: Part, after: Part) -> bool:
    answered = after.details.kind is not Kind.REQUEST and after.details.status is Status.BOOKED
    declined = after.details.status is Status.CANCELLED
    return before.when == after.when and (answered or declined)


def _touches(before: Part, after: Part) -> bool:
    return before.when != after.when or _held(before.details) != _held(after.details)


def _held(details: Details) -> Details:
    return replace(details, attention=frozenset(), auto_95=details.auto_95, note="", title="")
