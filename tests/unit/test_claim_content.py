"""What a claim says, and which charges go together on one."""

from __future__ import annotations

from dataclasses import replace

from server.billing_hooks.papers.claim_content import compose, split
from server.billing_hooks.papers.claim_readiness import Facts
from server.domain.ids import BillId
from server.domain.money import Money
from tests.paper_services import LINE, NOTE, charge, facts, service
from tests.papers import FEE, PATIENT, THEO


def visit(position: int, *diagnoses: str, **more: object) -> Facts:
    """Return a charge of a day with the diagnoses of its note."""
    note = replace(NOTE, diagnoses=diagnoses or NOTE.diagnoses)
    return facts(service(charge(position, LINE, **more), note=note))


def test_lines_point_to_the_claims_diagnoses_in_the_order_of_their_notes() -> None:
    content = compose([visit(1, "F41.1", "F33.1"), visit(2, "M54.50", "F41.1")])
    assert content.diagnoses == ("F41.1", "F33.1", "M54.50")
    assert [line.pointers for line in content.lines] == [(1, 2), (3, 1)]


def test_a_line_points_to_four_diagnoses_at_most_and_the_claim_has_all() -> None:
    codes = ("F41.1", "F33.1", "M54.50", "G43.909", "Z63.0", "Z73.0")
    content = compose([visit(1, *codes)])
    assert content.diagnoses == codes
    assert content.lines[0].pointers == (1, 2, 3, 4)


def test_the_client_is_described_as_of_now() -> None:
    content = compose([facts()])
    assert content.patient == PATIENT
    assert content.charged == FEE


def test_what_the_client_paid_of_the_lines_is_summed() -> None:
    paid = [replace(visit(1), patient_paid=Money(8500)), visit(2)]
    assert compose(paid).patient_paid == Money(8500)


def test_fifty_lines_fit_on_a_claim_and_the_next_begins_another() -> None:
    claims = split([visit(position) for position in range(1, 112)])
    assert [len(each) for each in claims] == [50, 50, 11]


def test_twelve_diagnoses_fit_on_a_claim_and_the_next_begins_another() -> None:
    visits = [visit(position, f"F4{position:02}.0") for position in range(1, 14)]
    assert [len(each) for each in split(visits)] == [12, 1]


def test_a_visit_whose_diagnoses_are_there_already_joins_the_full_claim() -> None:
    visits = [visit(position, f"F4{position:02}.0") for position in range(1, 14)]
    assert [len(each) for each in split([*visits, visit(14, "F401.0")])] == [13, 1]


def test_each_practitioner_and_each_bill_has_claims_of_its_own() -> None:
    other_bill = BillId("01JD7Z6Q8K5T3V9W2X4Y6BILL2")
    visits = [
        visit(1),
        visit(2, practitioner=THEO),
        visit(3, bill=other_bill),
        visit(4),
    ]
    split_up = [[one.service.charge.service_date.day for one in each] for each in split(visits)]
    assert split_up == [[1, 4], [2], [3]]
