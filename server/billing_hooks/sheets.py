"""Money as tables for spreadsheets (RFC 4180); no cell of text becomes a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from io import StringIO
from typing import TypeAlias

from server.domain.bills import Bill, Payment
from server.domain.charges import Charge
from server.domain.ids import BillId
from server.domain.ledger import Transaction

Cell: TypeAlias = str | int | Decimal | date | datetime | None

MEDIA_TYPE = "text/csv"
_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: its columns, and rows with a cell for each of them."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]

    def csv(self) -> str:
        """Return the table as a file of comma-separated values, each line ended by CRLF.

        Instants are RFC 3339 in UTC, days ``YYYY-MM-DD``, amounts decimal with two places.
        """
        written = StringIO()
        lines = csv.writer(written, lineterminator="\r\n")
        lines.writerow(self.columns)
        for row in self.rows:
            lines.writerow([_written(cell) for cell in row])
        return written.getvalue()


def _written(cell: Cell) -> object:
    match cell:
        case datetime():
            return cell.isoformat()
        case Decimal():
            return f"{cell:.2f}"
        case str() if cell.startswith(_STARTS_A_FORMULA):
            return f"'{cell}"
        case _:
            return cell


def charges_sheet(
    charges: Iterable[Charge], numbers: Mapping[BillId, int | None] | None = None
) -> Sheet:
    """Return charges as a table; ``numbers`` are those of their bills."""
    columns = (
        *("charge", "service_date", "client", "appointment", "occurrence", "practitioner"),
        *("kind", "code", "modifiers", "place_of_service", "description", "minutes"),
        *("units", "unit_fee", "amount", "currency", "bill", "bill_number"),
        *("posted_at", "reversed_at"),
    )
    return Sheet(columns, [_charge_row(charge, numbers or {}) for charge in charges])


def _charge_row(charge: Charge, numbers: Mapping[BillId, int | None]) -> Sequence[Cell]:
    line = charge.line
    return (
        charge.id,
        charge.service_date,
        charge.client,
        charge.appointment,
        charge.key,
        charge.practitioner,
        line.kind.value,
        line.code,
        " ".join(line.modifiers),
        line.place_of_service,
        line.description,
        charge.minutes,
        line.units,
        line.unit_fee.decimal,
        line.amount.decimal,
        line.amount.currency,
        charge.bill,
        numbers.get(charge.bill) if charge.bill else None,
        charge.posted_at,
        charge.reversed_at,
    )


def bills_sheet(bills: Iterable[Bill]) -> Sheet:
    """Return bills as a table."""
    columns = (
        *("bill", "number", "client", "state", "made_at", "opened_on", "due_on"),
        *("charges", "charged", "paid", "written_off", "open", "currency", "cancelled_at"),
    )
    return Sheet(columns, [_bill_row(bill) for bill in bills])


def _bill_row(bill: Bill) -> Sequence[Cell]:
    return (
        bill.id,
        bill.number,
        bill.client,
        bill.state.value,
        bill.made_at,
        bill.opened_on,
        bill.due_on,
        len(bill.charges),
        bill.charged.decimal,
        bill.paid.decimal,
        bill.written_off.decimal,
        bill.open_amount.decimal,
        bill.paid.currency,
        bill.cancelled_at,
    )


def payments_sheet(payments: Iterable[Payment]) -> Sheet:
    """Return payments as a table."""
    columns = (
        *("payment", "received_on", "client", "method", "reference", "amount", "applied"),
        *("refunded", "credit", "currency", "removed_at"),
    )
    return Sheet(columns, [_payment_row(payment) for payment in payments])


def _payment_row(payment: Payment) -> Sequence[Cell]:
    return (
        payment.id,
        payment.received_on,
        payment.client,
        payment.method.value,
        payment.reference,
        payment.amount.decimal,
        payment.applied.decimal,
        payment.refunded.decimal,
        payment.credit.decimal,
        payment.amount.currency,
        payment.removed_at,
    )


def ledger_sheet(transactions: Iterable[Transaction]) -> Sheet:
    """Return transactions as a table with a row for each entry; a credit is below zero."""
    columns = (
        *("transaction", "at", "kind", "by", "door", "reverses", "reason"),
        *("account", "holder", "amount", "currency", "charge", "bill", "payment"),
    )
    return Sheet(columns, [row for one in transactions for row in _entry_rows(one)])


def _entry_rows(transaction: Transaction) -> Iterator[Sequence[Cell]]:
    for entry in transaction.entries:
        yield (
            transaction.id,
            transaction.at,
            transaction.kind.value,
            transaction.actor.user,
            transaction.actor.door.value,
            transaction.reverses,
            transaction.reason,
            entry.account.value,
            entry.holder,
            entry.amount.decimal,
            entry.amount.currency,
            entry.charge,
            entry.bill,
            entry.payment,
        )
