"""Which lines a visit charges: pure rules from facts to lines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from server.billing_hooks.visits import Visit
from server.domain.appointment import ServiceLine
from server.domain.charges import ChargeKind, ChargeLine
from server.domain.errors import Invalid
from server.domain.fees import FEE_OF, FeeRule, fee_for
from server.domain.practice import BillingItem, Catalogue
from server.usecases.context import Rules

_FEE_NAME = {
    ChargeKind.NO_SHOW: "Fee for a missed appointment",
    ChargeKind.LATE: "Fee for a late cancellation",
}


def lines_for(
    visit: Visit, catalogue: Catalogue, rules: Rules, fees: Iterable[FeeRule]
) -> tuple[ChargeLine, ...]:
    """Return what a visit charges; raises Invalid for a code that has no fee.

    Who came is charged the appointment's own service lines, or those of its session type, and
    the session type's products (CR-02, CR-10). Who did not come is charged the fee, where there
    is one. What costs nothing is no charge.
    """
    if visit.is_missed(rules):
        lines = _fee_line(visit, fees)
    elif visit.is_worked(rules):
        lines = [*_services(visit, catalogue), *_products(visit, catalogue)]
    else:
        lines = []
    return tuple(line for line in lines if line.amount.minor > 0)


def _fee_line(visit: Visit, fees: Iterable[FeeRule]) -> list[ChargeLine]:
    amount = fee_for(visit.details, fees)
    if amount is None:
        return []
    kind = FEE_OF[visit.details.status]
    return [ChargeLine(kind, kind.value, _FEE_NAME[kind], amount)]


def _services(visit: Visit, catalogue: Catalogue) -> list[ChargeLine]:
    services = visit.details.services or tuple(
        ServiceLine(item.code, item.units)
        for item in _items(visit, catalogue)
        if not item.is_product
    )
    place = place_of_service(visit, catalogue)
    return [service_line(service, place, catalogue) for service in services]


def service_line(service: ServiceLine, place: str, catalogue: Catalogue) -> ChargeLine:
    """Return the line of a service at its fee; raises Invalid if it is in no list."""
    known = catalogue.service.get(service.code)
    if known is None:
        raise Invalid("service", f"'{service.code}' is not in the practice's list of services")
    return ChargeLine(
        ChargeKind.SERVICE,
        service.code,
        known.description,
        known.fee,
        service.units,
        service.modifiers,
        place,
    )


def place_of_service(visit: Visit, catalogue: Catalogue) -> str:
    """Return the two digits of the visit's location, empty where none is known."""
    key = visit.details.location
    location = catalogue.location.get(key) if key else None
    return location.place_of_service if location else ""


def _products(visit: Visit, catalogue: Catalogue) -> list[ChargeLine]:
    known = {product.sku: product for product in catalogue.products}
    return [
        ChargeLine(
            ChargeKind.PRODUCT,
            item.code,
            known[item.code].name,
            known[item.code].price,
            item.units,
        )
        for item in _items(visit, catalogue)
        if item.is_product and item.code in known
    ]


def _items(visit: Visit, catalogue: Catalogue) -> Sequence[BillingItem]:
    number = visit.details.session_type
    session = catalogue.session_type.get(number) if number else None
    return session.items if session else ()
