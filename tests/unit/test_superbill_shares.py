"""What of the money on a bill belongs to which charge."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from server.billing_hooks.papers.shares import shares_of
from server.domain.charges import Charge
from server.domain.money import Money, total
from tests.paper_services import LINE, bill, charge


def of(minor: int, position: int = 1) -> Charge:
    return charge(position, replace(LINE, unit_fee=Money(minor)))


def test_the_earliest_service_is_paid_first_whatever_the_order_on_the_bill() -> None:
    first, second, third = of(8500, 1), of(8500, 2), of(8500, 3)
    shares = shares_of(bill(third, first, second, paid=Money(10000)))
    paid = [shares[each.id].paid.minor for each in (first, second, third)]
    assert paid == [8500, 1500, 0]


def test_what_is_written_off_are_the_last_services() -> None:
    first, second, third = of(8500, 1), of(8500, 2), of(8500, 3)
    on = bill(first, second, third, paid=Money(10000), written_off=Money(9000))
    written_off = [shares_of(on)[each.id].written_off.minor for each in (first, second, third)]
    assert written_off == [0, 500, 8500]


@given(
    st.lists(st.integers(1, 50_000), min_size=1, max_size=12),
    st.floats(0, 1),
    st.floats(0, 1),
)
def test_no_cent_is_lost_or_shared_twice(
    fees: list[int], paid_part: float, written_part: float
) -> None:
    charges = [of(fee, position) for position, fee in enumerate(fees, start=1)]
    paid = int(sum(fees) * paid_part)
    written_off = int((sum(fees) - paid) * written_part)
    shares = shares_of(bill(*charges, paid=Money(paid), written_off=Money(written_off)))
    assert total(share.paid for share in shares.values()) == Money(paid)
    assert total(share.written_off for share in shares.values()) == Money(written_off)
    for one in charges:
        share = shares[one.id]
        settled = share.paid.minor + share.written_off.minor
        assert 0 <= settled <= one.line.amount.minor
