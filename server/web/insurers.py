"""What insurers pay of bills, over the API: asked for, adjusted, received, taken back."""

from __future__ import annotations

from typing import Final

from pydantic import Field

from server.billing_hooks import insurers as billing
from server.domain.api_access import ApiScope
from server.domain.bills import Method as PaidBy
from server.domain.ids import PayerId
from server.web.billing_models import BillShown
from server.web.messages import Nothing, Said
from server.web.route import AnyRoute, Call, Method, Route
from server.web.till import Till
from server.web.values import AmountSaid, amount_of


class ShareSaid(Said):
    """What an insurer is asked for instead of the client."""

    payer: str = Field(description="The insurer's key.")
    amount: AmountSaid | None = Field(default=None, description="Else all that is open.")


class AdjustmentSaid(Said):
    """What a contract takes off an insurer's share."""

    payer: str = Field(description="The insurer's key.")
    amount: AmountSaid | None = Field(default=None, description="Else all that it owes.")


class InsurerPaid(AdjustmentSaid):
    """What an insurer paid of its share."""

    method: PaidBy


def ask_insurer(call: Call, said: ShareSaid) -> BillShown:
    """Ask an insurer for a share of a bill instead of the client."""
    bill = Till(call).bill(call.parts["id"])
    amount = amount_of(said.amount, call.context.rules.currency)
    payer = PayerId(said.payer)
    return BillShown.of(billing.insurer_share(call.uow, call.context, bill.id, payer, amount))


def adjust_share(call: Call, said: AdjustmentSaid) -> BillShown:
    """Take off an insurer's share what its contract allows nobody to ask for."""
    bill = Till(call).bill(call.parts["id"])
    amount = amount_of(said.amount, call.context.rules.currency)
    payer = PayerId(said.payer)
    made = billing.contractual_adjustment(call.uow, call.context, bill.id, payer, amount)
    return BillShown.of(made)


def record_insurer_payment(call: Call, said: InsurerPaid) -> BillShown:
    """Record that an insurer paid its share, or a part of it."""
    bill = Till(call).bill(call.parts["id"])
    amount = amount_of(said.amount, call.context.rules.currency)
    paid = (PayerId(said.payer), said.method)
    return BillShown.of(billing.insurer_payment(call.uow, call.context, bill.id, paid, amount))


def undo_insurer_payments(call: Call, said: Nothing) -> BillShown:
    """Take back what was entered as paid by insurers; their share stands again."""
    del said
    bill = Till(call).bill(call.parts["id"])
    return BillShown.of(billing.undo_insurer_payment(call.uow, call.context, bill.id))


def take_back_insurer_share(call: Call, said: Nothing) -> BillShown:
    """Ask the client again for what insurers were asked for."""
    del said
    bill = Till(call).bill(call.parts["id"])
    return BillShown.of(billing.take_back_share(call.uow, call.context, bill.id))


_BILLS, _PAYMENTS = ApiScope.BILLING_WRITE, ApiScope.PAYMENTS_WRITE

ROUTES: Final[tuple[AnyRoute, ...]] = (
    Route(
        Method.POST,
        "/bills/{id}/insurer-share",
        _BILLS,
        ask_insurer,
        ShareSaid,
        BillShown,
        "Ask an insurer for a share of a bill",
        money=True,
    ),
    Route(
        Method.POST,
        "/bills/{id}/adjust",
        _BILLS,
        adjust_share,
        AdjustmentSaid,
        BillShown,
        "Take off an insurer's share what its contract forbids to ask for",
        money=True,
    ),
    Route(
        Method.POST,
        "/bills/{id}/insurer-paid",
        _PAYMENTS,
        record_insurer_payment,
        InsurerPaid,
        BillShown,
        "Record that an insurer paid of its share",
        money=True,
    ),
    Route(
        Method.POST,
        "/bills/{id}/undo-insurer-paid",
        _PAYMENTS,
        undo_insurer_payments,
        Nothing,
        BillShown,
        "Take back what was entered as paid by insurers",
        money=True,
    ),
    Route(
        Method.POST,
        "/bills/{id}/take-back-share",
        _BILLS,
        take_back_insurer_share,
        Nothing,
        BillShown,
        "Ask the client again for what insurers were asked for",
        money=True,
    ),
)
