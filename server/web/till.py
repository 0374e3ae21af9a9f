"""Whose money a token may see and touch: the practice's, or only the practitioner's own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from server.billing_hooks.bills import find_bill
from server.billing_hooks.payments import find_payment
from server.billing_hooks.sheets import Sheet
from server.domain.appointment import Appointment
from server.domain.bills import Bill, Payment
from server.domain.charges import Charge
from server.domain.errors import Invalid, NotAllowed, NotFound
from server.domain.ids import AppointmentId, BillId, ChargeId, ClientNumber, PaymentId
from server.domain.practice import Client
from server.domain.vocabulary import Role
from server.domain.when import RecurrenceKey, start_of
from server.usecases.edit_appointment import Scope, Target
from server.usecases.manage_clients import find_client
from server.web.appointment_views import Viewing
from server.web.billing_models import CSV
from server.web.messages import Download
from server.web.route import Call


@dataclass(frozen=True, slots=True)
class Till:
    """The money of a practice as one token meets it.

    Front desk and administrators see all. A practitioner sees the own charges, the bills that
    hold nothing else, and the payments of the own clients; the rest is as if it were not there.
    """

    call: Call

    @property
    def is_office(self) -> bool:
        """Whether it is the whole practice's."""
        return self.call.user.role is not Role.PRACTITIONER

    def check_office(self) -> None:
        """Raise NotAllowed for what concerns the whole practice."""
        if not self.is_office:
            raise NotAllowed("This is for the front desk and administrators.")

    def client(self, number: str) -> Client:
        """Return a client; raises NotFound also for whom this user may not know."""
        client = find_client(self.call.uow, number)
        if client.number not in self.clients([client.number]):
            raise NotFound("client", number[:20])
        return client

    def clients(self, numbers: Iterable[ClientNumber]) -> frozenset[ClientNumber]:
        """Return those of these clients that the user sees."""
        every = frozenset(numbers)
        if self.is_office or not every:
            return every
        return self.call.uow.clients.seen_by(self.call.user.name, every)

    def sees_charge(self, charge: Charge) -> bool:
        """Whether a charge is for work of this user, or the user sees all."""
        return self.is_office or charge.practitioner == self.call.user.name

    def charge(self, number: str) -> Charge:
        """Return a charge; raises NotFound."""
        found = self.call.uow.billing.charges.get(ChargeId(number))
        if found is None or not self.sees_charge(found):
            raise NotFound("charge", number[:40])
        return found

    def bills(self, found: Iterable[Bill]) -> list[Bill]:
        """Return those of these bills that the user sees."""
        own = [bill for bill in found if all(map(self.sees_charge, bill.charges))]
        # A cancelled one has no charges any more.
        seen = self.clients({bill.client for bill in own})
        return [bill for bill in own if bill.client in seen]

    def bill(self, number: BillId | str) -> Bill:
        """Return a bill by its id or number; raises NotFound."""
        found = self.bills([find_bill(self.call.uow, number)])
        if not found:
            raise NotFound("bill", str(number)[:40])
        return found[0]

    def payments(self, found: Iterable[Payment]) -> list[Payment]:
        """Return those of these payments that the user sees."""
        every = list(found)
        seen = self.clients({payment.client for payment in every})
        return [payment for payment in every if payment.client in seen]

    def payment(self, number: str) -> Payment:
        """Return a payment; raises NotFound."""
        found = self.payments([find_payment(self.call.uow, PaymentId(number))])
        if not found:
            raise NotFound("payment", number[:40])
        return found[0]

    def occurrence(self, text: str) -> tuple[Appointment, Target]:
        """Return the appointment, and the occurrence, that ``ID`` or ``ID.KEY`` names.

        Raises NotFound also for what this user may not know, and Invalid for what is no key.
        """
        number, _, tail = text.partition(".")
        appointment = self.call.uow.appointments.get(AppointmentId(number))
        if appointment is None or not Viewing.of(self.call, ()).sees(appointment):
            raise NotFound("appointment", number[:40])
        key = RecurrenceKey(tail)
        if key:
            start_of(key)
            if not appointment.is_series:
                raise Invalid("appointment", "it is not a series")
        return appointment, Target(appointment.id, key, Scope.THIS if key else Scope.ALL)


def as_file(name: str, sheet: Sheet) -> Download:
    """Return a table as a file for spreadsheets."""
    return Download(CSV, f"{name}.csv", sheet.csv().encode())
