"""Bills over the API: preview, make, open, edit, cancel, write off."""

from __future__ import annotations

from datetime import date
from http import HTTPStatus
from typing import Final

from pydantic import Field

from server.billing_hooks import bills as billing
from server.billing_hooks.bill_edits import LineEdit, edit_line, put_on, take_off
from server.billing_hooks.settlements import WriteOff, undo_write_off, write_off
from server.billing_hooks.sheets import bills_sheet
from server.domain.api_access import ApiScope
from server.domain.bills import BillState
from server.domain.errors import Invalid, NotAllowed
from server.domain.ids import ChargeId
from server.web.billing_models import (
    CSV,
    BillList,
    BillShown,
    BillSummary,
    ChargeShown,
    PageQuery,
)
from server.web.messages import Download, Nothing, Said, Shown
from server.web.route import AnyRoute, Call, Method, Route
from server.web.till import Till, as_file
from server.web.values import Amount, AmountSaid, amount_of


class BillQuery(PageQuery):
    """Which bills are wanted."""

    client: str | None = Field(default=None, description="Number.")
    state: BillState | None = None


class Unbilled(Said):
    """Which unbilled charges are meant: those named, or all up to a service date."""

    client: str = Field(description="Number.")
    charges: list[str] = Field(default_factory=list, description="Ids; none means all.")
    until: date | None = Field(default=None, description="Last service date.")

    def wanted(self, call: Call) -> billing.Wanted:
        """Return what is meant; raises NotFound, and Invalid for both at once."""
        if self.charges and self.until:
            raise Invalid("until", "say `charges` or `until`, not both")
        number = Till(call).client(self.client).number
        return billing.Wanted(number, [ChargeId(one) for one in self.charges], self.until)


class NewBill(Unbilled):
    """A bill to be made."""

    draft: bool = Field(default=False, description="Without a number, until it is opened.")


class PreviewShown(Shown):
    """What a bill would ask for."""

    amount: Amount
    charges: list[ChargeShown]


class LineSaid(Said):
    """What changes of a line; code, units and modifiers are the appointment's own."""

    code: str | None = None
    units: int | None = Field(default=None, ge=1, le=99)
    modifiers: list[str] | None = Field(default=None, description="All of them, in order.")
    unit_fee: AmountSaid | None = None

    def edit(self, currency: str) -> LineEdit:
        """Return what changes; raises Invalid where nothing does."""
        marks = None
        if self.modifiers is not None:
            marks = tuple(mark.upper() for mark in self.modifiers)
        fee = amount_of(self.unit_fee, currency)
        edit = LineEdit(self.code, self.units, marks, fee)
        if edit == LineEdit():
            raise Invalid("line", "say what changes")
        return edit


class PutOn(Said):
    """An unbilled charge that shall be on a bill."""

    charge: str = Field(description="Its id.")


class WriteOffSaid(Said):
    """What nobody will pay."""

    why: WriteOff
    amount: AmountSaid | None = Field(default=None, description="Else all that is open.")


def list_bills(call: Call, said: BillQuery) -> BillList | Download:
    """List bills by when they were made."""
    till = Till(call)
    client = till.client(said.client).number if said.client else None
    every = till.bills(call.uow.billing.bills.of(client))
    found = [bill for bill in every if said.state in (None, bill.state)]
    if call.wants(CSV):
        return as_file("bills", bills_sheet(found))
    page, after = said.page(found, lambda bill: bill.id)
    return BillList(items=[BillSummary.summed(bill) for bill in page], next=after)


def preview_bill(call: Call, said: Unbilled) -> PreviewShown:
    """Show what a bill would ask for."""
    found = billing.preview(call.uow, call.context, said.wanted(call))
    _check_own(call, found)
    return PreviewShown(
        amount=Amount.of(found.amount),
        charges=[ChargeShown.of(charge) for charge in found.charges],
    )


def make_bill(call: Call, said: NewBill) -> BillShown:
    """Bill unbilled charges."""
    wanted = said.wanted(call)
    _check_own(call, billing.preview(call.uow, call.context, wanted))
    bill = billing.new_bill(call.uow, call.context, wanted, draft=said.draft)
    return BillShown.of(bill)


def _check_own(call: Call, found: billing.Preview) -> None:
    """Raise NotAllowed where others' work would be billed by a practitioner's token."""
    if not all(map(Till(call).sees_charge, found.charges)):
        raise NotAllowed("Work of other practitioners is among it: name the own `charges`.")


def show_bill(call: Call, said: Nothing) -> BillShown:
    """Show a bill, by its id or its number."""
    del said
    return BillShown.of(Till(call).bill(call.parts["id"]))


def open_bill(call: Call, said: Nothing) -> BillShown:
    """Open a draft."""
    del said
    bill = Till(call).bill(call.parts["id"])
    return BillShown.of(billing.open_bill(call.uow, call.context, bill.id))


def cancel_bill(call: Call, said: Nothing) -> BillShown:
    """Cancel a bill of which nothing is paid."""
    del said
    bill = Till(call).bill(call.parts["id"])
    return BillShown.of(billing.cancel_bill(call.uow, call.context, bill.id))


def edit_bill_line(call: Call, said: LineSaid) -> BillShown:
    """Change a line of a bill; the charge that takes its place has an id of its own."""
    bill = Till(call).bill(call.parts["id"])
    edit = said.edit(call.context.rules.currency)
    charge = ChargeId(call.parts["charge"])
    return BillShown.of(edit_line(call.uow, call.context, bill.id, charge, edit))


def put_on_bill(call: Call, said: PutOn) -> BillShown:
    """Put an unbilled charge on a bill."""
    till = Till(call)
    bill, charge = till.bill(call.parts["id"]), till.charge(said.charge)
    return BillShown.of(put_on(call.uow, call.context, bill.id, charge.id))


def take_off_bill(call: Call, said: Nothing) -> BillShown:
    """Take a line off a bill: it is unbilled again."""
    del said
    bill = Till(call).bill(call.parts["id"])
    charge = ChargeId(call.parts["charge"])
    return BillShown.of(take_off(call.uow, call.context, bill.id, charge))


def write_off_bill(call: Call, said: WriteOffSaid) -> BillShown:
    """Write off what is open of a bill, or a part of it."""
    bill = Till(call).bill(call.parts["id"])
    amount = amount_of(said.amount, call.context.rules.currency)
    return BillShown.of(write_off(call.uow, call.context, bill.id, said.why, amount))


def undo_bill_write_off(call: Call, said: Nothing) -> BillShown:
    """Take back what was written off of a bill."""
    del said
    bill = Till(call).bill(call.parts["id"])
    return BillShown.of(undo_write_off(call.uow, call.context, bill.id))


_READ, _WRITE = ApiScope.BILLING_READ, ApiScope.BILLING_WRITE

ROUTES: Final[tuple[AnyRoute, ...]] = (
    Route(
        Method.GET,
        "/bills",
        _READ,
        list_bills,
        BillQuery,
        BillList,
        "Bills",
        download=CSV,
    ),
    Route(
        Method.POST,
        "/bills",
        _WRITE,
        make_bill,
        NewBill,
        BillShown,
        "Bill unbilled charges of a client",
        HTTPStatus.CREATED,
        money=True,
        location="/bills/{id}",
    ),
    Route(
        Method.POST,
        "/bills/preview",
        _READ,
        preview_bill,
        Unbilled,
        PreviewShown,
        "What a bill would ask for; nothing is changed",
    ),
    Route(Method.GET, "/bills/{id}", _READ, show_bill, Nothing, BillShown, "One bill"),
    Route(
        Method.POST,
        "/bills/{id}/open",
        _WRITE,
        open_bill,
        Nothing,
        BillShown,
        "Give a draft its number",
        money=True,
    ),
    Route(
        Method.POST,
        "/bills/{id}/cancel",
        _WRITE,
        cancel_bill,
        Nothing,
        BillShown,
        "Cancel a bill; its charges are unbilled again",
        money=True,
    ),
    Route(
        Method.POST,
        "/bills/{id}/lines",
        _WRITE,
        put_on_bill,
        PutOn,
        BillShown,
        "Put an unbilled charge on a bill",
        money=True,
    ),
    Route(
        Method.PATCH,
        "/bills/{id}/lines/{charge}",
        _WRITE,
        edit_bill_line,
        LineSaid,
        BillShown,
        "Change a line of a bill",
    ),
    Route(
        Method.DELETE,
        "/bills/{id}/lines/{charge}",
        _WRITE,
        take_off_bill,
        Nothing,
        BillShown,
        "Take a line off a bill",
    ),
    Route(
        Method.POST,
        "/bills/{id}/write-off",
        _WRITE,
        write_off_bill,
        WriteOffSaid,
        BillShown,
        "Write off what is open of a bill",
        money=True,
    ),
    Route(
        Method.POST,
        "/bills/{id}/undo-write-off",
        _WRITE,
        undo_bill_write_off,
        Nothing,
        BillShown,
        "Take back what was written off",
        money=True,
    ),
)
