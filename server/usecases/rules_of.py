"""The practice's rules as its settings give them."""

from __future__ import annotations

from datetime import timedelta

from server.domain.vocabulary import Status
from server.settings import Settings
from server.usecases.context import DeleteMeans, RoomConflict, Rules


def rules_of(settings: Settings) -> Rules:
    """Return the rules; see config/praxical.toml for each."""
    calendar = settings.calendar
    return Rules(
        delete_means=DeleteMeans(calendar.delete_means),
        room_conflict=RoomConflict(calendar.room_conflict),
        show_cancelled=calendar.show_cancelled,
        currency=settings.billing.currency,
        late_hours=settings.billing.late_hours,
        charge_on=Status(settings.billing.charge_on),
        fee_statuses=frozenset(map(Status, settings.billing.fee_statuses)),
        due_days=settings.billing.due_days,
        signed_note_for_claims=settings.billing.signed_note_for_claims,
        index_past=timedelta(days=calendar.index_past_days),
        index_ahead=timedelta(days=calendar.index_ahead_days),
        occurrences_at_most=calendar.occurrences_at_most,
        resource_bytes_at_most=settings.server.max_resource_size,
        outbox_delay=timedelta(minutes=settings.relay.delay_minutes),
        request_lasts=timedelta(hours=settings.booking.request_hours),
        move_window=timedelta(minutes=calendar.move_window_minutes),
        restore_days=calendar.restore_days,
        unknown_blocks=settings.google.unknown_blocks,
    )
