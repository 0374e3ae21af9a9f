"""`praxical payment`: money that clients paid, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from server.billing_hooks import payments
from server.billing_hooks.sheets import payments_sheet
from server.cli.billing_targets import bill_named, client_named, payment_named, short
from server.cli.billing_views import (
    amount_of,
    check_form,
    counted,
    figure,
    named,
    payment_json,
    show_sheet,
    sums,
)
from server.cli.charges import AsCsv
from server.cli.commands import AsJson, command, group
from server.cli.desk import Desk
from server.cli.output import moment, say, show_json, show_record, show_table
from server.cli.values import date_of
from server.domain.bills import Bill, Method, Payment
from server.domain.money import Money, parse_money
from server.usecases.manage_clients import find_client

app = group("Payments: recorded, applied to bills, taken off them, refunded, removed.")

Id = Annotated[str, typer.Argument(metavar="ID", help="As `payment list` shows it.")]
Client = Annotated[str, typer.Option("--client", metavar="NUMBER", help="Who paid, as C1001.")]
OfClient = Annotated[
    str | None, typer.Option("--client", metavar="NUMBER", help="Only this client's.")
]
Received = Annotated[
    str, typer.Option("--amount", metavar="AMOUNT", help="What came in, such as 40.00.")
]
By = Annotated[
    Method,
    typer.Option("--method", metavar="METHOD", help="cash, card, check, transfer, other."),
]
On = Annotated[
    str | None, typer.Option("--on", metavar="DATE", help="When it came in; else today.")
]
Reference = Annotated[
    str,
    typer.Option(
        "--reference", metavar="TEXT", help="Number of a check or transfer; never of a card."
    ),
]
Bills = Annotated[
    list[str] | None,
    typer.Option("--bill", metavar="NUMBER", help="Apply it to this bill; repeat it."),
]
ToBill = Annotated[str, typer.Option("--bill", metavar="NUMBER", help="The bill it pays.")]
OffBill = Annotated[
    str | None, typer.Option("--bill", metavar="NUMBER", help="Off this bill; else off all.")
]
Part = Annotated[
    str | None,
    typer.Option("--amount", metavar="AMOUNT", help="A part of it; else as much as possible."),
]


@command(
    app,
    "record",
    "praxical payment record --client C1001 --amount 85 --method card --bill 12",
    "praxical payment record --client C1001 --amount 200 --method check --reference 1047",
)
def record(
    desk: Desk,
    *,
    client: Client,
    amount: Received,
    method: By,
    on: On = None,
    reference: Reference = "",
    bill: Bills = None,
    as_json: AsJson = False,
) -> None:
    """Record money that came in, and apply it to bills, in their order.

    What is not applied is the client's credit.
    """
    with desk.writing() as uow:
        today = desk.context.now.astimezone(uow.practice.zone).date()
        received = payments.Received(
            find_client(uow, client).number,
            method,
            parse_money(amount, desk.settings.billing.currency),
            date_of("on", on) or today,
            reference,
        )
        paid = [bill_named(uow, each) for each in bill or ()]
        payment = payments.record_and_apply(
            uow, desk.context, received, [each.id for each in paid]
        )
    if as_json:
        show_json(payment_json(payment))
        return
    say(f"Recorded the payment {short(payment.id)}: {payment.amount} from {payment.client}.")
    for each in paid:
        say(f"Applied to {named(each)}: {_applied(payment, each)}.")
    if payment.credit.minor:
        say(f"Not applied yet: {payment.credit}.")


@command(
    app,
    "apply",
    "praxical payment apply 8QX2ZT --bill 12",
    "praxical payment apply 8QX2ZT --bill 13 --amount 20",
)
def apply(desk: Desk, number: Id, *, bill: ToBill, amount: Part = None) -> None:
    """Apply a payment to an open bill, as far as it goes."""
    with desk.writing() as uow:
        before = payment_named(uow, number)
        to = bill_named(uow, bill)
        money = amount_of(amount, desk.settings.billing.currency)
        payment = payments.apply_payment(uow, desk.context, before.id, to.id, money)
        to = bill_named(uow, to.id)
    applied = payment.applied - before.applied
    say(f"Applied {applied} to {named(to)}; {to.open_amount} of it is open.")


@command(app, "unapply", "praxical payment unapply 8QX2ZT --bill 12")
def unapply(desk: Desk, number: Id, *, bill: OffBill = None) -> None:
    """Take a payment off a bill, or off all: it is the client's credit again."""
    with desk.writing() as uow:
        before = payment_named(uow, number)
        off = bill_named(uow, bill).id if bill else None
        payment = payments.unapply_payment(uow, desk.context, before.id, off)
    say(f"Took {before.applied - payment.applied} back; {payment.credit} is credit now.")


@command(
    app,
    "refund",
    "praxical payment refund 8QX2ZT",
    "praxical payment refund 8QX2ZT --amount 20",
)
def refund(desk: Desk, number: Id, *, amount: Part = None) -> None:
    """Give a payment back, in part or in full.

    What is applied is taken off its bills as far as the credit does not reach.
    """
    with desk.writing() as uow:
        before = payment_named(uow, number)
        money = amount_of(amount, desk.settings.billing.currency)
        payment = payments.refund_payment(uow, desk.context, before.id, money)
    back = payment.refunded - before.refunded
    say(f"Refunded {back} to {payment.client}; {payment.applied} stays applied to bills.")


@command(app, "remove", "praxical payment remove 8QX2ZT")
def remove(desk: Desk, number: Id) -> None:
    """Remove a payment that was entered wrongly; it is reversed and stays on record."""
    with desk.writing() as uow:
        before = payment_named(uow, number)
        payments.remove_payment(uow, desk.context, before.id)
    say(f"Removed the payment {short(before.id)} of {before.amount}.")


@command(
    app,
    "list",
    "praxical payment list --client C1001",
    "praxical payment list --csv",
)
def list_payments(
    desk: Desk, *, client: OfClient = None, as_json: AsJson = False, as_csv: AsCsv = False
) -> None:
    """List payments by the day on which they came in."""
    check_form(as_json=as_json, as_csv=as_csv)
    with desk.reading() as uow:
        found = uow.billing.payments.of(client_named(uow, client))
    if as_json:
        show_json([payment_json(payment) for payment in found])
    elif as_csv:
        show_sheet(payments_sheet(found))
    else:
        _show_payments(found, desk.settings.billing.currency)


def _show_payments(found: Sequence[Payment], currency: str) -> None:
    show_table(
        ("DATE", "CLIENT", "BY", "AMOUNT>", "APPLIED>", "REFUNDED>", "CREDIT>", "", "ID"),
        (
            (
                payment.received_on,
                payment.client,
                payment.method,
                figure(payment.amount, currency),
                *(
                    figure(money, currency) if money.minor else ""
                    for money in (payment.applied, payment.refunded, payment.credit)
                ),
                "removed" if payment.removed_at else "",
                short(payment.id),
            )
            for payment in found
        ),
        "There are no payments.",
    )
    kept = [payment for payment in found if payment.removed_at is None]
    if kept:
        amount = sums((payment.amount - payment.refunded for payment in kept), currency)
        say(f"\n{counted(len(kept), 'payment')}, {amount} net of refunds.")


@command(app, "show", "praxical payment show 8QX2ZT")
def show(desk: Desk, number: Id, *, as_json: AsJson = False) -> None:
    """Show a payment and the bills that it settles."""
    with desk.reading() as uow:
        payment = payment_named(uow, number)
        bills = uow.billing.bills.numbers({each.bill for each in payment.applications})
        zone = uow.practice.zone
    if as_json:
        show_json(payment_json(payment))
        return
    show_record(
        [
            ("id", payment.id),
            ("client", payment.client),
            ("received", payment.received_on),
            ("method", payment.method),
            ("reference", payment.reference),
            ("amount", payment.amount),
            *((f"bill {bills[each.bill]}", each.amount) for each in payment.applications),
            ("refunded", payment.refunded if payment.refunded.minor else None),
            ("credit", payment.credit),
            ("removed", moment(payment.removed_at, zone)),
        ]
    )


def _applied(payment: Payment, bill: Bill) -> Money:
    parts = [each.amount for each in payment.applications if each.bill == bill.id]
    return parts[-1]
