"""Whether notes are signed, in the database: states are only added."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy import Integer, bindparam, func, select, update

from server.domain.appointment import OccurrenceId
from server.domain.errors import AlreadyThere
from server.domain.ids import AppointmentId
from server.domain.notes import NoteState
from server.domain.when import RecurrenceKey
from server.practice_db.statement import PRACTICE, Statement, insert_new
from server.practice_db.tables.billing import note_state
from server.practice_db.transaction import Transaction

_n = note_state.c
_EVERY: Final = (
    select(_n.appointment_id, _n.key, _n.signed, _n.at, _n.user_name, _n.diagnoses)
    .where(_n.practice_id == PRACTICE, _n.appointment_id == bindparam("appointment"))
    .order_by(_n.key, _n.number)
)
"""The columns of NoteState, in its order."""
_ONE_KEY: Final = _n.key == bindparam("occurrence")
_ALL: Final = Statement(_EVERY)
_STORY: Final = Statement(_EVERY.where(_ONE_KEY))
_LAST_NUMBER: Final = Statement(
    select(func.coalesce(func.max(_n.number), 0)).where(
        _n.practice_id == PRACTICE, _n.appointment_id == bindparam("appointment"), _ONE_KEY
    )
)
_INSERT: Final = insert_new(note_state)
_REKEY: Final = Statement(
    update(note_state)
    .where(_n.practice_id == PRACTICE, _n.appointment_id == bindparam("appointment"), _ONE_KEY)
    .values(key=bindparam("new_key"), number=_n.number + bindparam("behind", type_=Integer))
)


class SqlNotes:
    """Implements server.usecases.ports.Notes."""

    __slots__ = ("_transaction",)

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def add(self, state: NoteState) -> None:
        """Store a state behind the others; raises AlreadyThere if another one came first."""
        number = self._last_number(state.appointment, state.key) + 1
        row = {
            "appointment_id": state.appointment,
            "key": state.key,
            "number": number,
            "signed": state.signed,
            "at": state.at,
            "user_name": state.by,
            "diagnoses": state.diagnoses,
        }
        if not self._transaction.add_new(_INSERT, row):
            raise AlreadyThere("note state", f"{state.appointment}#{number}")

    def get(self, occurrence: OccurrenceId) -> NoteState | None:
        story = self.story(occurrence)
        return story[-1] if story else None

    def of(self, appointment: AppointmentId) -> Mapping[RecurrenceKey, NoteState]:
        states = (
            NoteState(*row) for row in self._transaction.all(_ALL, appointment=appointment)
        )
        # Of each key the last one is kept.
        return {state.key: state for state in states}

    def rekey(self, appointment: AppointmentId, old: RecurrenceKey, new: RecurrenceKey) -> None:
        behind = self._last_number(appointment, new)
        self._transaction.run(
            _REKEY, appointment=appointment, occurrence=old, new_key=new, behind=behind
        )

    def story(self, occurrence: OccurrenceId) -> Sequence[NoteState]:
        appointment, key = occurrence
        rows = self._transaction.all(_STORY, appointment=appointment, occurrence=key)
        return [NoteState(*row) for row in rows]

    def _last_number(self, appointment: AppointmentId, key: RecurrenceKey) -> int:
        row = self._transaction.first(_LAST_NUMBER, appointment=appointment, occurrence=key)
        return 0 if row is None else int(row[0])
