"""Bills: from unbilled charges to an open bill, and back (SH-27 to SH-29)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from server.billing_hooks.holds import occurrences_of, show_holds
from server.billing_hooks.refusals import (
    ClaimSubmitted,
    NothingToBill,
    PaymentApplied,
    WrittenOff,
    WrongStage,
)
from server.billing_hooks.webhook_events import EventType, announce
from server.domain.bills import Bill, Stage
from server.domain.charges import Charge
from server.domain.claims import ClaimState
from server.domain.errors import Invalid, NotFound
from server.domain.ids import BillId, ChargeId, ClientNumber, new_ulid
from server.domain.money import Money, total
from server.usecases.context import Context
from server.usecases.ports import ChargeFilter, UnitOfWork
from server.usecases.ports.papers import ClaimFilter

# No database counts any further.
_DIGITS_AT_MOST = 18
_WITH_PAYER = frozenset(
    {ClaimState.SUBMITTED, ClaimState.ACCEPTED, ClaimState.PAID, ClaimState.PART_PAID}
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which unbilled charges of a client: those named, or all up to a service date.

    Where a ``currency`` is named, all in that one.
    """

    client: ClientNumber
    charges: Collection[ChargeId] = ()
    until: date | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """What a bill would ask for."""

    charges: tuple[Charge, ...]
    amount: Money


def preview(uow: UnitOfWork, context: Context, wanted: Wanted) -> Preview:
    """Return the unbilled charges that a bill would hold, and their sum; raises NotFound."""
    charges = _unbilled(uow, wanted)
    amounts = (charge.line.amount for charge in charges)
    return Preview(charges, total(amounts, context.rules.currency))


def _unbilled(uow: UnitOfWork, wanted: Wanted) -> tuple[Charge, ...]:
    if uow.clients.get(wanted.client) is None:
        raise NotFound("client", wanted.client)
    found = uow.billing.charges.matching(
        ChargeFilter(client=wanted.client, unbilled=True, until=wanted.until)
    )
    if not wanted.charges:
        currency = wanted.currency
        return tuple(c for c in found if currency in (None, c.line.amount.currency))
    chosen = tuple(charge for charge in found if charge.id in wanted.charges)
    if missing := set(wanted.charges) - {charge.id for charge in chosen}:
        raise NotFound("unbilled charge of this client", min(missing))
    return chosen


def new_bill(uow: UnitOfWork, context: Context, wanted: Wanted, *, draft: bool = False) -> Bill:
    """Bill unbilled charges; a draft has no number yet. Raises NotFound and NothingToBill.

    From then on what was charged is held: its time, place, client and services (SH-30).
    """
    locked = _unbilled(uow, wanted)
    lock_account(uow, wanted.client, locked)
    # What was posted meanwhile, perhaps in a calendar that is not locked, waits for the next.
    found = {charge.id for charge in locked}
    charges = tuple(charge for charge in _unbilled(uow, wanted) if charge.id in found)
    if not charges:
        raise NothingToBill
    bill = Bill(
        id=BillId(new_ulid(context.now)),
        client=wanted.client,
        stage=Stage.DRAFT,
        made_at=context.now,
        charges=(),
        paid=Money(0, _currency(charges)),
        written_off=Money(0, _currency(charges)),
    )
    uow.billing.bills.add(bill)
    for charge in charges:
        uow.billing.charges.save(replace(charge, bill=bill.id))
    if not draft:
        _open(uow, context, bill)
    show_holds(uow, context, occurrences_of(charges))
    return find_bill(uow, bill.id)


def lock_account(uow: UnitOfWork, client: ClientNumber, charges: Iterable[Charge]) -> None:
    """Lock the calendars of these charges, then the client's account.

    Whoever changes an appointment holds its calendar and may then post to an account: in
    another order two writers could wait for each other.
    """
    uow.calendars.lock_of({one.appointment for one in charges if one.appointment})
    uow.billing.lock(client)


def _currency(charges: Collection[Charge]) -> str:
    currencies = {charge.line.amount.currency for charge in charges}
    if len(currencies) > 1:
        raise Invalid("charges", "one bill is in one currency")
    return next(iter(currencies))


def find_bill(uow: UnitOfWork, number: BillId | str) -> Bill:
    """Return a bill by its id or by its number; raises NotFound."""
    text = str(number)
    counts = text.isdecimal() and len(text) <= _DIGITS_AT_MOST
    found = uow.billing.bills.numbered(int(text)) if counts else None
    found = found or uow.billing.bills.get(BillId(text))
    if found is None:
        raise NotFound("bill", text[:40])
    return found


def locked_bill(uow: UnitOfWork, number: BillId | str, *coming: Charge) -> Bill:
    """Return a bill whose appointments and account nobody else changes; raises NotFound.

    ``coming`` are charges that are to be put on it.
    """
    bill = find_bill(uow, number)
    lock_account(uow, bill.client, (*bill.charges, *coming))
    bill = find_bill(uow, bill.id)
    # Somebody may have put one more on it while this writer waited.
    lock_account(uow, bill.client, bill.charges)
    return bill


def open_bill(uow: UnitOfWork, context: Context, number: BillId | str) -> Bill:
    """Open a draft: it gets its number and its day; raises NotFound and WrongStage."""
    bill = locked_bill(uow, number)
    if bill.stage is not Stage.DRAFT:
        raise WrongStage("Only a draft is opened.")
    if not bill.charges:
        raise NothingToBill
    _open(uow, context, bill)
    return find_bill(uow, bill.id)


def _open(uow: UnitOfWork, context: Context, bill: Bill) -> None:
    today = context.now.astimezone(uow.practice.zone).date()
    opened = replace(
        bill,
        stage=Stage.OPEN,
        number=uow.billing.bills.next_number(),
        opened_on=today,
        due_on=today + timedelta(days=context.rules.due_days),
    )
    uow.billing.bills.save(opened)
    announce(uow, context, EventType.BILL_OPENED, told(find_bill(uow, bill.id)))


def cancel_bill(uow: UnitOfWork, context: Context, number: BillId | str) -> Bill:
    """Cancel a bill: its charges are unbilled again, its number stays used (SH-28, SH-29).

    Raises NotFound, WrongStage, PaymentApplied, WrittenOff and ClaimSubmitted.
    """
    bill = locked_bill(uow, number)
    if bill.stage is Stage.CANCELLED:
        raise WrongStage("This bill is cancelled already.")
    check_nothing_settled(bill)
    check_not_claimed(uow, bill)
    for charge in bill.charges:
        uow.billing.charges.save(replace(charge, bill=None))
    gone = replace(bill, stage=Stage.CANCELLED, cancelled_at=context.now)
    uow.billing.bills.save(gone)
    announce(uow, context, EventType.BILL_CANCELLED, told(bill))
    show_holds(uow, context, occurrences_of(bill.charges))
    return find_bill(uow, bill.id)


def check_nothing_settled(bill: Bill) -> None:
    """Raise PaymentApplied or WrittenOff where something of a bill is settled."""
    if bill.paid.minor:
        raise PaymentApplied
    if bill.written_off.minor:
        raise WrittenOff


def check_not_claimed(uow: UnitOfWork, bill: Bill) -> None:
    """Raise ClaimSubmitted where an insurer has a claim for what is on a bill."""
    claims = uow.papers.claims.matching(ClaimFilter(bill=bill.id))
    if any(claim.state in _WITH_PAYER for claim in claims):
        raise ClaimSubmitted


def told(bill: Bill) -> dict[str, object]:
    """Return what a webhook says of a bill: ids and money, no names."""
    return {
        "bill": bill.id,
        "number": bill.number,
        "client": bill.client,
        "amount_minor": bill.charged.minor,
        "open_minor": bill.open_amount.minor,
        "currency": bill.charged.currency,
    }
