"""`praxical bill`: preview, list and show bills, and make them."""

from __future__ import annotations

from typing import Annotated

import typer

from server.billing_hooks import bills
from server.billing_hooks.bill_runs import run_bills
from server.billing_hooks.sheets import bills_sheet
from server.cli.billing_targets import (
    bill_named,
    charges_named,
    client_named,
    short,
)
from server.cli.billing_views import (
    bill_json,
    charge_json,
    check_form,
    counted,
    figure,
    money_json,
    named,
    show_charges,
    show_sheet,
    sums,
)
from server.cli.charges import AsCsv
from server.cli.commands import AsJson, command, group
from server.cli.desk import Desk
from server.cli.output import moment, progress, say, show_json, show_record, show_table
from server.cli.values import date_of
from server.domain.bills import Bill, BillState, Payment
from server.domain.errors import Invalid
from server.domain.money import Money, total
from server.usecases.manage_clients import find_client
from server.usecases.ports import UnitOfWork

app = group("Bills: unbilled charges of a client that are asked for together.")

Number = Annotated[
    str, typer.Argument(metavar="NUMBER", help="The bill's number; of a draft the id.")
]
Client = Annotated[str, typer.Option("--client", metavar="NUMBER", help="Whose, as C1001.")]
OfClient = Annotated[
    str | None, typer.Option("--client", metavar="NUMBER", help="Only this client's.")
]
State = Annotated[
    BillState | None, typer.Option("--state", metavar="STATE", help="Such as open.")
]
Chosen = Annotated[
    list[str] | None,
    typer.Option("--charge", metavar="ID", help="Only these; repeat it. Else all unbilled."),
]
Until = Annotated[
    str | None, typer.Option("--until", metavar="DATE", help="Up to this service date.")
]
RunUntil = Annotated[
    str, typer.Option("--until", metavar="DATE", help="Up to this service date.")
]
Draft = Annotated[
    bool, typer.Option("--draft", help="Without a number yet; `bill open` gives one.")
]


@command(app, "preview", "praxical bill preview --client C1001 --until 2026-11-30")
def preview(
    desk: Desk,
    *,
    client: Client,
    charge: Chosen = None,
    until: Until = None,
    as_json: AsJson = False,
) -> None:
    """Show what a bill would ask for; nothing is changed."""
    with desk.reading() as uow:
        found = bills.preview(uow, desk.context, _wanted(uow, client, charge, until))
    if as_json:
        charges = [charge_json(one) for one in found.charges]
        show_json({"amount": money_json(found.amount), "charges": charges})
        return
    currency = desk.settings.billing.currency
    show_charges(found.charges, currency, None, "There are no unbilled charges for this.")
    if found.charges:
        say(f"\n{counted(len(found.charges), 'charge')}, {found.amount}.")


@command(
    app,
    "new",
    "praxical bill new --client C1001",
    "praxical bill new --client C1001 --charge 8QX2ZT --charge M41B0C --draft",
)
def new(
    desk: Desk,
    *,
    client: Client,
    charge: Chosen = None,
    until: Until = None,
    draft: Draft = False,
    as_json: AsJson = False,
) -> None:
    """Bill unbilled charges. Their appointments are locked until the bill is cancelled."""
    with desk.writing() as uow:
        wanted = _wanted(uow, client, charge, until)
        bill = bills.new_bill(uow, desk.context, wanted, draft=draft)
    if as_json:
        show_json(bill_json(bill))
        return
    asked = f"{counted(len(bill.charges), 'charge')}, {bill.charged}"
    due = f", due {bill.due_on}" if bill.due_on else ""
    say(f"Made {named(bill)} for {bill.client}: {asked}{due}.")


@command(
    app,
    "list",
    "praxical bill list --state open",
    "praxical bill list --client C1001 --json",
)
def list_bills(
    desk: Desk,
    *,
    client: OfClient = None,
    state: State = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """List bills by when they were made; drafts are named by the end of their id."""
    check_form(as_json=as_json, as_csv=as_csv)
    with desk.reading() as uow:
        every = uow.billing.bills.of(client_named(uow, client))
    found = [bill for bill in every if state is None or bill.state is state]
    if as_json:
        show_json([bill_json(bill) for bill in found])
    elif as_csv:
        show_sheet(bills_sheet(found))
    else:
        _show_bills(found, desk.settings.billing.currency)


def _show_bills(found: list[Bill], currency: str) -> None:
    show_table(
        ("BILL>", "CLIENT", "OPENED", "DUE", "STATE", "CHARGED>", "OPEN>"),
        (
            (
                bill.number or short(bill.id),
                bill.client,
                bill.opened_on,
                bill.due_on,
                bill.state.replace("-", " "),
                figure(bill.charged, currency),
                figure(bill.open_amount, currency) if bill.number else "",
            )
            for bill in found
        ),
        "There are no such bills.",
    )
    numbered = [bill for bill in found if bill.number]
    if numbered:
        unpaid = sums((bill.open_amount for bill in numbered), currency)
        say(f"\n{counted(len(found), 'bill')}, {unpaid} still to be paid.")


@command(app, "show", "praxical bill show 12", "praxical bill show 12 --json")
def show(desk: Desk, number: Number, *, as_json: AsJson = False) -> None:
    """Show a bill with its charges and what was paid of it."""
    with desk.reading() as uow:
        bill = bill_named(uow, number)
        payments = uow.billing.payments.on(bill.id)
        zone = uow.practice.zone
    if as_json:
        show_json({**bill_json(bill), "payments": [_applied_json(bill, p) for p in payments]})
        return
    show_record(
        [
            ("bill", bill.number or f"draft {short(bill.id)}"),
            ("id", bill.id),
            ("client", bill.client),
            ("state", bill.state.replace("-", " ")),
            ("opened", bill.opened_on),
            ("due", bill.due_on),
            ("cancelled", moment(bill.cancelled_at, zone)),
            ("charged", bill.charged),
            ("paid", bill.paid if bill.paid.minor else None),
            ("written off", bill.written_off if bill.written_off.minor else None),
            ("open", bill.open_amount if bill.number else None),
        ]
    )
    currency = desk.settings.billing.currency
    say("")
    show_charges(bill.charges, currency, None, "It has no charges.")
    if payments:
        say("")
        show_table(
            ("PAID ON", "BY", "OF IT>", "PAYMENT"),
            (
                (
                    one.received_on,
                    one.method,
                    figure(_applied(bill, one), currency),
                    short(one.id),
                )
                for one in payments
            ),
            "",
        )


def _applied(bill: Bill, payment: Payment) -> Money:
    amounts = (each.amount for each in payment.applications if each.bill == bill.id)
    return total(amounts, payment.amount.currency)


def _applied_json(bill: Bill, payment: Payment) -> dict[str, object]:
    return {"id": payment.id, "applied": money_json(_applied(bill, payment))}


@command(app, "run", "praxical bill run --until 2026-10-31")
def run(desk: Desk, *, until: RunUntil) -> None:
    """Bill the unbilled charges of every client up to a day.

    A run that was stopped goes on where it was; one that was finished bills nothing more.
    """
    day = date_of("until", until)
    if day is None:
        raise Invalid("until", "say up to which day")
    with progress("Billing") as steps:
        made = run_bills(desk.database, desk.context, day, steps)
    if made:
        say(f"Made {counted(made, 'bill')} up to {day}.")
    else:
        say(f"Nothing was left to bill up to {day}, or the run of that day was done before.")


def _wanted(
    uow: UnitOfWork, client: str, charges: list[str] | None, until: str | None
) -> bills.Wanted:
    """Return which charges are meant; raises NotFound and Invalid."""
    if charges and until:
        raise Invalid("until", "say --charge or --until, not both")
    return bills.Wanted(
        find_client(uow, client).number,
        charges_named(uow, charges or ()),
        date_of("until", until),
    )
