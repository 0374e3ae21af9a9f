"""Notes over the API: whether they are signed, and the diagnoses; never a text."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from pydantic import Field

from server.billing_hooks.notes import sign_note, unlock_note
from server.domain.api_access import ApiScope
from server.domain.appointment import OccurrenceId
from server.domain.notes import DIAGNOSES_AT_MOST
from server.usecases.edit_appointment import Target, part_at
from server.web.messages import Nothing, Said, Shown
from server.web.route import AnyRoute, Call, Method, Route
from server.web.till import Till


class Signing(Said):
    """What a note is signed with."""

    diagnoses: list[str] = Field(
        default_factory=list,
        max_length=DIAGNOSES_AT_MOST,
        description="ICD-10-CM, the primary one first.",
    )


class NoteEvent(Shown):
    """A signing or an unlocking."""

    at: datetime
    by: str
    signed: bool
    diagnoses: list[str]


class NoteShown(Shown):
    """The note of one occurrence."""

    appointment: str
    occurrence: str | None
    signed: bool
    diagnoses: list[str] = Field(description="As of the last signing.")
    story: list[NoteEvent] = Field(description="The oldest first.")


def show_note(call: Call, said: Nothing) -> NoteShown:
    """Show whether the note of an appointment is signed."""
    del said
    appointment, target = Till(call).occurrence(call.parts["appointment"])
    part_at(appointment, target.key)  # raises NotFound for an occurrence that is none
    return _shown(call, target)


def sign_appointment_note(call: Call, said: Signing) -> NoteShown:
    """Say that a note is signed; its appointment is locked from then on."""
    _, target = Till(call).occurrence(call.parts["appointment"])
    sign_note(call.uow, call.context, target, said.diagnoses)
    return _shown(call, target)


def unlock_appointment_note(call: Call, said: Nothing) -> NoteShown:
    """Unlock a signed note, so that its appointment may change again."""
    del said
    _, target = Till(call).occurrence(call.parts["appointment"])
    unlock_note(call.uow, call.context, target)
    return _shown(call, target)


def _shown(call: Call, target: Target) -> NoteShown:
    story = call.uow.billing.notes.story(OccurrenceId(target.appointment, target.key))
    return NoteShown(
        appointment=target.appointment,
        occurrence=target.key or None,
        signed=bool(story) and story[-1].signed,
        diagnoses=list(story[-1].diagnoses) if story else [],
        story=[
            NoteEvent(
                at=state.at, by=state.by, signed=state.signed, diagnoses=list(state.diagnoses)
            )
            for state in story
        ],
    )


_PATH: Final = "/notes/{appointment}"

ROUTES: Final[tuple[AnyRoute, ...]] = (
    Route(
        Method.GET,
        _PATH,
        ApiScope.BILLING_READ,
        show_note,
        Nothing,
        NoteShown,
        "The note of an appointment, or of ID.OCCURRENCE of a series",
    ),
    Route(
        Method.POST,
        f"{_PATH}/sign",
        ApiScope.NOTES_WRITE,
        sign_appointment_note,
        Signing,
        NoteShown,
        "Say that a note is signed",
    ),
    Route(
        Method.POST,
        f"{_PATH}/unlock",
        ApiScope.NOTES_WRITE,
        unlock_appointment_note,
        Nothing,
        NoteShown,
        "Unlock a signed note",
    ),
)
