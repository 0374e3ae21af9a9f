"""Colours: the name nearest to what the practice chose (RFC 7986 5.9)."""

from __future__ import annotations

import pytest

from server.ics.colours import nearest_name


@pytest.mark.parametrize(
    ("colour", "name"),
    [
        ("#ff0000", "red"),
        ("#FF0000", "red"),
        ("#fe0101", "red"),
        ("#663399", "rebeccapurple"),
        ("#000", "black"),
    ],
)
def test_a_colour_becomes_the_nearest_name(colour: str, name: str) -> None:
    if name == "rebeccapurple":  # of CSS4: CSS3 has darkslateblue next to it
        name = "darkslateblue"
    assert nearest_name(colour) == name


@pytest.mark.parametrize("colour", ["", "blue", "#12345", "#gggggg", "3b7dd8"])
def test_a_colour_that_cannot_be_read_is_gray(colour: str) -> None:
    assert nearest_name(colour) == "gray"


def test_the_same_colour_has_always_the_same_name() -> None:
    assert {nearest_name("#3b7dd8") for _ in range(3)} == {nearest_name("#3B7DD8")}
