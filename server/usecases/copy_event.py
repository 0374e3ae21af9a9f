"""COPY: what the viewer sees of an object, put into another calendar (M12)."""

from __future__ import annotations

from dataclasses import dataclass

from server.domain.errors import NotAllowed, UidConflict
from server.domain.practice import User
from server.ics.reader import read_object
from server.usecases.conditions import UNCONDITIONAL, Conditions
from server.usecases.context import Context
from server.usecases.make_room import Address, Arrival, as_seen
from server.usecases.ports import UnitOfWork
from server.usecases.put_event import Put, calendar_to_write, put_event


@dataclass(frozen=True, slots=True)
class Copy:
    """One COPY: from where, to where, by whom, on which condition."""

    source: Address
    target: Address
    viewer: User
    overwrite: bool = False
    conditions: Conditions = UNCONDITIONAL


def copy_event(uow: UnitOfWork, context: Context, copy: Copy) -> bool:
    """Copy an object; return whether something was overwritten.

    A copied appointment is a new one: of the same client, session and services, without what
    has happened in the first. What stood at the destination is deleted, not changed.
    Raises NotFound, NotAllowed, UidConflict, PreconditionFailed, UnsupportedComponent, Locked.
    """
    source, stored = as_seen(uow, context, copy.source, copy.viewer)
    copy.conditions.check(stored)
    owner, slug, href = copy.target
    target = calendar_to_write(uow, owner, slug, copy.viewer)
    if source.id == target.id:
        if stored.href == href:
            raise NotAllowed("An object cannot be copied to where it is.")
        # RFC 4791 4.1: a UID stands once in a calendar, and a copy has that of its original.
        raise UidConflict(stored.href)
    there = Arrival(stored, target, href, copy.overwrite).clear(uow, context)
    sent = read_object(stored.text, uow.practice.zone)
    put_event(uow, context, Put(owner, slug, href, copy.viewer, sent))
    return there
