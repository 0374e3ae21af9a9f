"""Who asks, when, and by which of the practice's rules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from server.domain.calendars import Actor
from server.domain.ids import BillId
from server.domain.vocabulary import Status
from server.usecases.hooks import NO_HOOKS, Hooks


class DeleteMeans(StrEnum):
    """What a deletion from a calendar app does (SH-20)."""

    DELETE = "delete"
    CANCEL = "cancel"


class RoomConflict(StrEnum):
    """What booking an occupied room does (M15)."""

    WARN = "warn"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Rules:
    """The practice's choices; see config/praxical.toml for each."""

    delete_means: DeleteMeans = DeleteMeans.DELETE
    room_conflict: RoomConflict = RoomConflict.WARN
    show_cancelled: bool = False
    currency: str = "USD"
    late_hours: int = 24
    charge_on: Status = Status.ARRIVED
    fee_statuses: frozenset[Status] = frozenset({Status.NO_SHOW, Status.LATE_CANCELLED})
    due_days: int = 30
    signed_note_for_claims: bool = True
    index_past: timedelta = timedelta(days=366)
    index_ahead: timedelta = timedelta(days=731)
    occurrences_at_most: int = 5000
    resource_bytes_at_most: int = 1_000_000
    outbox_delay: timedelta = timedelta(minutes=3)
    request_lasts: timedelta = timedelta(hours=72)
    move_window: timedelta = timedelta(minutes=10)
    restore_days: int = 90
    unknown_blocks: bool = False


@dataclass(frozen=True, slots=True)
class Context:
    """One request to the practice: the actor, the present instant (UTC) and the rules.

    ``hooks`` take part in every change. ``bill`` is the bill on which services are being edited
    (SH-27): its lock does not stand in the way then.
    """

    actor: Actor
    now: datetime
    rules: Rules = Rules()
    hooks: Hooks = NO_HOOKS
    bill: BillId | None = None
