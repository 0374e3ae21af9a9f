"""Charges over the API: list and show them, sell products, take sales back."""

from __future__ import annotations

from datetime import date
from http import HTTPStatus
from typing import Final

from pydantic import Field

from server.billing_hooks.sales import Sale, sell, take_back
from server.billing_hooks.sheets import charges_sheet
from server.domain.api_access import ApiScope
from server.domain.errors import Invalid
from server.usecases.ports import ChargeFilter
from server.web.billing_models import CSV, ChargeList, ChargeShown, PageQuery
from server.web.messages import Download, Nothing, Said
from server.web.route import AnyRoute, Call, Method, Route
from server.web.till import Till, as_file
from server.web.values import AmountSaid, amount_of


class ChargeQuery(PageQuery):
    """Which charges are wanted; what is not said does not narrow."""

    client: str | None = Field(default=None, description="Number.")
    bill: str | None = Field(default=None, description="Id or number of a bill.")
    unbilled: bool | None = Field(default=None, description="On no bill, or on one.")
    since: date | None = Field(default=None, description="First service date.")
    until: date | None = Field(default=None, description="Last service date.")
    reversed: bool = Field(default=False, description="Those too that were taken back.")


class NewCharge(Said):
    """A product that was sold by itself."""

    client: str = Field(description="Number.")
    product: str = Field(description="Its sku.")
    units: int = 1
    price: AmountSaid | None = Field(default=None, description="For one, if not as listed.")
    sold_on: date | None = Field(default=None, description="Else today.")


class Reversal(Said):
    """Why something is taken back."""

    reason: str = Field(default="", max_length=200)


def list_charges(call: Call, said: ChargeQuery) -> ChargeList | Download:
    """List charges by service date."""
    till, uow = Till(call), call.uow
    wanted = ChargeFilter(
        client=till.client(said.client).number if said.client else None,
        bill=till.bill(said.bill).id if said.bill else None,
        unbilled=said.unbilled,
        since=said.since,
        until=said.until,
        reversed_too=said.reversed,
    )
    found = [one for one in uow.billing.charges.matching(wanted) if till.sees_charge(one)]
    if call.wants(CSV):
        numbers = uow.billing.bills.numbers({one.bill for one in found if one.bill})
        return as_file("charges", charges_sheet(found, numbers))
    page, after = said.page(found, lambda charge: charge.id)
    return ChargeList(items=[ChargeShown.of(charge) for charge in page], next=after)


def show_charge(call: Call, said: Nothing) -> ChargeShown:
    """Show a charge."""
    del said
    return ChargeShown.of(Till(call).charge(call.parts["id"]))


def sell_product(call: Call, said: NewCharge) -> ChargeShown:
    """Charge a product that was sold by itself."""
    till, rules = Till(call), call.context.rules
    till.check_office()
    today = call.context.now.astimezone(call.uow.practice.zone).date()
    price = amount_of(said.price, rules.currency)
    if price is not None and not price.minor:
        raise Invalid("price", "it must be more than nothing")
    sale = Sale(
        till.client(said.client).number,
        said.product,
        said.sold_on or today,
        said.units,
        price,
    )
    return ChargeShown.of(sell(call.uow, call.context, sale))


def reverse_charge(call: Call, said: Reversal) -> ChargeShown:
    """Take back what was sold by itself."""
    till = Till(call)
    till.check_office()
    charge = till.charge(call.parts["id"])
    return ChargeShown.of(take_back(call.uow, call.context, charge.id, said.reason))


ROUTES: Final[tuple[AnyRoute, ...]] = (
    Route(
        Method.GET,
        "/charges",
        ApiScope.BILLING_READ,
        list_charges,
        ChargeQuery,
        ChargeList,
        "Charges",
        download=CSV,
    ),
    Route(
        Method.POST,
        "/charges",
        ApiScope.BILLING_WRITE,
        sell_product,
        NewCharge,
        ChargeShown,
        "Charge a product that was sold by itself",
        HTTPStatus.CREATED,
        money=True,
        location="/charges/{id}",
    ),
    Route(
        Method.GET,
        "/charges/{id}",
        ApiScope.BILLING_READ,
        show_charge,
        Nothing,
        ChargeShown,
        "One charge",
    ),
    Route(
        Method.POST,
        "/charges/{id}/reverse",
        ApiScope.BILLING_WRITE,
        reverse_charge,
        Reversal,
        ChargeShown,
        "Take back what was sold by itself",
        money=True,
    ),
)
