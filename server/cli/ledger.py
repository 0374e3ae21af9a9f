"""`praxical ledger`: what was posted, what it comes to, and whether it is right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, time
from enum import StrEnum
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from server.billing_hooks.sheets import ledger_sheet
from server.cli.billing_targets import client_named, short
from server.cli.billing_views import check_form, figure, money_json, show_sheet
from server.cli.charges import AsCsv
from server.cli.commands import AsJson, command, group
from server.cli.desk import Desk
from server.cli.output import moment, say, show_blocks, show_json, show_table
from server.cli.values import date_of
from server.domain.bills import Bill, Stage
from server.domain.ledger import Account, Entry, Transaction
from server.domain.money import Money

app = group("The ledger: double entry, only added to; corrections are reversals.")

FOUND = 1


class By(StrEnum):
    """What balances are shown of."""

    ACCOUNT = "account"
    CLIENT = "client"
    PAYER = "payer"
    BILL = "bill"


Grouping = Annotated[
    By, typer.Option("--by", metavar="WHAT", help="account, client, payer or bill.")
]
OfClient = Annotated[
    str | None, typer.Option("--client", metavar="NUMBER", help="What touches this client.")
]
Since = Annotated[
    str | None, typer.Option("--since", metavar="DATE", help="Posted on this day or later.")
]


@command(app, "verify", "praxical ledger verify")
def verify(desk: Desk, *, as_json: AsJson = False) -> None:
    """Recompute everything from the entries; a line for each thing that does not fit.

    Sums of transactions, reversals, what bills and payments say of themselves, bill numbers
    without gaps, and what appointments are held by. Ends with 1 when something is wrong.
    """
    with desk.reading() as uow:
        findings = list(uow.billing.ledger.unbalanced())
    if as_json:
        show_json(findings)
    elif not findings:
        say("The ledger is right.")
    else:
        for finding in findings:
            say(finding)
    if findings:
        raise typer.Exit(FOUND)


@command(
    app,
    "balances",
    "praxical ledger balances",
    "praxical ledger balances --by client --json",
)
def balances(desk: Desk, *, by: Grouping = By.ACCOUNT, as_json: AsJson = False) -> None:
    """Show what the entries come to; a debit is above zero, a credit below."""
    match by:
        case By.ACCOUNT:
            _show_accounts(desk, as_json=as_json)
        case By.CLIENT:
            _show_clients(desk, as_json=as_json)
        case By.PAYER:
            _show_payers(desk, as_json=as_json)
        case By.BILL:
            _show_bills(desk, as_json=as_json)


def _show_accounts(desk: Desk, *, as_json: bool) -> None:
    with desk.reading() as uow:
        sums = uow.billing.ledger.balances()
    rows = [(account.value, money) for (account, _), money in sums.items() if money.minor]
    if as_json:
        show_json([{"account": name, "balance": money_json(money)} for name, money in rows])
        return
    show_table(("ACCOUNT", "BALANCE>"), rows, "Nothing was posted yet.")


def _show_clients(desk: Desk, *, as_json: bool) -> None:
    owed, credit = _held(desk, Account.RECEIVABLE_CLIENT, Account.CREDIT_CLIENT)
    currency = desk.settings.billing.currency
    none = Money(0, currency)
    rows = [
        (client, owed.get(client, none), -credit.get(client, none))
        for client in sorted(owed.keys() | credit.keys(), key=lambda one: (len(one), one))
    ]
    rows = [row for row in rows if row[1].minor or row[2].minor]
    if as_json:
        show_json(
            [
                {"client": client, "owes": money_json(due), "credit": money_json(left)}
                for client, due, left in rows
            ]
        )
        return
    show_table(("CLIENT", "OWES>", "CREDIT>"), rows, "No client owes anything or has credit.")


def _show_payers(desk: Desk, *, as_json: bool) -> None:
    (owed,) = _held(desk, Account.RECEIVABLE_PAYER)
    rows = [(payer, money) for payer, money in owed.items() if money.minor]
    if as_json:
        show_json([{"payer": payer, "owes": money_json(money)} for payer, money in rows])
        return
    show_table(("PAYER", "OWES>"), rows, "No insurer owes anything.")


def _show_bills(desk: Desk, *, as_json: bool) -> None:
    with desk.reading() as uow:
        every = uow.billing.bills.of()
    opened = [bill for bill in every if bill.stage is Stage.OPEN and bill.open_amount.minor]
    if as_json:
        show_json([_bill_json(bill) for bill in opened])
        return
    currency = desk.settings.billing.currency
    show_table(
        ("BILL>", "CLIENT", "DUE", "CHARGED>", "PAID>", "WRITTEN OFF>", "OPEN>"),
        (
            (
                bill.number,
                bill.client,
                bill.due_on,
                *(
                    figure(money, currency) if money.minor else ""
                    for money in (bill.charged, bill.paid, bill.written_off, bill.open_amount)
                ),
            )
            for bill in opened
        ),
        "Nothing is open on any bill.",
    )


def _held(desk: Desk, *accounts: Account) -> list[Mapping[str, Money]]:
    """Return the sums of each holder of these accounts, all as of the same moment."""
    with desk.reading() as uow:
        sums = uow.billing.ledger.balances(by_holder=True)
    return [
        {holder: money for (each, holder), money in sums.items() if each is account}
        for account in accounts
    ]


@command(
    app,
    "list",
    "praxical ledger list --client C1001",
    "praxical ledger list --since 2026-11-01 --csv",
)
def list_transactions(
    desk: Desk,
    *,
    client: OfClient = None,
    since: Since = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """List transactions as they were posted, each with its entries."""
    check_form(as_json=as_json, as_csv=as_csv)
    with desk.reading() as uow:
        zone = uow.practice.zone
        found = uow.billing.ledger.matching(
            holder=client_named(uow, client), since=_midnight(since, zone)
        )
    if as_json:
        show_json([_as_json(one) for one in found])
    elif as_csv:
        show_sheet(ledger_sheet(found))
    else:
        blocks = ((_heading(one, zone), _lines(one)) for one in found)
        show_blocks(blocks, "Nothing was posted.")


def _midnight(since: str | None, zone: ZoneInfo) -> datetime | None:
    day = date_of("since", since)
    return None if day is None else datetime.combine(day, time(), zone)


def _heading(transaction: Transaction, zone: ZoneInfo) -> str:
    what = transaction.kind.replace("-", " ")
    if transaction.reverses:
        what = f"{what} of {short(transaction.reverses)}"
    actor = transaction.actor
    why = f": {transaction.reason}" if transaction.reason else ""
    when = moment(transaction.at, zone)
    return f"{when}  {what}, by {actor.user} ({actor.door})  {short(transaction.id)}{why}"


def _lines(transaction: Transaction) -> Iterator[str]:
    for entry in transaction.entries:
        account = f"{entry.account} {entry.holder}".strip()
        yield f"{account:<28} {entry.amount!s:>16}"


def _as_json(transaction: Transaction) -> dict[str, object]:
    return {
        "id": transaction.id,
        "at": transaction.at.isoformat(),
        "kind": transaction.kind,
        "user": transaction.actor.user,
        "door": transaction.actor.door,
        "reverses": transaction.reverses,
        "reason": transaction.reason,
        "entries": [_entry_json(entry) for entry in transaction.entries],
    }


def _entry_json(entry: Entry) -> dict[str, object]:
    return {
        "account": entry.account,
        "holder": entry.holder or None,
        "amount": money_json(entry.amount),
        "charge": entry.charge,
        "bill": entry.bill,
        "payment": entry.payment,
    }


def _bill_json(bill: Bill) -> dict[str, object]:
    return {
        "bill": bill.id,
        "number": bill.number,
        "client": bill.client,
        "charged": money_json(bill.charged),
        "paid": money_json(bill.paid),
        "written_off": money_json(bill.written_off),
        "open": money_json(bill.open_amount),
    }
