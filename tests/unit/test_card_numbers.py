"""Numbers of cards are recognised before they are stored."""

from __future__ import annotations

import pytest

from server.domain.card_numbers import holds_card_number


@pytest.mark.parametrize(
    "text",
    [
        "4111111111111111",
        "4111 1111 1111 1111",
        "paid with 4111-1111-1111-1111, thanks",
        "378282246310005",
    ],
)
def test_the_number_of_a_card_is_recognised(text: str) -> None:
    assert holds_card_number(text)


@pytest.mark.parametrize("text", ["", "check 1042", "RF18 5390 0754 7034", "4111111111111112"])
def test_other_references_are_none(text: str) -> None:
    assert not holds_card_number(text)
