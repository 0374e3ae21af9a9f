"""What billing needs to know of a note: whether it is signed, and the diagnoses. No text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from server.domain.ids import AppointmentId, UserName
from server.domain.when import RecurrenceKey

DIAGNOSES_AT_MOST = 12
"""A claim has places A to L (CMS-1500 item 21, 837P segment HI)."""


@dataclass(frozen=True, slots=True)
class NoteState:
    """The note of one occurrence as of its last signing or unlocking.

    ``diagnoses`` are ICD-10-CM codes as of the signing, the primary one first.
    """

    appointment: AppointmentId
    key: RecurrenceKey
    signed: bool
    at: datetime
    by: UserName
    diagnoses: tuple[str, ...] = ()
