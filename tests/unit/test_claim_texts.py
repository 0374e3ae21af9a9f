"""What of a text an X12 file can hold."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.billing_hooks.papers.x12_segments import amount, parts, person, segment
from server.billing_hooks.papers.x12_text import basic
from server.domain.money import Money


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Jane Doe", "JANE DOE"),
        ("Zoë Plum-Tart", "ZOE PLUM-TART"),
        ("Søren Kettledrum", "SOREN KETTLEDRUM"),
        ("Łukasz Groß", "LUKASZ GROSS"),
        ("Nguyễn Đức", "NGUYEN DUC"),
        ("Æsa Œuvre Þór", "AESA OEUVRE THOR"),
        ("O\u2019Hara", "O'HARA"),
        ("a*b:c~d^e", "ABCDE"),
        ("  two   words ", "TWO WORDS"),
        ("Suite #4", "SUITE 4"),
        ("山田", ""),
    ],
)
def test_a_text_is_written_in_plain_capital_letters(text: str, written: str) -> None:
    assert basic(text) == written


def test_a_text_is_cut_to_its_length_without_a_blank_at_its_end() -> None:
    assert basic("Larkspur Wellness", 9) == "LARKSPUR"


@given(st.text())
def test_no_text_ever_holds_what_separates_fields(text: str) -> None:
    assert set(basic(text)).isdisjoint("*:~^\n\r")
    assert basic(text).isascii()


def test_empty_fields_and_parts_at_the_end_are_left_out() -> None:
    assert segment("SV1", parts("HC", "97810", "", ""), "85", "", "") == "SV1*HC:97810*85~"


@pytest.mark.parametrize(
    ("minor", "written"), [(14000, "140"), (14050, "140.5"), (14005, "140.05"), (5, "0.05")]
)
def test_an_amount_has_no_zeros_that_say_nothing(minor: int, written: str) -> None:
    assert amount(Money(minor)) == written


def test_who_has_one_name_has_it_as_last_name() -> None:
    assert person("IL", ("Cleo", ""), "MI", "X1") == "NM1*IL*1*CLEO*****MI*X1~"
