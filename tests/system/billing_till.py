"""What the practice does with money while calendar apps look on: bills, payments, notes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from server.billing_hooks.bills import Wanted, cancel_bill, find_bill, new_bill
from server.billing_hooks.hooks import BillingHooks
from server.billing_hooks.notes import sign_note, unlock_note
from server.billing_hooks.payments import (
    Received,
    apply_payment,
    record_payment,
    refund_payment,
)
from server.domain.appointment import Appointment
from server.domain.bills import Bill, Method, Payment
from server.domain.charges import Charge
from server.domain.money import Money
from server.domain.when import MASTER, RecurrenceKey, Timed
from server.practice_db.database import SqlDatabase
from server.usecases.context import Context
from server.usecases.edit_appointment import Scope, Target
from server.usecases.ports import ChargeFilter
from tests.system.practice import NEW_YORK, operator
from tests.system.servers import Site


def clerk() -> Context:
    """Return the context of somebody at the command line, whose changes are charged."""
    return replace(operator(), hooks=BillingHooks())


@dataclass
class Till:
    """The money of one appointment; each call is a transaction beside the server."""

    database: SqlDatabase
    appointment: Appointment

    @staticmethod
    def of(site: Site, owner: str, href: str) -> Till:
        """Return the money of the appointment that an object shows."""
        found = site.appointment(owner, href)
        assert found is not None
        return Till(site.database, found)

    @property
    def charges(self) -> Sequence[Charge]:
        """The charges that stand, in the order in which they were posted."""
        wanted = ChargeFilter(appointment=self.appointment.id)
        with self.database.reading() as uow:
            return uow.billing.charges.matching(wanted)

    @property
    def reversed(self) -> int:
        """How many charges were taken back."""
        wanted = ChargeFilter(appointment=self.appointment.id, reversed_too=True)
        with self.database.reading() as uow:
            return sum(not charge.stands for charge in uow.billing.charges.matching(wanted))

    @property
    def postings(self) -> int:
        """How many transactions concern the client."""
        client = self.appointment.first_part.details.client or ""
        with self.database.reading() as uow:
            return len(uow.billing.ledger.matching(holder=client))

    @property
    def wrong(self) -> Sequence[str]:
        """What is found to be wrong with all money of the practice."""
        with self.database.reading() as uow:
            return uow.billing.ledger.unbalanced()

    def shown(self) -> list[str]:
        """Return the charges that stand in short, such as `C1001 97810*1+95 @10 65.00`."""
        return [in_short(charge) for charge in self.charges]

    def dates(self) -> list[tuple[int, int]]:
        """Return of each charge by how many days it is later, and its minutes."""
        first = self.appointment.first_part.when
        assert isinstance(first, Timed)
        day = first.start.astimezone(NEW_YORK).date()
        return [((charge.service_date - day).days, charge.minutes) for charge in self.charges]

    def bill(self, *, draft: bool = False) -> Bill:
        """Bill what stands unbilled of the appointment."""
        charges = [charge for charge in self.charges if charge.bill is None]
        wanted = Wanted(charges[0].client, [charge.id for charge in charges])
        with self.database.writing() as uow:
            return new_bill(uow, clerk(), wanted, draft=draft)

    def find(self, bill: Bill) -> Bill:
        """Return a bill as it is now."""
        with self.database.reading() as uow:
            return find_bill(uow, bill.id)

    def cancel(self, bill: Bill) -> Bill:
        """Cancel a bill."""
        with self.database.writing() as uow:
            return cancel_bill(uow, clerk(), bill.id)

    def receive(self, amount: Money) -> Payment:
        """Record a payment of the appointment's client, which is credit."""
        client = self.appointment.first_part.details.client
        assert client is not None
        today = clerk().now.date()
        with self.database.writing() as uow:
            received = Received(client, Method.CARD, amount, today)
            return record_payment(uow, clerk(), received)

    def pay(self, bill: Bill, amount: Money | None = None) -> Payment:
        """Receive what a bill asks for, or an amount, and apply it."""
        return self.apply(self.receive(amount or bill.open_amount), bill)

    def apply(self, payment: Payment, bill: Bill) -> Payment:
        """Apply what fits of a payment to a bill."""
        with self.database.writing() as uow:
            return apply_payment(uow, clerk(), payment.id, bill.id)

    def refund(self, payment: Payment) -> Payment:
        """Give a payment back."""
        with self.database.writing() as uow:
            return refund_payment(uow, clerk(), payment.id)

    def sign(self, key: RecurrenceKey = MASTER) -> None:
        """Sign the note, of one occurrence where it is a series."""
        with self.database.writing() as uow:
            sign_note(uow, clerk(), self._target(key), ["F41.1"])

    def unlock(self, key: RecurrenceKey = MASTER) -> None:
        """Unlock the note again."""
        with self.database.writing() as uow:
            unlock_note(uow, clerk(), self._target(key))

    def _target(self, key: RecurrenceKey) -> Target:
        return Target(self.appointment.id, key, Scope.THIS if key else Scope.ALL)


def in_short(charge: Charge) -> str:
    """Return whom a charge is for, what for, where, and what it comes to."""
    line = charge.line
    marks = "".join(f"+{mark}" for mark in line.modifiers)
    place = f" @{line.place_of_service}" if line.place_of_service else ""
    return f"{charge.client} {line.code}*{line.units}{marks}{place} {line.amount.decimal:.2f}"
