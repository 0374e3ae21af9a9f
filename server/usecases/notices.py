"""What a person must hear of, and how an app is brought back to what is true."""

from __future__ import annotations

from dataclasses import replace

from server.domain.calendars import Calendar, Notice, StoredObject
from server.domain.errors import Invalid, Locked, NotAllowed, NotFound, PracticeError
from server.domain.ids import new_ulid
from server.domain.practice import User
from server.usecases.context import Context
from server.usecases.ports import UnitOfWork
from server.usecases.record import owner_text
from server.usecases.viewers import etag_of


def is_told(refusal: PracticeError) -> bool:
    """Whether a person has to hear of a refusal: apps are often silent about a rule."""
    return isinstance(refusal, (Locked, NotAllowed, Invalid))


def note_refusal(
    uow: UnitOfWork,
    context: Context,
    viewer: User,
    refusal: PracticeError,
    place: tuple[Calendar, str],
) -> None:
    """Store a notice of a refused change and raise the object's revision, if it is there.

    ``place`` is the calendar and the href. The next sync then delivers the object again, so
    that the app shows what is true.
    """
    calendar, href = place
    stored = uow.objects.get(calendar.id, href)
    if stored is None:
        return
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
    kept = calendar is None or calendar.keeps_texts
    if appointment is not None and calendar is not None and not kept:
        raised = replace(appointment, revision=revision)
        uow.appointments.set_revision(raised.id, revision)
        text = owner_text(uow, context, raised, calendar)
    uow.objects.put(replace(stored, revision=revision, etag=etag_of(revision), text=text))


def clear_notice(uow: UnitOfWork, context: Context, notice: str) -> None:
    """Mark a notice as read; raises NotFound."""
    if not uow.notices.clear(notice, context.now):
        raise NotFound("notice", notice)
