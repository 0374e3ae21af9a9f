"""Fees of missed appointments: what a person said, then the narrowest default (SH-33)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from server.domain.appointment import Details, FeeOverride
from server.domain.charges import ChargeKind
from server.domain.fees import FeeRule, FeeScope, fee_for
from server.domain.money import Money
from server.domain.vocabulary import Status
from tests.unit.billing import BOOKED, INITIAL, JANE

MISSED = replace(BOOKED, status=Status.NO_SHOW)
NO_SHOW, LATE = ChargeKind.NO_SHOW, ChargeKind.LATE
PRACTICE = FeeRule(FeeScope.PRACTICE, "", NO_SHOW, Money(4000))
SESSION = FeeRule(FeeScope.SESSION_TYPE, INITIAL, NO_SHOW, Money(5000))
CLIENT = FeeRule(FeeScope.CLIENT, JANE, NO_SHOW, Money(0))


@pytest.mark.parametrize(
    ("rules", "amount"),
    [
        ([], None),
        ([PRACTICE], 4000),
        ([PRACTICE, SESSION], 5000),
        ([PRACTICE, SESSION, CLIENT], 0),
        ([CLIENT, SESSION, PRACTICE], 0),
        ([replace(SESSION, subject="other"), PRACTICE], 4000),
        ([replace(CLIENT, subject="C1002"), SESSION], 5000),
        ([replace(PRACTICE, kind=LATE)], None),
    ],
)
def test_the_narrowest_default_of_its_kind_counts(
    rules: list[FeeRule], amount: int | None
) -> None:
    assert fee_for(MISSED, rules) == (None if amount is None else Money(amount))


@pytest.mark.parametrize("amount", [0, 9900])
def test_what_a_person_said_goes_before_every_default(amount: int) -> None:
    said = replace(MISSED, fee=FeeOverride(Money(amount), "A friend"))
    assert fee_for(said, [PRACTICE, SESSION, CLIENT]) == Money(amount)


@pytest.mark.parametrize("status", [Status.LATE_CANCELLED, Status.CANCELLED])
def test_a_cancellation_takes_the_fee_for_late_ones(status: Status) -> None:
    rules = [PRACTICE, replace(PRACTICE, kind=LATE, amount=Money(2500))]
    assert fee_for(replace(BOOKED, status=status), rules) == Money(2500)


@pytest.mark.parametrize("status", [Status.BOOKED, Status.ARRIVED])
def test_what_was_not_missed_has_no_default_fee(status: Status) -> None:
    assert fee_for(replace(BOOKED, status=status), [PRACTICE]) is None


def test_without_session_type_and_client_the_practices_fee_counts() -> None:
    bare: Details = replace(MISSED, session_type=None, client=None)
    assert fee_for(bare, [PRACTICE, SESSION, CLIENT]) == Money(4000)
