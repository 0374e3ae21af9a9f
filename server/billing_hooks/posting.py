"""Posting charges and taking them back, in the transaction of whatever asked for it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from server.billing_hooks.plan import Plan
from server.billing_hooks.visits import Visit
from server.billing_hooks.webhook_events import EventType, announce
from server.domain.charges import Charge, ChargeKind, ChargeLine
from server.domain.errors import AlreadyThere, Locked, NotFound
from server.domain.ids import (
    BillId,
    CalendarId,
    ChargeId,
    ClientNumber,
    TransactionId,
    UserName,
    new_ulid,
)
from server.domain.ledger import (
    Account,
    Entry,
    Transaction,
    TransactionKind,
    reversing,
    transfer,
)
from server.domain.vocabulary import Lock
from server.usecases.context import Context
from server.usecases.ports import UnitOfWork

_REVENUE = {
    ChargeKind.SERVICE: Account.REVENUE_SERVICE,
    ChargeKind.PRODUCT: Account.REVENUE_PRODUCT,
    ChargeKind.NO_SHOW: Account.REVENUE_FEES,
    ChargeKind.LATE: Account.REVENUE_FEES,
}


@dataclass(frozen=True, slots=True)
class Source:
    """What a charge is posted for: a visit, as of a revision, for one client.

    Each calendar counts its own revisions: an appointment that has moved may meet one again.
    """

    visit: Visit
    client: ClientNumber
    calendar: CalendarId
    revision: int


def carry_out(uow: UnitOfWork, context: Context, plan: Plan, source: Source | None) -> None:
    """Do what was planned; raises Locked where a charge that is billed would be taken back."""
    for charge in plan.reverse:
        reverse(uow, context, charge)
    for charge in plan.follow:
        uow.billing.charges.save(charge)
    if source is not None:
        # Bills and claims show them in the order of the services, which is that of their ids.
        for line in plan.post:
            # What replaces a charge on the bill that is being edited goes on that bill (SH-27).
            post(uow, context, source, line, context.bill)


def post(
    uow: UnitOfWork,
    context: Context,
    source: Source,
    line: tuple[str, ChargeLine],
    bill: BillId | None = None,
) -> Charge:
    """Post a line in its slot; raises AlreadyThere where a charge stands there."""
    slot, what = line
    occurrence = source.visit.occurrence
    practitioner = source.visit.details.practitioner
    charge = Charge(
        id=ChargeId(new_ulid(context.now)),
        appointment=occurrence.appointment,
        key=occurrence.key,
        slot=slot,
        client=source.client,
        practitioner=UserName(practitioner),
        line=what,
        service_date=source.visit.service_date,
        minutes=source.visit.minutes,
        posted_at=context.now,
        transaction=TransactionId(new_ulid(context.now)),
        bill=bill,
    )
    state = f"{source.calendar}:{source.revision}"
    key = f"charge:{occurrence.appointment}:{occurrence.key}:{state}:{slot}"
    store(uow, context, charge, key)
    return charge


def store(uow: UnitOfWork, context: Context, charge: Charge, key: str) -> None:
    """Post a charge under a key, once; raises AlreadyThere."""
    amount = charge.line.amount
    entries = transfer(
        Entry(Account.RECEIVABLE_CLIENT, amount, charge.client, charge.id),
        Entry(_REVENUE[charge.line.kind], amount, charge=charge.id),
    )
    posted = Transaction(
        charge.transaction,
        key,
        TransactionKind.CHARGE,
        context.now,
        context.actor,
        entries,
    )
    if not uow.billing.ledger.post(posted):
        raise AlreadyThere("charge", charge.slot)
    uow.billing.charges.add(charge)
    announce(uow, context, EventType.CHARGE_POSTED, _told(charge))


def reprice(uow: UnitOfWork, context: Context, charge: Charge, line: ChargeLine) -> Charge:
    """Replace a charge by one of another line, at the same place and on the same bill."""
    reverse(uow, context, charge)
    new = replace(
        charge,
        id=ChargeId(new_ulid(context.now)),
        line=line,
        posted_at=context.now,
        transaction=TransactionId(new_ulid(context.now)),
    )
    store(uow, context, new, f"charge:{charge.id}:replaced")
    return new


def reverse(uow: UnitOfWork, context: Context, charge: Charge, reason: str = "") -> None:
    """Take a charge back; raises Locked if it is billed and that bill is not being edited."""
    if charge.bill is not None and charge.bill != context.bill:
        raise Locked([Lock.BILL_OPEN])
    reverse_transaction(uow, context, charge.transaction, reason)
    uow.billing.charges.save(replace(charge, reversed_at=context.now))
    announce(uow, context, EventType.CHARGE_REVERSED, _told(charge))


def reverse_transaction(
    uow: UnitOfWork, context: Context, number: TransactionId, reason: str = ""
) -> None:
    """Post the one reversal of a transaction; raises NotFound."""
    original = uow.billing.ledger.get(number)
    if original is None:
        raise NotFound("transaction", number)
    uow.billing.ledger.post(
        reversing(
            original,
            TransactionId(new_ulid(context.now)),
            context.now,
            context.actor,
            reason,
        )
    )


def _told(charge: Charge) -> dict[str, object]:
    """Return what a webhook says of a charge: ids and money, no names."""
    amount = charge.line.amount
    return {
        "charge": charge.id,
        "appointment": charge.appointment,
        "occurrence": charge.key,
        "client": charge.client,
        "kind": charge.line.kind.value,
        "amount_minor": amount.minor,
        "currency": amount.currency,
    }
