"""Payments over the API: record, apply, take off, refund, remove."""

from __future__ import annotations

from datetime import date
from http import HTTPStatus
from typing import Final

from pydantic import Field

from server.billing_hooks import payments as billing
from server.billing_hooks.sheets import payments_sheet
from server.domain.api_access import ApiScope
from server.domain.bills import Method as PaidBy
from server.web.billing_models import CSV, PageQuery, PaymentList, PaymentShown
from server.web.messages import Download, Nothing, Said
from server.web.route import AnyRoute, Call, Method, Route
from server.web.till import Till, as_file
from server.web.values import AmountSaid, amount_of


class PaymentQuery(PageQuery):
    """Which payments are wanted."""

    client: str | None = Field(default=None, description="Number.")


class NewPayment(Said):
    """Money that came in."""

    client: str = Field(description="Number.")
    amount: AmountSaid
    method: PaidBy
    received_on: date | None = Field(default=None, description="Else today.")
    reference: str = Field(
        default="", max_length=200, description="Of a check or transfer; never of a card."
    )
    bills: list[str] = Field(
        default_factory=list, description="Ids or numbers; they are paid in this order."
    )


class ApplySaid(Said):
    """A bill that a payment settles."""

    bill: str = Field(description="Id or number.")
    amount: AmountSaid | None = Field(default=None, description="Else as much as fits.")


class UnapplySaid(Said):
    """A bill that a payment no longer settles."""

    bill: str | None = Field(default=None, description="Id or number; else all.")


class RefundSaid(Said):
    """What is given back."""

    amount: AmountSaid | None = Field(default=None, description="Else all of it.")


def list_payments(call: Call, said: PaymentQuery) -> PaymentList | Download:
    """List payments by the day on which they came in."""
    till = Till(call)
    client = till.client(said.client).number if said.client else None
    found = till.payments(call.uow.billing.payments.of(client))
    if call.wants(CSV):
        return as_file("payments", payments_sheet(found))
    page, after = said.page(found, lambda payment: payment.id)
    return PaymentList(items=[PaymentShown.of(payment) for payment in page], next=after)


def show_payment(call: Call, said: Nothing) -> PaymentShown:
    """Show a payment."""
    del said
    return PaymentShown.of(Till(call).payment(call.parts["id"]))


def record_payment(call: Call, said: NewPayment) -> PaymentShown:
    """Record money that came in, and apply it to bills."""
    till, uow, context = Till(call), call.uow, call.context
    received = billing.Received(
        till.client(said.client).number,
        said.method,
        said.amount.money(context.rules.currency),
        said.received_on or context.now.astimezone(uow.practice.zone).date(),
        said.reference,
    )
    bills = [till.bill(number).id for number in said.bills]
    return PaymentShown.of(billing.record_and_apply(uow, context, received, bills))


def apply_payment(call: Call, said: ApplySaid) -> PaymentShown:
    """Apply a payment to an open bill."""
    till = Till(call)
    payment, bill = till.payment(call.parts["id"]), till.bill(said.bill)
    amount = amount_of(said.amount, call.context.rules.currency)
    made = billing.apply_payment(call.uow, call.context, payment.id, bill.id, amount)
    return PaymentShown.of(made)


def unapply_payment(call: Call, said: UnapplySaid) -> PaymentShown:
    """Take a payment off a bill, or off all: it is credit again."""
    till = Till(call)
    payment = till.payment(call.parts["id"])
    bill = till.bill(said.bill).id if said.bill else None
    return PaymentShown.of(billing.unapply_payment(call.uow, call.context, payment.id, bill))


def refund_payment(call: Call, said: RefundSaid) -> PaymentShown:
    """Give a payment back, in part or in full."""
    payment = Till(call).payment(call.parts["id"])
    amount = amount_of(said.amount, call.context.rules.currency)
    return PaymentShown.of(billing.refund_payment(call.uow, call.context, payment.id, amount))


def remove_payment(call: Call, said: Nothing) -> PaymentShown:
    """Remove a payment that was entered wrongly; it stays on record."""
    del said
    payment = Till(call).payment(call.parts["id"])
    return PaymentShown.of(billing.remove_payment(call.uow, call.context, payment.id))


_READ, _WRITE = ApiScope.BILLING_READ, ApiScope.PAYMENTS_WRITE

ROUTES: Final[tuple[AnyRoute, ...]] = (
    Route(
        Method.GET,
        "/payments",
        _READ,
        list_payments,
        PaymentQuery,
        PaymentList,
        "Payments",
        download=CSV,
    ),
    Route(
        Method.POST,
        "/payments",
        _WRITE,
        record_payment,
        NewPayment,
        PaymentShown,
        "Record a payment",
        HTTPStatus.CREATED,
        money=True,
        location="/payments/{id}",
    ),
    Route(
        Method.GET, "/payments/{id}", _READ, show_payment, Nothing, PaymentShown, "One payment"
    ),
    Route(
        Method.POST,
        "/payments/{id}/apply",
        _WRITE,
        apply_payment,
        ApplySaid,
        PaymentShown,
        "Apply a payment to a bill",
        money=True,
    ),
    Route(
        Method.POST,
        "/payments/{id}/unapply",
        _WRITE,
        unapply_payment,
        UnapplySaid,
        PaymentShown,
        "Take a payment off a bill, or off all",
        money=True,
    ),
    Route(
        Method.POST,
        "/payments/{id}/refund",
        _WRITE,
        refund_payment,
        RefundSaid,
        PaymentShown,
        "Give a payment back, in part or in full",
        money=True,
    ),
    Route(
        Method.POST,
        "/payments/{id}/remove",
        _WRITE,
        remove_payment,
        Nothing,
        PaymentShown,
        "Remove a payment that was entered wrongly",
        money=True,
    ),
)
