"""Which diagnoses can be billed."""

from __future__ import annotations

import pytest

from server.billing_hooks.diagnoses import check_diagnoses, words_of
from server.domain.errors import Invalid


def test_codes_come_back_as_they_are_written_and_in_their_order() -> None:
    assert check_diagnoses(["m5450", " F41.1 ", "g43909"]) == ("M54.50", "F41.1", "G43.909")


def test_no_diagnosis_is_no_mistake() -> None:
    assert check_diagnoses([]) == ()


@pytest.mark.parametrize("code", ["F41.99", "ZZZ", "", "M54.50.1", "I", "V00-V09", "19"])
def test_what_is_no_code_is_refused(code: str) -> None:
    with pytest.raises(Invalid, match="not a code of ICD-10-CM"):
        check_diagnoses([code])


@pytest.mark.parametrize("code", ["F41", "M54.5", "T14.91"])
def test_a_code_with_more_precise_ones_below_it_cannot_be_billed(code: str) -> None:
    with pytest.raises(Invalid, match="more precise"):
        check_diagnoses([code])


def test_a_code_of_seven_characters_can_be_billed() -> None:
    assert check_diagnoses(["t1491xa"]) == ("T14.91XA",)


def test_the_same_code_written_in_two_ways_is_named_twice() -> None:
    with pytest.raises(Invalid, match="named twice"):
        check_diagnoses(["F411", "F41.1"])


def test_a_code_has_words() -> None:
    assert words_of("F41.1") == "Generalized anxiety disorder"


def test_a_code_that_the_list_has_no_longer_has_none() -> None:
    assert words_of("F41.12") == ""
