"""What is done with bills and payments, as each door is asked for it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from server.billing_hooks import bill_edits, bills, insurers, payments, settlements
from server.billing_hooks.bill_edits import LineEdit
from server.billing_hooks.settlements import WriteOff
from server.domain.bills import Method
from server.domain.ids import ChargeId, ClientNumber, PayerId, PaymentId
from server.domain.money import Money
from tests.property.ledger_doors import Act, Asked

CASH = Method.CASH


def bill(client: str, charges: Sequence[ChargeId], *, draft: bool) -> Act:
    """Bill all that a client has unbilled, or these charges."""
    wanted = bills.Wanted(ClientNumber(client), charges)
    said = {"client": client, "charges": list(charges), "draft": draft}
    named = [word for charge in charges for word in ("--charge", charge)]
    words = ("bill", "new", "--client", client, *named, "--json")
    return Act(
        lambda uow, context: bills.new_bill(uow, context, wanted, draft=draft).id,
        Asked("POST", "/bills", said),
        (*words, "--draft") if draft else words,
    )


def open_draft(number: str) -> Act:
    """Open a draft."""
    return Act(
        lambda uow, context: bills.open_bill(uow, context, number),
        Asked("POST", f"/bills/{number}/open"),
        ("bill", "open", number),
    )


def cancel(number: str) -> Act:
    """Cancel a bill."""
    return Act(
        lambda uow, context: bills.cancel_bill(uow, context, number),
        Asked("POST", f"/bills/{number}/cancel"),
        ("bill", "cancel", number),
    )


def edit_fee(number: str, charge: ChargeId, minor: int) -> Act:
    """Give a line a unit fee of its own."""
    edit = LineEdit(unit_fee=Money(minor))
    return Act(
        lambda uow, context: bill_edits.edit_line(uow, context, number, charge, edit),
        Asked("PATCH", f"/bills/{number}/lines/{charge}", {"unit_fee": _said(minor)}),
        ("bill", "edit", number, "--charge", charge, "--fee", _figure(minor)),
    )


def edit_units(number: str, charge: ChargeId, units: int) -> Act:
    """Give a service on a bill another number of units."""
    edit = LineEdit(units=units)
    return Act(
        lambda uow, context: bill_edits.edit_line(uow, context, number, charge, edit),
        Asked("PATCH", f"/bills/{number}/lines/{charge}", {"units": units}),
        ("bill", "edit", number, "--charge", charge, "--units", str(units)),
    )


def take_off(number: str, charge: ChargeId) -> Act:
    """Take a line off a bill."""
    return Act(
        lambda uow, context: bill_edits.take_off(uow, context, number, charge),
        Asked("DELETE", f"/bills/{number}/lines/{charge}"),
        ("bill", "edit", number, "--take-off", charge),
    )


def put_on(number: str, charge: ChargeId) -> Act:
    """Put an unbilled charge on a bill."""
    return Act(
        lambda uow, context: bill_edits.put_on(uow, context, number, charge),
        Asked("POST", f"/bills/{number}/lines", {"charge": charge}),
        ("bill", "edit", number, "--put-on", charge),
    )


def receive(client: str, minor: int, on: date) -> Act:
    """Record a payment in cash."""
    received = payments.Received(ClientNumber(client), CASH, Money(minor), on)
    said = {
        "client": client,
        "amount": _said(minor),
        "method": CASH,
        "received_on": on.isoformat(),
    }
    how = ("--amount", _figure(minor), "--method", CASH, "--on", on.isoformat())
    return Act(
        lambda uow, context: payments.record_payment(uow, context, received).id,
        Asked("POST", "/payments", said),
        ("payment", "record", "--client", client, *how, "--json"),
    )


def apply(payment: str, number: str, minor: int | None) -> Act:
    """Apply a payment, or an amount of it, to a bill."""
    name, amount = PaymentId(payment), _money(minor)
    return Act(
        lambda uow, context: payments.apply_payment(uow, context, name, number, amount),
        Asked("POST", f"/payments/{payment}/apply", {"bill": number, **_part(minor)}),
        ("payment", "apply", payment, "--bill", number, *_option(minor)),
    )


def unapply(payment: str, number: str | None) -> Act:
    """Take a payment off one bill, or off all."""
    name = PaymentId(payment)
    return Act(
        lambda uow, context: payments.unapply_payment(uow, context, name, number),
        Asked("POST", f"/payments/{payment}/unapply", {"bill": number}),
        ("payment", "unapply", payment, *(("--bill", number) if number else ())),
    )


def refund(payment: str, minor: int | None) -> Act:
    """Give a payment back, or an amount of it."""
    name, amount = PaymentId(payment), _money(minor)
    return Act(
        lambda uow, context: payments.refund_payment(uow, context, name, amount),
        Asked("POST", f"/payments/{payment}/refund", _part(minor)),
        ("payment", "refund", payment, *_option(minor)),
    )


def remove(payment: str) -> Act:
    """Remove a payment that was entered wrongly."""
    name = PaymentId(payment)
    return Act(
        lambda uow, context: payments.remove_payment(uow, context, name),
        Asked("POST", f"/payments/{payment}/remove"),
        ("payment", "remove", payment),
    )


def write_off(number: str, minor: int | None) -> Act:
    """Write off what is open of a bill, or an amount of it, out of courtesy."""
    why, amount = WriteOff.COURTESY, _money(minor)
    return Act(
        lambda uow, context: settlements.write_off(uow, context, number, why, amount),
        Asked("POST", f"/bills/{number}/write-off", {"why": why, **_part(minor)}),
        ("bill", "write-off", number, "--why", why, *_option(minor)),
    )


def undo_write_off(number: str) -> Act:
    """Ask again for what was written off."""
    return Act(
        lambda uow, context: settlements.undo_write_off(uow, context, number),
        Asked("POST", f"/bills/{number}/undo-write-off"),
        ("bill", "write-off", number, "--undo"),
    )


def insurer_share(number: str, payer: PayerId, minor: int) -> Act:
    """Ask an insurer for a part of a bill."""
    amount = Money(minor)
    return Act(
        lambda uow, context: insurers.insurer_share(uow, context, number, payer, amount),
        Asked("POST", f"/bills/{number}/insurer-share", {"payer": payer, **_part(minor)}),
        ("bill", "insurer-share", number, "--payer", payer, *_option(minor)),
    )


def adjust(number: str, payer: PayerId, minor: int) -> Act:
    """Take off an insurer's share what its contract forbids to ask for."""
    amount = Money(minor)
    change = insurers.contractual_adjustment
    return Act(
        lambda uow, context: change(uow, context, number, payer, amount),
        Asked("POST", f"/bills/{number}/adjust", {"payer": payer, **_part(minor)}),
        ("bill", "adjust", number, "--payer", payer, *_option(minor)),
    )


def insurer_paid(number: str, payer: PayerId, minor: int) -> Act:
    """Record what an insurer paid of its share, in cash."""
    paid, amount = (payer, CASH), Money(minor)
    said = {"payer": payer, "method": CASH, **_part(minor)}
    how = ("--payer", payer, "--method", CASH, *_option(minor))
    return Act(
        lambda uow, context: insurers.insurer_payment(uow, context, number, paid, amount),
        Asked("POST", f"/bills/{number}/insurer-paid", said),
        ("bill", "insurer-paid", number, *how),
    )


def take_back_share(number: str) -> Act:
    """Ask the client again for what the insurer was asked for."""
    return Act(
        lambda uow, context: insurers.take_back_share(uow, context, number),
        Asked("POST", f"/bills/{number}/take-back-share"),
        ("bill", "take-back-share", number),
    )


def _money(minor: int | None) -> Money | None:
    return None if minor is None else Money(minor)


def _said(minor: int) -> dict[str, object]:
    return {"amount_minor": minor}


def _part(minor: int | None) -> dict[str, object]:
    return {} if minor is None else {"amount": _said(minor)}


def _figure(minor: int) -> str:
    return f"{Money(minor).decimal:.2f}"


def _option(minor: int | None) -> tuple[str, ...]:
    return () if minor is None else ("--amount", _figure(minor))
