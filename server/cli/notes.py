"""`praxical note`: whether the note of an appointment is signed, and the diagnoses."""

from __future__ import annotations

from typing import Annotated

import typer

from server.billing_hooks.notes import sign_note, unlock_note
from server.cli import targets
from server.cli.appointments import Id
from server.cli.changing import changing
from server.cli.commands import AsJson, command, group
from server.cli.desk import Desk
from server.cli.output import moment, say, show_blocks, show_json
from server.domain.appointment import OccurrenceId
from server.domain.notes import NoteState

app = group("Notes: signed or not, with the diagnoses that claims need. No text is kept here.")

Diagnoses = Annotated[
    list[str] | None,
    typer.Option(
        "--diagnosis", metavar="CODE", help="ICD-10-CM, such as F41.1, the primary one first."
    ),
]


@command(
    app,
    "sign",
    "praxical note sign Y6Z8A0 --diagnosis F41.1 --diagnosis F43.10",
    "praxical note sign Y6Z8A0.20261124 --diagnosis M54.50",
)
def sign(desk: Desk, number: Id, *, diagnosis: Diagnoses = None) -> None:
    """Say that the note of an appointment is signed; it locks the appointment from then on."""
    with changing(desk, number) as (uow, _, target):
        state = sign_note(uow, desk.context, target, diagnosis or ())
    codes = f" Diagnoses: {', '.join(state.diagnoses)}." if state.diagnoses else ""
    say(f"The note of {number} is signed.{codes}")


@command(app, "unlock", "praxical note unlock Y6Z8A0")
def unlock(desk: Desk, number: Id) -> None:
    """Unlock a signed note, so that its appointment may change again."""
    with changing(desk, number) as (uow, _, target):
        unlock_note(uow, desk.context, target)
    say(f"The note of {number} is unlocked.")


@command(app, "show", "praxical note show Y6Z8A0")
def show(desk: Desk, number: Id, *, as_json: AsJson = False) -> None:
    """Show who signed and unlocked the note of an appointment, and when."""
    with desk.reading() as uow:
        appointment, key = targets.find(uow, number)
        story = uow.billing.notes.story(OccurrenceId(appointment.id, key))
        zone = uow.practice.zone
    if as_json:
        show_json(
            {
                "appointment": targets.full_id(appointment, key),
                "signed": bool(story) and story[-1].signed,
                "diagnoses": list(story[-1].diagnoses) if story else [],
                "story": [_state_json(state) for state in story],
            }
        )
        return
    show_blocks(
        (
            (f"{moment(state.at, zone)}  {_done(state)}, by {state.by}", state.diagnoses)
            for state in story
        ),
        "The note is not signed.",
    )


def _done(state: NoteState) -> str:
    return "signed" if state.signed else "unlocked"


def _state_json(state: NoteState) -> dict[str, object]:
    return {
        "at": state.at.isoformat(),
        "by": state.by,
        "signed": state.signed,
        "diagnoses": list(state.diagnoses),
    }
