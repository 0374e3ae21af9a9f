"""What insurers forbid: fees for missed appointments, and cancelling what they were sent."""

from __future__ import annotations

from dataclasses import replace

import pytest

from server.billing_hooks.bill_edits import LineEdit, edit_line
from server.billing_hooks.refusals import ClaimSubmitted
from server.domain.appointment import FeeOverride
from server.domain.bills import BillState
from server.domain.calendars import Notice
from server.domain.charges import ChargeKind
from server.domain.ids import PayerId
from server.domain.money import Money
from server.domain.vocabulary import Status
from server.practice_db.database import SqlDatabase
from tests.paper_house import PaperHouse, Wanted
from tests.papers import COVERAGE, PAYER
from tests.practice import ALMA, JANE, JOHN, THEO, at, furnish, session, timed

MEDI = replace(PAYER, id=PayerId("medi"), name="Medi", fees_forbidden=True)
MISSED = [Status.NO_SHOW, Status.LATE_CANCELLED]


@pytest.fixture
def house(database: SqlDatabase) -> PaperHouse:
    """Return the small practice with its fees, known to insurers, on each engine in turn."""
    with database.writing() as uow:
        furnish(uow)
    house = PaperHouse(database)
    house.become_known()
    house.set_fee(ChargeKind.NO_SHOW, 4000)
    house.set_fee(ChargeKind.LATE, 4000)
    return house


def insure(house: PaperHouse) -> None:
    """Let Jane be insured by Medi as well, which forbids fees."""
    with house.database.writing() as uow:
        uow.papers.profiles.save_payer(MEDI)
        uow.papers.profiles.save_coverage(replace(COVERAGE, payer=MEDI.id))


def notices(house: PaperHouse) -> list[Notice]:
    with house.database.reading() as uow:
        return [one for one in uow.notices.of() if one.code == "fee-forbidden"]


@pytest.mark.parametrize("status", MISSED)
def test_an_insurer_that_allows_fees_changes_nothing(house: PaperHouse, status: Status) -> None:
    number = house.edit(house.book(timed(at(3))), status=status)
    assert [charge.line.amount for charge in house.charges(number)] == [Money(4000)]
    assert notices(house) == []


@pytest.mark.parametrize("status", MISSED)
def test_a_forbidden_fee_becomes_nothing_and_a_notice(
    house: PaperHouse, status: Status
) -> None:
    insure(house)
    number = house.edit(house.book(timed(at(3))), status=status)
    assert house.owed(number) == []
    (notice,) = notices(house)
    assert (notice.user, notice.appointment) == (ALMA, number)
    assert notice.sentence.startswith("No fee was charged")
    assert house.wrong() == []


def test_services_of_a_visit_that_was_missed_after_all_are_taken_back(
    house: PaperHouse,
) -> None:
    insure(house)
    number = house.visit(3)
    house.edit(number, status=Status.NO_SHOW)
    assert (house.owed(number), house.reversed(number)) == ([], 1)
    assert house.wrong() == []


def test_a_fee_that_a_person_asked_for_is_forbidden_too(house: PaperHouse) -> None:
    insure(house)
    own = FeeOverride(Money(2500))
    number = house.edit(house.book(timed(at(3))), status=Status.NO_SHOW, fee=own)
    assert house.owed(number) == []
    assert len(notices(house)) == 1


def test_the_same_visit_edited_again_is_not_told_of_twice(house: PaperHouse) -> None:
    insure(house)
    number = house.edit(house.book(timed(at(3))), status=Status.NO_SHOW)
    house.edit(number, note="Called the next day")
    assert len(notices(house)) == 1


def test_where_there_is_no_fee_nothing_is_told(house: PaperHouse) -> None:
    insure(house)
    waived = FeeOverride(Money(0), "was in hospital")
    house.edit(house.book(timed(at(3))), status=Status.NO_SHOW, fee=waived)
    house.visit(4)
    assert notices(house) == []


def test_clients_of_other_insurers_are_charged_as_ever(house: PaperHouse) -> None:
    insure(house)
    details = session(JOHN, "psy50", THEO)
    number = house.edit(house.book(timed(at(3)), details), status=Status.NO_SHOW)
    assert house.owed(number) == ["C1002 no-show-fee*1 40.00"]


def test_what_was_charged_before_an_insurer_forbade_it_stands(house: PaperHouse) -> None:
    number = house.edit(house.book(timed(at(3))), status=Status.NO_SHOW)
    insure(house)
    house.edit(number, note="Called the next day")
    assert house.owed(number) == ["C1001 no-show-fee*1 40.00"]


@pytest.mark.parametrize("states", [(), ("accepted",), ("accepted", "part-paid")])
def test_a_bill_that_an_insurer_has_a_claim_for_is_not_cancelled(
    house: PaperHouse, states: tuple[str, ...]
) -> None:
    house.visit(3, "M54.50")
    bill = house.bill()
    (claim,) = house.claim(Wanted(JANE)).claims
    house.set_claim(claim.number, "ready", "submitted", *states)
    with pytest.raises(ClaimSubmitted):
        house.cancel(bill)
    assert house.find(bill) == bill


def test_a_line_that_an_insurer_was_sent_is_not_edited(house: PaperHouse) -> None:
    house.visit(3, "M54.50")
    bill = house.bill()
    (claim,) = house.claim(Wanted(JANE)).claims
    house.set_claim(claim.number, "ready", "submitted")
    line = LineEdit(unit_fee=Money(100))
    with pytest.raises(ClaimSubmitted), house.database.writing() as uow:
        edit_line(uow, house.context(), bill.id, bill.charges[0].id, line)
    assert house.find(bill) == bill


@pytest.mark.parametrize(
    "states",
    [
        (),
        ("ready",),
        ("ready", "submitted", "rejected"),
        ("ready", "submitted", "accepted", "denied"),
        ("ready", "submitted", "accepted", "paid", "closed"),
    ],
)
def test_a_claim_that_no_insurer_looks_at_holds_no_bill(
    house: PaperHouse, states: tuple[str, ...]
) -> None:
    house.visit(3, "M54.50")
    bill = house.bill()
    (claim,) = house.claim(Wanted(JANE)).claims
    house.set_claim(claim.number, *states)
    assert house.cancel(bill).state is BillState.CANCELLED
