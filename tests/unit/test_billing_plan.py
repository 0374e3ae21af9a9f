"""From what stands and what is due to what is posted: every branch of the plan."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from server.billing_hooks.plan import Plan, following, plan_for
from server.domain.charges import Charge, ChargeKind, ChargeLine
from server.domain.ids import UserName
from server.domain.money import Money
from tests.unit.billing import JOHN, NEEDLES, NOW, charge, visit

FEE = ChargeLine(ChargeKind.NO_SHOW, "no-show-fee", "Missed", Money(4000))


def test_what_is_due_is_posted_once_in_a_slot_of_its_own() -> None:
    plan = plan_for(visit(), [NEEDLES, NEEDLES, FEE], ())
    assert plan == Plan(
        post=(
            ("service:97810:1", NEEDLES),
            ("service:97810:2", NEEDLES),
            ("no-show-fee:no-show-fee:1", FEE),
        )
    )


def test_what_stands_already_is_left_alone() -> None:
    assert plan_for(visit(), [NEEDLES], [charge()]) == Plan()


def test_where_nothing_is_due_any_more_all_is_reversed() -> None:
    standing = (charge(), charge("product:HERB-1:1"))
    assert plan_for(None, (), standing) == Plan(reverse=standing)
    assert plan_for(visit(), (), standing) == Plan(reverse=standing)


def test_without_a_visit_nothing_is_posted_whatever_the_lines_say() -> None:
    assert plan_for(None, [NEEDLES], ()) == Plan()


@pytest.mark.parametrize(
    "change",
    [
        {"units": 2},
        {"modifiers": ("95", "GT")},
        {"modifiers": ()},
        {"place_of_service": "11"},
    ],
    ids=["units", "modifiers", "no modifier", "place of service"],
)
def test_another_line_in_the_slot_is_a_reversal_and_a_new_charge(
    change: dict[str, object],
) -> None:
    line = replace(NEEDLES, **change)  # type: ignore[arg-type]  # fields of ChargeLine
    plan = plan_for(visit(), [line], [charge()])
    assert plan == Plan(reverse=(charge(),), post=(("service:97810:1", line),))


def test_another_service_is_a_reversal_and_a_charge_in_another_slot() -> None:
    line = replace(NEEDLES, code="97811")
    plan = plan_for(visit(), [line], [charge()])
    assert plan == Plan(reverse=(charge(),), post=(("service:97811:1", line),))


def test_another_client_is_a_reversal_and_a_charge_to_the_new_one() -> None:
    plan = plan_for(visit(client=JOHN), [NEEDLES], [charge()])
    assert plan == Plan(reverse=(charge(),), post=(("service:97810:1", NEEDLES),))


def test_a_service_keeps_the_fee_that_it_was_charged_with() -> None:
    dearer = replace(NEEDLES, unit_fee=Money(9900), description="Renamed since")
    assert plan_for(visit(), [dearer], [charge()]) == Plan()


def test_another_amount_of_a_missed_appointments_fee_is_a_new_charge() -> None:
    slot = "no-show-fee:no-show-fee:1"
    standing = charge(slot, FEE)
    more = replace(FEE, unit_fee=Money(6000))
    assert plan_for(visit(), [more], [standing]) == Plan((standing,), ((slot, more),))
    assert plan_for(visit(), [FEE], [standing]) == Plan()


def test_one_of_two_equal_lines_that_goes_takes_only_its_own_charge() -> None:
    standing = (charge("service:97810:1"), charge("service:97810:2"))
    assert plan_for(visit(), [NEEDLES], standing) == Plan(reverse=standing[1:])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("service_date", date(2026, 11, 25)),
        ("minutes", 45),
        ("practitioner", UserName("theo")),
    ],
)
def test_a_charge_follows_the_visits_day_length_and_practitioner(
    field: str, value: object
) -> None:
    earlier: Charge = replace(charge(), **{field: value})  # type: ignore[arg-type]  # parametrised
    assert following(visit(), [earlier]) == (charge(),)
    assert plan_for(visit(), [NEEDLES], [earlier]) == Plan(follow=(charge(),))


def test_a_charge_that_is_where_the_visit_is_stays_as_it_is() -> None:
    assert following(visit(), [charge()]) == ()


def test_a_charge_stands_until_it_is_reversed() -> None:
    assert charge().stands
    assert not replace(charge(), reversed_at=NOW).stands
