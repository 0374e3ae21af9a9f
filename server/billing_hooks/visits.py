"""What charging looks at: one occurrence of an appointment, as it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from server.domain.appointment import Appointment, Details, OccurrenceId, Part
from server.domain.money import Money
from server.domain.vocabulary import Status
from server.domain.when import MASTER, RecurrenceKey, Timed
from server.usecases.context import Rules

_MINUTE = timedelta(minutes=1)
_WORKED = {
    Status.ARRIVED: frozenset({Status.ARRIVED, Status.COMPLETED}),
    Status.COMPLETED: frozenset({Status.COMPLETED}),
}


@dataclass(frozen=True, slots=True)
class Visit:
    """One occurrence. ``service_date`` is the day on which it starts, in its own zone.

    ``minutes`` is how long it lasts; none are known of whole days.
    """

    occurrence: OccurrenceId
    details: Details
    service_date: date
    minutes: int

    def is_worked(self, rules: Rules) -> bool:
        """Whether a client was treated, so that services and products are charged (CR-02)."""
        return self.details.client is not None and self.details.status in _WORKED.get(
            rules.charge_on, frozenset()
        )

    def is_missed(self, rules: Rules) -> bool:
        """Whether a client did not come, so that a fee may be charged (SH-33)."""
        return self.details.client is not None and self.details.status in rules.fee_statuses

    def facts(self, rules: Rules) -> tuple[object, ...] | None:
        """Return what decides on the charges, None where there are none.

        As long as these are the same nothing is posted or taken back, whatever else changes:
        the appointment's time, or the practice's list of fees.
        """
        details = self.details
        if self.is_missed(rules):
            return (details.status, details.client, details.session_type, _fee(details))
        if self.is_worked(rules):
            return (
                details.client,
                details.session_type,
                details.services,
                details.location,
            )
        return None


def _fee(details: Details) -> Money | None:
    return details.fee.amount if details.fee else None


def visits_of(appointment: Appointment | None) -> Mapping[RecurrenceKey, Visit]:
    """Return the occurrences that speak for themselves; a series as a whole charges nothing."""
    if appointment is None or appointment.deleted_at is not None:
        return {}
    parts = dict(appointment.overrides)
    if appointment.master is not None and not appointment.is_series:
        parts[MASTER] = appointment.master
    return {
        key: visit_of(OccurrenceId(appointment.id, key), part)
        for key, part in parts.items()
        if not part.deleted
    }


def visit_of(occurrence: OccurrenceId, part: Part) -> Visit:
    """Return what charging looks at of one part."""
    when = part.when
    if isinstance(when, Timed):
        return Visit(occurrence, part.details, when.start.date(), when.duration // _MINUTE)
    return Visit(occurrence, part.details, when.first, 0)
