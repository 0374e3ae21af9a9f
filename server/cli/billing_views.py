"""Charges, bills and payments as cells of tables and as JSON; clients by number only."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence

import typer

from server.billing_hooks.sheets import Sheet
from server.cli.billing_targets import short
from server.cli.output import Cell, show_table
from server.domain.bills import Bill, Payment
from server.domain.charges import Charge
from server.domain.ids import BillId
from server.domain.money import Money, parse_money, total

Json = dict[str, object]
Numbers = Mapping[BillId, int | None]


def money_json(money: Money) -> Json:
    """Return an amount for programs: whole minor units, such as cents."""
    return {"amount_minor": money.minor, "currency": money.currency}


def amount_of(text: str | None, currency: str) -> Money | None:
    """Return an amount that may be left out; raises Invalid."""
    return parse_money(text, currency) if text else None


def figure(money: Money, currency: str) -> str:
    """Return an amount for a table; its currency where it is not the practice's."""
    return f"{money.decimal:.2f}" if money.currency == currency else str(money)


def sums(amounts: Iterable[Money], currency: str) -> str:
    """Return the sum of amounts, or one for each currency."""
    every = list(amounts)
    currencies = sorted({money.currency for money in every}) or [currency]
    return ", ".join(
        str(total((money for money in every if money.currency == each), each))
        for each in currencies
    )


def counted(number: int, what: str) -> str:
    """Return ``1 charge`` or ``3 charges``."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def show_sheet(sheet: Sheet) -> None:
    """Write a table as CSV, in UTF-8 wherever it goes."""
    sys.stdout.flush()
    sys.stdout.buffer.write(sheet.csv().encode())
    sys.stdout.buffer.flush()


def check_form(*, as_json: bool, as_csv: bool) -> None:
    """Raise BadParameter where two forms are asked for at once."""
    if as_json and as_csv:
        raise typer.BadParameter("--json and --csv exclude each other")


def code_of(charge: Charge) -> str:
    """Return the code with its modifiers, as it stands on a claim."""
    return " ".join([charge.line.code, *charge.line.modifiers])


def appointment_of(charge: Charge) -> str | None:
    """Return the appointment as other commands take it, None for what was sold by itself."""
    if charge.appointment is None:
        return None
    return f"{charge.appointment}.{charge.key}" if charge.key else charge.appointment


def show_charges(
    charges: Sequence[Charge], currency: str, numbers: Numbers | None, nothing: str
) -> None:
    """Write charges as a table; without numbers it does not say where each is billed."""
    last = () if numbers is None else ("BILL",)
    show_table(
        ("DATE", "CLIENT", "CODE", "UNITS>", "AMOUNT>", *last, "ID"),
        (
            (
                charge.service_date,
                charge.client,
                code_of(charge),
                charge.line.units,
                figure(charge.line.amount, currency),
                *([] if numbers is None else [billed(charge, numbers)]),
                short(charge.id),
            )
            for charge in charges
        ),
        nothing,
    )


def billed(charge: Charge, numbers: Numbers) -> Cell:
    """Return where a charge is billed, or that it is not."""
    if not charge.stands:
        return "reversed"
    if charge.bill is None:
        return "unbilled"
    return numbers.get(charge.bill) or f"draft {short(charge.bill)}"


def named(bill: Bill) -> str:
    """Return how a bill is called: by its number, or as a draft by the end of its id."""
    return f"bill {bill.number}" if bill.number else f"draft {short(bill.id)}"


def charge_json(charge: Charge) -> Json:
    """Return a charge for programs."""
    line = charge.line
    return {
        "id": charge.id,
        "client": charge.client,
        "service_date": charge.service_date,
        "kind": line.kind,
        "code": line.code,
        "description": line.description,
        "units": line.units,
        "modifiers": list(line.modifiers),
        "place_of_service": line.place_of_service,
        "minutes": charge.minutes,
        "unit_fee": money_json(line.unit_fee),
        "amount": money_json(line.amount),
        "practitioner": charge.practitioner,
        "appointment": charge.appointment,
        "occurrence": charge.key,
        "bill": charge.bill,
        "transaction": charge.transaction,
        "posted_at": charge.posted_at.isoformat(),
        "reversed_at": charge.reversed_at.isoformat() if charge.reversed_at else None,
    }


def bill_json(bill: Bill) -> Json:
    """Return a bill with its charges for programs."""
    return {
        "id": bill.id,
        "number": bill.number,
        "client": bill.client,
        "state": bill.state,
        "made_at": bill.made_at.isoformat(),
        "opened_on": bill.opened_on,
        "due_on": bill.due_on,
        "cancelled_at": bill.cancelled_at.isoformat() if bill.cancelled_at else None,
        "charged": money_json(bill.charged),
        "paid": money_json(bill.paid),
        "written_off": money_json(bill.written_off),
        "open": money_json(bill.open_amount),
        "charges": [charge_json(charge) for charge in bill.charges],
    }


def payment_json(payment: Payment) -> Json:
    """Return a payment for programs."""
    return {
        "id": payment.id,
        "client": payment.client,
        "method": payment.method,
        "received_on": payment.received_on,
        "reference": payment.reference,
        "amount": money_json(payment.amount),
        "applied": money_json(payment.applied),
        "refunded": money_json(payment.refunded),
        "credit": money_json(payment.credit),
        "removed_at": payment.removed_at.isoformat() if payment.removed_at else None,
        "transaction": payment.transaction,
        "applications": [
            {
                "bill": each.bill,
                "amount": money_json(each.amount),
                "transaction": each.transaction,
            }
            for each in payment.applications
        ],
    }
