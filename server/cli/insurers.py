"""`praxical bill insurer-share`, `adjust`, `insurer-paid`, `take-back-share`."""

from __future__ import annotations

from typing import Annotated

import typer

from server.billing_hooks import insurers
from server.cli.bill_changes import group
from server.cli.billing_targets import bill_named
from server.cli.billing_views import amount_of, named
from server.cli.bills import Number
from server.cli.commands import command
from server.cli.desk import Desk
from server.cli.output import say
from server.domain.bills import Method
from server.domain.errors import Invalid
from server.domain.ids import PayerId

app = group
"""The group of bills with all its commands, those about insurers among them."""

Payer = Annotated[str, typer.Option("--payer", metavar="ID", help="The insurer's key.")]
WhoPaid = Annotated[
    str | None, typer.Option("--payer", metavar="ID", help="The insurer's key.")
]
Share = Annotated[
    str | None,
    typer.Option("--amount", metavar="AMOUNT", help="Such as 40.00; else all that is open."),
]
Part = Annotated[
    str | None,
    typer.Option("--amount", metavar="AMOUNT", help="Such as 40.00; else all that it owes."),
]
By = Annotated[
    Method | None,
    typer.Option("--method", metavar="METHOD", help="cash, card, check, transfer, other."),
]
Undo = Annotated[
    bool, typer.Option("--undo", help="Take back what was entered as paid by insurers.")
]


@command(
    app,
    "insurer-share",
    "praxical bill insurer-share 12 --payer example --amount 60",
)
def ask(desk: Desk, number: Number, *, payer: Payer, amount: Share = None) -> None:
    """Ask an insurer instead of the client for what is open of a bill, or for a part of it."""
    with desk.writing() as uow:
        before, money = (
            bill_named(uow, number),
            amount_of(amount, desk.settings.billing.currency),
        )
        bill = insurers.insurer_share(uow, desk.context, before.id, PayerId(payer), money)
    asked = before.open_amount - bill.open_amount
    say(f"Of {named(bill)}: {asked} asked of {payer}, open {bill.open_amount}.")


@command(
    app,
    "adjust",
    "praxical bill adjust 12 --payer example --amount 15.50",
)
def adjust(desk: Desk, number: Number, *, payer: Payer, amount: Part = None) -> None:
    """Take off an insurer's share what its contract allows nobody to ask for."""
    with desk.writing() as uow:
        before, money, insurer = (
            bill_named(uow, number),
            amount_of(amount, desk.settings.billing.currency),
            PayerId(payer),
        )
        bill = insurers.contractual_adjustment(uow, desk.context, before.id, insurer, money)
    taken = bill.written_off - before.written_off
    say(f"Of {named(bill)}: {taken} taken off by the contract with {payer}.")


@command(
    app,
    "insurer-paid",
    "praxical bill insurer-paid 12 --payer example --amount 44.50 --method transfer",
    "praxical bill insurer-paid 12 --undo",
)
def receive(
    desk: Desk,
    number: Number,
    *,
    payer: WhoPaid = None,
    amount: Part = None,
    method: By = None,
    undo: Undo = False,
) -> None:
    """Record that an insurer paid its share of a bill, or a part of it."""
    if undo and (payer or amount or method):
        raise Invalid("undo", "all that insurers paid of it is taken back; say --undo alone")
    with desk.writing() as uow:
        before = bill_named(uow, number)
        if undo:
            insurers.undo_insurer_payment(uow, desk.context, before.id)
        elif payer is None or method is None:
            raise Invalid("payer", "say who paid with --payer, and how with --method")
        else:
            paid, money = (
                (PayerId(payer), method),
                amount_of(amount, desk.settings.billing.currency),
            )
            insurers.insurer_payment(uow, desk.context, before.id, paid, money)
        owed = insurers.owed_by_insurers(uow, before)
    say(f"Of {named(before)}: insurers still owe {owed}.")


@command(app, "take-back-share", "praxical bill take-back-share 12")
def take_back(desk: Desk, number: Number) -> None:
    """Ask the client again for what insurers were asked for and have not paid."""
    with desk.writing() as uow:
        before = bill_named(uow, number)
        bill = insurers.take_back_share(uow, desk.context, before.id)
    say(f"Of {named(bill)}: no insurer is asked any more, open {bill.open_amount}.")
