"""What ports.Charges promises."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from server.domain.charges import Charge
from server.domain.errors import AlreadyThere
from server.domain.ids import AppointmentId, BillId, ChargeId, TransactionId
from server.domain.when import RecurrenceKey
from server.practice_db.database import SqlDatabase
from server.usecases.ports import ChargeFilter, UnitOfWork
from tests.contract.billing_samples import (
    BILL,
    CHARGE,
    TODAY,
    add_bill,
    another_charge,
    post_charge,
)
from tests.contract.samples import DAY, JANE, JOHN, NOW, THEO, VISIT

BARE = replace(
    CHARGE,
    appointment=None,
    practitioner=None,
    line=replace(CHARGE.line, modifiers=(), place_of_service=""),
)
"""Of something sold by itself."""


@pytest.mark.parametrize("charge", [CHARGE, BARE], ids=["of a visit", "bare"])
def test_a_charge_comes_back_as_it_was(furnished: SqlDatabase, charge: Charge) -> None:
    with furnished.writing() as uow:
        post_charge(uow, charge)
    with furnished.reading() as uow:
        assert uow.billing.charges.get(CHARGE.id) == charge
        assert uow.billing.charges.get(ChargeId("none")) is None


def test_a_second_charge_in_a_slot_is_already_there(furnished: SqlDatabase) -> None:
    second = replace(another_charge(2), slot=CHARGE.slot)
    with furnished.writing() as uow:
        post_charge(uow)
        with pytest.raises(AlreadyThere), uow.savepoint():
            post_charge(uow, second)
        assert uow.billing.charges.standing(VISIT) == [CHARGE]


def test_a_slot_is_free_again_when_its_charge_is_reversed(furnished: SqlDatabase) -> None:
    second = replace(another_charge(2), slot=CHARGE.slot)
    with furnished.writing() as uow:
        uow.billing.charges.save(replace(post_charge(uow), reversed_at=NOW))
        post_charge(uow, second)
        assert uow.billing.charges.standing(VISIT) == [second]


def test_things_sold_by_themselves_are_in_nobodys_way(furnished: SqlDatabase) -> None:
    with furnished.writing() as uow:
        for number in (1, 2):
            post_charge(uow, replace(another_charge(number), appointment=None, slot="s"))
        assert len(uow.billing.charges.matching(ChargeFilter(client=JANE))) == 2


def test_charges_that_stand_come_by_key_and_slot(furnished: SqlDatabase) -> None:
    later = replace(another_charge(3), key=RecurrenceKey("20261124T140000Z"))
    elsewhere = replace(another_charge(5), appointment=AppointmentId("other"))
    with furnished.writing() as uow:
        for charge in (later, another_charge(2), elsewhere, CHARGE):
            post_charge(uow, charge)
        uow.billing.charges.save(replace(post_charge(uow, another_charge(4)), reversed_at=NOW))
        assert uow.billing.charges.standing(VISIT) == [CHARGE, another_charge(2), later]


def test_what_may_change_of_a_charge_is_saved_and_nothing_else(furnished: SqlDatabase) -> None:
    changed = replace(
        CHARGE,
        key=RecurrenceKey("20261124T140000Z"),
        service_date=TODAY + timedelta(days=3),
        minutes=75,
        practitioner=THEO,
        bill=BILL.id,
        reversed_at=NOW + DAY,
    )
    with furnished.writing() as uow:
        add_bill(uow)
        post_charge(uow)
        post_charge(uow, another_charge(2))
        uow.billing.charges.save(
            replace(changed, client=JOHN, slot="x", transaction=TransactionId("x"))
        )
        assert uow.billing.charges.get(CHARGE.id) == changed
        assert uow.billing.charges.get(ChargeId("c2")) == another_charge(2)


FILTERS = [
    (ChargeFilter(), "c1 c2 c3"),
    (ChargeFilter(client=JOHN), "c3"),
    (ChargeFilter(appointment=VISIT), "c1 c2"),
    (ChargeFilter(bill=BILL.id), "c2"),
    (ChargeFilter(bill=BillId("none")), ""),
    (ChargeFilter(unbilled=True), "c1 c3"),
    (ChargeFilter(unbilled=False), "c2"),
    (ChargeFilter(since=TODAY + timedelta(days=1)), "c3"),
    (ChargeFilter(until=TODAY), "c1 c2"),
    (ChargeFilter(since=TODAY, until=TODAY, client=JANE, unbilled=True), "c1"),
    (ChargeFilter(reversed_too=True), "c1 c2 c4 c3"),
    (ChargeFilter(unbilled=True, reversed_too=True), "c1 c4 c3"),
]


@pytest.mark.parametrize(("wanted", "found"), FILTERS)
def test_charges_are_found_by_what_is_asked_for(
    furnished: SqlDatabase, wanted: ChargeFilter, found: str
) -> None:
    with furnished.writing() as uow:
        four_charges(uow)
    with furnished.reading() as uow:
        ids = [charge.id for charge in uow.billing.charges.matching(wanted)]
    assert ids == found.split()


def four_charges(uow: UnitOfWork) -> None:
    johns = replace(
        another_charge(3),
        client=JOHN,
        appointment=None,
        service_date=TODAY + timedelta(days=2),
    )
    add_bill(uow, BILL, [another_charge(2)])
    post_charge(uow, johns)
    post_charge(uow)
    uow.billing.charges.save(replace(post_charge(uow, another_charge(4)), reversed_at=NOW))


def test_clients_with_unbilled_charges_up_to_a_day_are_named_once(
    furnished: SqlDatabase,
) -> None:
    with furnished.writing() as uow:
        four_charges(uow)
        post_charge(uow, another_charge(5))
        charges = uow.billing.charges
        assert charges.clients_unbilled(TODAY - timedelta(days=1)) == []
        assert charges.clients_unbilled(TODAY) == [JANE]
        assert charges.clients_unbilled(TODAY + timedelta(days=2)) == [JANE, JOHN]
