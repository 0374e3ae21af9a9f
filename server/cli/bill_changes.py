"""`praxical bill open`, `edit`, `cancel`, `write-off`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer

from server.billing_hooks import bills as billing
from server.billing_hooks.bill_edits import LineEdit, edit_line, put_on, take_off
from server.billing_hooks.settlements import WriteOff, undo_write_off, write_off
from server.cli.billing_targets import bill_named, charge_named
from server.cli.billing_views import amount_of, named
from server.cli.bills import Number, app
from server.cli.commands import command
from server.cli.desk import Desk
from server.cli.output import say
from server.domain.bills import Bill
from server.domain.errors import Invalid
from server.usecases.context import Context
from server.usecases.ports import UnitOfWork

group = app
"""The group with all its commands: those that show something, and those that change it."""

Amount = Annotated[
    str | None,
    typer.Option("--amount", metavar="AMOUNT", help="Such as 40.00; else all that is open."),
]
Why = Annotated[
    WriteOff | None,
    typer.Option("--why", metavar="REASON", help="bad-debt or courtesy."),
]
Undo = Annotated[bool, typer.Option("--undo", help="Take back what was written off.")]


@dataclass(frozen=True)
class Edit:
    """What shall change of a bill."""

    charge: Annotated[
        str | None, typer.Option("--charge", metavar="ID", help="The line to change.")
    ] = None
    code: Annotated[
        str | None, typer.Option("--code", metavar="CODE", help="Another service for it.")
    ] = None
    units: Annotated[
        int | None, typer.Option("--units", metavar="N", min=1, max=99, help="How often.")
    ] = None
    modifier: Annotated[
        list[str] | None,
        typer.Option("--modifier", metavar="XX", help="All of them, in order; '' for none."),
    ] = None
    fee: Annotated[
        str | None, typer.Option("--fee", metavar="AMOUNT", help="For one unit.")
    ] = None
    off: Annotated[
        str | None,
        typer.Option("--take-off", metavar="ID", help="A charge that shall be unbilled again."),
    ] = None
    on: Annotated[
        str | None,
        typer.Option("--put-on", metavar="ID", help="An unbilled charge that shall be added."),
    ] = None

    def line(self, currency: str) -> LineEdit:
        """Return what changes of the line; raises Invalid."""
        marks = None
        if self.modifier is not None:
            marks = tuple(mark.upper() for mark in self.modifier if mark)
        return LineEdit(self.code, self.units, marks, amount_of(self.fee, currency))

    def check(self) -> None:
        """Raise Invalid unless it says one thing to do."""
        if sum(word is not None for word in (self.charge, self.off, self.on)) != 1:
            raise Invalid("edit", "say one of --charge, --take-off, --put-on")
        says_line = self.line("USD") != LineEdit()
        if self.charge is None and says_line:
            raise Invalid("edit", "--code, --units, --modifier and --fee belong to --charge")
        if self.charge is not None and not says_line:
            raise Invalid("edit", "say what changes: --code, --units, --modifier, --fee")


@command(app, "open", "praxical bill open 8QX2ZT")
def open_draft(desk: Desk, number: Number) -> None:
    """Give a draft its number and the day on which it is due."""
    with desk.writing() as uow:
        bill = billing.open_bill(uow, desk.context, bill_named(uow, number).id)
    say(f"Opened bill {bill.number}: {bill.charged}, due {bill.due_on}.")


@command(
    app,
    "edit",
    "praxical bill edit 12 --charge 8QX2ZT --units 2 --modifier 95",
    "praxical bill edit 12 --charge 8QX2ZT --fee 80",
    "praxical bill edit 12 --take-off 8QX2ZT",
)
def edit(desk: Desk, number: Number, *, change: Edit) -> None:
    """Change a line of a bill of which nothing is paid, take one off, or put one on.

    Code, units and modifiers change with the appointment's own service, the fee on this line
    alone. The old charge is reversed; the one that takes its place has an id of its own.
    """
    change.check()
    with desk.writing() as uow:
        before = bill_named(uow, number)
        bill = _edited(uow, desk.context, before, change)
    say(f"Changed {named(bill)}: {before.charged} > {bill.charged}.")


def _edited(uow: UnitOfWork, context: Context, bill: Bill, change: Edit) -> Bill:
    if change.off is not None:
        return take_off(uow, context, bill.id, charge_named(uow, change.off).id)
    if change.on is not None:
        return put_on(uow, context, bill.id, charge_named(uow, change.on).id)
    charge = charge_named(uow, change.charge or "").id
    return edit_line(uow, context, bill.id, charge, change.line(context.rules.currency))


@command(app, "cancel", "praxical bill cancel 12")
def cancel(desk: Desk, number: Number) -> None:
    """Cancel a bill of which nothing is paid; its charges are unbilled again."""
    with desk.writing() as uow:
        bill = billing.cancel_bill(uow, desk.context, bill_named(uow, number).id)
    say(f"Cancelled {named(bill)}. Its charges are unbilled again.")


@command(
    app,
    "write-off",
    "praxical bill write-off 12 --why bad-debt",
    "praxical bill write-off 12 --amount 20 --why courtesy",
    "praxical bill write-off 12 --undo",
)
def write_off_bill(
    desk: Desk,
    number: Number,
    *,
    amount: Amount = None,
    why: Why = None,
    undo: Undo = False,
) -> None:
    """Write off what is open of a bill, or a part of it."""
    if undo and (why or amount):
        raise Invalid("undo", "all that was written off is taken back; say --undo alone")
    with desk.writing() as uow:
        before = bill_named(uow, number)
        if undo:
            bill = undo_write_off(uow, desk.context, before.id)
        elif why is None:
            raise Invalid("why", "say --why bad-debt or --why courtesy")
        else:
            money = amount_of(amount, desk.settings.billing.currency)
            bill = write_off(uow, desk.context, before.id, why, money)
    say(f"Of {named(bill)}: written off {bill.written_off}, open {bill.open_amount}.")
