"""`praxical charge`: what was charged, and whether it is billed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import typer

from server.billing_hooks.sales import Sale, sell, take_back
from server.billing_hooks.sheets import charges_sheet
from server.cli.billing_targets import bill_named, charge_named, client_named, short
from server.cli.billing_views import (
    amount_of,
    appointment_of,
    charge_json,
    check_form,
    code_of,
    counted,
    named,
    show_charges,
    show_sheet,
    sums,
)
from server.cli.commands import AsJson, command, group
from server.cli.desk import Desk
from server.cli.output import moment, say, show_json, show_record
from server.cli.values import date_of
from server.domain.charges import Charge
from server.domain.errors import Invalid
from server.usecases.manage_clients import find_client
from server.usecases.ports import ChargeFilter, UnitOfWork

app = group("Charges: what arrived appointments and missed ones have cost, line by line.")

Id = Annotated[str, typer.Argument(metavar="ID", help="As `charge list` shows it.")]
Client = Annotated[str, typer.Option("--client", metavar="NUMBER", help="Who bought it.")]
Sku = Annotated[str, typer.Option("--product", metavar="SKU", help="What was sold.")]
Units = Annotated[int, typer.Option("--units", metavar="N", min=1, max=99, help="How many.")]
Price = Annotated[
    str | None, typer.Option("--price", metavar="AMOUNT", help="For one, if not as listed.")
]
On = Annotated[str | None, typer.Option("--on", metavar="DATE", help="When; else today.")]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; kept with it.")]
AsCsv = Annotated[bool, typer.Option("--csv", help="Print CSV for spreadsheets.")]


@dataclass(frozen=True)
class Filters:
    """Which charges are wanted."""

    client: Annotated[
        str | None, typer.Option("--client", metavar="NUMBER", help="Of this client.")
    ] = None
    bill: Annotated[
        str | None, typer.Option("--bill", metavar="NUMBER", help="On this bill.")
    ] = None
    unbilled: Annotated[
        bool, typer.Option("--unbilled", help="Only those that are on no bill yet.")
    ] = False
    since: Annotated[
        str | None, typer.Option("--since", metavar="DATE", help="First service date.")
    ] = None
    until: Annotated[
        str | None, typer.Option("--until", metavar="DATE", help="Last service date.")
    ] = None
    reversed_too: Annotated[
        bool, typer.Option("--reversed", help="Show those too that were taken back.")
    ] = False

    def wanted(self, uow: UnitOfWork) -> ChargeFilter:
        """Return the filter; raises NotFound and Invalid."""
        if self.bill and self.unbilled:
            raise Invalid("bill", "what is on a bill is not unbilled; say one of the two")
        return ChargeFilter(
            client=client_named(uow, self.client),
            bill=bill_named(uow, self.bill).id if self.bill else None,
            unbilled=True if self.unbilled else None,
            since=date_of("since", self.since),
            until=date_of("until", self.until),
            reversed_too=self.reversed_too,
        )


@command(
    app,
    "list",
    "praxical charge list --client C1001 --unbilled",
    "praxical charge list --since 2026-11-01 --until 2026-11-30 --csv",
)
def list_charges(
    desk: Desk, *, filters: Filters, as_json: AsJson = False, as_csv: AsCsv = False
) -> None:
    """List charges by service date, with the bill that each is on."""
    check_form(as_json=as_json, as_csv=as_csv)
    with desk.reading() as uow:
        found = uow.billing.charges.matching(filters.wanted(uow))
        numbers = uow.billing.bills.numbers({one.bill for one in found if one.bill})
    if as_json:
        show_json([charge_json(charge) for charge in found])
    elif as_csv:
        show_sheet(charges_sheet(found, numbers))
    else:
        currency = desk.settings.billing.currency
        show_charges(found, currency, numbers, "There are no such charges.")
        _say_sum(found, currency)


def _say_sum(charges: Sequence[Charge], currency: str) -> None:
    standing = [charge for charge in charges if charge.stands]
    if standing:
        amount = sums((charge.line.amount for charge in standing), currency)
        say(f"\n{counted(len(standing), 'charge')}, {amount}.")


@command(
    app,
    "add",
    "praxical charge add --client C1001 --product HERB-1 --units 2",
    "praxical charge add --client C1001 --product HERB-1 --price 15 --on 2026-11-20",
)
def add(
    desk: Desk,
    *,
    client: Client,
    product: Sku,
    units: Units = 1,
    price: Price = None,
    on: On = None,
    as_json: AsJson = False,
) -> None:
    """Charge a product that was sold by itself. Appointments charge theirs when they arrive."""
    with desk.writing() as uow:
        today = desk.context.now.astimezone(uow.practice.zone).date()
        money = amount_of(price, desk.settings.billing.currency)
        number = find_client(uow, client).number
        sale = Sale(number, product, date_of("on", on) or today, units, money)
        charge = sell(uow, desk.context, sale)
    if as_json:
        show_json(charge_json(charge))
        return
    amount = charge.line.amount
    say(f"Charged {amount} to {charge.client}, unbilled yet: {short(charge.id)}.")


@command(app, "reverse", "praxical charge reverse 8QX2ZT --reason 'Brought back'")
def reverse(desk: Desk, number: Id, *, reason: Reason = "") -> None:
    """Take back a sale, or a product that a visit brought; it stays on record as reversed."""
    with desk.writing() as uow:
        charge = take_back(uow, desk.context, charge_named(uow, number).id, reason)
    say(f"Reversed the charge {short(charge.id)} of {charge.line.amount}.")


@command(app, "show", "praxical charge show 8QX2ZT")
def show(desk: Desk, number: Id, *, as_json: AsJson = False) -> None:
    """Show all that is known of a charge."""
    with desk.reading() as uow:
        charge = charge_named(uow, number)
        bill = uow.billing.bills.get(charge.bill) if charge.bill else None
        zone = uow.practice.zone
    if as_json:
        show_json(charge_json(charge))
        return
    line = charge.line
    show_record(
        [
            ("id", charge.id),
            ("client", charge.client),
            ("date", charge.service_date),
            ("for", line.kind.replace("-", " ")),
            ("code", code_of(charge)),
            ("what", line.description),
            ("units", line.units),
            ("unit fee", line.unit_fee),
            ("amount", line.amount),
            ("place of service", line.place_of_service),
            ("minutes", charge.minutes),
            ("practitioner", charge.practitioner),
            ("appointment", appointment_of(charge)),
            ("billed on", named(bill) if bill else "no bill yet" if charge.stands else None),
            ("posted", moment(charge.posted_at, zone)),
            ("reversed", moment(charge.reversed_at, zone)),
        ]
    )
