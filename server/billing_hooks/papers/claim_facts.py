"""What is known of charges that are to be claimed, read from the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from server.billing_hooks.papers.billed import Billed
from server.billing_hooks.papers.claim_readiness import Facts
from server.billing_hooks.papers.profiles import find_payer
from server.billing_hooks.papers.shares import earliest_first, spread
from server.domain.appointment import Details
from server.domain.bills import Bill
from server.domain.charges import Charge
from server.domain.ids import ChargeId, ClientNumber, PayerId, UserName
from server.domain.money import Money, total
from server.domain.papers import Coverage, Payer
from server.usecases.manage_clients import find_client
from server.usecases.ports import UnitOfWork
from server.usecases.ports.papers import ClaimFilter


def gather(
    uow: UnitOfWork,
    client: ClientNumber,
    services: Sequence[Billed],
    payer: PayerId | None = None,
    *,
    beside: int | None = None,
) -> list[Facts]:
    """Return what is known of charges of a client, for one payer or the primary one.

    ``beside`` is a claim that does not count as one that the charges are on. Raises NotFound.
    """
    profiles = uow.papers.profiles
    coverage, insurer = _insurance(uow, client, payer)
    details = _details(uow, services)
    paid = _paid_by_client(uow, services)
    holders = _holders(uow, client, beside)
    who, profile, practice = (
        find_client(uow, client),
        profiles.client(client),
        profiles.practice(),
    )
    users = {one.charge.practitioner or UserName("") for one in services}
    providers = {user: profiles.practitioner(user) for user in users}
    return [
        Facts(
            one,
            details.get(one.charge.id),
            practice,
            providers[one.charge.practitioner or UserName("")],
            who,
            profile,
            coverage,
            insurer,
            paid.get(one.charge.id, one.charge.line.unit_fee.times(0)),
            holders.get(one.charge.id),
        )
        for one in services
    ]


def _insurance(
    uow: UnitOfWork, client: ClientNumber, payer: PayerId | None
) -> tuple[Coverage | None, Payer | None]:
    coverages = uow.papers.profiles.coverages(client)
    if payer is not None:
        insurer = find_payer(uow, payer)
        return next((one for one in coverages if one.payer == payer), None), insurer
    if not coverages:
        return None, None
    return coverages[0], uow.papers.profiles.payer(coverages[0].payer)


def _details(uow: UnitOfWork, services: Sequence[Billed]) -> Mapping[ChargeId, Details]:
    """Return what the appointments say of the occurrences; of those that are still there."""
    numbers = {one.charge.appointment for one in services if one.charge.appointment}
    known = uow.appointments.get_many(numbers)
    found: dict[ChargeId, Details] = {}
    for one in services:
        appointment = known.get(one.charge.appointment) if one.charge.appointment else None
        part = appointment.part(one.charge.key) if appointment else None
        if part is not None and not part.deleted:
            found[one.charge.id] = part.details
    return found


def _paid_by_client(uow: UnitOfWork, services: Sequence[Billed]) -> Mapping[ChargeId, Money]:
    """Return what the client has paid of each charge: the earliest services are paid first."""
    bills = {one.bill.id: one.bill for one in services if one.bill is not None}
    paid: dict[ChargeId, Money] = {}
    for bill in bills.values():
        charges: list[Charge] = earliest_first(bill.charges)
        amounts = {charge.id: charge.line.amount for charge in charges}
        paid.update(spread(amounts, _applied(uow, bill)))
    return paid


def _applied(uow: UnitOfWork, bill: Bill) -> Money:
    return total(
        (
            application.amount
            for payment in uow.billing.payments.on(bill.id)
            for application in payment.applications
            if application.bill == bill.id
        ),
        bill.paid.currency,
    )


def _holders(
    uow: UnitOfWork, client: ClientNumber, beside: int | None
) -> Mapping[ChargeId, int]:
    return {
        line.charge: claim.number
        for claim in uow.papers.claims.matching(ClaimFilter(client=client))
        if claim.holds_its_charges and claim.number != beside
        for line in claim.content.lines
    }
