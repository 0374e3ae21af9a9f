"""Where a bill and a payment stand, from what was posted on them (part 6)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from server.domain.bills import Application, Bill, BillState, Method, Payment, Stage
from server.domain.ids import BillId, PaymentId, TransactionId
from server.domain.money import Money
from tests.unit.billing import JANE, NEEDLES, NOW, TODAY, charge

NOTHING = Money(0)
BILL = Bill(BillId("B1"), JANE, Stage.OPEN, NOW, (charge(),), NOTHING, NOTHING)
PAYMENT = Payment(
    PaymentId("P1"), JANE, Method.CARD, Money(10000), TODAY, TransactionId("T1"), NOTHING
)


@pytest.mark.parametrize(
    ("paid", "written_off", "state", "open_amount"),
    [
        (0, 0, BillState.OPEN, 8500),
        (1, 0, BillState.PART_PAID, 8499),
        (8500, 0, BillState.PAID, 0),
        (0, 8500, BillState.WRITTEN_OFF, 0),
        (0, 500, BillState.OPEN, 8000),
        (8000, 500, BillState.WRITTEN_OFF, 0),
        (4000, 500, BillState.PART_PAID, 4000),
    ],
)
def test_the_state_of_an_open_bill_follows_what_is_settled(
    paid: int, written_off: int, state: BillState, open_amount: int
) -> None:
    bill = replace(BILL, paid=Money(paid), written_off=Money(written_off))
    assert (bill.state, bill.open_amount) == (state, Money(open_amount))


@pytest.mark.parametrize(
    ("stage", "state"),
    [(Stage.DRAFT, BillState.DRAFT), (Stage.CANCELLED, BillState.CANCELLED)],
)
def test_a_draft_and_a_cancelled_bill_are_just_that(stage: Stage, state: BillState) -> None:
    assert replace(BILL, stage=stage, charges=()).state is state


def test_a_bill_asks_for_the_sum_of_its_charges() -> None:
    twice = charge("service:97810:2", replace(NEEDLES, units=2))
    assert replace(BILL, charges=(charge(), twice)).charged == Money(25500)


def test_a_payment_is_applied_refunded_or_credit() -> None:
    applied = tuple(
        Application(TransactionId(f"A{n}"), BillId("B1"), Money(amount))
        for n, amount in enumerate((2500, 3000))
    )
    payment = replace(PAYMENT, applications=applied, refunded=Money(1500))
    assert (payment.applied, payment.credit) == (Money(5500), Money(3000))


def test_of_a_removed_payment_nothing_is_left() -> None:
    assert replace(PAYMENT, removed_at=NOW).credit == NOTHING


@pytest.mark.parametrize("method", list(Method))
def test_every_way_to_pay_has_an_account_to_lie_in(method: Method) -> None:
    assert method.account.value == f"clearing:{method.value}"
