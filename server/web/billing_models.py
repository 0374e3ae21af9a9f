"""Charges, bills and payments as the API shows them; clients by number only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Annotated, Final, TypeVar

from pydantic import Field

from server.domain.bills import Application, Bill, BillState, Method, Payment
from server.domain.charges import Charge, ChargeKind
from server.domain.errors import Invalid
from server.web.messages import Said, Shown
from server.web.values import Amount

CSV: Final = "text/csv"
_AT_ONCE: Final = 200
T = TypeVar("T")


class PageQuery(Said):
    """Which part of a list is wanted; as CSV it comes whole."""

    after: str | None = Field(default=None, description="`next` of the page before.")
    limit: Annotated[int, Field(ge=1, le=1000)] = _AT_ONCE

    def page(
        self, found: Sequence[T], name: Callable[[T], str]
    ) -> tuple[Sequence[T], str | None]:
        """Return the part that is wanted, and the name of its last one if more follow."""
        first = 0
        if self.after is not None:
            names = [name(one) for one in found]
            if self.after not in names:
                raise Invalid("after", "it is not in this list")
            first = names.index(self.after) + 1
        part = found[first : first + self.limit]
        return part, name(part[-1]) if first + len(part) < len(found) else None


class ChargeShown(Shown):
    """One line of what a client owes or has paid."""

    id: str
    client: str
    service_date: date
    kind: ChargeKind
    code: str
    description: str
    units: int
    modifiers: list[str]
    place_of_service: str
    minutes: int
    unit_fee: Amount
    amount: Amount
    practitioner: str | None
    appointment: str | None = Field(description="None of what was sold by itself.")
    occurrence: str | None
    bill: str | None = Field(description="Id of the bill that it is on.")
    transaction: str
    posted_at: datetime
    reversed_at: datetime | None

    @classmethod
    def of(cls, charge: Charge) -> ChargeShown:
        """Return a charge as it is shown."""
        line = charge.line
        return cls(
            id=charge.id,
            client=charge.client,
            service_date=charge.service_date,
            kind=line.kind,
            code=line.code,
            description=line.description,
            units=line.units,
            modifiers=list(line.modifiers),
            place_of_service=line.place_of_service,
            minutes=charge.minutes,
            unit_fee=Amount.of(line.unit_fee),
            amount=Amount.of(line.amount),
            practitioner=charge.practitioner,
            appointment=charge.appointment,
            occurrence=charge.key or None,
            bill=charge.bill,
            transaction=charge.transaction,
            posted_at=charge.posted_at,
            reversed_at=charge.reversed_at,
        )


class ChargeList(Shown):
    """Charges by service date."""

    items: list[ChargeShown]
    next: str | None = Field(description="`after` of the next page, null on the last.")


class BillSummary(Shown):
    """A bill without its charges."""

    id: str
    number: int | None = Field(description="Null of a draft.")
    client: str
    state: BillState
    made_at: datetime
    opened_on: date | None
    due_on: date | None
    cancelled_at: datetime | None
    charged: Amount
    paid: Amount
    written_off: Amount
    open: Amount

    @classmethod
    def summed(cls, bill: Bill) -> BillSummary:
        """Return a bill as a list shows it."""
        return cls.model_validate(_summary(bill))


def _summary(bill: Bill) -> dict[str, object]:
    return {
        "id": bill.id,
        "number": bill.number,
        "client": bill.client,
        "state": bill.state,
        "made_at": bill.made_at,
        "opened_on": bill.opened_on,
        "due_on": bill.due_on,
        "cancelled_at": bill.cancelled_at,
        "charged": Amount.of(bill.charged),
        "paid": Amount.of(bill.paid),
        "written_off": Amount.of(bill.written_off),
        "open": Amount.of(bill.open_amount),
    }


class BillShown(BillSummary):
    """A bill with its charges."""

    charges: list[ChargeShown]

    @classmethod
    def of(cls, bill: Bill) -> BillShown:
        """Return a bill as it is shown."""
        charges = [ChargeShown.of(charge) for charge in bill.charges]
        return cls.model_validate({**_summary(bill), "charges": charges})


class BillList(Shown):
    """Bills by when they were made."""

    items: list[BillSummary]
    next: str | None = Field(description="`after` of the next page, null on the last.")


class ApplicationShown(Shown):
    """What of a payment settles a bill."""

    bill: str
    amount: Amount
    transaction: str

    @classmethod
    def of(cls, application: Application) -> ApplicationShown:
        """Return an application as it is shown."""
        return cls(
            bill=application.bill,
            amount=Amount.of(application.amount),
            transaction=application.transaction,
        )


class PaymentShown(Shown):
    """Money that came in, and what became of it."""

    id: str
    client: str
    method: Method
    received_on: date
    reference: str
    amount: Amount
    applied: Amount
    refunded: Amount
    credit: Amount
    removed_at: datetime | None
    transaction: str
    applications: list[ApplicationShown]

    @classmethod
    def of(cls, payment: Payment) -> PaymentShown:
        """Return a payment as it is shown."""
        return cls(
            id=payment.id,
            client=payment.client,
            method=payment.method,
            received_on=payment.received_on,
            reference=payment.reference,
            amount=Amount.of(payment.amount),
            applied=Amount.of(payment.applied),
            refunded=Amount.of(payment.refunded),
            credit=Amount.of(payment.credit),
            removed_at=payment.removed_at,
            transaction=payment.transaction,
            applications=[ApplicationShown.of(each) for each in payment.applications],
        )


class PaymentList(Shown):
    """Payments by the day on which they came in."""

    items: list[PaymentShown]
    next: str | None = Field(description="`after` of the next page, null on the last.")
