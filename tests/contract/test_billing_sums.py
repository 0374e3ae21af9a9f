"""Whatever is posted in whatever order: sums are those of a plain model, and nothing breaks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.domain.bills import Payment
from server.domain.charges import Charge
from server.domain.ids import BillId, PaymentId, TransactionId
from server.domain.ledger import Account
from server.domain.money import Money
from server.practice_db.database import SqlDatabase
from server.usecases.ports import UnitOfWork
from tests.contract.billing_samples import (
    BILL,
    PAYER,
    PAYMENT,
    add_bill,
    add_payment,
    another_charge,
    apply,
    contractual,
    insurer_share,
    post_charge,
    refund,
    reverse,
    write_off,
)
from tests.contract.samples import JANE, NOW

BILLS = ("b1", "b2")
Steps = list[tuple[str, int, int]]
STEPS: st.SearchStrategy[Steps] = st.lists(
    st.tuples(
        st.sampled_from(
            ["charge", "pay", "apply", "apply", "refund", "write_off", "share", "cut", "undo"]
        ),
        st.integers(0, 9),
        st.integers(1, 9_999),
    ),
    min_size=8,
    max_size=40,
)


class Undone(Exception):
    """Raised to undo what an example did."""


class Office:
    """Does one thing after the other, and counts along in its head.

    ``sums`` are plain numbers under plain names; ``effects`` is what each transaction did to
    them, so that undoing one takes just that back.
    """

    def __init__(self, uow: UnitOfWork) -> None:
        self.uow = uow
        self.sums: Counter[str] = Counter()
        self.effects: dict[str, dict[str, int]] = {}
        self.payments = 0
        self.posted = 0
        self.charges: dict[str, Charge] = {}
        for number, name in enumerate(BILLS, start=1):
            uow.billing.bills.next_number()
            add_bill(uow, replace(BILL, id=BillId(name), number=number))
        for number in range(len(BILLS)):
            self.charge(number, 3_000)
            self.pay(number, 4_000)

    def do(self, what: str, pick: int, minor: int) -> None:
        """Do one thing, or nothing where there is nothing to do it with."""
        act: Callable[[int, int], None] = getattr(self, what)
        act(pick, minor)

    def open_of(self, bill: str) -> int:
        settled = self.sums[f"paid {bill}"] + self.sums[f"written off {bill}"]
        return self.sums[f"charged {bill}"] - settled

    def credit_of(self, payment: int) -> int:
        used = self.sums[f"applied p{payment}"] + self.sums[f"refunded p{payment}"]
        return self.sums[f"received p{payment}"] - used

    def charge(self, pick: int, minor: int) -> None:
        bill = BILLS[pick % 2]
        charge = replace(
            another_charge(len(self.charges), minor, bill), appointment=None, slot="s"
        )
        post_charge(self.uow, charge)
        self.charges[charge.transaction] = charge
        self._note(charge.transaction, {"receivable": minor, f"charged {bill}": minor})

    def pay(self, _pick: int, minor: int) -> None:
        self.payments += 1
        number = f"p{self.payments}"
        add_payment(self.uow, self._payment(self.payments, minor))
        self._note(f"t-{number}", {"credit": -minor, f"received {number}": minor})

    def apply(self, pick: int, minor: int) -> None:
        bill, paying = BILLS[pick % 2], 1 + pick % max(self.payments, 1)
        minor = min(minor, self.open_of(bill), self.credit_of(paying))
        if minor > 0:
            apply(self.uow, self._next(), minor, bill, self._payment(paying))
            changes = {f"paid {bill}": minor, f"applied p{paying}": minor}
            self._note(self._last(), {"receivable": -minor, "credit": minor, **changes})

    def refund(self, pick: int, minor: int) -> None:
        paying = 1 + pick % max(self.payments, 1)
        minor = min(minor, self.credit_of(paying))
        if minor > 0:
            refund(self.uow, self._next(), minor, self._payment(paying))
            self._note(self._last(), {"credit": minor, f"refunded p{paying}": minor})

    def write_off(self, pick: int, minor: int) -> None:
        bill = BILLS[pick % 2]
        minor = min(minor, self.open_of(bill))
        if minor > 0:
            write_off(self.uow, self._next(), minor, bill)
            self._note(self._last(), {"receivable": -minor, f"written off {bill}": minor})

    def share(self, pick: int, minor: int) -> None:
        bill = BILLS[pick % 2]
        minor = min(minor, self.open_of(bill))
        if minor > 0:
            insurer_share(self.uow, self._next(), minor, bill)
            changes = {f"paid {bill}": minor, f"share {bill}": minor, "payer": minor}
            self._note(self._last(), {"receivable": -minor, **changes})

    def cut(self, pick: int, minor: int) -> None:
        bill = BILLS[pick % 2]
        minor = min(minor, self.sums[f"share {bill}"])
        if minor > 0:
            contractual(self.uow, self._next(), minor, bill)
            changes = {f"paid {bill}": -minor, f"written off {bill}": minor}
            self._note(self._last(), {"payer": -minor, f"share {bill}": -minor, **changes})

    def undo(self, pick: int, _minor: int) -> None:
        """Reverse a transaction, unless something else rests on it."""
        fitting = [number for number in self.effects if self._may_undo(number)]
        if not fitting:
            return
        number = fitting[pick % len(fitting)]
        reverse(self.uow, number)
        self.sums.subtract(self.effects.pop(number))
        if number in self.charges:
            gone = replace(self.charges[number], reversed_at=NOW)
            self.uow.billing.charges.save(gone)
        if number.startswith("t-p"):
            self.uow.billing.payments.remove(PaymentId(number[2:]), NOW)

    def _may_undo(self, number: str) -> bool:
        after = self.sums.copy()
        after.subtract(self.effects[number])
        before, self.sums = self.sums, after
        fits = all(self.open_of(bill) >= 0 and after[f"share {bill}"] >= 0 for bill in BILLS)
        fits = fits and all(self.credit_of(one + 1) >= 0 for one in range(self.payments))
        self.sums = before
        return fits

    def _payment(self, number: int, minor: int = 1) -> Payment:
        return replace(
            PAYMENT,
            id=PaymentId(f"p{number}"),
            amount=Money(minor),
            transaction=TransactionId(f"t-p{number}"),
        )

    def _next(self) -> str:
        self.posted += 1
        return self._last()

    def _last(self) -> str:
        return f"x{self.posted}"

    def _note(self, number: str, effects: dict[str, int]) -> None:
        self.effects[number] = effects
        self.sums.update(effects)


def told_by_the_ledger(office: Office) -> Counter[str]:
    """Return the same sums as the database says that they are."""
    billing = office.uow.billing
    sums = Counter(
        {
            "receivable": billing.ledger.balance(Account.RECEIVABLE_CLIENT, JANE).minor,
            "credit": billing.ledger.balance(Account.CREDIT_CLIENT, JANE).minor,
            "payer": billing.ledger.balance(Account.RECEIVABLE_PAYER, PAYER).minor,
        }
    )
    for bill in billing.bills.of(JANE):
        sums[f"charged {bill.id}"] = bill.charged.minor
        sums[f"paid {bill.id}"] = bill.paid.minor
        sums[f"written off {bill.id}"] = bill.written_off.minor
    for payment in billing.payments.of(JANE):
        there = payment.removed_at is None
        sums[f"received {payment.id}"] = payment.amount.minor if there else 0
        sums[f"applied {payment.id}"] = payment.applied.minor
        sums[f"refunded {payment.id}"] = payment.refunded.minor
    return sums


def post_all(uow: UnitOfWork, steps: Steps) -> None:
    """Take all steps, compare, and undo everything."""
    office = Office(uow)
    for step in steps:
        office.do(*step)
    expected = {name: sum_ for name, sum_ in office.sums.items() if "share" not in name}
    assert +Counter(expected) == +told_by_the_ledger(office)
    assert -Counter(expected) == -told_by_the_ledger(office)
    assert sum(each.minor for each in uow.billing.ledger.balances().values()) == 0
    assert uow.billing.ledger.unbalanced() == []
    raise Undone


@given(steps=STEPS)
@settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_sums_are_those_of_a_plain_model(furnished: SqlDatabase, steps: Steps) -> None:
    with pytest.raises(Undone), furnished.writing() as uow:
        post_all(uow, steps)
