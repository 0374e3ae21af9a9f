"""Texts that a filter looks for: collations, negation, lists (RFC 4791 7.5, 9.7.5)."""

from __future__ import annotations

import pytest

from server.ics.filters import Collation
from tests.unit.filtering import has, text, without


@pytest.mark.parametrize("held", ["tee", "TEE, ", "bergabe; STR", "E\nmorgen", "", "Tee"])
def test_a_text_is_found_anywhere_in_what_a_person_reads(held: str) -> None:
    assert has(text("SUMMARY", held))


@pytest.mark.parametrize("held", ["Tee\\,", "Tea", "übergabe", "strasse", "\\n"])
def test_ascii_casemap_folds_nothing_but_a_to_z(held: str) -> None:
    assert not has(text("SUMMARY", held))


@pytest.mark.parametrize(
    ("held", "found"), [("Tee, Übergabe", True), ("tee", False), ("ÜBERGABE", False)]
)
def test_octets_are_compared_as_they_are(held: str, *, found: bool) -> None:
    assert has(text("SUMMARY", held, Collation.OCTET)) is found


@pytest.mark.parametrize(
    "held", ["übergabe", "U\u0308BERGABE", "STRASSE", "\N{FULLWIDTH LATIN CAPITAL LETTER T}ee"]
)
def test_unicode_casemap_folds_all_scripts_and_compositions(held: str) -> None:
    assert has(text("SUMMARY", held, Collation.UNICODE_CASEMAP))


def test_unicode_casemap_tells_letters_apart() -> None:
    assert not has(text("SUMMARY", "Ubergabe", Collation.UNICODE_CASEMAP))


@pytest.mark.parametrize("held", ["family,work", "Work", "GARDEN"])
def test_a_list_is_searched_as_one_text_and_every_line_of_it(held: str) -> None:
    assert has(text("CATEGORIES", held))


def test_a_value_that_is_no_text_keeps_its_backslash() -> None:
    assert has(text("URL", "/a\\b"))


@pytest.mark.parametrize(
    ("name", "held"),
    [("DTSTART", "20260601T0900"), ("DTSTAMP", "0101t"), ("ATTENDEE", "MAILTO:kim")],
)
def test_dates_and_addresses_are_searched_as_they_are_written(name: str, held: str) -> None:
    assert has(text(name, held))


@pytest.mark.parametrize(
    ("name", "held", "found"),
    [
        ("SUMMARY", "tea", True),
        ("SUMMARY", "tee", False),
        ("LOCATION", "tee", False),
        ("CATEGORIES", "Garden", True),
        ("CATEGORIES", "", False),
    ],
)
def test_a_negated_text_asks_for_a_property_without_it(
    name: str, held: str, *, found: bool
) -> None:
    assert has(without(name, held)) is found
