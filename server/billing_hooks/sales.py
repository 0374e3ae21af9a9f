"""Products sold by themselves, without an appointment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from server.billing_hooks.bills import lock_account
from server.billing_hooks.posting import reverse, store
from server.domain.appointment import UNITS_AT_MOST
from server.domain.charges import Charge, ChargeKind, ChargeLine
from server.domain.errors import Invalid, NotFound
from server.domain.ids import ChargeId, ClientNumber, TransactionId, new_ulid
from server.domain.money import Money
from server.domain.when import MASTER
from server.usecases.context import Context
from server.usecases.manage_services import find_product
from server.usecases.ports import UnitOfWork

_REASON_AT_MOST: Final = 200


@dataclass(frozen=True, slots=True)
class Sale:
    """What was sold; without a price it is the list's."""

    client: ClientNumber
    sku: str
    sold_on: date
    units: int = 1
    price: Money | None = None


def sell(uow: UnitOfWork, context: Context, sale: Sale) -> Charge:
    """Charge a product to a client, unbilled yet; raises NotFound and Invalid."""
    if uow.clients.get(sale.client) is None:
        raise NotFound("client", sale.client)
    if not 1 <= sale.units <= UNITS_AT_MOST:
        raise Invalid("units", f"1 to {UNITS_AT_MOST} are possible")
    product = find_product(uow, sale.sku)
    price = sale.price or product.price
    if price.minor <= 0:
        raise Invalid("price", "it must be more than nothing")
    line = ChargeLine(ChargeKind.PRODUCT, product.sku, product.name, price, sale.units)
    charge = Charge(
        id=ChargeId(new_ulid(context.now)),
        appointment=None,
        key=MASTER,
        slot=f"{line.kind.value}:{product.sku}:1",
        client=sale.client,
        practitioner=None,
        line=line,
        service_date=sale.sold_on,
        minutes=0,
        posted_at=context.now,
        transaction=TransactionId(new_ulid(context.now)),
    )
    store(uow, context, charge, f"charge:{charge.id}:sold")
    return charge


def take_back(uow: UnitOfWork, context: Context, number: ChargeId, reason: str) -> Charge:
    """Reverse a sale, or a product that a visit brought; raises NotFound and Invalid.

    Raises Locked if it is billed. A service of a visit goes when the appointment is changed.
    """
    charge = _found(uow, number)
    # A visit's product goes with the visit too: whoever changes that one holds its calendar.
    lock_account(uow, charge.client, [charge])
    charge = _found(uow, number)
    if charge.appointment is not None and charge.line.kind is not ChargeKind.PRODUCT:
        raise Invalid("charge", "it is of an appointment and goes when that is changed")
    if not charge.stands:
        raise Invalid("charge", "it is reversed already")
    reverse(uow, context, charge, reason.strip()[:_REASON_AT_MOST])
    return _found(uow, number)


def _found(uow: UnitOfWork, number: ChargeId) -> Charge:
    charge = uow.billing.charges.get(number)
    if charge is None:
        raise NotFound("charge", number[:40])
    return charge
