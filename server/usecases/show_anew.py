"""An object whose text stays and that is served otherwise from now on: apps read it again."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from server.domain.calendars import StoredObject
from server.usecases.ports import UnitOfWork
from server.usecases.viewers import etag_of


def show_anew(uow: UnitOfWork, stored: StoredObject, now: datetime) -> StoredObject:
    """Give an object a new revision and with it a new entity tag, and return it."""
    revision = uow.calendars.next_revision(stored.calendar)
    changed = replace(stored, revision=revision, etag=etag_of(revision), modified_at=now)
    uow.objects.put(changed)
    return changed
