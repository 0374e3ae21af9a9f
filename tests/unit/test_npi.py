"""The check digit of National Provider Identifiers."""

from __future__ import annotations

import pytest

from server.domain.npi import is_npi


@pytest.mark.parametrize("npi", ["1234567893", "1245319599", "1679576722", "2000000002"])
def test_an_npi_with_the_right_check_digit_is_one(npi: str) -> None:
    assert is_npi(npi)


@pytest.mark.parametrize("digit", "012456789")
def test_any_other_last_digit_is_wrong(digit: str) -> None:
    assert not is_npi(f"123456789{digit}")


def test_two_neighbouring_digits_that_changed_places_are_noticed() -> None:
    assert not is_npi("1243567893")


@pytest.mark.parametrize(
    "text",
    ["", "123456789", "12345678930", "3234567893", "1234 567893", "١٢٣٤٥٦٧٨٩٣", "123456789X"],
)
def test_what_is_not_ten_digits_after_one_or_two_is_no_npi(text: str) -> None:
    assert not is_npi(text)
