"""What a visit charges: services, products, fees, and nothing for nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from server.billing_hooks.lines import lines_for, place_of_service
from server.billing_hooks.visits import Visit
from server.domain.appointment import FeeOverride, parse_services
from server.domain.charges import ChargeKind, ChargeLine
from server.domain.errors import Invalid
from server.domain.fees import FeeRule, FeeScope
from server.domain.ids import LocationKey, SessionTypeId
from server.domain.money import Money
from server.domain.vocabulary import Status
from server.usecases.context import Rules
from tests.unit.billing import CATALOGUE, TELEHEALTH, visit

NO_SHOW = FeeRule(FeeScope.PRACTICE, "", ChargeKind.NO_SHOW, Money(4000))
LATE = FeeRule(FeeScope.PRACTICE, "", ChargeKind.LATE, Money(2500))


def lines(of: Visit, rules: Rules = Rules(), *fees: FeeRule) -> list[ChargeLine]:  # noqa: B008 - a frozen value
    return list(lines_for(of, CATALOGUE, rules, fees))


def test_cr02_an_arrival_charges_the_appointments_services_and_its_session_types_products() -> (
    None
):
    found = lines(visit(services=parse_services("97810+95+GT 97811*2"), location=TELEHEALTH))
    assert [(line.kind, line.code, line.amount) for line in found] == [
        (ChargeKind.SERVICE, "97810", Money(8500)),
        (ChargeKind.SERVICE, "97811", Money(9000)),
        (ChargeKind.PRODUCT, "HERB-1", Money(3800)),
    ]
    assert found[0].modifiers == ("95", "GT")
    assert [line.place_of_service for line in found] == ["10", "10", ""]


def test_cr10_without_services_of_its_own_those_of_the_session_type_are_charged() -> None:
    found = lines(visit(services=()))
    assert [(line.code, line.units) for line in found] == [
        ("97810", 1),
        ("97811", 3),
        ("HERB-1", 2),
    ]


def test_without_a_session_type_only_the_services_are_charged() -> None:
    assert [line.code for line in lines(visit(session_type=None))] == ["97810"]
    gone = visit(session_type=SessionTypeId("gone"), services=())
    assert lines(gone) == []


def test_the_description_and_the_fee_are_those_of_the_practices_list() -> None:
    line = lines(visit(services=parse_services("97811*3")))[0]
    assert line.description == "Acupuncture, each further 15 minutes"
    assert (line.unit_fee, line.units, line.amount) == (Money(4500), 3, Money(13500))


def test_sh04_what_costs_nothing_is_no_charge() -> None:
    assert lines(visit(services=parse_services("00000"), session_type=None)) == []


def test_a_code_that_is_in_no_list_is_refused() -> None:
    with pytest.raises(Invalid, match="'99999' is not in the practice's list of services"):
        lines(visit(services=parse_services("99999")))


@pytest.mark.parametrize("location", [None, LocationKey("gone")])
def test_without_a_known_location_there_is_no_place_of_service(
    location: LocationKey | None,
) -> None:
    assert place_of_service(visit(location=location), CATALOGUE) == ""


@pytest.mark.parametrize(
    "status",
    [Status.REQUESTED, Status.BOOKED, Status.CONFIRMED, Status.CANCELLED],
)
def test_what_has_not_happened_charges_nothing(status: Status) -> None:
    assert lines(visit(status), Rules(), NO_SHOW, LATE) == []


def test_a_practice_may_charge_on_completion() -> None:
    rules = Rules(charge_on=Status.COMPLETED)
    assert lines(visit(Status.ARRIVED), rules) == []
    assert lines(visit(Status.COMPLETED), rules) == lines(visit(Status.ARRIVED))


def test_completed_is_arrived_too() -> None:
    assert lines(visit(Status.COMPLETED)) == lines(visit(Status.ARRIVED))


@pytest.mark.parametrize(
    ("status", "kind", "amount"),
    [
        (Status.NO_SHOW, ChargeKind.NO_SHOW, 4000),
        (Status.LATE_CANCELLED, ChargeKind.LATE, 2500),
    ],
)
def test_sh33_what_was_missed_charges_its_fee_and_nothing_else(
    status: Status, kind: ChargeKind, amount: int
) -> None:
    [line] = lines(visit(status), Rules(), NO_SHOW, LATE)
    assert (line.kind, line.code, line.amount) == (kind, kind.value, Money(amount))
    assert line.kind.is_fee
    assert (line.modifiers, line.place_of_service) == ((), "")


def test_a_cancellation_in_time_charges_a_fee_only_where_the_practice_says_so() -> None:
    rules = Rules(fee_statuses=frozenset({Status.CANCELLED}))
    [line] = lines(visit(Status.CANCELLED), rules, LATE)
    assert line.kind is ChargeKind.LATE
    assert lines(visit(Status.NO_SHOW), rules, NO_SHOW) == []


def test_without_a_fee_that_is_set_a_missed_appointment_charges_nothing() -> None:
    assert lines(visit(Status.NO_SHOW)) == []


def test_a_fee_that_is_waived_is_no_charge() -> None:
    waived = visit(Status.NO_SHOW, fee=FeeOverride(Money(0), "Snow"))
    assert lines(waived, Rules(), NO_SHOW) == []


@pytest.mark.parametrize("status", [Status.ARRIVED, Status.NO_SHOW])
def test_without_a_client_nothing_is_charged(status: Status) -> None:
    nobody = visit(status, client=None, fee=FeeOverride(Money(4000)))
    assert lines(nobody, Rules(), NO_SHOW) == []


def test_t25_only_fees_are_fees() -> None:
    assert {kind for kind in ChargeKind if kind.is_fee} == {ChargeKind.NO_SHOW, ChargeKind.LATE}


def test_lines_are_the_same_whatever_their_fee_unless_they_are_fees() -> None:
    [*_, product] = lines(visit())
    assert product.is_same_as(replace(product, unit_fee=Money(1)))
    [fee] = lines(visit(Status.NO_SHOW), Rules(), NO_SHOW)
    assert not fee.is_same_as(replace(fee, unit_fee=Money(1)))
    assert not fee.is_same_as(product)
