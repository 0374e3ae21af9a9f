"""All money of one client as it is in the database, in one value that can be compared."""

from __future__ import annotations

import hashlib

from server.domain.appointment import OccurrenceId
from server.domain.ids import AppointmentId, ClientNumber
from server.domain.when import MASTER
from server.usecases.ports import ChargeFilter, OccurrenceFilter, UnitOfWork


def picture_of(uow: UnitOfWork, client: ClientNumber) -> str:
    """Return a fingerprint of charges, bills, payments, postings, appointments and notes."""
    billing = uow.billing
    charges = billing.charges.matching(ChargeFilter(client=client, reversed_too=True))
    seen = (
        charges,
        billing.bills.of(client),
        billing.payments.of(client),
        billing.ledger.matching(holder=client),
        _appointments(uow, client),
    )
    return hashlib.sha256(repr(seen).encode()).hexdigest()


def _appointments(uow: UnitOfWork, client: ClientNumber) -> list[tuple[object, ...]]:
    """Return the client's appointments, single ones all: their status, what holds them, notes.

    No revisions: whoever else books at the same time raises those.
    """
    numbers = visits_of(uow, client)
    found = uow.appointments.get_many(numbers)
    stories = {
        number: uow.billing.notes.story(OccurrenceId(number, MASTER)) for number in numbers
    }
    return [
        (
            number,
            found[number].first_part.details.status,
            sorted(found[number].first_part.held),
            stories[number],
        )
        for number in numbers
    ]


def visits_of(uow: UnitOfWork, client: ClientNumber) -> list[AppointmentId]:
    """Return the client's appointments, the oldest first."""
    rows = uow.appointments.occurrences(OccurrenceFilter(client=client))
    return sorted({row.appointment for row in rows})
