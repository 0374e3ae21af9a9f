"""Claims of a practice at work: checked, made, followed, exported."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO

import pytest
from pyx12.params import ParamsBase
from pyx12.x12n_document import x12n_document

from server.billing_hooks.papers import profiles
from server.billing_hooks.papers.claim_export import NothingReady
from server.billing_hooks.papers.claims import Terms
from server.billing_hooks.refusals import WrongStage
from server.domain.charges import ChargeKind
from server.domain.errors import Invalid, NotFound
from server.domain.ids import PayerId
from server.domain.money import Money
from server.domain.papers import Incomplete
from server.domain.vocabulary import Status
from server.practice_db.database import SqlDatabase
from tests.paper_house import PaperHouse, Wanted
from tests.papers import COVERAGE, OTHER_PROVIDER, PAYER, PRACTICE, PROVIDER, SPOUSES
from tests.practice import DORN, JANE, JOHN, at, furnish, session, timed

OF_JANE = Wanted(JANE)


@pytest.fixture
def house(database: SqlDatabase) -> PaperHouse:
    """Return the small practice, known to insurers, on each engine in turn."""
    with database.writing() as uow:
        furnish(uow)
    house = PaperHouse(database)
    house.become_known()
    return house


def is_accepted(text: str) -> bool:
    accepted: bool = x12n_document(ParamsBase(), StringIO(text), StringIO(), None)
    return accepted


def claimed(house: PaperHouse) -> int:
    """Bill Jane's visit on the 3rd and make the draft of a claim of it."""
    house.visit(3, "M54.50")
    house.bill()
    (claim,) = house.claim(OF_JANE).claims
    return claim.number


def test_billed_work_with_everything_known_lacks_nothing(house: PaperHouse) -> None:
    house.visit(3, "M54.50")
    house.bill()
    (checked,) = house.check(OF_JANE)
    assert checked.missing == ()


def test_each_charge_that_cannot_be_claimed_is_told_with_what_it_lacks(
    house: PaperHouse,
) -> None:
    house.set_fee(ChargeKind.NO_SHOW, 4000)
    house.edit(house.book(timed(at(2))), status=Status.NO_SHOW)
    house.visit(3)
    with_herbs = house.edit(house.book(timed(at(10)), session()), status=Status.ARRIVED)
    house.sign_with(with_herbs, "M54.50")
    house.bill()
    lacks = {
        f"{one.charge.service_date:%d} {one.charge.line.kind}": {
            each.what for each in one.missing
        }
        for one in house.check(OF_JANE)
    }
    assert lacks["03 service"] == {"note.signed", "note.diagnoses"}
    assert {"charge.kind", "appointment.occurred"} <= lacks["02 no-show-fee"]
    assert "charge.kind" in lacks["10 product"]
    assert lacks["10 service"] == set()


def test_claims_take_what_lacks_nothing_and_name_the_rest(house: PaperHouse) -> None:
    house.visit(3)
    house.visit(10, "M54.50")
    house.bill()
    made = house.claim(OF_JANE)
    (claim,) = made.claims
    assert [line.service_date.day for line in claim.content.lines] == [10]
    assert [one.charge.service_date.day for one in made.left_out] == [3]
    assert (claim.state, claim.client, claim.payer) == ("draft", JANE, PAYER.id)
    assert house.get_claim(1) == claim


def test_where_nothing_can_be_claimed_it_is_said_what_is_missing(house: PaperHouse) -> None:
    house.visit(3)
    house.bill()
    with pytest.raises(Incomplete) as refused:
        house.claim(OF_JANE)
    assert {each.what for each in refused.value.missing} == {"note.signed", "note.diagnoses"}
    with pytest.raises(Incomplete):
        house.claim(Wanted(JOHN))


def test_each_bill_and_practitioner_has_a_claim(house: PaperHouse) -> None:
    house.visit(3, "M54.50")
    house.visit(4, "F41.1", by_theo=True)
    house.bill()
    house.visit(10, "M54.50")
    house.bill()
    claims = house.claim(OF_JANE).claims
    assert [claim.content.provider.user for claim in claims] == ["alma", "theo", "alma"]
    assert len({claim.bill for claim in claims}) == 2


def test_a_claim_says_what_the_client_paid_of_its_services(house: PaperHouse) -> None:
    house.visit(3, "M54.50")
    house.visit(10, "M54.50")
    bill = house.bill()
    house.apply(house.receive(Money(10000)), bill)
    (claim,) = house.claim(OF_JANE).claims
    assert claim.content.patient_paid == Money(10000)


def test_a_service_is_claimed_once(house: PaperHouse) -> None:
    claimed(house)
    with pytest.raises(Incomplete, match="on the claim 1 already"):
        house.claim(OF_JANE)
    house.set_claim(1, "closed")
    (again,) = house.claim(OF_JANE).claims
    assert again.number == 2


def test_another_payer_can_be_named(house: PaperHouse) -> None:
    house.visit(3, "M54.50")
    house.bill()
    other = replace(PAYER, id=PayerId("other"), name="Other Plan")
    with house.database.writing() as uow:
        profiles.save_payer(uow, other)
    (lacking,) = house.check(OF_JANE, Terms(payer=other.id))
    assert [each.what for each in lacking.missing] == ["payer"]
    with house.database.writing() as uow:
        coverage = replace(COVERAGE, payer=other.id)
        profiles.save_coverage(uow, house.context(), coverage)
    (fine,) = house.check(OF_JANE, Terms(payer=other.id))
    assert fine.missing == ()
    with pytest.raises(NotFound):
        house.check(OF_JANE, Terms(payer=PayerId("nobody")))


def test_a_claim_goes_its_way_and_remembers_it(house: PaperHouse) -> None:
    number = claimed(house)
    claim = house.set_claim(number, "ready", "submitted", "accepted", "part-paid", "closed")
    assert [(step.state, step.note) for step in claim.steps[1:]] == [
        (state, f"said {state}")
        for state in ("ready", "submitted", "accepted", "part-paid", "closed")
    ]
    with pytest.raises(Invalid):
        house.set_claim(number, "draft")
    with pytest.raises(NotFound):
        house.set_claim(99, "ready")


def test_on_becoming_ready_a_claim_is_brought_up_to_date(house: PaperHouse) -> None:
    number = claimed(house)
    with house.database.writing() as uow:
        profiles.save_payer(uow, replace(PAYER, claim_id="99999"))
    assert house.get_claim(number).content.payer.claim_id == "60054"
    assert house.set_claim(number, "ready").content.payer.claim_id == "99999"


def test_a_claim_that_came_to_lack_something_does_not_become_ready(house: PaperHouse) -> None:
    number = claimed(house)
    with house.database.writing() as uow:
        profiles.save_practitioner(uow, replace(PROVIDER, taxonomy=""))
    with pytest.raises(Incomplete, match="taxonomy"):
        house.set_claim(number, "ready")
    assert house.get_claim(number).state == "draft"


def test_a_claim_whose_bill_was_cancelled_does_not_become_ready(house: PaperHouse) -> None:
    house.visit(3, "M54.50")
    bill = house.bill()
    house.claim(OF_JANE)
    house.cancel(bill)
    with pytest.raises(Incomplete, match="no open bill"):
        house.set_claim(1, "ready")
    house.bill()
    with pytest.raises(WrongStage, match="billed anew"):
        house.set_claim(1, "ready")


def test_an_exported_claim_is_submitted_and_names_its_interchange(house: PaperHouse) -> None:
    number = claimed(house)
    house.set_claim(number, "ready")
    exported = house.export()
    claim = house.get_claim(number)
    assert (exported.number, exported.claims) == (1, (claim,))
    assert (claim.state, claim.steps[-1].note) == ("submitted", "interchange 000000001")
    assert is_accepted(exported.text)
    with pytest.raises(NothingReady):
        house.export()


def test_a_test_file_leaves_the_claims_as_they_are(house: PaperHouse) -> None:
    number = claimed(house)
    house.set_claim(number, "ready")
    assert house.export(number, is_test=True).number == 1
    assert house.get_claim(number).state == "ready"
    assert house.export(number).number == 2


def test_only_ready_claims_are_exported(house: PaperHouse) -> None:
    number = claimed(house)
    with pytest.raises(WrongStage, match="is draft, not ready"):
        house.export(number)
    with pytest.raises(NotFound):
        house.export(99)


def test_a_sender_without_its_ids_exports_nothing(house: PaperHouse) -> None:
    number = claimed(house)
    house.set_claim(number, "ready")
    with house.database.writing() as uow:
        profiles.save_practice(
            uow, replace(PRACTICE, submitter_id="", receiver_id="", contact="", phone="")
        )
    with pytest.raises(Incomplete) as refused:
        house.export()
    assert {each.what for each in refused.value.missing} == {
        "practice.contact",
        "practice.phone",
        "practice.submitter_id",
        "practice.receiver_id",
    }
    assert house.get_claim(number).state == "ready"


def test_an_independent_reader_accepts_the_claims_of_a_whole_month(house: PaperHouse) -> None:
    for client in (JOHN, DORN):
        house.become_known(client)
    with house.database.writing() as uow:
        profiles.save_practitioner(uow, OTHER_PROVIDER)
        coverage = replace(SPOUSES, client=DORN)
        profiles.save_coverage(uow, house.context(), coverage)
    days = [day for day in range(2, 28) if at(day).weekday() < 5]
    for position, day in enumerate(days):
        house.visit(day, "M54.50", "G43.909", client=(JANE, JOHN)[position % 2])
        house.visit(day, "F41.1", client=DORN, by_theo=True)
    for client in (JANE, JOHN, DORN):
        house.pay(house.bill(client)) if client == JOHN else house.bill(client)
        for claim in house.claim(Wanted(client)).claims:
            house.set_claim(claim.number, "ready")
    exported = house.export()
    assert len(exported.claims) == 3
    assert exported.text.count("~SV1*") == 2 * len(days)
    assert is_accepted(exported.text)
