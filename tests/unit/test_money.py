"""Money: exact, of one currency, read from what people type."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.errors import Invalid
from server.domain.money import Money, parse_money


@pytest.mark.parametrize(
    ("typed", "minor"),
    [("40", 4000), ("40.5", 4050), ("40.05", 4005), (" 0 ", 0), ("999999999.99", 99999999999)],
)
def test_an_amount_is_read_exactly(typed: str, minor: int) -> None:
    assert parse_money(typed) == Money(minor, "USD")


@pytest.mark.parametrize(
    "typed", ["", "-1", "1,50", "1.234", ".5", "1.", "1e3", "$40", "4 0", "1234567890"]
)
def test_anything_else_is_no_amount(typed: str) -> None:
    with pytest.raises(Invalid):
        parse_money(typed)


def test_amounts_of_one_currency_add_up() -> None:
    assert Money(4000) + Money(-1250) == Money(2750)
    assert Money(8500, "EUR").times(3) == Money(25500, "EUR")


def test_amounts_of_two_currencies_do_not_add_up() -> None:
    with pytest.raises(Invalid):
        Money(1, "USD") + Money(1, "EUR")


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (Money(4000), "40.00 USD"),
        (Money(5, "EUR"), "0.05 EUR"),
        (Money(-5), "-0.05 USD"),
        (Money(-12345), "-123.45 USD"),
    ],
)
def test_an_amount_is_written_with_two_decimals(amount: Money, text: str) -> None:
    assert str(amount) == text


def test_the_decimal_is_exact() -> None:
    assert Money(1999).decimal == Decimal("19.99")


@given(st.integers(0, 99_999_999_999))
def test_what_is_written_is_read_back(minor: int) -> None:
    text, currency = str(Money(minor)).split()
    assert parse_money(text, currency) == Money(minor)
