"""What ports.papers.Claims promises, and what the database itself refuses."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from server.domain.claims import ClaimState, ClaimStep
from server.domain.ids import BillId
from server.practice_db.database import SqlDatabase
from server.practice_db.engines import begin
from server.usecases.ports.papers import ClaimFilter
from tests.contract.billing_samples import BILL, add_bill
from tests.contract.paper_samples import CLAIM
from tests.contract.samples import JOHN
from tests.papers import AT, COVERAGE, DESK, PAYER, SPOUSES, claim_content, claim_line

OTHER_BILL = BillId("b2")


@pytest.fixture
def billed(furnished: SqlDatabase) -> SqlDatabase:
    """Return a database with a payer and two bills, of Jane and John."""
    with furnished.writing() as uow:
        uow.papers.profiles.save_payer(PAYER)
        uow.papers.profiles.save_coverage(COVERAGE)
        add_bill(uow)
        add_bill(uow, replace(BILL, id=OTHER_BILL, client=JOHN, number=2))
    return furnished


def test_a_claim_comes_back_as_it_was(billed: SqlDatabase) -> None:
    content = claim_content(claim_line(), claim_line(2, modifiers=("95",)), coverage=SPOUSES)
    made = replace(CLAIM, content=content)
    with billed.writing() as uow:
        uow.papers.claims.add(made)
    with billed.reading() as uow:
        assert uow.papers.claims.get(1) == made
        assert uow.papers.claims.get(2) is None


def test_what_is_saved_adds_the_new_steps_to_the_old_ones(billed: SqlDatabase) -> None:
    sent = CLAIM.then(ClaimStep(ClaimState.SUBMITTED, AT, DESK, "interchange 000000001"))
    accepted = sent.then(ClaimStep(ClaimState.ACCEPTED, AT, DESK))
    with billed.writing() as uow:
        uow.papers.claims.add(CLAIM)
    for claim in (sent, accepted, accepted):
        with billed.writing() as uow:
            uow.papers.claims.save(claim)
    with billed.reading() as uow:
        assert uow.papers.claims.get(1) == accepted


def test_claims_are_found_by_state_client_and_bill(billed: SqlDatabase) -> None:
    of_john = replace(CLAIM, number=2, client=JOHN, bill=OTHER_BILL, steps=CLAIM.steps[:1])
    with billed.writing() as uow:
        uow.papers.claims.add(CLAIM)
        uow.papers.claims.add(of_john)
    found = {}
    with billed.reading() as uow:
        for name, wanted in {
            "all": ClaimFilter(),
            "ready": ClaimFilter(state=ClaimState.READY),
            "john": ClaimFilter(client=JOHN),
            "bill": ClaimFilter(bill=BILL.id),
            "none": ClaimFilter(ClaimState.PAID, JOHN, OTHER_BILL),
        }.items():
            found[name] = [claim.number for claim in uow.papers.claims.matching(wanted)]
    assert found == {"all": [1, 2], "ready": [1], "john": [2], "bill": [1], "none": []}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE claim_step SET note = 'another' WHERE claim_number = 1",
        "DELETE FROM claim_step WHERE claim_number = 1",
    ],
)
def test_the_database_lets_nobody_change_the_history_of_a_claim(
    billed: SqlDatabase, statement: str
) -> None:
    with billed.writing() as uow:
        uow.papers.claims.add(CLAIM)
    with pytest.raises(DatabaseError), begin(billed.engines.writing) as connection:
        connection.execute(text(statement))
    with billed.reading() as uow:
        assert uow.papers.claims.get(1) == CLAIM


def test_control_numbers_of_interchanges_have_nine_digits_at_most(
    billed: SqlDatabase,
) -> None:
    with billed.writing() as uow:
        uow.papers.claims.next_interchange()
    with begin(billed.engines.writing) as connection:
        connection.execute(text("UPDATE paper_count SET last_number = 999999998"))
    with billed.writing() as uow:
        numbers = [uow.papers.claims.next_interchange() for _ in range(3)]
    assert numbers == [999_999_999, 1, 2]
