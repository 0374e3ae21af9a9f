"""An insurer's share of a bill, from being asked for to being paid or taken back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from server.billing_hooks import insurers
from server.billing_hooks.refusals import PaymentApplied, TooMuch, WrittenOff, WrongStage
from server.domain.bills import Bill, BillState, Method
from server.domain.errors import Invalid, Locked, NotFound
from server.domain.ids import PayerId
from server.domain.ledger import Account
from server.domain.money import Money
from server.domain.vocabulary import Lock
from server.practice_db.database import SqlDatabase
from tests.paper_house import PaperHouse
from tests.papers import PAYER
from tests.practice import JANE, at, furnish, timed

FEE = Money(8500)
MEDI = replace(PAYER, id=PayerId("medi"), name="Medi")
CHECK = Method.CHECK


@pytest.fixture
def house(database: SqlDatabase) -> PaperHouse:
    """Return the small practice, known to insurers, on each engine in turn."""
    with database.writing() as uow:
        furnish(uow)
    house = PaperHouse(database)
    house.become_known()
    return house


def billed(house: PaperHouse) -> Bill:
    """Bill Jane's visit on the 3rd, of 85 dollars."""
    house.visit(3, "M54.50")
    return house.bill()


def share(house: PaperHouse, bill: Bill, minor: int | None = None) -> Bill:
    amount = None if minor is None else Money(minor)
    with house.database.writing() as uow:
        return insurers.insurer_share(uow, house.context(), bill.id, PAYER.id, amount)


def adjust(house: PaperHouse, bill: Bill, minor: int | None = None) -> Bill:
    amount = None if minor is None else Money(minor)
    with house.database.writing() as uow:
        return insurers.contractual_adjustment(uow, house.context(), bill.id, PAYER.id, amount)


def receive(house: PaperHouse, bill: Bill, minor: int | None = None) -> Bill:
    amount, paid = None if minor is None else Money(minor), (PAYER.id, CHECK)
    with house.database.writing() as uow:
        return insurers.insurer_payment(uow, house.context(), bill.id, paid, amount)


def take_back(house: PaperHouse, bill: Bill) -> Bill:
    with house.database.writing() as uow:
        return insurers.take_back_share(uow, house.context(), bill.id)


def undo_payment(house: PaperHouse, bill: Bill) -> Bill:
    with house.database.writing() as uow:
        return insurers.undo_insurer_payment(uow, house.context(), bill.id)


def sums(house: PaperHouse) -> dict[str, int]:
    """Return what the client and the insurer owe, what came in, and what was taken off."""
    return {
        "client": house.balance(Account.RECEIVABLE_CLIENT, JANE),
        "payer": house.balance(Account.RECEIVABLE_PAYER, PAYER.id),
        "check": house.balance(CHECK.account),
        "contract": house.balance(Account.ADJUSTMENT_CONTRACTUAL),
    }


def test_a_share_is_owed_by_the_insurer_and_no_longer_by_the_client(house: PaperHouse) -> None:
    bill = share(house, billed(house), 6000)
    assert (bill.state, bill.open_amount) == (BillState.PART_PAID, Money(2500))
    assert sums(house) == {"client": 2500, "payer": 6000, "check": 0, "contract": 0}
    assert house.wrong() == []


def test_what_the_insurer_does_not_pay_is_taken_off_by_contract(house: PaperHouse) -> None:
    bill = share(house, billed(house), 6000)
    adjusted = adjust(house, bill, 2000)
    assert (adjusted.paid, adjusted.written_off) == (Money(4000), Money(2000))
    assert adjusted.open_amount == bill.open_amount
    assert receive(house, bill, 4000).open_amount == bill.open_amount
    assert sums(house) == {"client": 2500, "payer": 0, "check": 4000, "contract": 2000}
    assert house.wrong() == []


def test_share_and_client_together_pay_a_bill(house: PaperHouse) -> None:
    bill = share(house, billed(house), 6000)
    receive(house, bill)
    house.pay(house.find(bill))
    assert house.find(bill).state is BillState.PAID
    assert house.balance(Account.CREDIT_CLIENT, JANE) == 0
    assert house.wrong() == []


def test_without_an_amount_all_there_is_is_meant(house: PaperHouse) -> None:
    bill = share(house, billed(house))
    assert bill.open_amount == Money(0)
    adjust(house, bill, 500)
    receive(house, bill)
    assert sums(house) == {"client": 0, "payer": 0, "check": 8000, "contract": 500}


@pytest.mark.parametrize("ask", [share, adjust, receive])
def test_an_insurer_that_nobody_knows_is_refused(
    database: SqlDatabase, ask: Callable[[PaperHouse, Bill, int], Bill]
) -> None:
    with database.writing() as uow:
        furnish(uow)
    house = PaperHouse(database)
    bill = billed(house)
    with pytest.raises(NotFound, match="payer 'example'"):
        ask(house, bill, 100)
    assert house.find(bill) == bill


def test_no_more_is_asked_for_than_is_open(house: PaperHouse) -> None:
    bill = billed(house)
    with pytest.raises(TooMuch):
        share(house, bill, FEE.minor + 1)
    share(house, bill)
    with pytest.raises(TooMuch):
        share(house, bill, 1)
    assert house.wrong() == []


@pytest.mark.parametrize("settle", [adjust, receive])
def test_an_insurer_settles_no_more_than_its_share(
    house: PaperHouse, settle: Callable[[PaperHouse, Bill, int], Bill]
) -> None:
    bill = share(house, billed(house), 6000)
    with pytest.raises(TooMuch):
        settle(house, bill, 6001)
    settle(house, bill, 5000)
    with pytest.raises(TooMuch):
        settle(house, bill, 1001)
    assert sums(house)["payer"] == 1000


@pytest.mark.parametrize("ask", [share, adjust, receive])
@pytest.mark.parametrize("wrong", [0, -100])
def test_nothing_and_less_is_no_amount(
    house: PaperHouse, ask: Callable[[PaperHouse, Bill, int], Bill], wrong: int
) -> None:
    bill = share(house, billed(house), 6000)
    with pytest.raises(Invalid, match="more than nothing"):
        ask(house, bill, wrong)


def test_of_a_draft_nobody_is_asked_for_anything(house: PaperHouse) -> None:
    house.visit(3, "M54.50")
    draft = house.bill(draft=True)
    with pytest.raises(WrongStage):
        share(house, draft, 100)


def test_what_one_insurer_owes_another_does_not_settle(house: PaperHouse) -> None:
    bill = share(house, billed(house), 6000)
    with house.database.writing() as uow:
        uow.papers.profiles.save_payer(MEDI)
        with pytest.raises(TooMuch):
            insurers.insurer_payment(
                uow, house.context(), bill.id, (MEDI.id, CHECK), Money(100)
            )


def test_a_share_that_is_taken_back_is_the_clients_again(house: PaperHouse) -> None:
    before = billed(house)
    share(house, before, 6000)
    adjust(house, before, 2000)
    assert take_back(house, before) == before
    assert sums(house) == {"client": 8500, "payer": 0, "check": 0, "contract": 0}
    with pytest.raises(NotFound):
        take_back(house, before)
    assert house.wrong() == []


def test_shares_of_two_askings_are_taken_back_together(house: PaperHouse) -> None:
    before = billed(house)
    share(house, before, 2000)
    share(house, before, 3000)
    assert take_back(house, before) == before
    share(house, before, 1000)
    assert take_back(house, before) == before
    assert house.wrong() == []


def test_a_share_of_which_something_is_paid_is_not_taken_back(house: PaperHouse) -> None:
    before = billed(house)
    bill = share(house, before, 6000)
    receive(house, bill, 100)
    with pytest.raises(Invalid, match="an insurer has paid"):
        take_back(house, bill)
    undo_payment(house, bill)
    assert sums(house)["payer"] == 6000
    assert take_back(house, bill) == before
    assert house.wrong() == []


def test_where_an_insurer_paid_nothing_nothing_is_undone(house: PaperHouse) -> None:
    bill = share(house, billed(house), 6000)
    with pytest.raises(NotFound):
        undo_payment(house, bill)


def test_a_bill_is_cancelled_only_after_the_share_is_taken_back(house: PaperHouse) -> None:
    bill = billed(house)
    share(house, bill, 6000)
    with pytest.raises(PaymentApplied):
        house.cancel(bill)
    take_back(house, bill)
    assert house.cancel(bill).state is BillState.CANCELLED
    assert house.wrong() == []


def test_a_share_that_came_to_nothing_by_contract_still_holds_its_bill(
    house: PaperHouse,
) -> None:
    bill = billed(house)
    share(house, bill, 6000)
    adjust(house, bill)
    with pytest.raises(WrittenOff):
        house.cancel(bill)
    take_back(house, bill)
    assert house.cancel(bill).state is BillState.CANCELLED


def test_a_share_locks_the_appointment_as_a_payment_does(house: PaperHouse) -> None:
    number = house.visit(3)
    bill = house.bill()
    share(house, bill, 6000)
    with pytest.raises(Locked) as refused:
        house.edit(number, timed(at(4), 45))
    assert Lock.PAYMENT in refused.value.locks
    take_back(house, bill)
    with pytest.raises(Locked) as refused:
        house.edit(number, timed(at(4), 45))
    assert refused.value.locks == (Lock.BILL_OPEN,)
