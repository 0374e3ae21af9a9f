"""What was signed, billed and paid in the demo practice, up to the present week."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from server.billing_hooks.bills import Wanted, cancel_bill, new_bill, preview
from server.billing_hooks.demo.papers import MOONBEAM
from server.billing_hooks.insurers import insurer_share
from server.billing_hooks.notes import sign_note
from server.billing_hooks.payments import Received, record_and_apply, refund_payment
from server.billing_hooks.sales import Sale, sell
from server.billing_hooks.settlements import WriteOff, write_off
from server.domain.bills import Bill, Method
from server.domain.calendars import Actor
from server.domain.charges import ChargeKind
from server.domain.ids import UserName
from server.domain.money import Money
from server.domain.vocabulary import Door, Role
from server.usecases.context import Context
from server.usecases.demo.entries import FRI, MON, SAT, THU, WED, WEEK, Today
from server.usecases.demo.people import ALMA, DESK, THEO, number
from server.usecases.edit_appointment import Scope, Target
from server.usecases.ports import ChargeFilter, UnitOfWork

# Days count from the Monday of the present week: what was worked two weeks ago is billed.
_LAST_BILLED = -2 * WEEK + FRI
_BILLED_ON = -2 * WEEK + SAT
_PAID_ON = -WEEK + MON
_ENDED_ON = -WEEK + WED
_SOLD_ON = -WEEK + THU
_SIGNED_AT = time(20)
_OFFICE_OPENS = time(9)

_BILLED = (1001, 1002, 1003, 1005, 1006, 1007, 1008, 1013)
_DRAFTED = (1004,)
_DIAGNOSES: Mapping[UserName, Sequence[Sequence[str]]] = {
    ALMA: (("M54.50",), ("G43.909", "M54.2"), ("M25.511",)),
    THEO: (("F41.1",), ("F43.23",), ("F33.1", "F41.1")),
}
_PAID: tuple[tuple[int, Method, Money | None], ...] = (
    (1001, Method.CARD, Money(100_00)),
    (1002, Method.TRANSFER, None),
    (1003, Method.CARD, Money(80_00)),
    (1006, Method.CASH, None),
    (1007, Method.CARD, None),
)
"""Who paid how, and how much; None is all that the bill asks for."""


def settle(uow: UnitOfWork, context: Context) -> None:
    """Sign, bill and pay what was worked; each deed is done at its own time, none to come."""
    till = _Till(uow, context, Today(context.now, uow.practice.zone))
    till.sign_notes()
    bills = till.bill_clients()
    till.receive_payments(bills)
    till.end_otherwise(bills)


@dataclass(frozen=True, slots=True)
class _Till:
    """Where the demo's people handle money."""

    uow: UnitOfWork
    context: Context
    today: Today

    def sign_notes(self) -> None:
        """Let practitioners sign the notes of their work, on the evening of the same day."""
        wanted = ChargeFilter(until=self._day(_LAST_BILLED))
        visits = {
            (charge.appointment, charge.key): charge
            for charge in self.uow.billing.charges.matching(wanted)
            if charge.line.kind is ChargeKind.SERVICE
        }
        for (appointment, key), charge in visits.items():
            if appointment is None or charge.practitioner is None:
                continue
            signer = Actor(charge.practitioner, Role.PRACTITIONER, Door.COMMAND_LINE)
            context = self._at(charge.service_date, _SIGNED_AT, signer)
            target = Target(appointment, key, Scope.THIS if key else Scope.ALL)
            known = _DIAGNOSES[charge.practitioner]
            codes = known[int(charge.client[1:]) % len(known)]
            sign_note(self.uow, context, target, codes)

    def bill_clients(self) -> dict[int, Bill]:
        """Bill some of the clients, and draft a bill; return the bills by client."""
        bills = {digits: self._bill(digits) for digits in _BILLED}
        for digits in _DRAFTED:
            self._bill(digits, draft=True)
        return {digits: bill for digits, bill in bills.items() if bill is not None}

    def _bill(self, digits: int, *, draft: bool = False) -> Bill | None:
        """Return a bill, None where the practice's rules have charged nothing."""
        context = self._desk(_BILLED_ON)
        wanted = Wanted(number(digits), until=self._day(_LAST_BILLED))
        if not preview(self.uow, context, wanted).charges:
            return None
        return new_bill(self.uow, context, wanted, draft=draft)

    def receive_payments(self, bills: Mapping[int, Bill]) -> None:
        """Record what was paid: all, a part, too much, and in advance."""
        for digits, method, amount in _PAID:
            if digits in bills:
                received = self._received(digits, method, amount or bills[digits].open_amount)
                context = self._desk(_PAID_ON)
                record_and_apply(self.uow, context, received, [bills[digits].id])
        advance = self._received(1012, Method.CHECK, Money(150_00))
        record_and_apply(self.uow, self._desk(_PAID_ON), advance, ())

    def _received(self, digits: int, method: Method, amount: Money) -> Received:
        reference = "1077" if method is Method.CHECK else ""
        return Received(number(digits), method, amount, self._day(_PAID_ON), reference)

    def end_otherwise(self, bills: Mapping[int, Bill]) -> None:
        """Let an insurer, kindness, a mistake and a refund play their part; sell a balm."""
        context = self._desk(_ENDED_ON)
        if bill := bills.get(1003):
            insurer_share(self.uow, context, bill.id, MOONBEAM.id, Money(200_00))
        if bill := bills.get(1013):
            write_off(self.uow, context, bill.id, WriteOff.COURTESY, Money(50_00))
        if bill := bills.get(1008):
            cancel_bill(self.uow, context, bill.id)
        if bill := bills.get(1007):
            (payment,) = self.uow.billing.payments.on(bill.id)
            refund_payment(self.uow, context, payment.id, Money(40_00))
        sale = Sale(number(1014), "BALM-30", self._day(_SOLD_ON))
        sell(self.uow, self._desk(_SOLD_ON), sale)

    def _day(self, days: int) -> date:
        return self.today.monday + timedelta(days=days)

    def _desk(self, days: int) -> Context:
        actor = Actor(DESK, Role.FRONT_DESK, Door.COMMAND_LINE)
        return self._at(self._day(days), _OFFICE_OPENS, actor)

    def _at(self, day: date, hour: time, actor: Actor) -> Context:
        now = datetime.combine(day, hour, self.today.zone).astimezone(UTC)
        return replace(self.context, actor=actor, now=now)
