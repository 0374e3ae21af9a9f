"""What ports.BillRuns promises, and how things are found by the end of their ids."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from server.domain.bills import Stage
from server.domain.ids import BillId, ChargeId, PaymentId, TransactionId
from server.practice_db.database import SqlDatabase
from server.usecases.ports import UnitOfWork
from tests.contract.billing_samples import (
    BILL,
    PAYMENT,
    TODAY,
    add_bill,
    add_payment,
    another_charge,
    post_charge,
)
from tests.contract.samples import JANE, NOW

ULID = "01JD7Z6Q8K5T3V9W2X4Y6Z8A"


def test_a_run_that_was_stopped_may_go_on_and_a_finished_one_is_over(
    furnished: SqlDatabase,
) -> None:
    with furnished.writing() as uow:
        runs = uow.billing.runs
        assert runs.last_finished() is None
        assert runs.start(TODAY, NOW)
        assert runs.start(TODAY, NOW)
        assert runs.last_finished() is None
        runs.finish(TODAY, NOW)
        assert not runs.start(TODAY, NOW)
        assert runs.last_finished() == TODAY


def test_each_last_day_has_a_run_of_its_own(furnished: SqlDatabase) -> None:
    with furnished.writing() as uow:
        runs = uow.billing.runs
        for days in (0, 30, 60):
            assert runs.start(TODAY + timedelta(days=days), NOW)
        for days in (30, 0):
            runs.finish(TODAY + timedelta(days=days), NOW)
        assert runs.last_finished() == TODAY + timedelta(days=30)
        assert runs.start(TODAY + timedelta(days=60), NOW)


@pytest.mark.parametrize(
    ("end", "found"),
    [("0C", ["0C"]), ("C", ["0C", "1C"]), ("ZZ", []), ("%", []), ("_C", []), ("", [])],
)
def test_what_was_billed_charged_and_paid_is_found_by_the_end_of_its_id(
    furnished: SqlDatabase, end: str, found: list[str]
) -> None:
    with furnished.writing() as uow:
        for number, last in enumerate(("0A", "0C", "1C"), start=1):
            store_one_of_each(uow, f"{ULID}{last}", number)
        billing = uow.billing
        for kind in (billing.bills, billing.charges, billing.payments):
            assert [one.removeprefix(ULID) for one in kind.ending(end)] == found


def store_one_of_each(uow: UnitOfWork, ulid: str, number: int) -> None:
    add_bill(uow, replace(BILL, id=BillId(ulid), number=number))
    post_charge(uow, replace(another_charge(number), id=ChargeId(ulid)))
    posted = TransactionId(f"t-p{number}")
    add_payment(uow, replace(PAYMENT, id=PaymentId(ulid), transaction=posted))


def test_the_numbers_of_bills_are_told_and_none_of_drafts(furnished: SqlDatabase) -> None:
    draft = replace(BILL, id=BillId("b2"), stage=Stage.DRAFT, number=None)
    with furnished.writing() as uow:
        add_bill(uow)
        add_bill(uow, draft)
        asked = {BILL.id, draft.id, BillId("none")}
        assert uow.billing.bills.numbers(asked) == {BILL.id: 1, draft.id: None}
        assert uow.billing.bills.numbers(set()) == {}


def test_an_account_that_is_held_is_held_once_more(furnished: SqlDatabase) -> None:
    with furnished.writing() as uow:
        uow.billing.lock(JANE)
        uow.billing.lock(JANE)
        assert uow.clients.get(JANE) is not None
