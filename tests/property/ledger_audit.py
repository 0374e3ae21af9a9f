"""What must hold of a practice's money after every act, whatever it was."""

from __future__ import annotations

from typing import TypeVar

from hypothesis.stateful import invariant

from server.domain.ids import AppointmentId
from server.domain.locks import BILLING
from server.domain.when import RecurrenceKey
from tests.property.ledger_model import Visit
from tests.property.ledger_money import Cashing

One = TypeVar("One")


def one_of(found: list[One], pick: int) -> list[One]:
    """Return one of what was found, or nothing where there is none."""
    return [found[pick % len(found)]] if found else []


class Audited(Cashing):
    """A practice whose ledger is compared with the model's books again and again."""

    @invariant()
    def no_charge_is_lost_or_doubled(self) -> None:
        charges = sorted(
            (one.appointment, one.key, one.slot, one.client, one.line.amount.minor, one.bill)
            for one in self.house.charges()
        )
        expected = sorted(
            (visit.number, visit.key, slot, line.client, line.amount, line.bill)
            for visit in self.books.visits
            for slot, line in visit.lines.items()
        )
        assert list(map(str, charges)) == list(map(str, expected))
        days = {(one.appointment, one.key): one.service_date for one in self.house.charges()}
        assert days == {(v.number, v.key): v.day for v in self.books.visits if v.lines}

    @invariant()
    def the_ledger_sums_to_what_the_books_say(self) -> None:
        with self.house.database.reading() as uow:
            assert list(uow.billing.ledger.unbalanced()) == []
            whole = uow.billing.ledger.balances()
            each = uow.billing.ledger.balances(by_holder=True)
        assert sum(amount.minor for amount in whole.values()) == 0
        found = {(str(of), who): sum_.minor for (of, who), sum_ in each.items() if sum_.minor}
        assert found == self.books.balances()

    @invariant()
    def bills_and_payments_are_as_the_books_say(self) -> None:
        books = self.books
        with self.house.database.reading() as uow:
            bills = {
                bill.id: (bill.stage, bill.charged, bill.paid, bill.written_off)
                for bill in uow.billing.bills.of()
            }
            credit = {one.id: one.credit.minor for one in uow.billing.payments.of()}
        assert {
            number: (stage, *(amount.minor for amount in amounts))
            for number, (stage, *amounts) in bills.items()
        } == {
            number: (bill.stage, books.charged(number), books.paid(number), books.lost(number))
            for number, bill in books.bills.items()
        }
        assert credit == {number: one.credit for number, one in books.payments.items()}

    @invariant()
    def locks_are_as_the_books_say(self) -> None:
        numbers = {AppointmentId(visit.number) for visit in self.books.visits}
        with self.house.database.reading() as uow:
            found = uow.appointments.get_many(numbers)
        for visit in self.books.visits:
            if not visit.gone:
                key = RecurrenceKey(visit.key)
                part = found[AppointmentId(visit.number)].part(key)
                assert part is not None
                assert part.held & BILLING == self.books.locks(visit)

    # --- what an act is about ---------------------------------------------------------------

    def pick_live(self, pick: int) -> list[Visit]:
        """Return a visit that was not deleted."""
        return one_of([visit for visit in self.books.visits if not visit.gone], pick)

    def pick_bills(self, pick: int) -> list[str]:
        """Return a bill."""
        return one_of(list(self.books.bills), pick)

    def pick_payments(self, pick: int) -> list[str]:
        """Return a payment."""
        return one_of(list(self.books.payments), pick)


def has_live(machine: Cashing) -> bool:
    """Whether there is something that was not deleted."""
    return any(not visit.gone for visit in machine.books.visits)


def has_gone(machine: Cashing) -> bool:
    """Whether something was deleted."""
    return any(visit.gone for visit in machine.books.visits)


def has_billed(machine: Cashing) -> bool:
    """Whether a line is on a bill."""
    return any(line.bill for line in machine.books.lines())


def has_unbilled(machine: Cashing) -> bool:
    """Whether a line is on no bill."""
    return any(not line.bill for line in machine.books.lines())


def has_draft(machine: Cashing) -> bool:
    """Whether a bill is a draft."""
    return any(bill.stage == "draft" for bill in machine.books.bills.values())


def has_applied(machine: Cashing) -> bool:
    """Whether something of a payment is applied."""
    return any(payment.applied for payment in machine.books.payments.values())


def has_written_off(machine: Cashing) -> bool:
    """Whether something was written off."""
    return any(bill.written_off for bill in machine.books.bills.values())
