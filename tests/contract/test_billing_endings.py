"""Charges, bills and payments are found by the end of their ids, bills by their numbers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from server.cli.billing_targets import bill_named, charge_named, payment_named
from server.domain.errors import Invalid, NotFound
from server.domain.ids import BillId, ChargeId, PaymentId, TransactionId
from server.practice_db.database import SqlDatabase
from server.usecases.ports import UnitOfWork
from tests.contract.billing_samples import (
    BILL,
    CHARGE,
    PAYMENT,
    add_bill,
    add_payment,
    another_charge,
    post_charge,
)

FIRST, SECOND, THIRD = "01JD7Z00000000000000000AAA", "01JD7Z00000000000000000BAA", "01JD7Z0CAA"


def furnish(uow: UnitOfWork) -> None:
    """Store three of everything; the bills are a draft and two that are open."""
    for place, number in enumerate((FIRST, SECOND, THIRD)):
        post_charge(uow, replace(another_charge(place), id=ChargeId(number)))
        add_bill(uow, replace(BILL, id=BillId(number), number=place or None))
        received = TransactionId(f"t-p{place}")
        add_payment(uow, replace(PAYMENT, id=PaymentId(number), transaction=received))


def test_an_end_finds_what_has_it_and_at_most_two(furnished: SqlDatabase) -> None:
    with furnished.writing() as uow:
        furnish(uow)
        for kept in (uow.billing.charges, uow.billing.bills, uow.billing.payments):
            assert kept.ending("BAA") == [SECOND]
            assert kept.ending("AA") == [FIRST, SECOND]
            assert kept.ending("XYZ") == []


@pytest.mark.parametrize("end", ["", "%", "_AA", "A A"])
def test_no_id_ends_in_a_sign(furnished: SqlDatabase, end: str) -> None:
    with furnished.writing() as uow:
        furnish(uow)
        assert uow.billing.charges.ending(end) == []


def test_numbers_are_given_of_the_bills_that_have_one(furnished: SqlDatabase) -> None:
    first, second = BillId(FIRST), BillId(SECOND)
    with furnished.writing() as uow:
        furnish(uow)
        numbers = uow.billing.bills.numbers
        assert numbers({first, second, BillId("none")}) == {first: None, second: 1}
        assert numbers(()) == {}


def test_people_name_things_by_an_end_in_any_case_or_by_the_whole(
    furnished: SqlDatabase,
) -> None:
    with furnished.writing() as uow:
        furnish(uow)
        assert charge_named(uow, " baa ").id == SECOND
        assert payment_named(uow, FIRST.lower()).id == FIRST
        assert [bill_named(uow, word).id for word in ("BAA", "1", SECOND)] == [SECOND] * 3


def test_an_end_that_many_have_is_asked_for_in_full(furnished: SqlDatabase) -> None:
    with furnished.writing() as uow:
        furnish(uow)
        for find in (charge_named, bill_named, payment_named):
            with pytest.raises(Invalid, match="more than one"):
                find(uow, "AA")
            with pytest.raises(NotFound):
                find(uow, "ZZ")


def test_charges_that_were_reversed_are_found_too(furnished: SqlDatabase) -> None:
    with furnished.writing() as uow:
        post_charge(uow, replace(CHARGE, id=ChargeId(FIRST), reversed_at=CHARGE.posted_at))
        assert uow.billing.charges.ending("AAA") == [FIRST]
