"""Tables for spreadsheets: what is in a cell stays what it is, and never becomes a formula."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO

import pytest

from server.billing_hooks.sheets import Cell, Sheet


def written(cell: Cell) -> str:
    """Return what a program reads in a cell beside another one."""
    text = Sheet(("a", "b"), [(cell, "end")]).csv()
    head, (value, end) = csv.reader(StringIO(text, newline=""))
    assert (head, end) == (["a", "b"], "end")
    return value


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_a_text_that_could_be_a_formula_is_made_harmless(first: str) -> None:
    assert written(f"{first}1+1") == f"'{first}1+1"


@pytest.mark.parametrize("text", ["", "Grüße", 'a "word"', "a,b", "two\r\nlines", "a=b", "'"])
def test_any_other_text_is_read_as_it_was(text: str) -> None:
    assert written(text) == text


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (Decimal(-40), "-40.00"),
        (Decimal("0.5"), "0.50"),
        (-3, "-3"),
        (None, ""),
        (date(2026, 11, 2), "2026-11-02"),
        (datetime(2026, 11, 2, 19, tzinfo=UTC), "2026-11-02T19:00:00+00:00"),
    ],
)
def test_numbers_and_days_are_written_plainly(cell: Cell, text: str) -> None:
    assert written(cell) == text


def test_each_line_ends_with_crlf() -> None:
    assert Sheet(("a", "b"), [(1, 2)]).csv() == "a,b\r\n1,2\r\n"
