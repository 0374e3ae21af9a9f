"""The small practice with its billing hooks, and short ways to look at its money."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from typing_extensions import override

from server.billing_hooks.bills import Wanted, cancel_bill, find_bill, new_bill
from server.billing_hooks.fees import set_default_fee
from server.billing_hooks.hooks import BillingHooks
from server.billing_hooks.notes import sign_note
from server.billing_hooks.papers.profiles import save_payer
from server.billing_hooks.payments import Received, apply_payment, record_payment
from server.domain.bills import Bill, Method, Payment
from server.domain.charges import Charge, ChargeKind
from server.domain.fees import FeeRule, FeeScope
from server.domain.ids import AppointmentId, ClientNumber, PayerId, UserName
from server.domain.ledger import Account
from server.domain.money import Money
from server.domain.papers import Payer
from server.domain.vocabulary import Door
from server.usecases.context import Context
from server.usecases.edit_appointment import Target
from server.usecases.hooks import Hooks
from server.usecases.ports import ChargeFilter
from tests.practice import ADMIN, DESK, JANE, House


@dataclass
class Practice(House):
    """The small practice as one that bills; each call is one transaction."""

    hooks: Hooks = field(default_factory=BillingHooks)

    @override
    def context(self, user: UserName = DESK, door: Door = Door.COMMAND_LINE) -> Context:
        return replace(super().context(user, door), hooks=self.hooks)

    def charges(self, number: AppointmentId | None = None) -> Sequence[Charge]:
        """Return the charges that stand, of one appointment or of all."""
        with self.database.reading() as uow:
            return uow.billing.charges.matching(ChargeFilter(appointment=number))

    def owed(self, number: AppointmentId | None = None) -> list[str]:
        """Return the charges that stand in short, such as `C1001 97810*1 85.00`."""
        return [in_short(charge) for charge in self.charges(number)]

    def reversed(self, number: AppointmentId) -> int:
        """Return how many charges of an appointment were taken back."""
        wanted = ChargeFilter(appointment=number, reversed_too=True)
        with self.database.reading() as uow:
            return sum(not one.stands for one in uow.billing.charges.matching(wanted))

    def balance(self, account: Account, holder: str = "") -> int:
        """Return the sum of an account in minor units."""
        with self.database.reading() as uow:
            return uow.billing.ledger.balance(account, holder).minor

    def wrong(self) -> Sequence[str]:
        """Return what is wrong with the money."""
        with self.database.reading() as uow:
            return uow.billing.ledger.unbalanced()

    def bill(self, client: ClientNumber = JANE, *charges: Charge, draft: bool = False) -> Bill:
        """Bill what a client has unbilled, or these charges."""
        wanted = Wanted(client, [charge.id for charge in charges])
        with self.database.writing() as uow:
            return new_bill(uow, self.context(), wanted, draft=draft)

    def find(self, bill: Bill) -> Bill:
        """Return a bill as it is now."""
        with self.database.reading() as uow:
            return find_bill(uow, bill.id)

    def cancel(self, bill: Bill) -> Bill:
        """Cancel a bill."""
        with self.database.writing() as uow:
            return cancel_bill(uow, self.context(), bill.id)

    def receive(self, amount: Money, client: ClientNumber = JANE) -> Payment:
        """Record a payment; it is credit."""
        with self.database.writing() as uow:
            received = Received(client, Method.CASH, amount, self.now.date())
            return record_payment(uow, self.context(), received)

    def apply(self, payment: Payment, bill: Bill) -> Payment:
        """Apply what fits of a payment to a bill."""
        with self.database.writing() as uow:
            return apply_payment(uow, self.context(), payment.id, bill.id)

    def sign(self, target: Target) -> None:
        """Sign the note of an occurrence."""
        with self.database.writing() as uow:
            sign_note(uow, self.context(ADMIN), target, ["F41.1"])

    def insure(self, payer: PayerId) -> None:
        """Know an insurer."""
        with self.database.writing() as uow:
            save_payer(uow, Payer(payer, "Sunrise Health"))

    def set_fee(self, kind: ChargeKind, minor: int) -> None:
        """Set a default fee of the whole practice."""
        with self.database.writing() as uow:
            set_default_fee(uow, FeeRule(FeeScope.PRACTICE, "", kind, Money(minor)))


def in_short(charge: Charge) -> str:
    """Return whom a charge is for, what for, and what it comes to."""
    line = charge.line
    marks = "".join(f"+{mark}" for mark in line.modifiers)
    return f"{charge.client} {line.code}*{line.units}{marks} {line.amount.decimal:.2f}"
