"""The billed services that a paper is to show, with all that is known of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from server.billing_hooks.bills import find_bill
from server.billing_hooks.papers.shares import Share, earliest_first, shares_of
from server.domain.appointment import OccurrenceId
from server.domain.bills import Bill, Stage
from server.domain.charges import Charge
from server.domain.errors import Invalid, NotFound
from server.domain.ids import BillId, ChargeId, ClientNumber, UserName
from server.domain.notes import NoteState
from server.usecases.manage_clients import find_client
from server.usecases.ports import ChargeFilter, UnitOfWork


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which services: those of a bill (id or number), or of a client by service date.

    ``charges`` and ``practitioner`` narrow it. Days are in the zone of the appointment.
    """

    client: ClientNumber | None = None
    bill: BillId | str | None = None
    since: date | None = None
    until: date | None = None
    practitioner: UserName | None = None
    charges: Collection[ChargeId] = ()


@dataclass(frozen=True, slots=True)
class Billed:
    """A charge with the bill that it is on, if any, and the note of its appointment."""

    charge: Charge
    bill: Bill | None
    note: NoteState | None
    share: Share | None

    @property
    def is_on_open_bill(self) -> bool:
        """Whether somebody has been asked to pay it."""
        return self.bill is not None and self.bill.stage is Stage.OPEN


def client_of(uow: UnitOfWork, wanted: Wanted) -> ClientNumber:
    """Return whose services are wanted; raises NotFound, Invalid where nobody is named."""
    if wanted.bill is not None:
        return find_bill(uow, wanted.bill).client
    if wanted.client is None:
        raise Invalid("client", "name a client or a bill")
    return find_client(uow, wanted.client).number


def billed(uow: UnitOfWork, wanted: Wanted) -> list[Billed]:
    """Return the standing charges that are wanted, by service date; raises NotFound."""
    client = client_of(uow, wanted)
    bill = None if wanted.bill is None else find_bill(uow, wanted.bill).id
    found = uow.billing.charges.matching(
        ChargeFilter(client=client, bill=bill, since=wanted.since, until=wanted.until)
    )
    return with_bills(uow, earliest_first(_chosen(found, wanted)))


def with_bills(uow: UnitOfWork, charges: Iterable[Charge]) -> list[Billed]:
    """Return charges with their bills, shares and notes."""
    kept = list(charges)
    bills = {number: uow.billing.bills.get(number) for number in _bills_of(kept)}
    shares: dict[ChargeId, Share] = {}
    for bill in bills.values():
        if bill is not None:
            shares.update(shares_of(bill))
    notes = _notes(uow, kept)
    return [
        Billed(
            charge,
            bills.get(charge.bill) if charge.bill else None,
            notes.get(charge.id),
            shares.get(charge.id),
        )
        for charge in kept
    ]


def _bills_of(charges: Iterable[Charge]) -> list[BillId]:
    return list(dict.fromkeys(charge.bill for charge in charges if charge.bill is not None))


def _chosen(charges: Iterable[Charge], wanted: Wanted) -> list[Charge]:
    kept = [
        charge
        for charge in charges
        if wanted.practitioner in (None, charge.practitioner)
        and (not wanted.charges or charge.id in wanted.charges)
    ]
    if unknown := set(wanted.charges) - {charge.id for charge in kept}:
        raise NotFound("charge there", min(unknown))
    return kept


def _notes(uow: UnitOfWork, charges: Iterable[Charge]) -> Mapping[ChargeId, NoteState]:
    states = {
        charge.id: uow.billing.notes.get(OccurrenceId(charge.appointment, charge.key))
        for charge in charges
        if charge.appointment is not None
    }
    return {charge: state for charge, state in states.items() if state is not None}
