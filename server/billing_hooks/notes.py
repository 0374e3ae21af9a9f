"""Signing and unlocking notes: the state that holds work, and the diagnoses claims need."""

from __future__ import annotations

from collections.abc import Sequence

from server.billing_hooks.diagnoses import check_diagnoses
from server.billing_hooks.holds import show_holds
from server.billing_hooks.webhook_events import EventType, announce
from server.domain.appointment import Appointment, OccurrenceId
from server.domain.errors import Invalid, NotAllowed
from server.domain.notes import DIAGNOSES_AT_MOST, NoteState
from server.domain.vocabulary import Role
from server.domain.when import MASTER, RecurrenceKey
from server.usecases.context import Context
from server.usecases.edit_appointment import (
    Changes,
    Scope,
    Target,
    edit_appointment,
    find,
    part_at,
)
from server.usecases.ports import UnitOfWork


def sign_note(
    uow: UnitOfWork, context: Context, target: Target, diagnoses: Sequence[str] = ()
) -> NoteState:
    """Sign the note of one occurrence, with its diagnoses, the primary one first (SH-26).

    Signing again replaces the diagnoses only after unlocking. Raises NotFound, NotAllowed and
    Invalid, which names a code that is no billable ICD-10-CM code.
    """
    occurrence = _occurrence(uow, context, target)
    if _is_signed(uow, occurrence):
        raise Invalid("note", "it is signed; unlock it first")
    if len(diagnoses) > DIAGNOSES_AT_MOST:
        raise Invalid("diagnoses", f"at most {DIAGNOSES_AT_MOST} are possible")
    state = _state(context, occurrence, signed=True, diagnoses=check_diagnoses(diagnoses))
    return _keep(uow, context, state, EventType.NOTE_SIGNED)


def unlock_note(uow: UnitOfWork, context: Context, target: Target) -> NoteState:
    """Unlock a signed note, so that the appointment may change; raises NotFound, Invalid.

    Who signed it and when stays on record; so do its diagnoses, until it is signed anew.
    """
    occurrence = _occurrence(uow, context, target)
    before = uow.billing.notes.get(occurrence)
    if before is None or not before.signed:
        raise Invalid("note", "it is not signed")
    state = _state(context, occurrence, signed=False, diagnoses=before.diagnoses)
    return _keep(uow, context, state, EventType.NOTE_UNLOCKED)


def _occurrence(uow: UnitOfWork, context: Context, target: Target) -> OccurrenceId:
    """Lock the occurrence's calendar, give it a part of its own, and return it."""
    found = find(uow, target)
    details = part_at(found.before, target.key).details
    allowed = context.actor.role is Role.ADMIN or context.actor.user == details.practitioner
    if not allowed:
        raise NotAllowed("A note is signed and unlocked by the practitioner whose it is.")
    if details.client is None:
        raise Invalid("note", "an event without a client has none")
    key = _own_key(found.before, target.key)
    if key and key not in found.before.overrides:
        own = Target(target.appointment, key, Scope.THIS)
        edit_appointment(uow, context, own, Changes())
    return OccurrenceId(target.appointment, key)


def _own_key(appointment: Appointment, key: RecurrenceKey) -> RecurrenceKey:
    if not appointment.is_series:
        return MASTER
    if not key:
        raise Invalid("occurrence", "a note belongs to one occurrence of a series; say which")
    return key


def _is_signed(uow: UnitOfWork, occurrence: OccurrenceId) -> bool:
    state = uow.billing.notes.get(occurrence)
    return state is not None and state.signed


def _state(
    context: Context, occurrence: OccurrenceId, *, signed: bool, diagnoses: Sequence[str]
) -> NoteState:
    return NoteState(
        occurrence.appointment,
        occurrence.key,
        signed,
        context.now,
        context.actor.user,
        tuple(diagnoses),
    )


def _keep(uow: UnitOfWork, context: Context, state: NoteState, told: EventType) -> NoteState:
    uow.billing.notes.add(state)
    show_holds(uow, context, [OccurrenceId(state.appointment, state.key)])
    announce(uow, context, told, {"appointment": state.appointment, "occurrence": state.key})
    return state
