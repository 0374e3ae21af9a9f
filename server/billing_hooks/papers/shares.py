"""What of the money on a bill belongs to which of its charges. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from server.domain.bills import Bill
from server.domain.charges import Charge
from server.domain.ids import ChargeId
from server.domain.money import Money


@dataclass(frozen=True, slots=True)
class Share:
    """What of one charge is paid, and what is written off."""

    paid: Money
    written_off: Money


def shares_of(bill: Bill) -> Mapping[ChargeId, Share]:
    """Return the share of each charge of a bill.

    Payments are for bills. They are taken to pay the earliest services first, each in full
    before the next; what is written off are the last ones.
    """
    left = {charge.id: charge.line.amount for charge in earliest_first(bill.charges)}
    paid = spread(left, bill.paid)
    left = {charge: left[charge] - paid[charge] for charge in reversed(left)}
    written_off = spread(left, bill.written_off)
    return {charge: Share(paid[charge], written_off[charge]) for charge in left}


def spread(amounts: Mapping[ChargeId, Money], money: Money) -> Mapping[ChargeId, Money]:
    """Return what of the money falls on each amount, in their order, at most all of it."""
    shares = {}
    minor = money.minor
    for charge, amount in amounts.items():
        share = max(min(amount.minor, minor), 0)
        minor -= share
        shares[charge] = Money(share, amount.currency)
    return shares


def earliest_first(charges: Iterable[Charge]) -> list[Charge]:
    """Return charges by service date, then as they were posted."""
    return sorted(charges, key=lambda each: (each.service_date, each.posted_at, each.id))
