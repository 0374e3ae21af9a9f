"""Editing what is on a bill, as long as nothing of it is paid (SH-27)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from server.billing_hooks.bills import (
    check_not_claimed,
    check_nothing_settled,
    find_bill,
    locked_bill,
)
from server.billing_hooks.holds import occurrences_of, show_holds
from server.billing_hooks.posting import reprice
from server.billing_hooks.refusals import WrongStage
from server.domain.appointment import ServiceLine
from server.domain.bills import Bill, Stage
from server.domain.charges import Charge, ChargeKind
from server.domain.errors import Invalid, NotFound
from server.domain.ids import BillId, ChargeId
from server.domain.money import Money
from server.usecases.context import Context
from server.usecases.edit_appointment import (
    Changes,
    Scope,
    Target,
    edit_appointment,
    part_at,
)
from server.usecases.ports import ChargeFilter, UnitOfWork


@dataclass(frozen=True, slots=True)
class LineEdit:
    """What changes of one line; None leaves as it is.

    Code, units and modifiers are those of the appointment's service and change with it; the
    unit fee is this line's alone.
    """

    code: str | None = None
    units: int | None = None
    modifiers: tuple[str, ...] | None = None
    unit_fee: Money | None = None

    @property
    def is_of_service(self) -> bool:
        """Whether the appointment's own service changes."""
        return not (self.code is None and self.units is None and self.modifiers is None)


def edit_line(
    uow: UnitOfWork,
    context: Context,
    bill: BillId | str,
    charge: ChargeId,
    edit: LineEdit,
) -> Bill:
    """Change a line of a bill: the old charge is reversed, a new one stands on the bill.

    Raises NotFound, Invalid, WrongStage, PaymentApplied, WrittenOff, and Locked where the note
    of the appointment is signed.
    """
    found = _editable(uow, bill)
    line = _charge_on(found, charge)
    context = replace(context, bill=found.id)
    if edit.is_of_service:
        line = _edit_service(uow, context, line, edit)
    if edit.unit_fee is not None and edit.unit_fee != line.line.unit_fee:
        if edit.unit_fee.minor <= 0:
            raise Invalid("fee", "it must be more than nothing; take the line off instead")
        reprice(uow, context, line, replace(line.line, unit_fee=edit.unit_fee))
    show_holds(uow, context, occurrences_of(found.charges))
    edited = find_bill(uow, found.id)
    # The fee that was said, or that the list has for another service by now.
    for each in edited.charges:
        _check_currency(edited, each)
    return edited


def _check_currency(bill: Bill, charge: Charge) -> None:
    if charge.line.amount.currency != bill.paid.currency:
        raise Invalid("charge", "one bill is in one currency")


def _editable(uow: UnitOfWork, number: BillId | str, *coming: Charge) -> Bill:
    """Return a bill that may be edited, locked with whatever is to come on it."""
    bill = locked_bill(uow, number, *coming)
    if bill.stage is Stage.CANCELLED:
        raise WrongStage("This bill is cancelled.")
    check_nothing_settled(bill)
    check_not_claimed(uow, bill)
    return bill


def _charge_on(bill: Bill, number: ChargeId) -> Charge:
    for charge in bill.charges:
        if charge.id == number:
            return charge
    raise NotFound("charge on this bill", number[:40])


def _edit_service(uow: UnitOfWork, context: Context, charge: Charge, edit: LineEdit) -> Charge:
    if charge.line.kind is not ChargeKind.SERVICE or charge.appointment is None:
        raise Invalid("line", "only the fee of what is no service of an appointment changes")
    appointment = uow.appointments.get(charge.appointment)
    if appointment is None:
        raise NotFound("appointment", charge.appointment)
    details = part_at(appointment, charge.key).details
    services = details.services or _as_charged(uow, context, charge)
    place = _place(services, charge)
    now = services[place]
    changed = ServiceLine(
        edit.code or now.code,
        now.units if edit.units is None else edit.units,
        now.modifiers if edit.modifiers is None else edit.modifiers,
    )
    services = (*services[:place], changed, *services[place + 1 :])
    target = Target(charge.appointment, charge.key, Scope.THIS)
    edit_appointment(uow, context, target, Changes({"services": services}))
    return _charge_at(uow, charge, services, place)


def _as_charged(uow: UnitOfWork, context: Context, charge: Charge) -> tuple[ServiceLine, ...]:
    """Return the services of an appointment that only its session type had named."""
    wanted = ChargeFilter(appointment=charge.appointment, bill=context.bill)
    return tuple(
        ServiceLine(each.line.code, each.line.units, each.line.modifiers)
        for each in uow.billing.charges.matching(wanted)
        if each.key == charge.key and each.line.kind is ChargeKind.SERVICE
    )


def _place(services: tuple[ServiceLine, ...], charge: Charge) -> int:
    """Return which of the appointment's services a charge is for; raises NotFound."""
    code, number = charge.slot.split(":", 1)[1].rsplit(":", 1)
    places = [place for place, service in enumerate(services) if service.code == code]
    if int(number) > len(places):
        raise NotFound("service of this appointment", code)
    return places[int(number) - 1]


def _charge_at(
    uow: UnitOfWork, charge: Charge, services: tuple[ServiceLine, ...], place: int
) -> Charge:
    code = services[place].code
    number = sum(service.code == code for service in services[: place + 1])
    slot = f"{ChargeKind.SERVICE.value}:{code}:{number}"
    wanted = ChargeFilter(appointment=charge.appointment)
    for standing in uow.billing.charges.matching(wanted):
        if (standing.key, standing.slot) == (charge.key, slot):
            return standing
    raise NotFound("charge", slot)


def take_off(uow: UnitOfWork, context: Context, bill: BillId | str, charge: ChargeId) -> Bill:
    """Take a line off a bill: it is unbilled again. The last line stays: cancel the bill."""
    found = _editable(uow, bill)
    line = _charge_on(found, charge)
    if len(found.charges) == 1:
        raise Invalid("line", "it is the only one; cancel the bill instead")
    uow.billing.charges.save(replace(line, bill=None))
    show_holds(uow, context, occurrences_of([line]))
    return find_bill(uow, found.id)


def put_on(uow: UnitOfWork, context: Context, bill: BillId | str, charge: ChargeId) -> Bill:
    """Put an unbilled charge of the same client on a bill; raises as edit_line."""
    line = uow.billing.charges.get(charge)
    found = _editable(uow, bill, *([line] if line is not None else ()))
    line = uow.billing.charges.get(charge)
    unbilled = line is not None and line.stands and line.bill is None
    if line is None or not unbilled or line.client != found.client:
        raise NotFound("unbilled charge of this client", charge[:40])
    _check_currency(found, line)
    uow.billing.charges.save(replace(line, bill=found.id))
    show_holds(uow, context, occurrences_of([line]))
    return find_bill(uow, found.id)
