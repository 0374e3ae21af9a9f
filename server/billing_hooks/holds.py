"""What billing and notes hold of an occurrence, worked out anew and shown in the calendar."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from server.domain.appointment import OccurrenceId
from server.domain.charges import Charge
from server.domain.errors import NotFound
from server.domain.ids import AppointmentId, BillId
from server.domain.vocabulary import Lock
from server.usecases.context import Context
from server.usecases.notices import redeliver
from server.usecases.ports import UnitOfWork


def show_holds(uow: UnitOfWork, context: Context, occurrences: Iterable[OccurrenceId]) -> None:
    """Store what holds these occurrences; where that is news, deliver them anew.

    The title then wears the sign of a lock, or loses it, at the next sync.
    """
    changed: dict[AppointmentId, None] = {}
    by_appointment: dict[AppointmentId, list[OccurrenceId]] = {}
    for occurrence in dict.fromkeys(occurrences):
        by_appointment.setdefault(occurrence.appointment, []).append(occurrence)
    for appointment, listed in by_appointment.items():
        standing = uow.billing.charges.standing(appointment)
        for occurrence in listed:
            if uow.billing.holds.put(occurrence, _locks(uow, occurrence, standing)):
                changed[appointment] = None
    for appointment in changed:
        stored = uow.objects.of_appointment(appointment)
        if stored is not None:
            redeliver(uow, context, stored)


def _locks(
    uow: UnitOfWork, occurrence: OccurrenceId, standing: Iterable[Charge]
) -> Iterator[Lock]:
    note = uow.billing.notes.get(occurrence)
    if note is not None and note.signed:
        yield Lock.NOTE_SIGNED
    bills = {each.bill for each in standing if each.key == occurrence.key and each.bill}
    if bills:
        yield Lock.BILL_OPEN
    if any(_is_paid(uow, bill) for bill in bills):
        yield Lock.PAYMENT


def _is_paid(uow: UnitOfWork, number: BillId) -> bool:
    bill = uow.billing.bills.get(number)
    if bill is None:
        raise NotFound("bill", number)
    return bill.paid.minor > 0


def occurrences_of(charges: Iterable[Charge]) -> list[OccurrenceId]:
    """Return the occurrences that charges are for; what was sold by itself has none."""
    return [
        OccurrenceId(charge.appointment, charge.key)
        for charge in charges
        if charge.appointment is not None
    ]
