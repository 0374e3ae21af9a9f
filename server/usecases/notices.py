"""What a person must hear of, and how an app is brought back to what is true."""

from __future__ import annotations

from dataclasses import replace

from server.domain.calendars import Notice, StoredObject
from server.domain.errors import NotFound, PracticeError
from server.domain.ids import new_ulid
from server.domain.practice import User
from server.usecases.context import Context
from server.usecases.ports import UnitOfWork
from server.usecases.record import owner_text
from server.usecases.viewers import etag_of


def note_refusal(
    uow: UnitOfWork,
    context: Context,
    viewer: User,
    refusal: PracticeError,
    stored: StoredObject,
) -> None:
    """Store a notice of a refused change and raise the object's revision.

    The next sync then delivers the object again, so that the app shows what is true.
    """
    uow.notices.add(
        Notice(
            id=new_ulid(context.now),
            user=viewer.name,
            at=context.now,
            code=refusal.condition,
            sentence=refusal.sentence,
            appointment=stored.appointment,
        )
    )
    redeliver(uow, context, stored)


def redeliver(uow: UnitOfWork, context: Context, stored: StoredObject) -> None:
    """Give an object a new revision, and an appointment's text that names it."""
    calendar = uow.calendars.by_id(stored.calendar)
    appointment = uow.appointments.get(stored.appointment) if stored.appointment else None
    revision = uow.calendars.next_revision(stored.calendar)
    text = stored.text
    if appointment is not None and calendar is not None:
        raised = replace(appointment, revision=revision)
        uow.appointments.set_revision(raised.id, revision)
        text = owner_text(uow, context, raised, calendar)
    uow.objects.put(replace(stored, revision=revision, etag=etag_of(revision), text=text))


def clear_notice(uow: UnitOfWork, context: Context, notice: str) -> None:
    """Mark a notice as read; raises NotFound."""
    if not uow.notices.clear(notice, context.now):
        raise NotFound("notice", notice)
