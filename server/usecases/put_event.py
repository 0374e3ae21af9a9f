"""Storing what a calendar app sends for one object (architecture, one PUT of a VEVENT)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from server.domain.appointment import Appointment
from server.domain.calendars import Calendar, StoredObject
from server.domain.errors import (
    NotAllowed,
    TooLarge,
    UidConflict,
    UnsupportedComponent,
)
from server.domain.ids import UserName
from server.domain.practice import User
from server.ics.event import CalendarObject
from server.usecases.conditions import UNCONDITIONAL, Conditions
from server.usecases.context import Context
from server.usecases.find_origin import find_returning
from server.usecases.hide_cancelled import hide_due
from server.usecases.link_continuation import link_continuation
from server.usecases.merge_object import merged_appointment
from server.usecases.notices import redeliver
from server.usecases.personal_lines import keep_personal_lines
from server.usecases.ports import UnitOfWork
from server.usecases.put_personal import put_personal
from server.usecases.record import Place, record
from server.usecases.repeated_put import repeats
from server.usecases.sent import Sent
from server.usecases.split_following import split_following
from server.usecases.viewers import may_write, view_of


@dataclass(frozen=True, slots=True)
class Put:
    """One PUT: where, by whom (the viewer), what, and on which condition.

    ``agent`` is the User-Agent, ``seen`` the revision that the device was last served, where it
    is known.
    """

    owner: UserName
    slug: str
    href: str
    viewer: User
    sent: CalendarObject
    conditions: Conditions = UNCONDITIONAL
    agent: str = ""
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class PutResult:
    """What came of a PUT; ``etag`` only where the viewer is served exactly what was sent."""

    created: bool
    etag: str | None


def put_event(uow: UnitOfWork, context: Context, put: Put) -> PutResult:
    """Store an object; all or nothing.

    Raises PreconditionFailed, UidConflict, UnsupportedComponent, TooLarge, NotAllowed, Locked.
    """
    calendar = calendar_to_write(uow, put.owner, put.slug, put.viewer)
    hide_due(uow, context, calendar)
    stored = uow.objects.get(calendar.id, put.href)
    put.conditions.check(stored)
    _check_object(uow, context, calendar, put, stored)
    if calendar.keeps_texts or put.sent.component != "VEVENT":
        after = put_personal(uow, context, calendar, put.href, put.sent)
        return PutResult(stored is None, after.etag)
    with uow.savepoint():
        after_text = _put_appointment(uow, context, calendar, put, stored)
    same = after_text is not None and after_text.text == put.sent.text
    own = view_of(put.viewer, calendar, context.rules).is_owner
    return PutResult(stored is None, after_text.etag if after_text and same and own else None)


def calendar_to_write(uow: UnitOfWork, owner: UserName, slug: str, viewer: User) -> Calendar:
    """Return the calendar; raises NotAllowed if the viewer may not change it."""
    calendar = uow.calendars.get(owner, slug)
    if calendar is None or not may_write(viewer, calendar):
        raise NotAllowed("This calendar cannot be written by you.")
    return calendar


def _check_object(
    uow: UnitOfWork, context: Context, calendar: Calendar, put: Put, stored: StoredObject | None
) -> None:
    if put.sent.component not in calendar.components:
        raise UnsupportedComponent(f"This calendar does not take {put.sent.component}.")
    size = len(put.sent.text.encode())
    if size > context.rules.resource_bytes_at_most:
        raise TooLarge(
            f"The object has {size} bytes; {context.rules.resource_bytes_at_most} are taken."
        )
    if stored is not None and stored.uid == put.sent.uid:
        return
    other = uow.objects.href_of_uid(calendar.id, put.sent.uid)
    if other is not None or stored is not None:
        raise UidConflict(other or put.href)


def _put_appointment(
    uow: UnitOfWork, context: Context, calendar: Calendar, put: Put, stored: StoredObject | None
) -> StoredObject | None:
    conditional = put.conditions.names_state
    sent = Sent(put.sent, put.viewer, put.agent, by_condition=conditional, seen=put.seen)
    before = _appointment_of(uow, calendar, stored, put)
    own = view_of(put.viewer, calendar, context.rules).is_owner
    if stored is not None and before is not None and own and repeats(sent, stored, before):
        return stored
    after = merged_appointment(uow, context, calendar, sent, (stored, before))
    if stored is not None and before is not None and _same(before, after):
        return _touched(uow, context, calendar, stored, sent)
    after, tails = split_following(uow, context, after, put.sent)
    shown = record(uow, context, before, after, Place(calendar, put.href))
    for tail in tails:
        record(uow, context, None, tail, Place(calendar, f"{tail.uid}.ics"))
    if not own:
        keep_personal_lines(uow, calendar.id, put.href, sent)
    link_continuation(uow, context, calendar, before, after)
    return shown


def _touched(
    uow: UnitOfWork, context: Context, calendar: Calendar, stored: StoredObject, sent: Sent
) -> StoredObject:
    """Nothing of the appointment changed; a viewer's own alarms may have."""
    own = view_of(sent.viewer, calendar, context.rules).is_owner
    if not own and keep_personal_lines(uow, calendar.id, stored.href, sent):
        redeliver(uow, context, stored)
    return stored


def _appointment_of(
    uow: UnitOfWork, calendar: Calendar, stored: StoredObject | None, put: Put
) -> Appointment | None:
    """Return the object's appointment, or the one that is put back where it had left."""
    if stored is None:
        return find_returning(uow, calendar, put.sent)
    return uow.appointments.get(stored.appointment) if stored.appointment else None


def _same(before: Appointment, after: Appointment) -> bool:
    """Whether nothing changed: two PUTs of the same content are one revision (M17)."""
    return replace(before, revision=0, modified_at=None) == replace(
        after, revision=0, modified_at=None
    )
