"""Superbills of a practice at work: issued, refused, voided, issued anew."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from server.billing_hooks.papers import profiles
from server.billing_hooks.papers.superbill import AlreadyIssued, NothingToShow, Wishes
from server.domain.charges import ChargeKind
from server.domain.errors import Invalid, NotFound
from server.domain.money import Money
from server.domain.papers import Incomplete
from server.domain.superbills import Superbill
from server.domain.vocabulary import Status
from server.practice_db.database import SqlDatabase
from server.usecases.manage_clients import edit_client, find_client
from tests.paper_house import PaperHouse, Wanted
from tests.papers import PROVIDER
from tests.practice import JANE, JOHN, THEO, at, furnish, session, timed

OF_JANE = Wanted(JANE)


@pytest.fixture
def house(database: SqlDatabase) -> PaperHouse:
    """Return the small practice, known to insurers, on each engine in turn."""
    with database.writing() as uow:
        furnish(uow)
    house = PaperHouse(database)
    house.become_known()
    return house


def shown(superbill: Superbill) -> list[str]:
    return [
        f"{line.service_date:%d} {line.code} {' '.join(line.diagnoses)}"
        for line in superbill.content.lines
    ]


def test_a_superbill_shows_what_was_billed_in_the_order_of_its_days(
    house: PaperHouse,
) -> None:
    house.visit(24, "G43.909")
    house.visit(10, "M54.50", "G43.909")
    house.bill()
    (made,) = house.issue(OF_JANE)
    assert shown(made) == ["10 97810 M54.50 G43.909", "24 97810 G43.909"]
    assert (made.number, made.content.balance) == (1, Money(17000))
    assert house.superbills() == [made]


def test_a_payment_shows_as_paid(house: PaperHouse) -> None:
    house.visit(10, "M54.50")
    house.pay(house.bill())
    (made,) = house.issue(OF_JANE)
    assert (made.content.paid, made.content.balance) == (Money(8500), Money(0))


def test_a_period_and_a_bill_narrow_what_is_shown(house: PaperHouse) -> None:
    house.visit(3, "M54.50")
    first = house.bill()
    house.visit(10, "M54.50")
    house.visit(17, "M54.50")
    house.bill()
    (of_days,) = house.issue(Wanted(JANE, since=date(2026, 11, 4), until=date(2026, 11, 10)))
    (of_bill,) = house.issue(Wanted(bill=str(first.number)))
    assert shown(of_days) == ["10 97810 M54.50"]
    assert shown(of_bill) == ["03 97810 M54.50"]


def test_fees_and_products_stay_off(house: PaperHouse) -> None:
    house.set_fee(ChargeKind.NO_SHOW, 4000)
    house.edit(house.book(timed(at(3))), status=Status.NO_SHOW)
    with_herbs = house.edit(house.book(timed(at(10)), session()), status=Status.ARRIVED)
    house.sign_with(with_herbs, "M54.50")
    bill = house.bill()
    (made,) = house.issue(OF_JANE)
    assert len(bill.charges) == 4
    assert {line.code for line in made.content.lines} == {"97810", "97811"}


def test_what_is_not_billed_has_no_place(house: PaperHouse) -> None:
    house.visit(10, "M54.50")
    with pytest.raises(NothingToShow):
        house.issue(OF_JANE)
    house.bill(draft=True)
    with pytest.raises(NothingToShow):
        house.issue(OF_JANE)


def test_the_services_of_a_cancelled_bill_have_no_place(house: PaperHouse) -> None:
    house.visit(10, "M54.50")
    bill = house.cancel(house.bill())
    for wanted in (OF_JANE, Wanted(bill=bill.id)):
        with pytest.raises(NothingToShow):
            house.issue(wanted)


def test_each_practitioner_has_a_superbill(house: PaperHouse) -> None:
    house.visit(3, "M54.50")
    house.visit(10, "F41.1", by_theo=True)
    house.visit(17, "M54.50")
    house.bill()
    made = house.issue(OF_JANE)
    assert [one.content.provider.user for one in made] == ["alma", "theo"]
    assert [len(one.content.lines) for one in made] == [2, 1]
    assert [one.number for one in made] == [1, 2]


def test_one_practitioner_can_be_asked_for(house: PaperHouse) -> None:
    house.visit(3, "M54.50")
    house.visit(10, "F41.1", by_theo=True)
    house.bill()
    (made,) = house.issue(replace(OF_JANE, practitioner=THEO))
    assert shown(made) == ["10 90834 F41.1"]


def test_all_that_is_missing_for_all_practitioners_is_said_and_nothing_is_issued(
    house: PaperHouse,
) -> None:
    house.visit(3)
    house.visit(10, "F41.1", by_theo=True)
    house.bill()
    with house.database.writing() as uow:
        profiles.save_practitioner(uow, replace(PROVIDER, user=THEO, npi="", licence=""))
    with pytest.raises(Incomplete) as refused:
        house.issue(OF_JANE)
    assert [each.what for each in refused.value.missing] == [
        "note.signed",
        "note.diagnoses",
        "practitioner.npi",
        "practitioner.licence",
    ]
    assert house.superbills() == []


def test_an_unlocked_note_counts_only_where_the_practice_wants_no_signature(
    house: PaperHouse,
) -> None:
    number = house.visit(3, "M54.50")
    house.bill()
    house.unlock(number)
    with pytest.raises(Incomplete):
        house.issue(OF_JANE)
    (made,) = house.issue(OF_JANE, Wishes(needs_signed_note=False))
    assert shown(made) == ["03 97810 M54.50"]


def test_a_service_is_not_issued_twice(house: PaperHouse) -> None:
    house.visit(3, "M54.50")
    house.bill()
    house.issue(OF_JANE)
    house.visit(10, "M54.50")
    house.bill()
    with pytest.raises(AlreadyIssued) as refused:
        house.issue(OF_JANE)
    assert refused.value.numbers == (1,)
    (second,) = house.issue(replace(OF_JANE, since=date(2026, 11, 4)))
    assert second.number == 2


def test_what_was_issued_stays_as_it_was_whatever_changes_since(house: PaperHouse) -> None:
    number = house.visit(3, "M54.50")
    bill = house.bill()
    (made,) = house.issue(OF_JANE)
    house.pay(bill)
    house.unlock(number)
    house.sign_with(number, "F41.1")
    with house.database.writing() as uow:
        profiles.save_practitioner(uow, replace(PROVIDER, last_name="Newname"))
        jane = find_client(uow, JANE)
        edit_client(uow, house.context(), replace(jane, last_name="Newname"))
    assert house.superbills() == [made]


def test_issued_anew_it_has_a_new_number_and_says_what_is_known_now(
    house: PaperHouse,
) -> None:
    number = house.visit(3, "M54.50")
    bill = house.bill()
    house.issue(OF_JANE)
    house.pay(bill)
    house.unlock(number)
    house.sign_with(number, "F41.1")
    (made,) = house.reissue(1)
    assert (made.number, made.replaces, shown(made)) == (2, 1, ["03 97810 F41.1"])
    assert made.content.balance == Money(0)
    old, new = house.superbills()
    assert (old.voided is not None, new.voided) == (True, None)


def test_issuing_anew_what_is_incomplete_voids_nothing(house: PaperHouse) -> None:
    number = house.visit(3, "M54.50")
    house.bill()
    house.issue(OF_JANE)
    house.unlock(number)
    with pytest.raises(Incomplete):
        house.reissue(1)
    assert house.superbills()[0].voided is None


def test_what_lost_its_place_since_is_not_issued_anew(house: PaperHouse) -> None:
    house.visit(3, "M54.50")
    bill = house.bill()
    house.issue(OF_JANE)
    house.cancel(bill)
    with pytest.raises(NothingToShow):
        house.reissue(1)
    assert house.superbills()[0].voided is None


def test_after_voiding_its_services_can_be_issued_again(house: PaperHouse) -> None:
    house.visit(3, "M54.50")
    house.bill()
    house.issue(OF_JANE)
    house.void(1)
    (again,) = house.issue(OF_JANE)
    assert (again.number, again.replaces) == (2, None)


def test_voiding_is_for_good_and_needs_a_reason(house: PaperHouse) -> None:
    house.visit(3, "M54.50")
    house.bill()
    house.issue(OF_JANE)
    with pytest.raises(Invalid, match="reason"):
        house.void(1, "  ")
    house.void(1)
    with pytest.raises(Invalid, match="void already"):
        house.void(1)
    with pytest.raises(NotFound):
        house.void(2)


def test_the_member_is_named_where_that_is_wished(house: PaperHouse) -> None:
    house.visit(3, "M54.50")
    house.bill()
    (made,) = house.issue(OF_JANE, Wishes(with_member_id=True))
    assert made.content.client.member_id == "XYZ 123-456"
    assert made.content.client.insurer == "Example Health Plan"


def test_nobody_elses_services_are_shown(house: PaperHouse) -> None:
    house.become_known(JOHN)
    house.visit(3, "M54.50")
    house.visit(4, "M54.50", client=JOHN)
    house.bill(JANE)
    house.bill(JOHN)
    (made,) = house.issue(Wanted(JOHN))
    assert shown(made) == ["04 97810 M54.50"]
    with pytest.raises(NotFound):
        house.issue(Wanted(JANE, charges=made.charges))


def test_somebody_has_to_be_named(house: PaperHouse) -> None:
    with pytest.raises(Invalid, match="client or a bill"):
        house.issue(Wanted())
