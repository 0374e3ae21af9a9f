"""What a practice does with bills and payments, on the server and in the model's books."""

from __future__ import annotations

from collections.abc import Callable

from server.domain.ids import AppointmentId, ChargeId
from tests.property import ledger_acts as acts
from tests.property.ledger_model import PRICES, Bill, Line, Payment, Visit
from tests.property.ledger_rules import PAYER, Working

Place = tuple[Visit, str]
"""A line, by its visit and slot."""


class Cashing(Working):
    """A practice that bills its work and is paid for it."""

    def places(self, wanted: Callable[[Line], bool]) -> list[Place]:
        """Return where such lines stand."""
        return [
            (visit, slot)
            for visit in self.books.visits
            for slot, line in visit.lines.items()
            if wanted(line)
        ]

    def charge_at(self, place: Place) -> ChargeId:
        """Return the charge of a line."""
        visit, slot = place
        [found] = [
            charge.id
            for charge in self.house.charges(AppointmentId(visit.number))
            if (charge.key, charge.slot) == (visit.key, slot)
        ]
        return found

    # --- bills ------------------------------------------------------------------------------

    def bill_client(self, client: str, *, draft: bool, half: bool) -> None:
        """Bill all that a client has unbilled, or every second line."""
        lines = self.places(lambda line: line.client == client and line.bill is None)
        lines = lines[::2] if half else lines
        chosen = [self.charge_at(place) for place in lines] if half else []
        if self.act(bool(lines), acts.bill(client, chosen, draft=draft)):
            self.books.bills[self.made] = Bill(client, "draft" if draft else "open")
            for visit, slot in lines:
                visit.lines[slot].bill = self.made

    def open(self, number: str) -> None:
        """Open a draft."""
        bill = self.books.bills[number]
        if self.act(bill.stage == "draft", acts.open_draft(number)):
            bill.stage = "open"

    def cancel_bill(self, number: str) -> None:
        """Cancel a bill: its charges are unbilled again."""
        possible = self.books.is_free(number)
        if self.act(possible, acts.cancel(number)):
            self.books.bills[number].stage = "cancelled"
            for visit, slot in self.places(lambda line: line.bill == number):
                visit.lines[slot].bill = None

    def edit_fee(self, place: Place, minor: int) -> None:
        """Give a line of a bill a unit fee of its own."""
        visit, slot = place
        line, charge = visit.lines[slot], self.charge_at(place)
        number = line.bill or ""
        possible = self.books.is_free(number)
        if self.act(possible, acts.edit_fee(number, charge, minor)):
            units = visit.units.get(slot.split(":")[1], 1) if slot[:8] == "service:" else 1
            line.amount = minor * units

    def edit_units(self, place: Place, units: int) -> None:
        """Give a service another number of units on the bill (SH-27)."""
        visit, slot = place
        line, charge = visit.lines[slot], self.charge_at(place)
        number, code = line.bill or "", slot.split(":")[1]
        same = visit.units.get(code, 1) == units
        held = self.books.locks(visit) - {"bill-open"}
        is_service = slot.startswith("service:")
        possible = self.books.is_free(number) and is_service and (same or not held)
        if self.act(possible, acts.edit_units(number, charge, units)):
            visit.units[code] = units
            if not same:
                line.amount, line.chosen = units * PRICES[code], (units, visit.location)

    def take_off(self, place: Place) -> None:
        """Take a line off its bill."""
        visit, slot = place
        line, charge = visit.lines[slot], self.charge_at(place)
        number = line.bill or ""
        several = len(self.places(lambda other: other.bill == number)) > 1
        possible = self.books.is_free(number) and several
        if self.act(possible, acts.take_off(number, charge)):
            line.bill = None

    def put_on(self, number: str, place: Place) -> None:
        """Put an unbilled line on a bill."""
        visit, slot = place
        line, charge = visit.lines[slot], self.charge_at(place)
        same = line.client == self.books.bills[number].client
        possible = self.books.is_free(number) and same
        if self.act(possible, acts.put_on(number, charge)):
            line.bill = number

    # --- payments ---------------------------------------------------------------------------

    def receive(self, client: str, minor: int) -> None:
        """Record a payment."""
        self.act(True, acts.receive(client, minor, self.house.now.date()))  # noqa: FBT003 - always
        self.books.payments[self.made] = Payment(client, minor)

    def spread(self, client: str, each: int) -> None:
        """Receive a payment, and apply so much of it to every bill that asks for it."""
        asking = [
            number
            for number, bill in self.books.bills.items()
            if (bill.client, bill.stage) == (client, "open") and self.books.open(number) >= each
        ]
        if asking:
            self.receive(client, each * len(asking))
            payment = list(self.books.payments)[-1]
            for number in asking:
                self.apply(payment, number, each)

    def apply(self, payment: str, bill: str, minor: int | None) -> None:
        """Apply a payment, or an amount of it, to a bill."""
        paying, asked = self.books.payments[payment], self.books.bills[bill]
        most = min(paying.credit, self.books.open(bill))
        wanted = most if minor is None else minor
        theirs = (paying.client, asked.stage) == (asked.client, "open")
        if self.act(theirs and 0 < wanted <= most, acts.apply(payment, bill, minor)):
            paying.applied.append((bill, wanted))

    def unapply(self, payment: str, bill: str | None) -> None:
        """Take a payment off one bill, or off all."""
        paying = self.books.payments[payment]
        kept = [each for each in paying.applied if bill and each[0] != bill]
        possible = len(kept) < len(paying.applied)
        if self.act(possible, acts.unapply(payment, bill)):
            paying.applied = kept

    def refund(self, payment: str, minor: int | None) -> None:
        """Give a payment back, or an amount of it."""
        paying = self.books.payments[payment]
        most = 0 if paying.removed else paying.amount - paying.refunded
        wanted = most if minor is None else minor
        if self.act(0 < wanted <= most, acts.refund(payment, minor)):
            paying.give_back(wanted)

    def remove(self, payment: str) -> None:
        """Remove a payment that was entered wrongly."""
        paying = self.books.payments[payment]
        possible = not paying.removed and not paying.refunded
        if self.act(possible, acts.remove(payment)):
            paying.removed, paying.applied = True, []

    # --- without the client's money ---------------------------------------------------------

    def write_off(self, number: str, minor: int | None) -> None:
        """Write off what is open of a bill, or an amount of it."""
        bill, most = self.books.bills[number], self.books.open(number)
        wanted = most if minor is None else minor
        possible = bill.stage == "open" and 0 < wanted <= most
        if self.act(possible, acts.write_off(number, minor)):
            bill.written_off += wanted

    def undo_write_off(self, number: str) -> None:
        """Ask again for what was written off."""
        bill = self.books.bills[number]
        possible = bill.written_off > 0
        if self.act(possible, acts.undo_write_off(number)):
            bill.written_off = 0

    def insure(self, number: str, minor: int) -> None:
        """Ask an insurer for a share of a bill, and of that what its contract allows."""
        bill, most = self.books.bills[number], self.books.open(number)
        possible = bill.stage == "open" and minor <= most
        if not self.act(possible, acts.insurer_share(number, PAYER, minor)):
            return
        self.act(True, acts.adjust(number, PAYER, minor // 4))  # noqa: FBT003 - always
        bill.share, bill.adjusted = bill.share + minor, bill.adjusted + minor // 4
        if minor > _ASKED_FOR:
            self.act(True, acts.insurer_paid(number, PAYER, minor // 2))  # noqa: FBT003 - always
            bill.received += minor // 2

    def take_back_share(self, number: str) -> None:
        """Ask the client again for what the insurer was asked for."""
        bill = self.books.bills[number]
        possible = bill.share > 0 and not bill.received
        if self.act(possible, acts.take_back_share(number)):
            bill.share = bill.adjusted = 0


_ASKED_FOR = 1000
"""An insurer pays half of a share above this, nothing of a smaller one."""
